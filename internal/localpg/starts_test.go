//go:build linux || darwin

package localpg_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
	"go-crablet/internal/localpg"
)

func TestAStartAfterKill9WhileInitdbRuns(t *testing.T) {
	t.Parallel()
	for range effort.Times(2, 4) {
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
func TestAStartSaysThatItWaitsForAProgramThatWasStopped(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	stopped := startUser(t, dir)
	require.Eventually(t, func() bool { return len(attempts(t, dir)) == 1 }, patience, time.Millisecond)
	require.NoError(t, stopped.cmd.Process.Signal(syscall.SIGSTOP))

	said := &journal{}
	ctx, cancel := context.WithCancelCause(t.Context())
	ended := make(chan error, 1)
	go func() {
		_, err := localpg.Start(ctx, localpg.Config{Dir: dir, Log: slog.New(slog.NewTextHandler(said, nil))})
		ended <- err
	}()
	who := fmt.Sprintf("it starts or ends PostgreSQL, or was stopped while it did\" lock=%s/lock process=%d", dir, stopped.cmd.Process.Pid)
	require.Eventually(t, func() bool { return strings.Contains(said.String(), who) }, patience, often)
	interrupt := errors.New("interrupted")
	cancelled := time.Now()
	cancel(interrupt)
	require.ErrorIs(t, <-ended, interrupt)
	require.Less(t, time.Since(cancelled), 5*time.Second, "it took the bound on the end of a server, too")
	require.Equal(t, 1, strings.Count(said.String(), who))

	require.NoError(t, stopped.cmd.Process.Signal(syscall.SIGCONT))
	stopped.ready(t)
}

// The user of that server ends it.
func TestAStartGivesUpOnAServerThatWasStopped(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	server := start(t, localpg.Config{Dir: dir})
	pid := pidOf(t, server)
	halt(t, pid)

	said := &journal{}
	_, err := localpg.Start(t.Context(), localpg.Config{Dir: dir, Log: slog.New(slog.NewTextHandler(said, nil))})
	require.ErrorContains(t, err, fmt.Sprintf("PostgreSQL (process %d) in %s does not answer: let it go on with kill -CONT", pid, dir))
	require.Contains(t, said.String(), "PostgreSQL is not ready yet, and is waited for")

	require.NoError(t, server.Close())
	requireGone(t, pid)
	require.NoError(t, start(t, localpg.Config{Dir: dir}).Close())
}

func TestAServerThatWasStoppedEndsWhenItsLastUserIsKilled(t *testing.T) {
	t.Parallel()
	user := startUser(t, madeDir(t))
	pid, _ := user.ready(t)
	halt(t, pid)
	user.kill()
	requireGone(t, pid)
}

func TestAServerThatWasStoppedAndLeftBehindIsReplaced(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	user := startUser(t, dir)
	pid, _ := user.ready(t)
	halt(t, pid)
	killKeeper(t, dir)
	user.kill()
	server := start(t, localpg.Config{Dir: dir})
	require.NotEqual(t, pid, pidOf(t, server))
}

// halt stops a server. One that the test could not end goes on when the test has failed.
func halt(t *testing.T, pid int) {
	t.Helper()
	require.NoError(t, syscall.Kill(pid, syscall.SIGSTOP))
	t.Cleanup(func() {
		if t.Failed() {
			_ = syscall.Kill(pid, syscall.SIGINT) // it may have ended
			_ = syscall.Kill(pid, syscall.SIGCONT)
		}
	})
}

func TestAThrowAwayServerThatIsKilledWhileInitdbRunsLeavesNothing(t *testing.T) {
	t.Parallel()
	for range effort.Times(2, 4) {
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

// A journal is what was logged, for several goroutines.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(b)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}
