//go:build linux || darwin

package localpg

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"time"
)

// A process is what the operating system says of one.
type process struct {
	started time.Time
	// worksOn reports whether the process runs PostgreSQL on a data directory.
	worksOn func(path string, data fs.FileInfo) bool
}

// startTolerance is how far the start of a process, as the operating system counts it, may
// be from the start that PostgreSQL wrote down: whole seconds, and the time from fork to main.
const startTolerance = 10 * time.Second

// serverPID returns the process id of the server in h.
//
// postmaster.pid belongs to the server's account, which can write any id there, and the
// file outlives a crash. So the process with that id must have started when the file says,
// and must work in our data directory.
func (h *home) serverPID() (int, error) {
	content, err := h.root.ReadFile("data/postmaster.pid")
	if err != nil {
		return 0, err
	}
	file := parsePIDFile(content)
	if file.pid <= 1 { // 0 and below are groups of processes, and 1 is init
		return 0, fmt.Errorf("%s names process %d, which can't be the server", h.path("data/postmaster.pid"), file.pid)
	}
	data, err := h.root.Stat("data")
	if err != nil {
		return 0, err
	}
	process, err := lookAt(file.pid)
	if err != nil {
		return 0, fmt.Errorf("look at process %d: %w", file.pid, err)
	}
	if process.started.Sub(file.started).Abs() > startTolerance || !process.worksOn(h.path("data"), data) {
		return 0, fmt.Errorf("process %d is not the server that %s describes", file.pid, h.path("data/postmaster.pid"))
	}
	return file.pid, nil
}

// interrupt asks for the fast shutdown of a process, also of one that was stopped. The account sends the signal, so it
// reaches no process of anybody else, even if the id has changed hands since serverPID.
func (a account) interrupt(ctx context.Context, pid int) error {
	if pid <= 1 {
		return errors.New("refused to send a signal to more than one process")
	}
	return a.command(ctx, "/bin/sh", "-c", `kill -s INT "$1" && kill -s CONT "$1"`, "sh", strconv.Itoa(pid)).Run()
}
