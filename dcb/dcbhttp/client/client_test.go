package main

import (
	"bufio"
	"bytes"
	"context"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbhttp"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

// clients are the programs, as one starts them.
func clients(t *testing.T) map[string]string {
	t.Helper()
	effort.OnlyAll(t, "the go command and curl")
	_, err := exec.LookPath("curl")
	require.NoError(t, err, "install curl, which client.sh needs")
	program := filepath.Join(t.TempDir(), "client")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput()
	require.NoError(t, err, "%s", out)
	return map[string]string{"in Go": program, "with curl": "./client.sh"}
}

func TestTheClientsTakeASeatOnceAndFollow(t *testing.T) {
	t.Parallel()
	for name, program := range clients(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := pgtest.New(t)
			store, err := dcb.NewEventStore(t.Context(), pool)
			require.NoError(t, err)
			t.Cleanup(store.Close)
			api := dcbhttp.New(dcbhttp.Config{Log: store, Ping: pool.Ping, Logger: slog.New(slog.DiscardHandler)})
			server := httptest.NewServer(api)
			t.Cleanup(server.Close)
			t.Cleanup(api.Close)

			ada := startClient(t, program, server.URL, "12A", "ada")
			require.Regexp(t, `"appendConditionFailed":false}$`, ada.line())
			const first = `{"type":"SeatTaken","tags":["seat:12A"],"data":"ada","position":1}`
			require.Equal(t, first, ada.line())
			kofi := startClient(t, program, server.URL, "12A", "kofi")
			require.Regexp(t, `"appendConditionFailed":true}$`, kofi.line())
			require.Equal(t, first, kofi.line())

			server.CloseClientConnections()
			mira := startClient(t, program, server.URL, "12B", "mira")
			require.Regexp(t, `"appendConditionFailed":false}$`, mira.line())
			const second = `{"type":"SeatTaken","tags":["seat:12B"],"data":"mira","position":2}`
			require.Equal(t, second, ada.line(), "after the stream was lost, it goes on after the first event")
			require.Equal(t, second, kofi.line())

			// The log loses its end: the clients are told so by the server, and stop.
			for _, table := range []string{"dcb_event_tag", "dcb_event"} {
				_, err = pool.Exec(t.Context(), `delete from `+table+` where position = 2`)
				require.NoError(t, err)
			}
			server.CloseClientConnections()
			require.ErrorContains(t, ada.wait(), "exit status 1")
			require.Contains(t, ada.stderr.String(), "Another event stands at position 2 than the one that you name, or none")
		})
	}
}

func TestTheClientInGoHasFiftyLinesAtMost(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("main.go")
	require.NoError(t, err)
	require.LessOrEqual(t, bytes.Count(source, []byte("\n")), 50)
}

// A running is a client that runs.
type running struct {
	t      *testing.T
	cmd    *exec.Cmd
	lines  *bufio.Scanner
	stderr bytes.Buffer
}

func startClient(t *testing.T, program string, args ...string) *running {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	r := &running{t: t, cmd: exec.CommandContext(ctx, program, args...)}
	r.cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	r.cmd.Stderr = &r.stderr
	r.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // the script starts others
	r.cmd.Cancel = func() error { return syscall.Kill(-r.cmd.Process.Pid, syscall.SIGKILL) }
	out, err := r.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, r.cmd.Start())
	r.lines = bufio.NewScanner(out)
	t.Cleanup(func() {
		cancel()
		_ = r.cmd.Wait()
	})
	return r
}

func (r *running) line() string {
	r.t.Helper()
	require.True(r.t, r.lines.Scan(), "the client ended: %v %s", r.lines.Err(), &r.stderr)
	return r.lines.Text()
}

// wait returns how the client ended.
func (r *running) wait() error {
	for r.lines.Scan() {
	}
	return r.cmd.Wait()
}
