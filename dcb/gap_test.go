package dcb_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/internal/racetest"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

// Where two callers meet is dcbtest's to test, for any store. The tests here know the
// statements of this one.

// openHooked opens two stores in one database, and the hook of the first.
func openHooked(t testing.TB) (hooked, other *dcb.Store, _ *racetest.Hook) {
	t.Helper()
	url := pgtest.URL(t)
	pool, hook := racetest.OpenPool(t, url, "read committed")
	otherPool, _ := racetest.OpenPool(t, url, "read committed")
	return openStore(t, pool), openStore(t, otherPool), hook
}

// A default of the role or of the pool does not decide what an append is.
func TestAppendsWorkWhereTransactionsAreReadOnlyByDefault(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	config := pool.Config()
	config.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
	readOnly, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(readOnly.Close)
	appendAll(t, openStore(t, readOnly), event("A"))
}

// Its check looks at the log as it is when the lock is granted. At another level it would look at
// the log as it was before that.
func TestAnAppendThatHasWaitedForTheLockMeetsWhatWasStoredMeanwhile(t *testing.T) {
	t.Parallel()
	for _, level := range []string{"read committed", "repeatable read", "serializable"} {
		t.Run("where transactions are at "+level+" by default", func(t *testing.T) {
			t.Parallel()
			url := pgtest.URL(t)
			pool, _ := racetest.OpenPool(t, url, level)
			store, other := openStore(t, pool), openPool(t, url)
			tx, err := other.Begin(t.Context())
			require.NoError(t, err)
			_, err = openStore(t, other).InTx(tx).AppendAfter(t.Context(), []dcb.InputEvent{event("A", "x")}, dcb.Query{}, dcb.Checkpoint{})
			require.NoError(t, err)
			sent := send(t.Context(), store, tagged("x"), event("B", "x"))
			require.Eventually(t, func() bool { return lockWaiters(t, other) == 1 }, aWhile, time.Millisecond)
			require.NoError(t, tx.Commit(t.Context()))
			require.ErrorIs(t, (<-sent).err, dcb.ErrConflict)
		})
	}
}

// beforeBegin makes a hook that runs before each transaction, and so before each append.
func beforeBegin(call func()) func(sql string) {
	return func(sql string) {
		if strings.HasPrefix(sql, "begin") {
			call()
		}
	}
}

// Somebody appends between the read and the append, each time.
func TestAppendEventsIfNotExistsGivesUpAfter64WithPausesInBetween(t *testing.T) {
	t.Parallel()
	effort.NotShort(t, "seconds of waiting")
	store, other, hook := openHooked(t)
	store.TakeTwoTrips()
	appends := 0
	hook.Set(beforeBegin(func() {
		appends++
		appendAll(t, other, event("Meanwhile", "x"))
	}))
	never := dcb.StateReducer{ReducerFn: func(any, dcb.Event) any { return nil }}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	began := time.Now()
	_, err := store.AppendEventsIfNotExists(ctx, []dcb.InputEvent{{Type: "A", Tags: dcb.Tags{"x"}, Data: []byte(`{}`)}}, tagged("x"), 0, never)
	require.ErrorIs(t, err, dcb.ErrConflict)
	require.Equal(t, 64, appends)
	require.Greater(t, time.Since(began), 1800*time.Millisecond, "the shortest that 63 pauses can be is 1.9 s")
	require.Empty(t, readAll(t, other, dcb.NewQuery(nil, "A"), dcb.ReadOptions{}))
}
