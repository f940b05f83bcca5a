//go:build linux || darwin

package localpg_test

import (
	"context"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
	"go-crablet/internal/localpg"
)

// Nothing is lost: the server shuts down as if it had been asked to.
func TestALeashStopsTheServerWhenItsOnlyUserIsKilled(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	user := startUser(t, dir)
	pid, databaseURL := user.ready(t)
	query(t, databaseURL, "create table kept as select 'still here' as word")
	user.kill()
	requireGone(t, pid)

	server := start(t, localpg.Config{Dir: dir})
	require.Equal(t, "still here", query(t, server.URL("postgres"), "select word from kept"))
	log, err := os.ReadFile(filepath.Join(dir, "log"))
	require.NoError(t, err)
	require.NotContains(t, string(log), "not properly shut down")
}

// So it does not matter who leaves first.
func TestEveryUserHoldsTheLeash(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	first := startUser(t, dir)
	pid, _ := first.ready(t)
	second := startUser(t, dir)
	joined, _ := second.ready(t)
	require.Equal(t, pid, joined)
	third := start(t, localpg.Config{Dir: dir})
	require.Equal(t, pid, pidOf(t, third))

	first.kill()
	fourth := startUser(t, dir)
	joined, _ = fourth.ready(t)
	require.Equal(t, pid, joined)
	require.NoError(t, third.Close())
	second.kill()
	require.Equal(t, "1", query(t, third.URL("postgres"), "select '1'"))
	fourth.kill()
	requireGone(t, pid)
}

func TestChildrenOfAUserDoNotInheritTheLeash(t *testing.T) {
	t.Parallel()
	user := startUser(t, madeDir(t), "LOCALPG_TEST_CHILD=yes")
	t.Cleanup(func() { syscall.Kill(-user.cmd.Process.Pid, syscall.SIGKILL) }) // the child, who would sleep for an hour
	pid, _ := user.ready(t)
	user.cmd.Process.Kill() // and no Wait: the child stays
	requireGone(t, pid)
}

// The server is in a process group of its own.
func TestCtrlCDoesNotReachTheServer(t *testing.T) {
	t.Parallel()
	pid := pidOf(t, start(t, localpg.Config{Dir: madeDir(t)}))
	group, err := syscall.Getpgid(pid)
	require.NoError(t, err)
	require.NotEqual(t, syscall.Getpgrp(), group)
}

func TestCloseLeavesNoProcessBehind(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	server := start(t, localpg.Config{Dir: dir})
	require.NotZero(t, countProcesses(t, dir))
	require.NoError(t, server.Close())
	require.Zero(t, countProcesses(t, dir))
	require.NoError(t, server.Close(), "closing twice")
}

func TestTheLastCloseLeavesNoProcessBehindWhoeverStartedTheServer(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	user := startUser(t, dir)
	user.ready(t)
	server := start(t, localpg.Config{Dir: dir})
	user.kill()
	require.NoError(t, server.Close())
	require.Zero(t, countProcesses(t, dir))
}

func TestCloseLeavesNoProcessBehindIfTheKeeperWasKilled(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	server := start(t, localpg.Config{Dir: dir})
	killKeeper(t, dir)
	require.NoError(t, server.Close())
	require.Zero(t, countProcesses(t, dir))
}

func TestTheDirectoryOfAThrowAwayServerIsRemoved(t *testing.T) {
	t.Parallel()
	user := startUser(t, "")
	pid, databaseURL := user.ready(t)
	dir := filepath.Dir(query(t, databaseURL, "show data_directory"))
	user.kill()
	requireGone(t, pid)
	require.Eventually(t, func() bool { return !exists(dir) }, patience, often)

	server := start(t, localpg.Config{Ephemeral: true})
	dir = filepath.Dir(query(t, server.URL("postgres"), "show data_directory"))
	require.NoError(t, server.Close())
	require.NoDirExists(t, dir)
}

func TestAServerStopsIfItsUserDiesWhileItStarts(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	for range effort.Times(3, 20) {
		user := startUser(t, dir, "LOCALPG_TEST_STARTING=yes")
		_, err := user.out.ReadString('\n')
		require.NoError(t, err)
		time.Sleep(rand.N(60 * time.Millisecond)) // the fault comes at any moment
		user.kill()
		require.Eventually(t, func() bool { return countProcesses(t, dir) == 0 }, patience, often,
			"the server has outlived its user")
	}
}

func TestAServerThatIsJoinedWhileItsLastUserDiesStays(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	for range effort.Times(3, 20) {
		user := startUser(t, dir)
		user.ready(t)
		go func() {
			time.Sleep(rand.N(10 * time.Millisecond)) // the fault comes at any moment
			user.cmd.Process.Kill()
		}()
		server, err := localpg.Start(t.Context(), localpg.Config{Dir: dir})
		require.NoError(t, err)
		user.cmd.Wait()
		pid := pidOf(t, server)
		for range 20 {
			require.Equal(t, "1", query(t, server.URL("postgres"), "select '1'"))
		}
		require.Equal(t, pid, pidOf(t, server), "the server was joined while it was shutting down")
		require.NoError(t, server.Close())
	}
}

func TestProcessesThatStartAtTheSameTimeShareOneServer(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	var users []*user
	for range 8 {
		users = append(users, startUser(t, dir))
	}
	pids := map[int]bool{}
	for _, user := range users {
		pid, _ := user.ready(t)
		pids[pid] = true
	}
	require.Len(t, pids, 1)
}

func TestAServerStartsAgainAfterKill9OfItAndItsUser(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	user := startUser(t, dir)
	pid, databaseURL := user.ready(t)
	query(t, databaseURL, "create table kept as select 'still here' as word")
	killKeeper(t, dir)
	require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))
	user.kill()
	require.FileExists(t, filepath.Join(dir, "data", "postmaster.pid"))

	server := start(t, localpg.Config{Dir: dir})
	require.Equal(t, "still here", query(t, server.URL("postgres"), "select word from kept"))
}

func TestAServerWithoutALeashIsReplaced(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	user := startUser(t, dir)
	pid, _ := user.ready(t)
	killKeeper(t, dir)
	user.kill()

	server := start(t, localpg.Config{Dir: dir})
	require.NotEqual(t, pid, pidOf(t, server))
	requireGone(t, pid)
}

// It leaves no process behind. Each start has more time than the one before: a thorough run adds
// 4 ms each time, a usual one 20 ms.
func TestStartGivesUpWhenItsContextIsDone(t *testing.T) {
	t.Parallel()
	dir := madeDir(t)
	more := time.Duration(effort.Times(20, 4)) * time.Millisecond
	for limit := time.Millisecond; ; limit += more {
		ctx, cancel := context.WithTimeout(t.Context(), limit)
		server, err := localpg.Start(ctx, localpg.Config{Dir: dir})
		cancel()
		if err == nil {
			require.NoError(t, server.Close())
			break
		}
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Zero(t, countProcesses(t, dir))
	}
}

func TestWatch(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGKILL, syscall.SIGINT} {
		t.Run("starts the server again after "+signal.String(), func(t *testing.T) {
			t.Parallel()
			dir := madeDir(t)
			server := start(t, localpg.Config{Dir: dir})
			other := start(t, localpg.Config{Dir: dir})
			databaseURL := server.URL("postgres")
			query(t, databaseURL, "create table kept as select 'still here' as word")
			for range effort.Times(2, 3) { // it does so again and again
				pid := pidOf(t, server)
				require.NoError(t, syscall.Kill(pid, signal))
				require.EventuallyWithT(t, func(c *assert.CollectT) {
					again, ok := server.PID()
					require.True(c, ok)
					require.NotEqual(c, pid, again)
					require.Equal(c, "still here", query(c, databaseURL, "select word from kept"))
				}, patience, often)
			}
			require.NoError(t, server.Close())
			require.EventuallyWithT(t, func(c *assert.CollectT) { // the other may have been about to start it again
				require.Equal(c, "still here", query(c, databaseURL, "select word from kept"))
			}, patience, often)
			require.NoError(t, other.Close())
			require.Zero(t, countProcesses(t, dir))
		})
	}
}

// killKeeper kills -9 the two processes of the keeper of the server in dir.
func killKeeper(t *testing.T, dir string) {
	t.Helper()
	output, err := exec.Command("ps", "-A", "-o", "pid=,args=").Output()
	require.NoError(t, err)
	killed := 0
	for _, process := range processesOf(string(output), dir) {
		require.NoError(t, syscall.Kill(process, syscall.SIGKILL))
		killed++
	}
	require.Equal(t, 2, killed)
}

// processesOf finds the processes of dir's keeper in what ps says. Their command
// line holds the whole script.
func processesOf(ps, dir string) (pids []int) {
	for line := range strings.Lines(ps) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[1] != "/bin/sh" || !strings.Contains(line, dir+"/data") {
			continue
		}
		if pid, err := strconv.Atoi(fields[0]); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}
