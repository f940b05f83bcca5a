//go:build linux || darwin

package pgpair

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// A Server is one of the two. Its data and its address stay the same when it is stopped
// and started again.
type Server struct {
	pair *Pair
	name string // of its directory
	port int

	cmd    *exec.Cmd
	ended  chan struct{} // closed when the process is gone; nil before the first start
	frozen []int         // the processes that Freeze stopped
}

// URL returns the URL of the database "postgres" on this server alone.
func (s *Server) URL() string {
	return s.pair.programs.URL(s.pair.address(s.Address()))
}

// Address returns the server's host and port.
func (s *Server) Address() string { return net.JoinHostPort(host, strconv.Itoa(s.port)) }

func (s *Server) dir() string { return filepath.Join(s.pair.programs.Dir, s.name) }

func (s *Server) log() string { return s.dir() + ".log" }

// Start starts the server as it was when it stopped: a primary is a primary again. It
// returns when the server accepts connections.
func (s *Server) Start(t testing.TB) {
	t.Helper()
	if s.running() {
		t.Fatalf("the %s is running already", s.name)
	}
	log, err := os.OpenFile(s.log(), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	args := []string{"-D", s.dir(), "-p", strconv.Itoa(s.port), "-c", "unix_socket_directories=" + s.pair.programs.Dir}
	for _, setting := range settings {
		args = append(args, "-c", setting)
	}
	s.cmd = s.pair.programs.Command(context.Background(), "postgres", args...)
	s.cmd.Stdout, s.cmd.Stderr = log, log
	s.cmd.SysProcAttr.Setsid = true // Ctrl-C is for the test, which ends the server then
	if err := s.cmd.Start(); err != nil {
		t.Fatalf("start the %s: %v", s.name, err)
	}
	cmd, ended := s.cmd, make(chan struct{})
	go func() {
		_ = cmd.Wait()
		close(ended)
	}()
	s.ended = ended
	s.pair.tellKeeper(t)
	Await(t, "the "+s.name+" accepts connections", func(ctx context.Context) (bool, error) {
		if !s.running() {
			t.Fatalf("the %s did not start:\n%s", s.name, s.lastOfLog())
		}
		conn, err := pgx.Connect(ctx, s.URL())
		if err != nil {
			return false, err
		}
		return true, conn.Close(ctx)
	})
}

// A Mode is a way to stop a server.
type Mode syscall.Signal

// The modes of PostgreSQL, and how the operating system ends a process.
const (
	Fast      = Mode(syscall.SIGINT)  // rolls back what is under way, and sends the standby what it has not got yet
	Immediate = Mode(syscall.SIGQUIT) // as after a crash
	Kill      = Mode(syscall.SIGKILL)
)

// Stop stops the server, and returns when none of its processes is left.
func (s *Server) Stop(t testing.TB, mode Mode) {
	t.Helper()
	children := s.children(t) // those of a server that was killed end by themselves
	if err := s.cmd.Process.Signal(syscall.Signal(mode)); err != nil {
		t.Fatalf("stop the %s: %v", s.name, err)
	}
	select {
	case <-s.ended:
	case <-time.After(aWhile):
		t.Fatalf("the %s does not stop:\n%s", s.name, s.lastOfLog())
	}
	Await(t, "nothing is left of the "+s.name, func(context.Context) (bool, error) {
		for _, process := range processes(t) {
			if slices.Contains(children, process.pid) {
				return false, nil
			}
		}
		return true, nil
	})
	s.pair.tellKeeper(t)
}

// Freeze stops all processes of the server without a word, as a machine that is paused
// or has lost its network: connections stay open, and nobody answers.
func (s *Server) Freeze(t testing.TB) {
	t.Helper()
	s.signal(t, syscall.SIGSTOP, s.cmd.Process.Pid) // first, so that it starts no others
	s.frozen = s.children(t)
	for _, pid := range s.frozen {
		s.signal(t, syscall.SIGSTOP, pid)
	}
}

// Thaw lets a frozen server go on where it was.
func (s *Server) Thaw(t testing.TB) {
	t.Helper()
	for _, pid := range append(s.frozen, s.cmd.Process.Pid) {
		s.signal(t, syscall.SIGCONT, pid)
	}
	s.frozen = nil
}

// signal sends a signal to a process that may have ended.
func (s *Server) signal(t testing.TB, signal syscall.Signal, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, signal); err != nil && err != syscall.ESRCH { //nolint:errorlint // a system call returns it bare
		t.Fatalf("send %v to a process of the %s: %v", signal, s.name, err)
	}
}

// children returns the processes that the server has started.
func (s *Server) children(t testing.TB) (pids []int) {
	t.Helper()
	return ChildrenOf(t, s.cmd.Process.Pid)
}

// ChildrenOf returns the processes that a process has started, and that have not ended.
func ChildrenOf(t testing.TB, parent int) (pids []int) {
	t.Helper()
	for _, process := range processes(t) {
		if process.parent == parent {
			pids = append(pids, process.pid)
		}
	}
	return pids
}

type process struct{ pid, parent int }

// processes returns all processes of the machine, except zombies.
func processes(t testing.TB) (all []process) {
	t.Helper()
	output, err := exec.Command("ps", "-A", "-o", "pid=,ppid=,stat=").Output()
	if err != nil {
		t.Fatalf("list processes: %v", err)
	}
	for line := range strings.Lines(string(output)) {
		var p process
		var state string
		if _, err := fmt.Sscan(line, &p.pid, &p.parent, &state); err == nil && !strings.HasPrefix(state, "Z") {
			all = append(all, p)
		}
	}
	return all
}

func (s *Server) running() bool {
	if s.ended == nil {
		return false
	}
	select {
	case <-s.ended:
		return false
	default:
		return true
	}
}

// Exec runs statements on the server, each in a transaction of its own.
func (s *Server) Exec(t testing.TB, statements ...string) {
	t.Helper()
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, s.URL())
	if err != nil {
		t.Fatalf("connect to the %s: %v", s.name, err)
	}
	defer conn.Close(ctx)
	for _, sql := range statements {
		if _, err := conn.Exec(ctx, sql); err != nil {
			t.Fatalf("%s, on the %s: %v", sql, s.name, err)
		}
	}
}

// Await waits until a statement returns true.
func (s *Server) Await(t testing.TB, sql string) {
	t.Helper()
	var conn *pgx.Conn
	defer func() {
		if conn != nil {
			conn.Close(context.Background())
		}
	}()
	Await(t, "on the "+s.name+": "+sql, func(ctx context.Context) (is bool, err error) {
		if conn == nil || conn.IsClosed() {
			if conn, err = pgx.Connect(ctx, s.URL()); err != nil {
				return false, err
			}
		}
		err = conn.QueryRow(ctx, sql).Scan(&is)
		return is, err
	})
}

// said returns all that the server has written to its log.
func (s *Server) said() string {
	log, err := os.ReadFile(s.log())
	if err != nil {
		return err.Error()
	}
	return string(log)
}

func (s *Server) lastOfLog() string {
	said := s.said()
	return said[max(0, len(said)-4000):]
}

const (
	aWhile = 3 * time.Minute // for a busy machine
	often  = 20 * time.Millisecond
)

// Await asks often, until the answer is yes.
func Await(t testing.TB, what string, ask func(context.Context) (bool, error)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), aWhile)
	defer cancel()
	for {
		is, err := ask(ctx)
		if is && err == nil {
			return
		}
		select {
		case <-time.After(often):
		case <-ctx.Done():
			t.Fatalf("in vain: %s (the last error: %v)", what, err)
		}
	}
}
