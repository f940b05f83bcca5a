package e2e

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/childenv"
	"go-crablet/internal/effort"
	"go-crablet/internal/journal"
	"go-crablet/internal/memdir"
)

// patience is how long to wait for what has to happen sooner or later. It is no
// measure of speed.
const patience = 60 * time.Second

// program builds the binary once.
var program = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "webapp-e2e-")
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, "webapp")
	output, err := exec.Command("go", "build", "-o", path, "go-crablet/cmd/webapp").CombinedOutput()
	if err != nil {
		return "", &exec.Error{Name: string(output), Err: err}
	}
	return path, nil
})

// everyday are the tests of an everyday run: a visitor's first minute, a conflict, a race, and what happens to
// them when a press comes twice, a connection is lost, or a process is killed.
var everyday = []string{
	"TestADoubleClickHasOneEffect",
	"TestALostConnectionIsSaidAndHeals",
	"TestTheMinuteOfTheReadme",
	"TestThreePressesLeadToTheFirstConflict",
	"TestTwelveRaceForFiveSeats",
	"TestWhatWasAcknowledgedSurvivesKill9",
}

func TestMain(m *testing.M) {
	effort.Everyday(everyday...)
	effort.SideBySide()
	code := m.Run()
	if !testing.Short() {
		if path, err := program(); err == nil {
			os.RemoveAll(filepath.Dir(path))
		}
	}
	os.Exit(code)
}

// A process is a running webapp.
type process struct {
	t      testing.TB
	cmd    *exec.Cmd
	url    string // "http://127.0.0.1:12345"
	stderr *journal.Journal

	listening chan string // where
	exited    chan struct{}
}

// command prepares the program with the given settings, as NAME=value. Of our own
// environment it gets what it needs to find its home, PostgreSQL and the internet.
func command(t testing.TB, env []string, args ...string) *exec.Cmd {
	t.Helper()
	path, err := program()
	require.NoError(t, err)
	cmd := exec.Command(path, args...)
	names := []string{
		"HOME", "XDG_DATA_HOME", "TMPDIR", "NPM_CONFIG_REGISTRY", "GOCOVERDIR",
		"PGPASSWORD", "PGPASSFILE", "PGSSLMODE", "PGSSLROOTCERT", // of the server that TEST_DATABASE_URL names
	}
	names = append(names, childenv.Proxies...)
	cmd.Env = append(childenv.Only(append(names, childenv.Libraries...)...), env...)
	return cmd
}

func TestTheProgramGetsNoSettingsOfOurs(t *testing.T) {
	for _, name := range []string{"SESSION_KEY", "REGISTRAR_PASSCODE", "DCB_API_TOKEN", "DATABASE_URL", "LOG_FORMAT", "AWS_SECRET_ACCESS_KEY"} {
		t.Setenv(name, "ours")
	}
	cmd := command(t, []string{"SESSION_KEY=given"})
	require.Contains(t, cmd.Env, "SESSION_KEY=given")
	for _, setting := range cmd.Env {
		require.NotContains(t, setting, "=ours")
	}
}

// start runs the program until it says where it listens. It is killed at the end
// of the test if it still runs.
func start(t testing.TB, env []string, args ...string) *process {
	t.Helper()
	p := begin(t, env, args...)
	p.listens()
	return p
}

// begin begins to start the program, as start does. Tests look at pages faster than people
// do, so no share of time is set unless a test sets one.
func begin(t testing.TB, env []string, args ...string) *process {
	t.Helper()
	args = append([]string{"-addr", "127.0.0.1:0", "-costly-share", "0"}, args...)
	p := &process{t: t, cmd: command(t, env, args...), stderr: &journal.Journal{}, listening: make(chan string, 1), exited: make(chan struct{})}
	p.cmd.Stderr = io.MultiWriter(p.stderr, t.Output())
	stdout, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())

	go func() {
		lines := bufio.NewScanner(stdout)
		for lines.Scan() {
			if url, ok := strings.CutPrefix(lines.Text(), "listening on "); ok {
				p.listening <- url
			}
		}
		p.cmd.Wait()
		close(p.exited)
	}()
	t.Cleanup(func() {
		p.cmd.Process.Kill()
		<-p.exited
	})
	return p
}

// listens waits until the program says where it listens.
func (p *process) listens() {
	p.t.Helper()
	select {
	case p.url = <-p.listening:
	case <-p.exited:
		require.Fail(p.t, "the program ended instead of listening", p.stderr.String())
	case <-time.After(patience):
		require.Fail(p.t, "the program does not listen", p.stderr.String())
	}
}

// stop sends a signal, waits for the end and returns the exit code.
func (p *process) stop(signal syscall.Signal) int {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Signal(signal))
	select {
	case <-p.exited:
	case <-time.After(patience):
		require.Fail(p.t, "the program does not stop", p.stderr.String())
	}
	return p.cmd.ProcessState.ExitCode()
}

// failure runs the program, which has to end by itself with exit code 1, and
// returns the one line that it leaves.
func failure(t testing.TB, env []string, args ...string) string {
	t.Helper()
	cmd := command(t, env, args...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	err := cmd.Run()
	require.Error(t, err, "the program has to fail")
	require.Equal(t, 1, cmd.ProcessState.ExitCode(), stderr.String())
	var said []string
	for line := range strings.Lines(stderr.String()) {
		if sentence, ok := strings.CutPrefix(line, "webapp: "); ok {
			said = append(said, strings.TrimSpace(sentence))
		}
	}
	require.Len(t, said, 1, "one sentence, in:\n%s", stderr.String())
	return said[0]
}

// health is the status of /healthz, or 0 when nobody answers.
func (p *process) health() int {
	client := http.Client{Timeout: 5 * time.Second}
	response, err := client.Get(p.url + "/healthz")
	if err != nil {
		return 0
	}
	response.Body.Close()
	return response.StatusCode
}

// eventually waits until something is so.
func eventually(t testing.TB, what string, so func() bool) {
	t.Helper()
	require.Eventually(t, so, patience, 20*time.Millisecond, what)
}

// dataDir returns a directory that also the user of PostgreSQL can enter, whoever
// runs the test.
func dataDir(t testing.TB) string {
	t.Helper()
	dir, err := memdir.Make("webapp-data-")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
