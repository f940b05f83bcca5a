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
	"slices"
	"strconv"
	"strings"
	"time"
)

// A pidFile is what we need of postmaster.pid. The file proves little, as it outlives a
// crash, and a copy of the directory has one, too.
type pidFile struct {
	pid                              int
	data                             string
	started                          time.Time
	port, socketDir, segment, status string // segment is the key of shared memory, and its id
}

// hasStarted reports whether the server got as far as accepting connections.
func (f pidFile) hasStarted() bool { return f.status == "ready" || f.status == "stopping" }

func (h *home) readPIDFile() (pidFile, error) {
	content, err := h.root.ReadFile("data/postmaster.pid")
	if err != nil {
		return pidFile{}, err
	}
	return parsePIDFile(content), nil
}

func parsePIDFile(content []byte) (f pidFile) {
	// Process id, data directory, start time, port, socket directory, listen
	// address, shared memory key, status.
	lines := strings.Split(string(content), "\n")
	lines = append(lines, make([]string, 8)...) // a server that starts has not written all
	f.pid, _ = strconv.Atoi(lines[0])
	f.data = lines[1]
	seconds, _ := strconv.ParseInt(lines[2], 10, 64)
	f.started = time.Unix(seconds, 0)
	f.port, f.socketDir, f.segment, f.status = lines[3], lines[4], lines[6], strings.TrimSpace(lines[7])
	return f
}

// refuseForeign fails if a server runs on the data that no keeper of ours started: it was
// started by hand, or in a container that has the directory, too.
func (h *home) refuseForeign() error {
	file, err := h.readPIDFile()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	data, err := h.root.Stat("data")
	if err != nil {
		return err
	}
	here := false
	if process, err := lookAt(file.pid); err == nil && file.pid > 1 {
		here = process.worksOn(h.path("data"), data)
	}
	if named, err := os.Stat(file.data); !here && err == nil && os.SameFile(named, data) {
		conn, err := net.Dial("unix", filepath.Join(file.socketDir, ".s.PGSQL."+file.port))
		if here = err == nil; here {
			conn.Close()
		}
	}
	if here {
		return fmt.Errorf("PostgreSQL (process %d) was started on %s by hand: stop it, or set DATABASE_URL to use it",
			file.pid, h.path("data"))
	}
	return nil
}

// removeStale removes the lock files of a server that is gone. PostgreSQL would take them
// seriously if a process had the same id now, or were its zombie. The caller has seen the
// end of the pulse, and no other server on the data.
func (h *home) removeStale() error {
	return errors.Join(h.removeStaleSocket(), h.remove("data/postmaster.pid"))
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
	if major, err = strconv.Atoi(string(bytes.TrimSpace(content))); err != nil || major <= 0 {
		return 0, fmt.Errorf("%s names no version, so the data is damaged: move it away to start anew", h.path("data/PG_VERSION"))
	}
	return major, nil
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

var (
	routine = regexp.MustCompile(`starting PostgreSQL|listening on|database system (is|was) |STATEMENT: |child process exited|removing data directory`)
	grave   = regexp.MustCompile(`(FATAL|PANIC|ERROR|error): `)
)

// lastLines returns the last three lines that are more than routine, or the last grave line if
// none of them is one.
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
	last := telling[max(0, len(telling)-3):]
	if !slices.ContainsFunc(last, grave.MatchString) {
		for _, line := range slices.Backward(telling) {
			if grave.MatchString(line) {
				return line
			}
		}
	}
	return strings.Join(last, " / ")
}
