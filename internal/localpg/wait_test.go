//go:build linux || darwin

package localpg_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/journal"
	"go-crablet/internal/localpg"
)

func TestAStartSaysThatItWaitsForAProgramThatWasStopped(t *testing.T) {
	t.Parallel()
	dir := newDir(t)
	stopped := startUser(t, dir)
	require.Eventually(t, func() bool { return len(attempts(t, dir)) == 1 }, patience, time.Millisecond)
	require.NoError(t, stopped.cmd.Process.Signal(syscall.SIGSTOP))

	said := &journal.Journal{}
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

	said := &journal.Journal{}
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
