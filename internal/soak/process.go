package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"time"
)

// A process is a worker that runs.
type process struct {
	name       string
	number     int
	generation int // how many processes with this number were killed
	notes      string
	cmd        *exec.Cmd
	stdin      io.Closer
	done       atomic.Int64
	exited     chan struct{}
	err        error // once it has exited
}

// start starts a process. left has the notes of the one that was killed before it.
func (s *soak) start(number, generation int, left string) (*process, error) {
	p := &process{number: number, generation: generation, name: fmt.Sprintf("p%d.%d", number, generation), exited: make(chan struct{})}
	p.notes = filepath.Join(s.notes, p.name+".notes")
	text, err := json.Marshal(assignment{
		Name: p.name, URL: s.line.url, Notes: p.notes, Left: left, Callers: s.callers, Receipts: s.receipts,
		Seed: s.seed + uint64(number)<<32 + uint64(generation)<<48,
	})
	if err != nil {
		return nil, err
	}
	program, err := os.Executable()
	if err != nil {
		return nil, err
	}
	p.cmd = exec.Command(program)
	p.cmd.Env = append(os.Environ(), workerEnv+"="+string(text))
	p.cmd.Stderr = os.Stderr
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	p.stdin = stdin
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := p.cmd.Start(); err != nil {
		return nil, err
	}
	go p.listen(stdout)
	return p, nil
}

// listen hears how many decisions have an outcome, until the process ends.
func (p *process) listen(stdout io.Reader) {
	for lines := bufio.NewScanner(stdout); lines.Scan(); {
		if n, err := strconv.ParseInt(strings.TrimSpace(lines.Text()), 10, 64); err == nil {
			p.done.Store(n)
		}
	}
	p.err = p.cmd.Wait()
	close(p.exited)
}

// kill kills the process, and returns when it is gone.
func (p *process) kill() error {
	err := p.cmd.Process.Kill()
	<-p.exited
	p.stdin.Close()
	return err
}

// end asks for nothing new, and waits until everything that was asked has an outcome.
func (p *process) end() error {
	p.stdin.Close()
	select {
	case <-p.exited:
	case <-time.After(2 * patience):
		return errors.Join(fmt.Errorf("process %s does not end", p.name), p.kill())
	}
	if p.err != nil {
		return fmt.Errorf("process %s: %w", p.name, p.err)
	}
	return nil
}
