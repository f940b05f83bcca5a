//go:build linux || darwin

package localpg_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
	"go-crablet/internal/localpg"
	"go-crablet/internal/memdir"
)

// TestMain turns the test program into another process that uses a server, if the
// environment says so.
func TestMain(m *testing.M) {
	if dir, ok := os.LookupEnv("LOCALPG_TEST_USE"); ok {
		use(dir)
	}
	effort.Everyday() // nearly all of them start servers
	effort.SideBySide()
	code := m.Run()
	if original.top != "" {
		os.RemoveAll(original.top)
	}
	os.Exit(code)
}

// use starts or joins the server in dir, or a throw-away one if that is empty,
// tells its process id and URL, and then does nothing until it is killed.
func use(dir string) {
	if os.Getenv("LOCALPG_TEST_STARTING") != "" {
		fmt.Println("starting")
	}
	server, err := localpg.Start(context.Background(), localpg.Config{Dir: dir, Ephemeral: dir == ""})
	if err != nil {
		fmt.Println("failed:", err)
		os.Exit(1)
	}
	if os.Getenv("LOCALPG_TEST_CHILD") != "" {
		if err := exec.Command("sleep", "1h").Start(); err != nil {
			panic(err)
		}
	}
	pid, _ := server.PID()
	fmt.Println(pid, server.URL("postgres"))
	select {}
}

// A user is another process that uses a server.
type user struct {
	cmd *exec.Cmd
	out *bufio.Reader
}

func startUser(t *testing.T, dir string, env ...string) *user {
	t.Helper()
	return startCommand(t, exec.Command(os.Args[0]), dir, env...)
}

// startCommand starts a command that runs this program.
func startCommand(t *testing.T, cmd *exec.Cmd, dir string, env ...string) *user {
	t.Helper()
	cmd.Env = append(os.Environ(), "LOCALPG_TEST_USE="+dir)
	cmd.Env = append(cmd.Env, env...)
	cmd.Stderr = os.Stderr
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	u := &user{cmd, bufio.NewReader(out)}
	t.Cleanup(u.kill)
	return u
}

// ready waits until the user has its server.
func (u *user) ready(t *testing.T) (pid int, databaseURL string) {
	t.Helper()
	_, err := fmt.Fscanln(u.out, &pid, &databaseURL)
	require.NoError(t, err)
	return pid, databaseURL
}

// kill is kill -9.
func (u *user) kill() {
	u.cmd.Process.Kill()
	u.cmd.Wait()
}

func start(t *testing.T, cfg localpg.Config) *localpg.Server {
	t.Helper()
	cfg.Log = slog.New(slog.NewTextHandler(t.Output(), nil))
	server, err := localpg.Start(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, server.Close()) })
	return server
}

func pidOf(t *testing.T, server *localpg.Server) int {
	t.Helper()
	pid, ok := server.PID()
	require.True(t, ok, "no server is running")
	return pid
}

// newDir returns a directory that doesn't exist yet. Unlike t.TempDir's, it can be
// reached by the user who runs the server if we are root.
func newDir(t *testing.T) string {
	t.Helper()
	dir, err := memdir.Make("localpg-test-")
	require.NoError(t, err)
	t.Cleanup(func() {
		requireNoServerIn(t, dir)
		// An initdb whose user was killed has no postmaster.pid, and writes until it ends.
		require.Eventually(t, func() bool { return os.RemoveAll(dir) == nil }, patience, often, "somebody still writes to %s", dir)
	})
	return filepath.Join(dir, "server")
}

// original is what [madeDir] copies.
var original struct {
	once sync.Once
	top  string // holds the directory of a server that was made and has ended
	bin  string // of the programs that made it
	err  error
}

func makeOriginal() error {
	var err error
	if original.top, err = memdir.Make("localpg-test-"); err != nil {
		return err
	}
	server, err := localpg.Start(context.Background(), localpg.Config{Dir: filepath.Join(original.top, "server")})
	if err != nil {
		return err
	}
	if pid, ok := server.PID(); ok {
		var program string
		if program, err = programRunBy(pid); err == nil {
			original.bin = filepath.Dir(program)
		}
	}
	return errors.Join(err, server.Close())
}

// madeDir returns a directory that has data already, and no server. It is a copy, and spares
// a test that is about something else the time that initdb takes.
func madeDir(t *testing.T) string {
	t.Helper()
	original.once.Do(func() { original.err = makeOriginal() })
	require.NoError(t, original.err)
	dir := newDir(t)
	output, err := exec.Command("cp", "-a", filepath.Join(original.top, "server"), dir).CombinedOutput()
	require.NoError(t, err, string(output))
	return dir
}

// installed returns the directory of the programs that a usual start finds.
func installed(t *testing.T) string {
	t.Helper()
	original.once.Do(func() { original.err = makeOriginal() })
	require.NoError(t, original.err)
	require.NotEmpty(t, original.bin)
	return original.bin
}

// requireNoServerIn waits for the servers with their data anywhere below dir: who was
// killed leaves one that stops a moment later, and writes until then.
func requireNoServerIn(t *testing.T, dir string) {
	t.Helper()
	// What can't be entered, or goes meanwhile, has no server.
	filepath.WalkDir(dir, func(path string, _ fs.DirEntry, _ error) error {
		if filepath.Base(path) != "postmaster.pid" {
			return nil
		}
		var pid int
		if file, err := os.ReadFile(path); err == nil {
			if _, err := fmt.Sscan(string(file), &pid); err == nil {
				requireGone(t, pid)
			}
		}
		return nil
	})
}

// query runs a statement on the server that has just been started, and returns
// the one value of its result.
func query(t require.TestingT, databaseURL, sql string) string {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, databaseURL)
	require.NoError(t, err)
	defer conn.Close(ctx)
	rows, err := conn.Query(ctx, sql)
	require.NoError(t, err)
	values, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	return strings.Join(values, " ")
}

// script runs several statements and returns the one value of the last.
func script(t *testing.T, databaseURL, sql string) string {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), databaseURL)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	results, err := conn.PgConn().Exec(t.Context(), sql).ReadAll()
	require.NoError(t, err)
	return string(results[len(results)-1].Rows[0][0])
}

const (
	patience = time.Minute
	often    = 5 * time.Millisecond
)

func requireGone(t *testing.T, pid int) {
	t.Helper()
	require.Eventually(t, func() bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) },
		patience, often, "the server is still there")
}

// countProcesses returns how many processes mention dir on their command line.
func countProcesses(t *testing.T, dir string) int {
	t.Helper()
	output, err := exec.Command("ps", "-A", "-o", "args=").Output()
	require.NoError(t, err)
	return strings.Count(string(output), dir+"/data")
}
