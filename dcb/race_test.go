package dcb_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

// Each test here is about a mistake that event stores have shipped with. Without
// the line of code that its comment names, the test fails.

// Without the append lock, or with the lock inside the statement that checks,
// several win a round.
func TestOfManyAppendsWithOneConditionExactlyOneIsStored(t *testing.T) {
	t.Parallel()
	requireOneWinnerARound(t, newStore(t))
}

// Without naming the isolation level in AppendEvents, the check looks at the log
// as it was before the lock was granted.
func TestConditionsHoldWhateverTheDefaultIsolationLevelIs(t *testing.T) {
	t.Parallel()
	for _, level := range []string{"repeatable read", "serializable"} {
		t.Run(level, func(t *testing.T) {
			t.Parallel()
			config, err := pgxpool.ParseConfig(pgtest.URL(t))
			require.NoError(t, err)
			config.MaxConns = 20
			config.ConnConfig.RuntimeParams["default_transaction_isolation"] = level
			pool, err := pgxpool.NewWithConfig(t.Context(), config)
			require.NoError(t, err)
			t.Cleanup(pool.Close)
			requireOneWinnerARound(t, openStore(t, pool))
		})
	}
}

func requireOneWinnerARound(t *testing.T, store *dcb.Store) {
	const rounds, callers = 25, 20
	for round := range rounds {
		seat := dcb.Tag(fmt.Sprintf("seat:%d", round))
		var won, lost atomic.Int64
		atOnce(callers, func(int) {
			switch _, err := store.AppendEvents(t.Context(), []dcb.InputEvent{event("Taken", seat)}, tagged(seat), 0); {
			case err == nil:
				won.Add(1)
			case errors.Is(err, dcb.ErrConflict):
				lost.Add(1)
			default:
				assert.NoError(t, err)
			}
		})
		require.EqualValues(t, 1, won.Load(), "won round %d", round)
		require.EqualValues(t, callers-1, lost.Load(), "lost round %d", round)
		require.Len(t, readAll(t, store, tagged(seat), dcb.ReadOptions{}), 1, "events of round %d", round)
	}
}

// Had ReadSince asked for the events and for the head in two statements, an event
// could be in one and not in the other.
func TestEventsAndPositionAreReadInOneSnapshot(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	whileAppending(t, store, 300, func() {
		events, position, err := store.ReadSince(t.Context(), dcb.AllEvents(), 0)
		require.NoError(t, err)
		require.Len(t, events, int(position), "positions have no gaps, so the log has as many events as its last position says")
	})
}

// Had positions come from a sequence, or without the lock being held until commit,
// a reader could see 10 before 9, go on from 10, and never see 9.
func TestReadersThatGoOnFromTheLastPositionMissNothing(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	var after int64
	follow := func() {
		events, position, err := store.ReadSince(t.Context(), dcb.AllEvents(), after)
		require.NoError(t, err)
		for _, e := range events {
			after++
			require.Equal(t, after, e.Position)
		}
		require.Equal(t, after, position)
	}
	whileAppending(t, store, 300, follow)
	follow()
	require.EqualValues(t, 300, after)
}

// whileAppending calls read again and again while eight callers append n events,
// of one or two at a time.
func whileAppending(t *testing.T, store *dcb.Store, n int, read func()) {
	var left atomic.Int64
	left.Store(int64(n))
	ctx, stop := context.WithCancel(t.Context())
	go func() {
		defer stop()
		atOnce(8, func(int) {
			for {
				switch remaining := left.Add(-2); {
				case remaining >= 0:
					appendAll(t, store, event("A", "x"), event("B", "y"))
				default:
					return
				}
			}
		})
	}()
	for ctx.Err() == nil {
		read()
	}
}

// Had the items been flattened into one (course AND student), the append would
// overlook both events.
func TestAConditionOnTwoItemsIsBrokenByEither(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	courseOrStudent := tagged("course:1").Or(tagged("student:1"))
	appendAll(t, store, event("Joined", "course:1", "student:2"), event("Joined", "course:2", "student:1"))

	for _, after := range []int64{0, 1} {
		_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{event("Joined", "course:1", "student:1")}, courseOrStudent, after)
		require.ErrorIs(t, err, dcb.ErrConflict, "after %d", after)
	}
	_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{event("Joined", "course:1", "student:1")}, courseOrStudent, 2)
	require.NoError(t, err)
}

// A store that hides events behind the oldest open transaction, as one that orders
// by transaction IDs has to, would find no conflict here.
func TestAConflictShowsWhileAnUnrelatedTransactionIsOpen(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	store := openStore(t, pool)
	tx, err := pool.Begin(t.Context())
	require.NoError(t, err)
	defer tx.Rollback(context.Background())
	_, err = tx.Exec(t.Context(), `create table unrelated (n int)`) // gives it a transaction ID
	require.NoError(t, err)

	appendAll(t, store, event("Taken", "seat:1"))
	_, err = store.AppendEvents(t.Context(), []dcb.InputEvent{event("Taken", "seat:1")}, tagged("seat:1"), 0)
	require.ErrorIs(t, err, dcb.ErrConflict)
	require.Len(t, readAll(t, store, tagged("seat:1"), dcb.ReadOptions{}), 1)
}

// SERIALIZABLE instead of a condition reports conflicts between strangers, for it
// locks whole pages of an index.
func TestAppendsThatShareNothingNeverConflict(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	atOnce(16, func(i int) {
		mine := dcb.Tag(fmt.Sprintf("course:%d", i))
		var known int64
		for range 20 {
			position, err := store.AppendEvents(t.Context(), []dcb.InputEvent{event("Joined", mine)}, tagged(mine), known)
			if !assert.NoError(t, err) {
				return
			}
			known = position
		}
	})
	require.Len(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}), 16*20)
}
