package dcbtest_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/internal/racetest"
	"go-crablet/internal/pgtest"
)

// Every alternative goes through this three times, by callers of two stores.
const (
	rounds  = 3
	history = 20_000 // events before, which match no condition here

	// The race: students decide for the seats of a few courses, 16 at a time.
	racers  = 16
	courses = 30
	seats   = 5  // of each course
	wanting = 12 // students for each course

	// Then appends of strangers: no two callers share a tag.
	among = 1280
)

// BenchmarkAlternatives measures the mistakes and the speed of other ways to append. A reader
// follows the log all the while.
//
//	go test ./dcb/dcbtest -run '^$' -bench Alternatives -benchtime 1x
//
//	oversold       seats given out in the races beyond those there are, of 450
//	skipped        events that the reader never saw, since it had gone past them
//
//	conflicts-16   among strangers, in 3,840 appends of 16 callers
//	appends/s-16   among strangers
//	x-right-16     that, beside one append at a time done right, measured in turns
//
// And the same with 64 callers.
func BenchmarkAlternatives(b *testing.B) {
	b.Run("as dcb does it", func(b *testing.B) {
		found := burst(b, func(pool *pgxpool.Pool) dcb.Log {
			store, err := dcb.NewEventStore(b.Context(), pool)
			require.NoError(b, err)
			b.Cleanup(store.Close)
			return store
		})
		require.Zero(b, found, "nothing goes wrong")
	})
	b.Run("one append at a time", func(b *testing.B) {
		found := burst(b, func(pool *pgxpool.Pool) dcb.Log { return openAlternative(b, pool, rightWay) })
		require.Zero(b, found, "nothing goes wrong")
	})
	for _, a := range alternatives {
		b.Run(a.name, func(b *testing.B) {
			burst(b, func(pool *pgxpool.Pool) dcb.Log { return openAlternative(b, pool, a.append) })
		})
	}
}

// wrong counts mistakes. All of it should be zero.
type wrong struct{ oversold, skipped, conflicts int64 }

// burst runs the race and the strangers on the logs that open returns, and reports the mistakes
// and the speed.
func burst(b *testing.B, open func(pool *pgxpool.Pool) dcb.Log) (found wrong) {
	right := newSites(b, func(pool *pgxpool.Pool) dcb.Log { return openAlternative(b, pool, rightWay) })
	other := newSites(b, open)
	for b.Loop() {
		for range rounds {
			found.skipped += other.followed(b, func() { found.oversold += other.race(b) })
		}
		for _, callers := range []int{16, 64} {
			var conflicts int64
			var speed, ratio []float64
			for range rounds {
				base, _ := right.strangers(b, callers)
				found.skipped += other.followed(b, func() {
					perSecond, turnedAway := other.strangers(b, callers)
					conflicts += turnedAway
					speed, ratio = append(speed, perSecond), append(ratio, perSecond/base)
				})
			}
			found.conflicts += conflicts
			b.ReportMetric(float64(conflicts), fmt.Sprint("conflicts-", callers))
			b.ReportMetric(median(speed), fmt.Sprint("appends/s-", callers))
			b.ReportMetric(median(ratio), fmt.Sprint("x-right-", callers))
		}
	}
	b.ReportMetric(0, "ns/op") // it would be how long all of that takes
	b.ReportMetric(float64(found.oversold), "oversold")
	b.ReportMetric(float64(found.skipped), "skipped")
	return found
}

func median(numbers []float64) float64 {
	slices.Sort(numbers)
	return numbers[len(numbers)/2]
}

// sites are two logs on one database, and a reader beside them.
type sites struct {
	logs   [2]dcb.Log
	reader *dcb.Store
}

func newSites(b *testing.B, open func(pool *pgxpool.Pool) dcb.Log) *sites {
	b.Helper()
	url := pgtest.URL(b)
	pool := func() *pgxpool.Pool {
		config, err := pgxpool.ParseConfig(url)
		require.NoError(b, err)
		config.MaxConns = 64
		pool, err := pgxpool.NewWithConfig(b.Context(), config)
		require.NoError(b, err)
		b.Cleanup(pool.Close)
		return pool
	}
	// Random tags, as IDs are, so that strangers are not neighbours in the index.
	readers := pool()
	_, err := readers.Exec(b.Context(), fmt.Sprintf(`
		insert into dcb_event (position, id, type, tags, data)
		select n, gen_random_uuid(), 'Booked', array['course:' || md5((n / 50)::text), 'student:' || md5(n::text)], '{}'
		from generate_series(1, %[1]d) as n;
		insert into dcb_event_tag (tag, position, type) select unnest(tags), position, type from dcb_event;
		create sequence next_position start %[2]d`, history, history+1))
	require.NoError(b, err)
	// Commits have to reach the disk here, unlike in tests: the cost of a lock depends on how
	// long it is held.
	for _, statement := range []string{`vacuum analyze`, `alter system set fsync = on`, `select pg_reload_conf()`} {
		_, err = readers.Exec(b.Context(), statement)
		require.NoError(b, err)
	}
	reader, err := dcb.NewEventStore(b.Context(), readers)
	require.NoError(b, err)
	b.Cleanup(reader.Close)
	return &sites{logs: [2]dcb.Log{open(pool()), open(pool())}, reader: reader}
}

// booked says that a student has a seat in a course.
type booked struct{ Course, Student dcb.Tag }

func (booked) EventType() string { return "Booked" }
func (f booked) Tags() dcb.Tags  { return dcb.Tags{f.Course, f.Student} }

var errFull = errors.New("every seat is taken")

// race lets students decide for seats, course after course, and returns how many seats were given
// beyond the capacities.
func (s *sites) race(b *testing.B) (oversold int64) {
	type state struct{ taken, courses int }
	booking := dcb.On(func(n int, _ booked) int { return n + 1 })
	names := make([]dcb.Tag, courses)
	for i := range names {
		names[i] = newName("course")
	}
	var next atomic.Int64
	racetest.AtOnce(racers, func(caller int) {
		for i := next.Add(1) - 1; i < courses*wanting; i = next.Add(1) - 1 {
			fact := booked{names[i/wanting], newName("student")}
			err := dcb.Decide(b.Context(), s.logs[caller%2],
				func(s *state) dcb.Boundary {
					return dcb.Boundary{
						dcb.Into(&s.taken, dcb.Project(0, dcb.Tags{fact.Course}, booking)),
						dcb.Into(&s.courses, dcb.Project(0, dcb.Tags{fact.Student}, booking)),
					}
				},
				func(s state) ([]dcb.Fact, error) {
					if s.taken >= seats || s.courses > 0 {
						return nil, errFull
					}
					return dcb.Facts(fact), nil
				})
			if err != nil && !errors.Is(err, errFull) {
				assert.NoError(b, err)
			}
		}
	})
	for _, name := range names {
		events, _, err := s.reader.ReadSince(b.Context(), dcb.NewQuery(dcb.Tags{name}), dcb.Checkpoint{})
		require.NoError(b, err)
		oversold += max(0, int64(len(events))-seats)
	}
	return oversold
}

// strangers lets every caller append to a course of its own, and returns the appends per second
// and the number of conflicts.
func (s *sites) strangers(b *testing.B, callers int) (perSecond float64, conflicts int64) {
	var turnedAway atomic.Int64
	head, err := s.reader.Head(b.Context())
	require.NoError(b, err)
	began := time.Now()
	racetest.AtOnce(callers, func(caller int) {
		course, known := newName("course"), head
		for range among / callers {
			fact := booked{course, newName("student")}
			boundary := dcb.NewQuery(dcb.Tags{fact.Course}).Or(dcb.NewQuery(dcb.Tags{fact.Student}))
			for {
				position, err := s.logs[caller%2].AppendAfter(b.Context(),
					[]dcb.InputEvent{dcb.NewInputEvent("Booked", fact.Tags(), []byte(`{}`))}, boundary, known)
				if err == nil {
					known = dcb.At(position)
					break
				}
				if !errors.Is(err, dcb.ErrConflict) {
					assert.NoError(b, err)
					return
				}
				turnedAway.Add(1)
			}
		}
	})
	return among / time.Since(began).Seconds(), turnedAway.Load()
}

// followed runs a call while a reader follows the log, and returns how many events the reader
// missed.
func (s *sites) followed(b *testing.B, call func()) (skipped int64) {
	ctx := b.Context()
	start, err := s.reader.Head(ctx)
	require.NoError(b, err)
	var seen int64
	var reading sync.WaitGroup
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	position := start.Position
	readOn := func() {
		events, head, err := s.reader.ReadSince(b.Context(), dcb.AllEvents(), dcb.At(position))
		assert.NoError(b, err)
		seen, position = seen+int64(len(events)), max(position, head.Position)
	}
	reading.Go(func() {
		for ctx.Err() == nil {
			readOn()
			time.Sleep(time.Millisecond)
		}
	})
	call()
	cancel()
	reading.Wait()
	readOn()
	stored, _, err := s.reader.ReadSince(b.Context(), dcb.AllEvents(), start)
	require.NoError(b, err)
	return int64(len(stored)) - seen
}

// newName makes a new tag, at a random place in the index.
func newName(kind string) dcb.Tag { return dcb.Tag(fmt.Sprintf("%s:%016x", kind, rand.Uint64())) }
