//go:build linux || darwin

package localpg_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/localpg"
)

// postmaster.pid belongs to the server's account, and root must not signal whatever it names.
func TestASignal(t *testing.T) {
	t.Parallel()

	t.Run("reaches no process that the server's account has named instead of the server", func(t *testing.T) {
		t.Parallel()
		dir := madeDir(t)
		orphan := orphanIn(t, dir)
		data := filepath.Join(dir, "data")
		genuine, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
		require.NoError(t, err)

		// Root's own process with all the looks of the server: only the credentials of the
		// signal tell. If we are the server's user, so is it, and it works elsewhere.
		works := data
		if os.Geteuid() != 0 {
			works = "/"
		}
		victim := newVictim(t, works, nil, data)
		forge(t, data, genuine, fmt.Sprint(victim.Process.Pid), now())
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = localpg.Start(ctx, localpg.Config{Dir: dir})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.True(t, alive(t, victim), "it was hit")
		require.NoError(t, syscall.Kill(orphan, 0), "nobody knew which process it was")

		writeInPlace(t, filepath.Join(data, "postmaster.pid"), genuine)
		server := start(t, localpg.Config{Dir: dir})
		require.NotEqual(t, orphan, pidOf(t, server))
	})

	t.Run("is for the process that started when the server did, and works in its data, and for one only", func(t *testing.T) {
		t.Parallel()
		dir := madeDir(t)
		server := start(t, localpg.Config{Dir: dir})
		pid := pidOf(t, server)
		data := filepath.Join(dir, "data")
		account := ownerOf(t, dir)
		elsewhere := newVictim(t, "/", account, dir)
		inTheData := newVictim(t, data, account, data)
		genuine, err := os.ReadFile(filepath.Join(data, "postmaster.pid"))
		require.NoError(t, err)
		for _, named := range []struct{ pid, started string }{
			{"-1", now()},
			{"0", now()},
			{"1", now()},
			{fmt.Sprint(-pid), now()},
			{"", now()},
			{fmt.Sprint(elsewhere.Process.Pid), now()},
			{fmt.Sprint(inTheData.Process.Pid), "1000000000"},
		} {
			forge(t, data, genuine, named.pid, named.started)
			got, ok := server.PID()
			require.False(t, ok, "%v: taken for the server: %d", named, got)
		}
		writeInPlace(t, filepath.Join(data, "postmaster.pid"), genuine)
		require.Equal(t, pid, pidOf(t, server))
	})
}

// orphanIn leaves a server in dir that has neither a keeper nor a user.
func orphanIn(t *testing.T, dir string) (pid int) {
	t.Helper()
	user := startUser(t, dir)
	pid, _ = user.ready(t)
	killKeeper(t, dir)
	user.kill()
	return pid
}

// newVictim starts a process of the test's own that ends when it is interrupted. Its command
// line looks like that of a server.
func newVictim(t *testing.T, dir string, account *syscall.Credential, data string) *exec.Cmd {
	t.Helper()
	cmd := exec.Command("/bin/sh", "-c", "echo ready; while :; do sleep 0.1; done", "-D", data)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: account, Setpgid: true}
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may have been hit
		_ = cmd.Wait()
	})
	_, err = fmt.Fscanln(out, new(string))
	require.NoError(t, err)
	return cmd
}

// alive reports whether a process has not ended. It has not been waited for.
func alive(t *testing.T, cmd *exec.Cmd) bool {
	t.Helper()
	return !strings.HasPrefix(ps(t, "stat=", cmd.Process.Pid), "Z")
}

func now() string { return fmt.Sprint(time.Now().Unix()) }

// forge makes postmaster.pid name another process, and say when it was started.
func forge(t *testing.T, data string, genuine []byte, pid, started string) {
	t.Helper()
	lines := strings.Split(string(genuine), "\n")
	lines[0], lines[2] = pid, started
	writeInPlace(t, filepath.Join(data, "postmaster.pid"), []byte(strings.Join(lines, "\n")))
}

// writeInPlace keeps the owner of the file.
func writeInPlace(t *testing.T, name string, content []byte) {
	t.Helper()
	require.NoError(t, os.WriteFile(name, content, 0o600))
}
