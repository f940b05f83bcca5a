package dcb_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/dcb/internal/racetest"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

// What the package promises of a store holds if appends take one trip whenever it will do,
// and if they take two. A run that is not thorough tries all of it in one of the two ways, drawn
// at random, and in the other one what is promised of a log.
func TestAppendsKeepTheirPromisesInOneTripAndInTwo(t *testing.T) {
	t.Parallel()
	drawn := 1 + rand.IntN(2)
	inOneTripAndInTwo(t, func(t *testing.T, m mode) {
		if effort.Thorough() || m.trips == drawn && !testing.Short() {
			dcbtest.TestStore(t, pgtest.URL, func(t *testing.T, pool *pgxpool.Pool) dcbtest.Store { return m.open(t, pool) })
			return
		}
		dcbtest.TestLog(t, func(t *testing.T) dcb.Log { return m.open(t, pgtest.New(t)) })
	})
}

// trips counts the round trips of appends, and those of them that took the lock at once.
type trips struct{ all, one atomic.Int64 }

func countTrips(hook *racetest.Hook) *trips {
	n := &trips{}
	hook.Set(func(sql string) {
		if strings.HasPrefix(sql, "begin") || strings.Contains(sql, "insert into dcb_event") || sql == "rollback" {
			n.all.Add(1)
		}
		if strings.Contains(sql, "pg_try_advisory_xact_lock") {
			n.one.Add(1)
		}
	})
	return n
}

func TestAnAppendTakesOneTripIfNobodyIsInItsWay(t *testing.T) {
	t.Parallel()
	store, _, hook := openHooked(t)
	trips := countTrips(hook)
	first := appendAll(t, store, event("A", "x"))
	appendFacts(t, store, roomOpened{"blue", 2})
	head, err := store.Head(t.Context())
	require.NoError(t, err)
	_, err = store.AppendAfter(t.Context(), []dcb.InputEvent{event("B", "x"), event("C", "x")}, tagged("x"), head)
	require.NoError(t, err, "on a condition, and a checkpoint")
	_, err = store.AppendEvents(t.Context(), []dcb.InputEvent{event("D")}, tagged("x", "nowhere"), first)
	require.NoError(t, err)
	require.NoError(t, takeSeat{"blue", "ada"}.run(t.Context(), store))
	require.EqualValues(t, 5, trips.all.Load())
	require.EqualValues(t, 5, trips.one.Load())
	require.Len(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}), 6)
}

// A batch of strangers is one trip. Each of them has its own position.
func TestABatchOfStrangersTakesOneTrip(t *testing.T) {
	t.Parallel()
	store, _, hook := openHooked(t)
	begun, release := make(chan struct{}), make(chan struct{})
	hook.Set(beforeBegin(func() {
		hook.Set(func(string) {})
		close(begun)
		<-release
	}))
	first := send(t.Context(), store, dcb.Query{}, event("First"))
	<-begun
	var strangers []<-chan result
	for i := range 20 {
		tag := dcb.Tag(fmt.Sprint("room:", i))
		strangers = append(strangers, send(t.Context(), store, tagged(tag), event("A", tag), event("B", tag)))
		waiting(t, store, i+1)
	}
	trips := countTrips(hook)
	close(release)
	require.Equal(t, result{1, nil}, <-first)
	for i, done := range strangers {
		require.Equal(t, result{int64(3 + 2*i), nil}, <-done)
	}
	require.EqualValues(t, 1, trips.all.Load())
	require.Len(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}), 41)
}

// Whatever is in the way, the trip stores nothing, and the append has the outcome that it
// would have had without it.
func TestAnAppendThatMeetsSomebodyTakesTwoTripsMore(t *testing.T) {
	t.Parallel()
	store, other, hook := openHooked(t)
	appendAll(t, other, event("A", "x"), event("B", "y"))
	mine := []dcb.InputEvent{{Type: "Mine", Tags: dcb.Tags{"z"}, Data: []byte(`{}`)}}
	trips := countTrips(hook)

	_, err := store.AppendEvents(t.Context(), mine, tagged("y"), 1)
	require.Equal(t, []string{"B"}, types(conflictOf(t, err).Events))
	require.EqualValues(t, 3, trips.all.Load(), "one in vain, the check, and the rollback")

	store.TryOneTrip()
	_, err = store.AppendEvents(t.Context(), mine, dcb.Query{}, 3)
	require.ErrorIs(t, err, dcb.ErrBeyondHead)
	_, err = store.AppendAfter(t.Context(), mine, dcb.Query{}, dcb.Checkpoint{Position: 2, EventID: dcb.NewID(), RecordedAt: time.Now()})
	require.ErrorIs(t, err, dcb.ErrOtherHistory)
	require.EqualValues(t, 3, trips.one.Load())
	require.Len(t, readAll(t, other, dcb.AllEvents(), dcb.ReadOptions{}), 2, "nothing is stored")
}

// Another transaction has the lock. The trip does not wait for it, so a caller who has no time may
// still leave. The append of a caller who stays is stored when the lock is free.
func TestAnAppendInOneTripDoesNotWaitForTheLock(t *testing.T) {
	t.Parallel()
	for name, lock := range map[string]string{
		"the lock of this log":       `select pg_advisory_xact_lock(4473666, to_regclass('dcb_event')::oid::int)`,
		"the lock of older versions": `select pg_advisory_xact_lock(4919131752989213764)`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := pgtest.URL(t)
			pool, hook := racetest.OpenPool(t, url, "read committed")
			store := openStore(t, pool)
			tx, err := openPool(t, url).Begin(t.Context())
			require.NoError(t, err)
			_, err = tx.Exec(t.Context(), lock)
			require.NoError(t, err)
			checks := make(chan struct{}, 10)
			hook.Set(func(sql string) {
				if strings.HasPrefix(sql, "begin") && !strings.Contains(sql, "pg_try_advisory_xact_lock") {
					checks <- struct{}{}
				}
			})
			ctx, cancel := context.WithCancel(t.Context())
			hasNoTime := send(ctx, store, dcb.Query{}, event("NoTime"))
			<-checks
			cancel()
			require.ErrorIs(t, (<-hasNoTime).err, context.Canceled)
			stays := send(t.Context(), store, dcb.Query{}, event("Stays"))
			<-checks
			require.NoError(t, tx.Rollback(t.Context()))
			require.Equal(t, result{1, nil}, <-stays)
			require.Equal(t, []string{"Stays"}, types(readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{})))
		})
	}
}

// The connection was dead when the trip began. The store finds out that nothing is stored,
// and so the append is no worse off.
func TestAnAppendInOneTripSurvivesAConnectionThatIsDead(t *testing.T) {
	t.Parallel()
	store, safe, wire, hook := openWired(t)
	appendAll(t, store, event("Before"))
	hook.Set(func(sql string) {
		if isInsert(sql) {
			hook.Set(func(string) {})
			wire.cut()
		}
	})
	position, err := store.AppendEvents(t.Context(), []dcb.InputEvent{event("Stored", "x")}, tagged("x"), 0)
	require.NoError(t, err)
	require.EqualValues(t, 2, position)
	require.Equal(t, []string{"Before", "Stored"}, types(readAll(t, safe, dcb.AllEvents(), dcb.ReadOptions{})))
}

// The connection is lost while the statements of the trip are prepared, so nothing of it can
// arrive. A caller who is cancelled then may leave, and nothing is stored for certain.
func TestATripWhoseStatementsWereNotPreparedWasNotSent(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	store, others := openStore(t, openPool(t, url)), openPool(t, url)
	var holders []pgx.Tx
	for _, lock := range []string{`lock table dcb_event`, `select pg_advisory_xact_lock(4473666, to_regclass('dcb_event')::oid::int)`} {
		tx, err := others.Begin(t.Context())
		require.NoError(t, err)
		defer tx.Rollback(t.Context())
		_, err = tx.Exec(t.Context(), lock)
		require.NoError(t, err)
		holders = append(holders, tx)
	}
	// waits reports whether somebody waits for a lock, and ends their connection if it is asked to.
	waits := func(end bool) func() bool {
		return func() bool {
			const waiting = `
				select count(case when $1 then pg_terminate_backend(pid) end), count(*) from pg_stat_activity
				where datname = current_database() and wait_event_type = 'Lock'`
			var ended, n int
			require.NoError(t, others.QueryRow(t.Context(), waiting, end).Scan(&ended, &n))
			return n == 1
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := send(ctx, store, dcb.Query{}, event("A"))
	require.Eventually(t, waits(true), time.Minute, time.Millisecond, "it prepares its statements")
	require.NoError(t, holders[0].Rollback(t.Context()))
	require.Eventually(t, waits(false), time.Minute, time.Millisecond, "it waits for the append lock")
	cancel()
	got := <-done
	require.ErrorIs(t, got.err, context.Canceled)
	require.NotErrorIs(t, got.err, dcb.ErrUnknownOutcome)
	require.NoError(t, holders[1].Rollback(t.Context()))
	require.Empty(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}))
}

// The more trips met something in their way, the more batches take two. A trip that succeeds takes
// back one doubling, and as many successes as there were doublings take back all of them.
func TestTripsInVainBecomeRare(t *testing.T) {
	t.Parallel()
	store, other, hook := openHooked(t)
	last := appendAll(t, other, event("A", "x"))
	trips := countTrips(hook)
	tries := func(appends int, known func() int64) (tried string) {
		for range appends {
			before := trips.one.Load()
			_, _ = store.AppendEvents(t.Context(), []dcb.InputEvent{event("B", "y")}, tagged("x"), known())
			tried += fmt.Sprint(trips.one.Load() - before)
		}
		return tried
	}
	inVain, inTime := func() int64 { return 0 }, func() int64 { return last }
	require.Equal(t, "1101000100000001", tries(16, inVain))
	require.Equal(t, "0000000000000001", tries(16, inTime))
	require.Equal(t, "1000000000000000", tries(16, inVain))
	require.Equal(t, "11111", tries(5, inTime))
	require.Equal(t, "1101", tries(4, inVain))
}

func types(events []dcb.Event) (types []string) {
	for _, e := range events {
		types = append(types, e.Type)
	}
	return types
}
