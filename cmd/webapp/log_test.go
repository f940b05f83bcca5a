package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestParseLogCommand(t *testing.T) {
	for _, test := range []struct {
		args string
		want logCommand
		err  string
	}{
		{args: "log export", want: logCommand{"export", ""}},
		{args: "log export -o events.ndjson", want: logCommand{"export", "events.ndjson"}},
		{args: "-data x log import", want: logCommand{"import", ""}},
		{args: "log import events.ndjson", want: logCommand{"import", "events.ndjson"}},
		{args: "log discard", want: logCommand{"discard", ""}},
		{args: "log", err: "webapp log needs a command: export, import or discard; webapp log -h explains them"},
		{args: "log copy", err: `there is no command "copy" for the log; webapp log -h lists the commands`},
		{args: "log export events.ndjson", err: `webapp log export takes no "events.ndjson"; webapp log -h explains what it takes`},
		{args: "log import a b", err: `webapp log import takes no "b"; webapp log -h explains what it takes`},
		{args: "log import -o a", err: `flag provided but not defined: -o; webapp log -h explains the flags`},
		{args: "log -o a export", err: `flag provided but not defined: -o; webapp log -h explains the flags`},
		{args: "log discard all", err: `webapp log discard takes no "all"; webapp log -h explains what it takes`},
	} {
		o, err := parseOptions(strings.Fields(test.args), environment(), io.Discard)
		if test.err != "" {
			require.EqualError(t, err, test.err, test.args)
			continue
		}
		require.NoError(t, err, test.args)
		require.Equal(t, "log", o.command)
		require.Equal(t, test.want, o.log, test.args)
	}
	for _, args := range []string{"log -h", "log export -h", "log import -h"} {
		var out strings.Builder
		require.NoError(t, run(t.Context(), strings.Fields(args), environment(), &out, io.Discard))
		require.Equal(t, logUsage, out.String(), args)
	}
}

func TestAFileIsWrittenAsAWhole(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "events.ndjson")
	text := func(text string, err error) func(io.Writer) error {
		return func(w io.Writer) error {
			fmt.Fprint(w, text)
			return err
		}
	}
	files := func() (names []string) {
		entries, err := os.ReadDir(dir)
		require.NoError(t, err)
		for _, entry := range entries {
			names = append(names, entry.Name())
		}
		return names
	}
	noSpace := errors.New("no space left")
	require.ErrorIs(t, writeFile(path, text("half", noSpace)), noSpace)
	require.Empty(t, files())

	require.NoError(t, writeFile(path, text("whole", nil)))
	require.ErrorIs(t, writeFile(path, text("half", noSpace)), noSpace)
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Equal(t, "whole", string(content))
	require.NoError(t, writeFile(path, text("another", nil)))
	require.Equal(t, []string{"events.ndjson"}, files())
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode())

	require.EqualError(t, writeFile(dir, text("", nil)), dir+" is not a file")
	require.ErrorIs(t, writeFile(filepath.Join(dir, "missing", "file"), text("", nil)), os.ErrNotExist)
}
