//go:build linux || darwin

package localpg_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
	"go-crablet/internal/localpg"
)

// Throw-away servers are in memory, where nobody looks: they have to leave nothing behind.

func TestAThrowAwayServerThatIsKilledWhileInitdbRunsLeavesNothing(t *testing.T) {
	t.Parallel()
	for range effort.Times(1, 4) {
		user := startUser(t, "")
		pid := user.cmd.Process.Pid
		var dirs []string
		require.Eventually(t, func() bool {
			dirs = dirsOf(t, pid)
			return len(dirs) == 1 && len(attempts(t, dirs[0])) == 1
		}, patience, time.Millisecond)
		user.kill()
		require.Eventually(t, func() bool { return !exists(dirs[0]) }, patience, often)
	}
}

func TestAThrowAwayServerThatWasKilledWithItsKeeperIsSwept(t *testing.T) {
	t.Parallel()
	user := startUser(t, "")
	pid, _ := user.ready(t)
	dir := dirsOf(t, user.cmd.Process.Pid)[0]
	killKeeper(t, dir)
	user.kill()
	old := time.Now().Add(-time.Hour)

	used := start(t, localpg.Config{Ephemeral: true})
	usedDir := filepath.Dir(query(t, used.URL("postgres"), "show data_directory"))
	require.NoError(t, os.Chtimes(usedDir, old, old))
	require.NoError(t, os.Chtimes(dir, old, old))
	require.NoError(t, start(t, localpg.Config{Ephemeral: true}).Close())
	requireGone(t, pid)
	require.NoDirExists(t, dir)
	require.Equal(t, "1", query(t, used.URL("postgres"), "select '1'"), "one that is used stays")
}

// It is left for the next time.
func TestAThrowAwayServerThatStillShutsDownIsNotSwept(t *testing.T) {
	t.Parallel()
	user := startUser(t, "")
	user.ready(t)
	dir := dirsOf(t, user.cmd.Process.Pid)[0]
	killKeeper(t, dir)
	user.kill()
	shutsDown, err := os.OpenFile(filepath.Join(dir, "pulse"), os.O_RDWR, 0) // as a process of the server does, but without waiting for a reader
	require.NoError(t, err)
	sweeps := func() {
		old := time.Now().Add(-time.Hour)
		require.NoError(t, os.Chtimes(dir, old, old))
		require.NoError(t, start(t, localpg.Config{Ephemeral: true}).Close())
	}
	sweeps()
	require.DirExists(t, dir)
	require.NoError(t, shutsDown.Close())
	sweeps()
	require.NoDirExists(t, dir)
}

func TestServersEndWithoutRmInThePATH(t *testing.T) {
	t.Parallel()
	user := startUser(t, "", "PATH=/nowhere")
	pid, _ := user.ready(t)
	dir := dirsOf(t, user.cmd.Process.Pid)[0]
	user.kill()
	requireGone(t, pid)
	require.Eventually(t, func() bool { return !exists(dir) }, patience, often)

	kept := newDir(t)
	user = startUser(t, kept, "PATH=/nowhere")
	pid, _ = user.ready(t)
	joined, _ := startUser(t, kept, "PATH=/nowhere").ready(t)
	require.Equal(t, pid, joined)
}

// dirsOf lists the directories of throw-away servers that a process had the lock of.
func dirsOf(t *testing.T, pid int) (dirs []string) {
	t.Helper()
	for _, place := range []string{"/dev/shm", os.TempDir()} {
		found, err := filepath.Glob(filepath.Join(place, "go-crablet-*", "lock.by"))
		require.NoError(t, err)
		for _, by := range found {
			if content, _ := os.ReadFile(by); string(content) == strconv.Itoa(pid) {
				dirs = append(dirs, filepath.Dir(by))
			}
		}
	}
	return dirs
}
