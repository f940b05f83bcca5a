package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/internal/fulldisk"
	"go-crablet/internal/localpg"
	"go-crablet/internal/terminal"
	"go-crablet/migrations"
)

// run takes the decisions, and then lets the oracle look at the log.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	o, err := parse(args, stderr)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%w (soak -h lists the flags)", err)
	}
	if o.data != "" || !slices.Contains(o.faults, diskFault) {
		o.faults = without(o.faults, diskFault)
	} else if ran, err := inOwnMounts(args, stdout, stderr); ran {
		return err
	}
	s := &soak{options: o, stderr: stderr, random: rand.New(rand.NewPCG(o.seed, 0)), happened: map[string]int{}}
	defer s.close()
	if err := s.open(ctx); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "seed %d, %d processes of %d callers, faults: %s\n", o.seed, o.processes, o.callers, strings.Join(append(s.faults, ""), " "))
	began := time.Now()
	if err := s.soak(ctx); err != nil {
		return err
	}
	fmt.Fprintf(stdout, "%d decisions in %s, while there were %s\n", s.done(), time.Since(began).Round(time.Second), s.faultsThatHappened())
	err = s.judge(stdout)
	if errors.Is(err, errFound) && s.data == "" {
		dir, kept := s.keepEvidence(context.WithoutCancel(ctx))
		fmt.Fprintf(stdout, "the log and the notes are kept in %s\n", dir)
		return errors.Join(err, kept)
	}
	return err
}

func without(names []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(names), func(other string) bool { return other == name })
}

// A soak is one run.
type soak struct {
	options
	stderr  io.Writer
	told    time.Time // when the progress was told last
	random  *rand.Rand
	notes   string // a directory
	closers []func()

	disk   *fulldisk.Disk // nil if it is not to be filled
	server *localpg.Server
	direct *pgxpool.Pool // without the line
	line   *line

	processes []*process
	before    int64 // decisions of processes that were killed
	happened  map[string]int
}

func (s *soak) close() {
	for _, end := range slices.Backward(s.closers) {
		end()
	}
}

func (s *soak) open(ctx context.Context) error {
	config, err := s.place()
	if err != nil {
		return err
	}
	if s.server, err = localpg.Start(ctx, config); err != nil {
		return err
	}
	s.closers = append(s.closers, func() { s.server.Close() })
	url := s.server.URL("postgres")
	if _, err := migrations.Apply(ctx, url, nil); err != nil {
		return err
	}
	if s.direct, err = pgxpool.New(ctx, url); err != nil {
		return err
	}
	s.closers = append(s.closers, s.direct.Close)
	if s.line, err = newLine(url); err != nil {
		return err
	}
	s.closers = append(s.closers, s.line.close)
	return nil
}

// place decides where the database and the notes are.
func (s *soak) place() (localpg.Config, error) {
	if s.data != "" {
		if found, err := os.ReadDir(s.data); err == nil && len(found) > 0 {
			return localpg.Config{}, fmt.Errorf("%s is not empty: choose a new directory for -data", s.data)
		}
		s.notes = filepath.Join(s.data, "notes")
		return localpg.Config{Dir: filepath.Join(s.data, "postgresql")}, os.MkdirAll(s.notes, 0o755)
	}
	dir, err := os.MkdirTemp("", "soak-")
	if err != nil {
		return localpg.Config{}, err
	}
	s.closers = append(s.closers, func() { os.RemoveAll(dir) })
	s.notes = dir
	if !slices.Contains(s.faults, diskFault) {
		return localpg.Config{Ephemeral: true}, nil
	}
	if s.disk, err = s.newDisk(dir + "-disk"); err != nil {
		fmt.Fprintf(s.stderr, "soak: the disk is not filled: %v\n", err)
		s.faults = without(s.faults, diskFault)
		return localpg.Config{Ephemeral: true}, nil
	}
	s.closers = append(s.closers, s.disk.Remove)
	return localpg.Config{Dir: filepath.Join(s.disk.Dir, "postgresql")}, nil
}

// newDisk mounts a file system with room for all decisions.
func (s *soak) newDisk(dir string) (*fulldisk.Disk, error) {
	if !hasOwnMounts() {
		return nil, errors.New("only root on Linux may mount a file system of its own")
	}
	const forDecision = 16 << 10
	return fulldisk.New(dir, 2<<30+int64(s.decisions)*forDecision)
}

// soak lets the processes decide, and the faults happen, until there are enough decisions.
func (s *soak) soak(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, s.length)
	defer cancel()
	for range s.options.processes {
		p, err := s.start(len(s.processes), 0, "")
		if err != nil {
			return err
		}
		s.processes = append(s.processes, p)
	}
	progress := time.NewTicker(interval)
	defer progress.Stop()
	began := time.Now()
	next := began.Add(s.pause)
	for s.done() < int64(s.decisions) && ctx.Err() == nil {
		if len(s.faults) > 0 && time.Since(next) > 0 {
			s.hurt(ctx)
			next = time.Now().Add(time.Duration(s.random.Int64N(2 * int64(s.pause))))
		}
		s.tell(began)
		if err := s.look(); err != nil {
			return err
		}
		<-progress.C
	}
	err := s.heal()
	if terminal.Is(s.stderr) {
		fmt.Fprintln(s.stderr)
	}
	for _, p := range s.processes {
		err = errors.Join(err, p.end())
	}
	return err
}

// look returns the error of a process that ended by itself.
func (s *soak) look() error {
	for _, p := range s.processes {
		select {
		case <-p.exited:
			return fmt.Errorf("process %s ended: %w", p.name, p.err)
		default:
		}
	}
	return nil
}

func (s *soak) done() int64 {
	done := s.before
	for _, p := range s.processes {
		done += p.done.Load()
	}
	return done
}

// tell tells the progress. On a terminal it writes one line again and again, and elsewhere a line
// every half a minute.
func (s *soak) tell(began time.Time) {
	passed := time.Since(began)
	line := fmt.Sprintf("%d of %d decisions, %.0f a second, %s, %s", s.done(), s.decisions,
		float64(s.done())/passed.Seconds(), passed.Round(time.Second), s.faultsThatHappened())
	if terminal.Is(s.stderr) {
		fmt.Fprintf(s.stderr, "\r%s ", line)
	} else if time.Since(s.told) >= 30*time.Second {
		s.told = time.Now()
		fmt.Fprintln(s.stderr, line)
	}
}
