package dcb_test

import (
	"context"
	"errors"
	"fmt"
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

// BenchmarkStore measures what the store does per second, and how long one call
// takes, over logs of 10 thousand and 1 million events in which every course has 50
// events and every student 50. floor is the least that any append can cost: a bare
// insert of one row into a table without an index but its key, and its commit. It
// is measured beside each case, in the same run, so that the ratio means something
// on a busy machine:
//
//	go test -run '^$' -bench Store ./dcb
func BenchmarkStore(b *testing.B) {
	for _, history := range []int{10_000, 1_000_000} {
		log := openHistory(b, history)
		for _, callers := range []int{1, 16, 64} {
			for _, c := range cases {
				b.Run(fmt.Sprintf("%s/history=%d/callers=%d", c.name, history, callers), func(b *testing.B) {
					_, head, err := log.store.ReadSince(b.Context(), dcb.Query{}, 0)
					require.NoError(b, err)
					log.known.Store(head)
					measure(b, callers, func(i int64) error { return c.call(b.Context(), log, i) })
				})
			}
		}
	}
}

// A benchmarked call is one of many; i counts them, from 1, over all callers.
var cases = []struct {
	name string
	call func(ctx context.Context, log *benchLog, i int64) error
}{
	{"floor", func(ctx context.Context, log *benchLog, _ int64) error {
		_, err := log.pool.Exec(ctx, `insert into floor (data) values ($1)`, payload)
		return err
	}},
	{"append", func(ctx context.Context, log *benchLog, i int64) error {
		_, err := log.store.AppendEvents(ctx, []dcb.InputEvent{log.seat(i)}, dcb.Query{}, 0)
		return err
	}},
	{"conditional", func(ctx context.Context, log *benchLog, i int64) error {
		e := log.seat(i)
		known := log.known.Load()
		position, err := log.store.AppendEvents(ctx, []dcb.InputEvent{e}, tagged(e.Tags[0]).Or(tagged(e.Tags[1])), known)
		if err != nil {
			return err
		}
		log.known.CompareAndSwap(known, position)
		return nil
	}},
	{"decide", func(ctx context.Context, log *benchLog, i int64) error {
		course, student := log.pair(i)
		return subscribe(ctx, log.store, course, student)
	}},
	{"hot", func(ctx context.Context, log *benchLog, i int64) error {
		// One course for all callers, and another one when it has 150 events.
		visitor := log.visitors.Add(1)
		return subscribe(ctx, log.store, dcb.Tag(fmt.Sprintf("course:%d", visitor/100)), dcb.Tag(fmt.Sprintf("visitor:%d", visitor)))
	}},
	{"read", func(ctx context.Context, log *benchLog, i int64) error {
		course, student := log.pair(i)
		_, _, err := log.store.ReadSince(ctx, tagged(course).Or(tagged(student)), 0)
		return err
	}},
}

// measure runs the calls from several callers at once, and reports how many came to
// their end per second, and their latency.
func measure(b *testing.B, callers int, call func(i int64) error) {
	var (
		next  atomic.Int64
		mu    sync.Mutex
		times []time.Duration
	)
	b.ResetTimer()
	var work sync.WaitGroup
	for range callers {
		work.Go(func() {
			var mine []time.Duration
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				began := time.Now()
				if err := call(i); err != nil {
					b.Error(err)
					return
				}
				mine = append(mine, time.Since(began))
			}
			mu.Lock()
			defer mu.Unlock()
			times = append(times, mine...)
		})
	}
	work.Wait()
	b.StopTimer()
	if len(times) == 0 {
		return
	}
	slices.Sort(times)
	milliseconds := func(share float64) float64 {
		return times[int(share*float64(len(times)-1))].Seconds() * 1000
	}
	b.ReportMetric(float64(len(times))/b.Elapsed().Seconds(), "ops/s")
	b.ReportMetric(milliseconds(0.50), "p50-ms")
	b.ReportMetric(milliseconds(0.99), "p99-ms")
	b.ReportMetric(0, "ns/op") // says nothing with several callers
}

// A benchLog is a log with a history.
type benchLog struct {
	pool     *pgxpool.Pool
	store    *dcb.Store
	courses  int64
	known    atomic.Int64 // a position that appends have seen
	visitors atomic.Int64 // so far
}

const payload = `{"student_id":"student","course_id":"course","at":"2026-01-01T10:00:00Z"}`

func openHistory(b *testing.B, history int) *benchLog {
	b.Helper()
	config, err := pgxpool.ParseConfig(pgtest.Durable(b))
	require.NoError(b, err)
	config.MaxConns = 64 // as many as callers, for the floor
	pool, err := pgxpool.NewWithConfig(b.Context(), config)
	require.NoError(b, err)
	b.Cleanup(pool.Close)
	for _, sql := range []string{
		`create table floor (n bigserial primary key, data json not null)`,
		fmt.Sprintf(`insert into dcb_event (position, id, type, tags, data)
			select n, gen_random_uuid(), 'SeatTaken', array['course:' || n %% %[1]d, 'student:' || n / 50], '%[2]s'
			from generate_series(1, %[3]d) as n`, history/50, payload, history),
		`insert into dcb_event_tag (tag, position, type) select unnest(tags), position, type from dcb_event`,
		`vacuum analyze`,
	} {
		_, err := pool.Exec(b.Context(), sql)
		require.NoError(b, err)
	}
	return &benchLog{pool: pool, store: openStore(b, pool), courses: int64(history / 50)}
}

// pair returns a course and a student that have 50 events each, other ones each time.
func (l *benchLog) pair(i int64) (course, student dcb.Tag) {
	n := i * 7919 // a prime, so that neighbours in time are none in the log
	return dcb.Tag(fmt.Sprintf("course:%d", n%l.courses)), dcb.Tag(fmt.Sprintf("student:%d", (n+1)%l.courses))
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

var errNegative = errors.New("a count is negative")

// subscribe decides as the course subscriptions do: it counts the seats of a course
// and the courses of a student.
func subscribe(ctx context.Context, log dcb.Log, course, student dcb.Tag) error {
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
			if s.seats < 0 || s.courses < 0 {
				return nil, errNegative
			}
			return dcb.Facts(taken{Student: string(student), course: course, student: student}), nil
		})
}
