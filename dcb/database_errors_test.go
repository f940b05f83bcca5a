package dcb_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/internal/racetest"
	"go-crablet/internal/pgtest"
)

// What PostgreSQL turns down on one connection, it turns down on the next one, too.
func TestAnAppendThatTheDatabaseTurnsDownIsNotTriedOnAnotherConnection(t *testing.T) {
	t.Parallel()
	pool, hook := racetest.OpenPool(t, pgtest.URL(t), "read committed")
	store := openStore(t, pool)
	_, err := pool.Exec(t.Context(), `alter table dcb_event rename to moved`)
	require.NoError(t, err)
	begun := 0
	hook.Set(beforeBegin(func() { begun++ }))
	_, err = store.AppendEvents(t.Context(), []dcb.InputEvent{event("A")}, dcb.Query{}, 0)
	require.ErrorContains(t, err, `relation "dcb_event" does not exist`)
	require.NotContains(t, err.Error(), "\n", "the batch fails as its statement did, which is told once")
	require.NotErrorIs(t, err, dcb.ErrUnknownOutcome)
	require.Equal(t, 1, begun)
	asked := 0
	hook.Set(func(sql string) {
		if strings.HasPrefix(sql, "select set_config") {
			asked++
		}
	})
	_, err = store.Head(t.Context())
	require.ErrorContains(t, err, `relation "dcb_event" does not exist`)
	require.NotContains(t, err.Error(), "\n")
	require.Equal(t, 1, asked, "nor is a read")
	require.EqualValues(t, 1, pool.Stat().NewConnsCount(), "the connection is still good")

	hook.Set(func(string) {})
	_, err = pool.Exec(t.Context(), `alter table moved rename to dcb_event`)
	require.NoError(t, err)
	require.EqualValues(t, 1, appendAll(t, store, event("B")), "the store goes on")
	require.Eventually(t, func() bool { return pool.Stat().AcquiredConns() == 0 }, aWhile, time.Millisecond, "no connection is kept")
}

// Its transaction is rolled back, so the connection serves the next append.
func TestAnAppendThatTheDatabaseTurnsDownKeepsItsConnection(t *testing.T) {
	t.Parallel()
	inOneTripAndInTwo(t, func(t *testing.T, m mode) {
		pool := pgtest.New(t)
		store := m.open(t, pool)
		_, err := pool.Exec(t.Context(), `alter table dcb_event add constraint no_b check (type <> 'B')`)
		require.NoError(t, err)
		appendAll(t, store, event("A"))
		connected := pool.Stat().NewConnsCount()
		_, err = store.AppendEvents(t.Context(), []dcb.InputEvent{event("B")}, dcb.Query{}, 0)
		require.ErrorContains(t, err, "no_b")
		require.EqualValues(t, 2, appendAll(t, store, event("A")))
		require.Equal(t, connected, pool.Stat().NewConnsCount())
	})
}

// A batch is taken apart when PostgreSQL does not like one of its appends. When there is
// no database, to send each alone would only make all of them wait longer.
func TestABatchThatFindsNoDatabaseIsNotTakenApart(t *testing.T) {
	t.Parallel()
	var attempts, down atomic.Int64
	begun, release := make(chan struct{}), make(chan struct{})
	hook := &racetest.Hook{}
	config, err := pgxpool.ParseConfig(pgtest.URL(t))
	require.NoError(t, err)
	config.ConnConfig.Tracer = hook
	config.BeforeConnect = func(context.Context, *pgx.ConnConfig) error {
		if down.Load() == 0 {
			return nil
		}
		attempts.Add(1)
		return errors.New("there is no database")
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store := openStore(t, pool)
	hook.Set(beforeBegin(func() {
		hook.Set(func(string) {})
		close(begun)
		<-release
	}))
	first := send(t.Context(), store, dcb.Query{}, event("First"))
	<-begun
	var results []<-chan result
	for i := range 20 {
		results = append(results, send(t.Context(), store, dcb.Query{}, event("A")))
		waiting(t, store, i+1)
	}
	down.Store(1)
	pool.Reset() // no connection goes back into the pool
	close(release)
	require.NoError(t, (<-first).err)
	for _, done := range results {
		require.ErrorContains(t, (<-done).err, "there is no database")
	}
	require.EqualValues(t, 1, attempts.Load())
}

func TestAnAppendThatMeetsAConflictTakesTheCheckAndNothingElse(t *testing.T) {
	t.Parallel()
	store, _, hook := openHooked(t)
	store.TakeTwoTrips()
	appendAll(t, store, event("A", "x"))
	var trips []string
	hook.Set(func(sql string) { trips = append(trips, strings.Fields(sql)[0]) })
	_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{{Type: "A", Data: []byte(`{}`)}}, tagged("x"), 0)
	require.ErrorIs(t, err, dcb.ErrConflict)
	require.Equal(t, []string{"begin", "rollback"}, trips)
}

// A decision reads on by itself. Megabytes are not fetched to be told to nobody.
func TestADecisionThatNobodyTracesReadsALargeConflictOnce(t *testing.T) {
	t.Parallel()
	store, other, hook := openHooked(t)
	reads := 0
	hook.Set(func(sql string) {
		if strings.HasPrefix(sql, "select set_config") {
			reads++
		}
	})
	large := dcb.NewInputEvent("Large", dcb.Tags{"x"}, fmt.Appendf(nil, `"%s"`, strings.Repeat("large", 100_000)))
	boundary := func(n *int) dcb.Boundary {
		return dcb.Boundary{dcb.Into(n, dcb.Project(0, dcb.Tags{"x"}, dcb.OnAny(func(n int, _ dcb.Event) int { return n + 1 })))}
	}
	require.NoError(t, dcb.Decide(t.Context(), store, boundary, func(n int) ([]dcb.Fact, error) {
		if n == 0 {
			appendAll(t, other, large)
		}
		return dcb.Facts(roomOpened{"blue", 1}), nil
	}))
	require.Equal(t, 2, reads, "one in each attempt")
}

// What is too large for the check is read when the conflict is known, and may be gone by then.
func TestAConflictIsOneAlsoWhenItsLargeEventCannotBeRead(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(t *testing.T, safe *pgxpool.Pool, w *wire){
		"the connection is lost":   func(_ *testing.T, _ *pgxpool.Pool, w *wire) { w.cut() },
		"the log has lost its end": func(t *testing.T, safe *pgxpool.Pool, _ *wire) { loseAll(t, safe) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := pgtest.URL(t)
			store, other, w, hook := openWiredAt(t, url, "read committed")
			safe := openPool(t, url)
			large := dcb.NewInputEvent("Large", dcb.Tags{"x"}, fmt.Appendf(nil, `"%s"`, strings.Repeat("large", 100_000)))
			appendAll(t, other, large)
			hook.Set(func(sql string) {
				if strings.HasPrefix(sql, "select set_config") {
					lose(t, safe, w)
				}
			})
			_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{{Type: "A", Data: []byte(`{}`)}}, tagged("x"), 0)
			conflict := conflictOf(t, err)
			require.Equal(t, []int64{1}, positions(conflict.Events))
			require.Equal(t, large.ID, conflict.Events[0].ID)
			require.Empty(t, conflict.Events[0].Data)
		})
	}
}

func loseAll(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	_, err := pool.Exec(t.Context(), `delete from dcb_event`)
	require.NoError(t, err)
}

func TestAppendEventsIfNotExistsStopsInTheMiddleOfAPause(t *testing.T) {
	t.Parallel()
	store, other, hook := openHooked(t)
	ctx, cancel := context.WithCancel(t.Context())
	conflicts := 0
	hook.Set(func(sql string) {
		switch {
		case strings.HasPrefix(sql, "begin") && conflicts == 0:
			appendAll(t, other, event("Meanwhile", "x"))
		case sql == "rollback":
			conflicts++
			cancel() // the append was sent, so its caller still waits for the conflict, and then pauses
		}
	})
	never := dcb.StateReducer{ReducerFn: func(any, dcb.Event) any { return nil }}
	position, err := store.AppendEventsIfNotExists(ctx, []dcb.InputEvent{event("A", "x")}, tagged("x"), 0, never)
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, position)
	require.Equal(t, 1, conflicts)
}

func TestWithoutADatabaseThereIsAnErrorAndNothingElse(t *testing.T) {
	t.Parallel()
	pool, err := pgxpool.New(t.Context(), "postgres://nobody@127.0.0.1:1/nothing")
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store, err := dcb.NewEventStore(t.Context(), pool)
	require.ErrorContains(t, err, "open the event store: failed to connect")
	require.Nil(t, store)

	over, cancel := context.WithCancel(t.Context())
	open := newStore(t)
	input := event("A")
	appendAll(t, open, input)
	cancel()
	events, err := open.Find(over, input.ID)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "find events: ")
	require.Nil(t, events)
	events, head, err := open.ReadSince(over, dcb.AllEvents(), dcb.Checkpoint{})
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "read events: ")
	require.Nil(t, events)
	require.Zero(t, head)
	position, err := open.AppendEventsIfNotExists(over, []dcb.InputEvent{event("B")}, dcb.AllEvents(), 0, dcb.StateReducer{
		ReducerFn: func(any, dcb.Event) any { return nil },
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Zero(t, position)
	err = open.Confirm(over)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "confirm what is stored: ")
	position, state, err := open.ReadState(over, dcb.AllEvents(), count)
	require.ErrorIs(t, err, context.Canceled)
	require.Nil(t, state)
	require.Zero(t, position)
}

func TestAStoreIsNotOpenedWithoutKnowingItsTables(t *testing.T) {
	t.Parallel()
	pool, hook := racetest.OpenPool(t, pgtest.URL(t), "read committed")
	ctx, cancel := context.WithCancel(t.Context())
	hook.Set(func(sql string) {
		if strings.Contains(sql, "append_rest") {
			cancel()
		}
	})
	store, err := dcb.NewEventStore(ctx, pool)
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorContains(t, err, "open the event store: ")
	require.Nil(t, store)
}

func TestAnEventThatCannotBeDecodedEndsADecisionWhereverThenFindsIt(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendAll(t, store, dcb.NewInputEvent("SeatTaken", dcb.NewTags("who", "ada"), []byte(`{"who":7}`)))
	appendFacts(t, store, queued{"blue", "ada"})
	ctx, steps := recorded(t.Context())
	err := serveNext{"blue"}.run(ctx, store)
	undecoded, ok := errors.AsType[*dcb.DecodeError](err)
	require.True(t, ok, "%v", err)
	require.EqualValues(t, 1, undecoded.Position)
	require.Equal(t, []string{"1 failed: " + err.Error()}, *steps)
}
