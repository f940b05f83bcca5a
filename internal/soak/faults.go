package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"
)

const diskFault = "disk"

// faults are what happens while callers ask. Each lasts for two seconds at most.
var faults = []struct {
	name   string
	plural string
	happen func(s *soak, ctx context.Context) error
}{
	// A process gets kill -9. The next one asks again for what the first was never told of.
	{"process", "killed processes", (*soak).killProcess},
	// PostgreSQL gets kill -9: the server as a whole, or the process that serves one connection.
	// Then the server ends all others, too.
	{"postgres", "kills of PostgreSQL", (*soak).killPostgres},
	// All connections are cut. Half of the times the requests still arrive, and the answers do not.
	{"connections", "cuts of all connections", (*soak).cutConnections},
	// The clock that stamps events jumps, by up to an hour, forwards or back. It is the one of
	// PostgreSQL (dcb_event.recorded_at). Nothing that decides looks at another clock.
	{"clock", "jumps of the clock", (*soak).jump},
	// The file system of the database has no room left.
	{diskFault, "full disks", (*soak).fillDisk},
}

func faultNames() (names []string) {
	for _, f := range faults {
		names = append(names, f.name)
	}
	return names
}

// longestFault is how long a fault lasts at most.
const longestFault = 2 * time.Second

// hurt lets one fault happen. One that can't happen now, because the server is not there, does not
// count.
func (s *soak) hurt(ctx context.Context) {
	name := s.faults[s.random.IntN(len(s.faults))]
	for _, f := range faults {
		if f.name == name && f.happen(s, ctx) == nil {
			s.happened[name]++
		}
	}
}

func (s *soak) faultsThatHappened() string {
	var said []string
	for _, f := range faults {
		if slices.Contains(s.faults, f.name) {
			said = append(said, fmt.Sprintf("%d %s", s.happened[f.name], f.plural))
		}
	}
	if said == nil {
		return "no faults"
	}
	return strings.Join(said, ", ")
}

func (s *soak) killProcess(context.Context) error {
	i := s.random.IntN(len(s.processes))
	killed := s.processes[i]
	if err := killed.kill(); err != nil {
		return err
	}
	s.before += killed.done.Load()
	next, err := s.start(killed.number, killed.generation+1, killed.notes)
	if err != nil {
		return err
	}
	s.processes[i] = next
	return nil
}

func (s *soak) killPostgres(ctx context.Context) error {
	pid, running := s.server.PID()
	if !running {
		return fmt.Errorf("PostgreSQL is not running")
	}
	if s.random.IntN(2) == 0 {
		ctx, cancel := context.WithTimeout(ctx, longestFault)
		defer cancel()
		err := s.direct.QueryRow(ctx, `select pid from pg_stat_activity
			where backend_type = 'client backend' and pid <> pg_backend_pid() order by random() limit 1`).Scan(&pid)
		if err != nil {
			return err
		}
	}
	process, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	return process.Kill()
}

func (s *soak) cutConnections(ctx context.Context) error {
	if s.random.IntN(2) == 0 {
		s.line.muffle()
		s.wait(ctx, longestFault/10)
	}
	s.line.cut()
	s.wait(ctx, longestFault/4)
	return s.line.restore()
}

func (s *soak) jump(ctx context.Context) error {
	const furthest = 3600 // seconds
	return s.setClock(ctx, fmt.Sprintf("clock_timestamp() + interval '%d s'", s.random.IntN(2*furthest)-furthest))
}

// setClock says what stamps events. It waits for the transactions that are under way.
func (s *soak) setClock(ctx context.Context, clock string) error {
	ctx, cancel := context.WithTimeout(ctx, longestFault)
	defer cancel()
	_, err := s.direct.Exec(ctx, `alter table dcb_event alter column recorded_at set default `+clock)
	return err
}

func (s *soak) fillDisk(ctx context.Context) error {
	if err := s.disk.Fill(); err != nil {
		return err
	}
	s.wait(ctx, longestFault)
	return s.disk.Free()
}

// wait waits for up to d.
func (s *soak) wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(time.Duration(s.random.Int64N(int64(d)))):
	}
}

// heal ends all faults. It waits until the server is there again.
func (s *soak) heal() error {
	if s.disk != nil {
		if err := s.disk.Free(); err != nil {
			return err
		}
	}
	for began := time.Now(); ; time.Sleep(interval) {
		err := s.setClock(context.Background(), "clock_timestamp()")
		if err == nil || time.Since(began) > patience {
			return err
		}
	}
}
