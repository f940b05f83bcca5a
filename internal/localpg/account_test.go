//go:build linux || darwin

package localpg_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/localpg"
)

// Root gives the directory to another account, and may be killed at any moment.
func TestAnAccountIsNotShutOut(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Log("only root could")
		return
	}

	t.Run("by what root left in its directory", func(t *testing.T) {
		t.Parallel()
		dir := newDir(t)
		startUser(t, dir).ready(t)
		server := start(t, localpg.Config{Dir: dir})
		names, err := os.ReadDir(dir)
		require.NoError(t, err)
		for _, name := range names {
			require.Equal(t, int(ownerOf(t, dir).Uid), uidOf(t, filepath.Join(dir, name.Name())), name.Name())
		}
		write(t, filepath.Join(dir, "knock"), "") // of a version of the program that made it so
		owner := startOwner(t, dir)
		pid, _ := owner.ready(t)
		require.Equal(t, pidOf(t, server), pid)
	})

	t.Run("by root's umask", func(t *testing.T) {
		t.Parallel()
		top := filepath.Dir(newDir(t))
		dir := filepath.Join(top, "app", "postgresql")
		cmd := exec.Command("/bin/sh", "-c", `umask 077 && exec "$0"`, os.Args[0])
		first := startCommand(t, cmd, dir)
		pid, _ := first.ready(t)
		joined, _ := startUser(t, dir).ready(t)
		require.Equal(t, pid, joined)
	})

	t.Run("if it is only a number", func(t *testing.T) {
		t.Parallel()
		dir := newDir(t)
		require.NoError(t, os.Mkdir(dir, 0o700))
		require.NoError(t, os.Chown(dir, 43210, 43210)) // as of a directory of another machine
		server := start(t, localpg.Config{Dir: dir})
		require.Equal(t, "1", query(t, server.URL("postgres"), "select '1'"))
		require.Equal(t, "43210", ps(t, "uid=", pidOf(t, server)))
		require.NoError(t, server.Close())
		require.NoError(t, start(t, localpg.Config{Dir: dir}).Close())
	})
}

// startOwner is startUser as the owner of the directory.
func startOwner(t *testing.T, dir string) *user {
	t.Helper()
	program := filepath.Join(filepath.Dir(dir), "program") // go test puts it where only we can enter
	require.NoError(t, exec.Command("cp", os.Args[0], program).Run())
	require.NoError(t, os.Chmod(program, 0o755))
	cmd := exec.Command(program)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: ownerOf(t, dir)}
	return startCommand(t, cmd, dir)
}
