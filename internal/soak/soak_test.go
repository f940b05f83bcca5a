package main

import (
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
)

// runEnv says, to the program of these tests when it is started again, that it is the soak.
const runEnv = "SOAK_RUN"

func TestMain(m *testing.M) {
	becomeWorker()
	if os.Getenv(runEnv) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// soaked runs a soak in a process of its own, and returns what it says.
func soaked(t *testing.T, program string, args ...string) (said string, err error) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), program, args...)
	cmd.Env = append(os.Environ(), runEnv+"=yes")
	text, err := cmd.CombinedOutput()
	return string(text), err
}

// A long one is behind the command. This one ends after some seconds.
func TestAfterAShortSoakAllIsWell(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "processes and a server of its own")
	program, err := os.Executable()
	require.NoError(t, err)
	said, err := soaked(t, program, "-decisions", fmt.Sprint(effort.Times(1500, 6000)), "-for", "40s", "-receipts", "1", "-pause", "400ms")
	require.NoError(t, err, "%s", said)
	require.Contains(t, said, "\nall is well\n")
	t.Log(said[len(said)-min(len(said), 700):])
}

func TestOptionsThatCannotBeAreRefused(t *testing.T) {
	t.Parallel()
	for says, args := range map[string][]string{
		`"10" is no flag`:                 {"10"},
		"are above 0":                     {"-decisions", "0"},
		"-processes is 1 to 12":           {"-processes", "13"},
		`"flood" is no fault: there are `: {"-faults", "process,flood"},
		"the disk of -data is not filled": {"-data", t.TempDir(), "-faults", "disk"},
		"flag provided but not defined":   {"-speed", "9"},
	} {
		_, err := parse(args, t.Output())
		assert.ErrorContains(t, err, says)
	}
	o, err := parse([]string{"-faults", "none"}, t.Output())
	require.NoError(t, err)
	require.Empty(t, o.faults)
}

func TestADirectoryThatIsNotEmptyIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(dir+"/file", nil, 0o600))
	err := run(t.Context(), []string{"-data", dir}, t.Output(), t.Output())
	require.ErrorContains(t, err, "is not empty: choose a new directory")
}
