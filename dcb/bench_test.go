package dcb_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

var moreHistory = flag.Int("history", 0, "BenchmarkStore measures a log of so many events, too")

// BenchmarkStore measures what the store does per second, and how long one call
// takes, over logs of 10 thousand and 1 million events in which every course has 50
// events and every student 50. The server is on a disk, with fsync:
//
//	go test -run '^$' -bench Store ./dcb
//	go test -run '^$' -bench Store/.*/history=10000000/ ./dcb -args -history 10000000
//
// floor is the least that an append can cost: a bare insert of one row into a table
// without an index but its key, and its commit. Every other case takes turns with it,
// so that "of-floor", the ratio of the two, means something on a busy machine.
func BenchmarkStore(b *testing.B) {
	histories := []int{10_000, 1_000_000}
	if *moreHistory > 0 {
		histories = append(histories, *moreHistory)
	}
	for _, history := range histories {
		log := openHistory(b, history)
		for _, callers := range []int{1, 16, 64} {
			run := func(name string, measure func(b *testing.B)) {
				b.Run(fmt.Sprintf("%s/history=%d/callers=%d", name, history, callers), measure)
			}
			run("floor", func(b *testing.B) { report(b, log.burst(b, floor, callers, b.N)) })
			for _, c := range cases {
				run(c.name, func(b *testing.B) { takeTurns(b, log, c.call, callers) })
			}
		}
	}
}

// BenchmarkTwoProcesses is BenchmarkStore where every second caller has another store, with a
// pool of its own, as in another process. What is measured is the sum.
func BenchmarkTwoProcesses(b *testing.B) {
	log := openHistory(b, 1_000_000)
	log.beside = log.process(b)
	for _, callers := range []int{2, 16, 64} {
		for _, c := range cases {
			b.Run(fmt.Sprintf("%s/callers=%d", c.name, callers), func(b *testing.B) { takeTurns(b, log, c.call, callers) })
		}
	}
}

// takeTurns measures the calls in bursts, each followed by one of the floor's.
func takeTurns(b *testing.B, log *benchLog, call benchCall, callers int) {
	const turns = 10
	var calls, floors measured
	log.firstKnown.Add(knownPairs) // others each time, for every decision makes their boundaries longer
	for process := log; process != nil; process = process.beside {
		for i := range knownPairs {
			require.NoError(b, refused(b.Context(), process, int64(i)))
		}
	}
	head, err := log.store.Head(b.Context())
	require.NoError(b, err)
	log.known.Store(head.Position)
	b.ResetTimer()
	for turn := range turns {
		n := b.N*(turn+1)/turns - b.N*turn/turns
		calls.add(log.burst(b, call, callers, n))
		b.StopTimer()
		floors.add(log.burst(b, floor, callers, max(n, 4*callers)))
		b.StartTimer()
	}
	report(b, calls)
	b.ReportMetric(calls.perSecond()/floors.perSecond(), "of-floor")
}

// A benchCall is one of many; i counts them over all callers.
type benchCall func(ctx context.Context, log *benchLog, i int64) error

func floor(ctx context.Context, log *benchLog, _ int64) error {
	_, err := log.pool.Exec(ctx, `insert into floor (data) values ($1)`, payload)
	return err
}

var cases = []struct {
	name string
	call benchCall
}{
	{"append", func(ctx context.Context, log *benchLog, i int64) error {
		_, err := log.store.AppendEvents(ctx, []dcb.InputEvent{log.seat(i)}, dcb.Query{}, 0)
		return err
	}},
	{"conditional", func(ctx context.Context, log *benchLog, i int64) error {
		// That no seat was given back in the course or by the student: it holds, since none is.
		e := log.seat(i)
		known := log.known.Load()
		query := dcb.NewQuery(e.Tags[:1], "SeatGivenBack").Or(dcb.NewQuery(e.Tags[1:], "SeatGivenBack"))
		position, err := log.store.AppendEvents(ctx, []dcb.InputEvent{e}, query, known)
		if err != nil {
			return err
		}
		log.known.CompareAndSwap(known, position)
		return nil
	}},
	{"cold", func(ctx context.Context, log *benchLog, i int64) error {
		// Others each time, and the store remembers too little to know them again.
		course, student := log.pair(i)
		return subscribe(ctx, log.forgetful, course, student)
	}},
	{"warm", func(ctx context.Context, log *benchLog, i int64) error {
		course, student := log.knownPair(i)
		return subscribe(ctx, log.store, course, student)
	}},
	{"refused", refused},
	{"long", func(ctx context.Context, log *benchLog, i int64) error {
		// A course with 3,000 events of its own.
		return subscribe(ctx, log.store, "course:long", dcb.Tag(fmt.Sprintf("visitor:%d", log.visitors.Add(1))))
	}},
	{"hot", func(ctx context.Context, log *benchLog, i int64) error {
		// One course for all callers, and another one when it has 150 events.
		visitor := log.visitors.Add(1)
		return subscribe(ctx, log.store, dcb.Tag(fmt.Sprintf("course:%d", visitor/100)), dcb.Tag(fmt.Sprintf("visitor:%d", visitor)))
	}},
	{"read", func(ctx context.Context, log *benchLog, i int64) error {
		course, student := log.pair(i)
		_, _, err := log.store.ReadSince(ctx, tagged(course).Or(tagged(student)), dcb.Checkpoint{})
		return err
	}},
	{"tail", func(ctx context.Context, log *benchLog, _ int64) error {
		// From before an append until the event has reached the tail of another store.
		e := dcb.NewInputEvent("Followed", nil, []byte(payload))
		e.ID = dcb.NewID()
		reached := make(chan struct{})
		log.followed.Store(e.ID, reached)
		if _, err := log.store.AppendEvents(ctx, []dcb.InputEvent{e}, dcb.Query{}, 0); err != nil {
			return err
		}
		<-reached
		return nil
	}},
}

// refused is a decision that the rules refuse, on what the store knows.
func refused(ctx context.Context, log *benchLog, i int64) error {
	course, student := log.knownPair(i)
	if err := decideOn(ctx, log.store, course, student, 1); !errors.Is(err, errFull) {
		return fmt.Errorf("not refused: %w", err)
	}
	return nil
}

// measured is how long calls took: each, and all of them.
type measured struct {
	each    []time.Duration
	elapsed time.Duration
}

func (m *measured) add(more measured) {
	m.each, m.elapsed = append(m.each, more.each...), m.elapsed+more.elapsed
}

func (m *measured) perSecond() float64 {
	return float64(len(m.each)) / m.elapsed.Seconds()
}

// burst makes n calls, from several callers at once.
func (l *benchLog) burst(b *testing.B, call benchCall, callers, n int) (all measured) {
	var (
		left    atomic.Int64
		mu      sync.Mutex
		work    sync.WaitGroup
		started = time.Now()
	)
	left.Store(int64(n))
	for caller := range callers {
		log := l
		if l.beside != nil && caller%2 == 1 {
			log = l.beside
		}
		work.Go(func() {
			var mine []time.Duration
			for left.Add(-1) >= 0 {
				began := time.Now()
				if err := call(b.Context(), log, log.calls.Add(1)); err != nil {
					b.Error(err)
					return
				}
				mine = append(mine, time.Since(began))
			}
			mu.Lock()
			defer mu.Unlock()
			all.each = append(all.each, mine...)
		})
	}
	work.Wait()
	all.elapsed = time.Since(started)
	return all
}

func report(b *testing.B, m measured) {
	if b.Failed() {
		return
	}
	slices.Sort(m.each)
	milliseconds := func(share float64) float64 {
		return m.each[int(share*float64(len(m.each)-1))].Seconds() * 1000
	}
	b.ReportMetric(m.perSecond(), "ops/s")
	b.ReportMetric(milliseconds(0.50), "p50-ms")
	b.ReportMetric(milliseconds(0.99), "p99-ms")
	b.ReportMetric(0, "ns/op") // says nothing with several callers
}

// A benchLog is a log with a history, as one process has it.
type benchLog struct {
	*sofar
	pool      *pgxpool.Pool
	store     *dcb.Store
	forgetful *dcb.Store // with too little memory to know anything again
	courses   int64
	beside    *benchLog // of a second process, or nil
}

// sofar is what was done with a log, by all processes.
type sofar struct {
	calls      atomic.Int64
	known      atomic.Int64 // a position that appends have seen
	visitors   atomic.Int64
	firstKnown atomic.Int64 // the first of the pairs that the store knows
	followed   sync.Map     // by event ID, a channel that is closed when the tail has seen it
}

const payload = `{"student_id":"student","course_id":"course","at":"2026-01-01T10:00:00Z"}`

func openHistory(b *testing.B, history int) *benchLog {
	b.Helper()
	pool := benchPool(b, pgtest.Durable(b))
	for _, sql := range []string{
		`alter system set max_wal_size = '16GB'`,
		`alter system set checkpoint_timeout = '1h'`,
		`select pg_reload_conf()`,
		`create table floor (n bigserial primary key, data json not null)`,
		fmt.Sprintf(`insert into dcb_event (position, id, type, tags, data)
			select n, gen_random_uuid(), 'SeatTaken', array['course:' || n %% %[1]d, 'student:' || n / 50], '%[2]s'
			from generate_series(1, %[3]d) as n`, history/50, payload, history),
		fmt.Sprintf(`insert into dcb_event (position, id, type, tags, data)
			select n, gen_random_uuid(), 'SeatTaken', array['course:long'], '%s'
			from generate_series(%d, %d) as n`, payload, history+1, history+3000),
		`insert into dcb_event_tag (tag, position, type) select unnest(tags), position, type from dcb_event`,
		`vacuum analyze`,
	} {
		_, err := pool.Exec(b.Context(), sql)
		require.NoError(b, err)
	}
	log := &benchLog{sofar: &sofar{}, pool: pool, courses: int64(history / 50)}
	log.open(b)
	log.follow(b, openStore(b, pool))
	return log
}

func benchPool(b *testing.B, databaseURL string) *pgxpool.Pool {
	b.Helper()
	config, err := pgxpool.ParseConfig(databaseURL)
	require.NoError(b, err)
	config.MaxConns = 66 // as many as callers, for the floor, and the tail's
	pool, err := pgxpool.NewWithConfig(b.Context(), config)
	require.NoError(b, err)
	b.Cleanup(pool.Close)
	return pool
}

func (l *benchLog) open(b *testing.B) {
	l.store, l.forgetful = openStore(b, l.pool), openStoreWith(b, l.pool, dcb.Options{Memory: 4 << 20})
}

// process returns the same log as another process has it.
func (l *benchLog) process(b *testing.B) *benchLog {
	other := *l
	other.pool = benchPool(b, l.pool.Config().ConnString())
	other.open(b)
	return &other
}

// follow notes what reaches a tail, until the benchmark is over.
func (l *benchLog) follow(b *testing.B, store *dcb.Store) {
	ctx, cancel := context.WithCancel(b.Context())
	var running sync.WaitGroup
	running.Go(func() {
		for progress, err := range store.Tail(ctx, dcb.NewQuery(nil, "Followed"), dcb.Checkpoint{}) {
			if err != nil {
				return
			}
			for _, e := range progress.Events {
				if reached, ok := l.followed.LoadAndDelete(e.ID); ok {
					close(reached.(chan struct{}))
				}
			}
		}
	})
	b.Cleanup(func() { cancel(); running.Wait() })
}

// pair returns a course and a student that have 50 events each, other ones each time.
func (l *benchLog) pair(i int64) (course, student dcb.Tag) {
	n := i * 7919 // a prime, so that neighbours in time are none in the log
	return dcb.Tag(fmt.Sprintf("course:%d", n%l.courses)), dcb.Tag(fmt.Sprintf("student:%d", (n+1)%l.courses))
}

// knownPairs is how many pairs the store knows, a few tens of thousands of events.
const knownPairs = 400

// knownPair returns one of the pairs that the store knows.
func (l *benchLog) knownPair(i int64) (course, student dcb.Tag) {
	return l.pair(l.firstKnown.Load() + i%knownPairs)
}

func (l *benchLog) seat(i int64) dcb.InputEvent {
	course, student := l.pair(i)
	return dcb.NewInputEvent("SeatTaken", dcb.Tags{course, student}, []byte(payload))
}

type taken struct {
	Student string `json:"student_id"`
	course  dcb.Tag
	student dcb.Tag
}

func (taken) EventType() string { return "SeatTaken" }
func (e taken) Tags() dcb.Tags  { return dcb.Tags{e.course, e.student} }

// subscribe decides as the course subscriptions do: it counts the seats of a course
// and the courses of a student.
func subscribe(ctx context.Context, log dcb.Log, course, student dcb.Tag) error {
	return decideOn(ctx, log, course, student, math.MaxInt)
}

func decideOn(ctx context.Context, log dcb.Log, course, student dcb.Tag, capacity int) error {
	type knowledge struct{ seats, courses int }
	one := dcb.On(func(n int, _ taken) int { return n + 1 })
	return dcb.Decide(ctx, log,
		func(s *knowledge) dcb.Boundary {
			return dcb.Boundary{
				dcb.Into(&s.seats, dcb.Project(0, dcb.Tags{course}, one)),
				dcb.Into(&s.courses, dcb.Project(0, dcb.Tags{student}, one)),
			}
		},
		func(s knowledge) ([]dcb.Fact, error) {
			if s.seats >= capacity || s.courses < 0 {
				return nil, errFull
			}
			return dcb.Facts(taken{Student: string(student), course: course, student: student}), nil
		})
}
