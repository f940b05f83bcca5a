package main

import (
	"fmt"
	"io"
	"time"

	"go-crablet/internal/terminal"
)

// A progress prints how many events are done. On a terminal it overwrites one line; elsewhere
// it writes a line every few seconds.
type progress struct {
	out      io.Writer
	terminal bool
	began    time.Time
	told     time.Time
	from     int64 // how many events were done before it began
	done     int64
	total    int64
}

func newProgress(out io.Writer) *progress {
	return &progress{out: out, terminal: terminal.Is(out), began: time.Now()}
}

// resume notes how many events were done before, so that they don't count for the rate.
func (p *progress) resume(done int64) { p.from = done }

// tell notes how many events of total are done, and prints it if the last time is long ago.
func (p *progress) tell(done, total int64) {
	p.done, p.total = done, total
	pause := 5 * time.Second
	if p.terminal {
		pause = 200 * time.Millisecond
	}
	if time.Since(p.told) >= pause {
		p.say()
	}
}

func (p *progress) say() {
	p.told = time.Now()
	rate := float64(p.done-p.from) / max(time.Since(p.began).Seconds(), 0.001)
	line := fmt.Sprintf("%d of %d events, %.0f per second", p.done, p.total, rate)
	if p.terminal {
		fmt.Fprintf(p.out, "\r%-60s", line)
	} else {
		fmt.Fprintln(p.out, line)
	}
}

// end prints the last state, unless nothing was printed yet.
func (p *progress) end() {
	if p.told.IsZero() {
		return
	}
	p.say()
	if p.terminal {
		fmt.Fprintln(p.out)
	}
}
