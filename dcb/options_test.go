package dcb_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

// tellBatches opens a store that tells the channel of its batches.
func tellBatches(t *testing.T, pool *pgxpool.Pool) (*dcb.Store, <-chan dcb.Batch) {
	t.Helper()
	told := make(chan dcb.Batch, 16)
	return openStoreWith(t, pool, dcb.Options{Committed: func(b dcb.Batch) { told <- b }}), told
}

func TestABatchSaysWhatBecameOfItsAppends(t *testing.T) {
	t.Parallel()
	store, told := tellBatches(t, pgtest.New(t))
	appendAll(t, store, event("Taken", "seat:1"), event("Taken", "seat:2"))
	b := <-told
	require.Positive(t, b.Store)
	require.Less(t, b.Waited, time.Hour, "it waited since it was asked for")
	b.Store, b.Waited = 0, 0
	require.Equal(t, dcb.Batch{Appends: 1, Events: 2, Trips: 1}, b, "nobody is in the way: one trip, and no check of its own")

	_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{event("Taken", "seat:1")}, tagged("seat:1"), 0)
	require.ErrorIs(t, err, dcb.ErrConflict)
	b = <-told
	require.Positive(t, b.Check)
	b.Store, b.Waited, b.Check, b.Locked = 0, 0, 0, 0
	require.Equal(t, dcb.Batch{Appends: 1, Conflicts: 1, Trips: 2}, b, "one in vain, and the check")

	_, err = store.AppendEvents(t.Context(), []dcb.InputEvent{event("Taken", "seat:1")}, dcb.Query{}, 99)
	require.ErrorIs(t, err, dcb.ErrBeyondHead)
	b = <-told
	require.ErrorIs(t, b.Err, dcb.ErrBeyondHead)
	require.Equal(t, []int{1, 0, 0}, []int{b.Appends, b.Events, b.Conflicts})
}

// Another process has the append lock: that is neither time of the check nor of the insert.
func TestABatchSaysHowLongItWaitedForTheLock(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	store, told := tellBatches(t, openPool(t, url))
	other := openPool(t, url)
	release := lockLog(t, other)
	sent := send(t.Context(), store, dcb.Query{}, event("Taken", "seat:1"))
	require.Eventually(t, func() bool {
		const waits = `select exists (select from pg_locks where locktype = 'advisory' and not granted
			and database = (select oid from pg_database where datname = current_database()))`
		var does bool
		require.NoError(t, other.QueryRow(t.Context(), waits).Scan(&does))
		return does
	}, time.Minute, time.Millisecond)
	seen := time.Now()
	_, err := other.Exec(t.Context(), `select 1`)
	require.NoError(t, err)
	locked := time.Since(seen) // at least so long
	release()
	require.Equal(t, result{1, nil}, <-sent)
	b := <-told
	require.Greater(t, b.Locked, locked)
	require.Equal(t, 3, b.Trips, "one in vain, the check and the insert")
	require.Equal(t, 1, b.Events)
}
