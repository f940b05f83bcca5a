//go:build linux || darwin

package localpg_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
	"go-crablet/internal/localpg"
)

func TestAStartAfterKill9WhileInitdbRuns(t *testing.T) {
	t.Parallel()
	for range effort.Times(1, 4) {
		dir := newDir(t)
		user := startUser(t, dir)
		require.Eventually(t, func() bool { return len(attempts(t, dir)) == 1 || exists(dir+"/data") }, patience, time.Millisecond)
		time.Sleep(rand.N(300 * time.Millisecond)) // the fault comes at any moment
		user.kill()
		server := start(t, localpg.Config{Dir: dir})
		require.Equal(t, "1", query(t, server.URL("postgres"), "select '1'"))
		require.NoError(t, server.Close())
		require.Empty(t, attempts(t, dir))
		require.Zero(t, countProcesses(t, dir))
	}
}

func TestAStartInADirectoryThatWasRenamedWhileInUse(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	user := startUser(t, dir)
	pid, _ := user.ready(t)
	renamed := filepath.Join(filepath.Dir(dir), "renamed")
	require.NoError(t, os.Rename(dir, renamed))

	server := start(t, localpg.Config{Dir: renamed})
	require.Equal(t, "1", query(t, server.URL("postgres"), "select '1'"))
	require.Equal(t, pid, pidOf(t, server))
	user.kill()
	require.NoError(t, server.Close())
	requireGone(t, pid)
	again := start(t, localpg.Config{Dir: renamed})
	require.Equal(t, "1", query(t, again.URL("postgres"), "select '1'"))
	require.NoError(t, again.Close())
	require.NoError(t, os.Rename(renamed, dir)) // for the clean-up
}

func TestADirectoryRenamedToWhatCannotHoldTheSocketIsRefused(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	server := start(t, localpg.Config{Dir: dir})
	long := filepath.Join(filepath.Dir(dir), strings.Repeat("long", 30))
	require.NoError(t, os.Rename(dir, long))
	_, err := localpg.Start(t.Context(), localpg.Config{Dir: long})
	require.ErrorContains(t, err, "PostgreSQL runs in "+long+", but was started under another path")
	require.NoError(t, os.Rename(long, dir))
	require.NoError(t, server.Close())
}

func TestAStartInACopyOfARunningServersDirectory(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	original := start(t, localpg.Config{Dir: dir})
	copied := filepath.Join(filepath.Dir(dir), "copied")
	require.NoError(t, exec.Command("cp", "-a", dir, copied).Run())

	server := start(t, localpg.Config{Dir: copied})
	require.NotEqual(t, pidOf(t, original), pidOf(t, server))
	require.Equal(t, copied+"/data", query(t, server.URL("postgres"), "show data_directory"))
	require.NoError(t, server.Close())
	require.Equal(t, dir+"/data", query(t, original.URL("postgres"), "show data_directory"))
}

func TestAStartWhenAnotherProcessHasTheIDOfTheKilledServer(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	user := startUser(t, dir)
	pid, _ := user.ready(t)
	file := filepath.Join(dir, "data", "postmaster.pid")
	genuine, err := os.ReadFile(file)
	require.NoError(t, err)
	killKeeper(t, dir)
	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
	user.kill()
	requireGone(t, pid)

	lines := strings.SplitAfter(string(genuine), "\n")
	lines[0] = strconv.Itoa(os.Getpid()) + "\n"
	elsewhere := strings.ReplaceAll(strings.Join(lines, ""), dir, "/nowhere")
	for _, stale := range []string{strings.Join(lines, ""), strings.Join(lines[:4], ""), elsewhere} {
		require.NoError(t, os.WriteFile(file, []byte(stale), 0o600))
		if owner := ownerOf(t, dir); owner != nil {
			require.NoError(t, os.Chown(file, int(owner.Uid), int(owner.Gid)))
		}
		server := start(t, localpg.Config{Dir: dir})
		require.Equal(t, "1", query(t, server.URL("postgres"), "select '1'"))
		require.NoError(t, server.Close())
	}
}

func TestDataWithoutAVersionIsRefused(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	require.NoError(t, os.Truncate(filepath.Join(dir, "data", "PG_VERSION"), 0))
	_, err := localpg.Start(t.Context(), localpg.Config{Dir: dir})
	require.EqualError(t, err, "start PostgreSQL: "+dir+"/data/PG_VERSION names no version, so the data is damaged: move it away to start anew")
}

func TestAPathThatIsTooLongIsRefused(t *testing.T) {
	t.Parallel()
	dir := newDir(t) + strings.Repeat("/"+strings.Repeat("long", 50), 5)
	_, err := localpg.Start(t.Context(), localpg.Config{Dir: dir})
	require.ErrorContains(t, err, "PostgreSQL can use 940: choose a shorter one")
}

// attempts lists what initdb has not completed.
func attempts(t *testing.T, dir string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(dir, "data.new*"))
	require.NoError(t, err)
	return found
}

func TestPlaces(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	server := start(t, localpg.Config{Dir: dir})
	require.Equal(t, "320", query(t, server.URL("postgres"), "show max_connections"), "20 for each program")
	for i := range 15 {
		taken, err := os.OpenFile(filepath.Join(dir, fmt.Sprintf("place-%d", i+2)), os.O_RDWR|os.O_CREATE, 0o600)
		require.NoError(t, err)
		t.Cleanup(func() { taken.Close() })
		if owner := ownerOf(t, dir); owner != nil {
			require.NoError(t, taken.Chown(int(owner.Uid), int(owner.Gid)))
		}
		if i < 14 {
			require.NoError(t, syscall.Flock(int(taken.Fd()), syscall.LOCK_EX))
			continue
		}
		last := start(t, localpg.Config{Dir: dir})
		_, err = localpg.Start(t.Context(), localpg.Config{Dir: dir})
		require.EqualError(t, err, "start PostgreSQL: 16 programs use the PostgreSQL in "+dir+
			" already, which is as many as it has connections for: end one of them, or choose another directory")
		require.NoError(t, last.Close())
	}
	require.NoError(t, start(t, localpg.Config{Dir: dir}).Close())
}

// It ends at once when it is no longer wanted.
