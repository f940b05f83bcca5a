//go:build linux || darwin

package localpg

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// running returns the process id that postmaster.pid names, or why the server accepts no
// connections.
//
// The file alone proves little, as it outlives a crash. So it must say "ready", and the
// socket that it names must have somebody listening. The process id is still only what the
// file says: use [home.serverPID] before sending it a signal.
func (h *home) running() (pid int, err error) {
	content, err := h.root.ReadFile("data/postmaster.pid")
	if err != nil {
		return 0, err
	}
	file := parsePIDFile(content)
	if file.status != "ready" {
		return 0, errors.New("the server is not ready")
	}
	conn, err := net.Dial("unix", filepath.Join(file.socketDir, ".s.PGSQL."+file.port))
	if err != nil {
		return 0, err
	}
	return file.pid, conn.Close()
}

// A pidFile is what we need of postmaster.pid.
type pidFile struct {
	pid                     int
	started                 time.Time
	port, socketDir, status string
}

func parsePIDFile(content []byte) (f pidFile) {
	// Process id, data directory, start time, port, socket directory, listen
	// address, shared memory key, status.
	lines := strings.Split(string(content), "\n")
	lines = append(lines, make([]string, 8)...) // a server that starts has not written all
	f.pid, _ = strconv.Atoi(lines[0])
	seconds, _ := strconv.ParseInt(lines[2], 10, 64)
	f.started = time.Unix(seconds, 0)
	f.port, f.socketDir, f.status = lines[3], lines[4], strings.TrimSpace(lines[7])
	return f
}

// removeStale removes the lock files of a server that was killed. PostgreSQL would
// take them seriously if a process had the same id now, or were its zombie. The
// caller knows from the pulse that it is gone, which goes for a server of ours only.
func (h *home) removeStale() error {
	content, err := h.root.ReadFile("data/postmaster.pid")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil || parsePIDFile(content).socketDir != h.socketDir {
		return err
	}
	err = os.Remove(filepath.Join(h.socketDir, ".s.PGSQL."+port+".lock"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return h.root.Remove("data/postmaster.pid")
}

// dataVersion returns the major version of the PostgreSQL that made the data, or
// 0 if there is no data yet.
func (h *home) dataVersion() (major int, err error) {
	content, err := h.root.ReadFile("data/PG_VERSION")
	if errors.Is(err, fs.ErrNotExist) {
		if _, err := h.root.Lstat("data"); err == nil {
			return 0, fmt.Errorf("%s is not a database of PostgreSQL: move it away", h.path("data"))
		}
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(string(bytes.TrimSpace(content)))
}

// maxLog is the size from which the log starts afresh with the next server.
const maxLog = 4 << 20

func (h *home) openLog() (*os.File, error) {
	log, err := h.open("log", os.O_RDWR|os.O_APPEND)
	if err != nil {
		return nil, err
	}
	if info, err := log.Stat(); err == nil && info.Size() > maxLog {
		return log, log.Truncate(0)
	}
	return log, nil
}

// complaint returns what has been logged from an offset on that tells best why a
// server did not start.
func complaint(log io.ReaderAt, offset int64) string {
	content, _ := io.ReadAll(io.NewSectionReader(log, offset, maxLog))
	return lastLines(string(content))
}

var routine = regexp.MustCompile(`starting PostgreSQL|listening on|database system (is|was) `)

// lastLines returns the last three lines that are more than routine.
func lastLines(output string) string {
	var telling []string
	for line := range strings.Lines(output) {
		if line = strings.TrimSpace(line); line != "" && !routine.MatchString(line) {
			telling = append(telling, line)
		}
	}
	if len(telling) == 0 {
		return "it gave no reason"
	}
	return strings.Join(telling[max(0, len(telling)-3):], " / ")
}
