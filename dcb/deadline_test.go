package dcb_test

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/internal/racetest"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

// holdInsert opens a store whose first insert is held up until release is called. reached
// is closed when it is.
func holdInsert(t *testing.T, url string) (store *dcb.Store, reached chan struct{}, release func()) {
	t.Helper()
	pool, hook := racetest.OpenPool(t, url, "read committed")
	store = openStore(t, pool)
	reached, held := make(chan struct{}), make(chan struct{})
	hook.Set(func(sql string) {
		if isInsert(sql) {
			hook.Set(func(string) {})
			close(reached)
			<-held
		}
	})
	return store, reached, func() { close(held) }
}

func TestAnAppendThatIsCancelledAfterItWasSentLearnsTheTruth(t *testing.T) {
	t.Parallel()
	store, reached, release := holdInsert(t, pgtest.URL(t))
	ctx, cancel := context.WithCancel(t.Context())
	sent := send(ctx, store, dcb.Query{}, event("Sent"))
	<-reached
	cancel()
	release()
	require.Equal(t, result{1, nil}, <-sent)
}

// It may be stored in the end. Asking again with the same IDs tells.
func TestAnAppendThatWasSentIsToldAtItsDeadlineThatItsOutcomeIsUnknown(t *testing.T) {
	t.Parallel()
	store, reached, release := holdInsert(t, pgtest.URL(t))
	ctx, pass := racetest.Deadline()
	e := event("Sent", "x")
	sent := send(ctx, store, tagged("x"), e)
	<-reached
	pass()
	got := <-sent
	require.ErrorIs(t, got.err, dcb.ErrUnknownOutcome)
	require.ErrorIs(t, got.err, context.DeadlineExceeded)
	release()
	require.Equal(t, result{1, nil}, <-send(t.Context(), store, tagged("x"), e))
	require.Len(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}), 1)
}

// lockLog takes the append lock, as another program does, until release is called.
func lockLog(t *testing.T, pool *pgxpool.Pool) (release func()) {
	t.Helper()
	tx, err := pool.Begin(t.Context())
	require.NoError(t, err)
	_, err = tx.Exec(t.Context(), `select pg_advisory_xact_lock(4473666, to_regclass('dcb_event')::oid::int)`)
	require.NoError(t, err)
	release = func() { _ = tx.Rollback(context.Background()) }
	t.Cleanup(release)
	return release
}

func TestAnAppendThatWaitsForTheLockEndsAtItsDeadlineAndIsNotStored(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	store := openStore(t, openPool(t, url))
	release := lockLog(t, openPool(t, url))
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	got := <-send(ctx, store, dcb.Query{}, event("Late"))
	require.ErrorIs(t, got.err, context.DeadlineExceeded)
	require.NotErrorIs(t, got.err, dcb.ErrUnknownOutcome)
	release()
	require.Equal(t, result{1, nil}, <-send(t.Context(), store, dcb.Query{}, event("Next")))
	require.Len(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}), 1, "the late one is not there")
}

// Two wait for the lock in one batch, and one of them gives up.
func TestABatchThatWaitsForTheLockStoresOnlyAppendsThatAreStillWaitedFor(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	other := openPool(t, url)
	pool, hook := racetest.OpenPool(t, url, "read committed")
	store := openStore(t, pool)
	reached, release, locked := make(chan struct{}), make(chan struct{}), make(chan func(), 1)
	begins := 0
	hook.Set(beforeBegin(func() {
		switch begins++; begins {
		case 1:
			close(reached)
			<-release
		case 2:
			locked <- lockLog(t, other)
		}
	}))
	first := send(t.Context(), store, dcb.Query{}, event("First"))
	<-reached
	ctx, cancel := context.WithCancel(t.Context())
	givesUp := send(ctx, store, dcb.Query{}, event("GivesUp", "x"))
	waiting(t, store, 1)
	stays := send(t.Context(), store, dcb.Query{}, event("Stays", "x"))
	waiting(t, store, 2)
	close(release)
	require.NoError(t, (<-first).err)
	unlock := <-locked
	cancel()
	require.ErrorIs(t, (<-givesUp).err, context.Canceled)
	unlock()
	require.NoError(t, (<-stays).err)
	stored := readAll(t, store, tagged("x"), dcb.ReadOptions{})
	require.Len(t, stored, 1)
	require.Equal(t, "Stays", stored[0].Type)
}

// The caller has the only connection of the pool while it appends.
func TestAPoolOfOneConnectionThatTheCallerHoldsIsNoDeadlock(t *testing.T) {
	t.Parallel()
	config := pgtest.New(t).Config()
	config.MaxConns = 1
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store := openStore(t, pool)
	conn, err := pool.Acquire(t.Context())
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	got := <-send(ctx, store, dcb.Query{}, event("Stuck"))
	require.ErrorIs(t, got.err, context.DeadlineExceeded)
	require.NotErrorIs(t, got.err, dcb.ErrUnknownOutcome)
	conn.Release()
	require.Equal(t, result{1, nil}, <-send(t.Context(), store, dcb.Query{}, event("Next")))
	require.Len(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}), 1)
}

// A hundred callers meet a log that somebody has locked, on a server whose settings end
// their wait early. They fail together, and not one after the other.
func TestABatchThatCannotHaveTheLockFailsOnce(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	pool := openPool(t, url)
	_, err := pool.Exec(t.Context(), `do $$ begin execute format('alter database %I set statement_timeout = ''500ms''', current_database()); end $$`)
	require.NoError(t, err)
	store := openStore(t, openPool(t, url))
	lockLog(t, pool)
	const callers = 100
	var all []<-chan result
	began := time.Now()
	for range callers {
		all = append(all, send(t.Context(), store, dcb.Query{}, event("A")))
	}
	for _, done := range all {
		require.ErrorContains(t, (<-done).err, "statement timeout")
	}
	require.Less(t, time.Since(began), 25*time.Second, "a hundred waits of half a second would take fifty")
	require.Empty(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}))
}

// A process that is stopped, or a machine that is gone, has the lock for some seconds.
func TestWhoeverHoldsTheLockAndDoesNothingLosesIt(t *testing.T) {
	t.Parallel()
	effort.NotShort(t, "seconds of waiting")
	url := pgtest.URL(t)
	stopped, reached, release := holdInsert(t, url)
	stopped.TakeTwoTrips() // in one, nobody has the lock and does nothing
	other := openStore(t, openPool(t, url))
	held := send(t.Context(), stopped, dcb.Query{}, event("Held"))
	<-reached
	require.Equal(t, result{1, nil}, <-send(t.Context(), other, dcb.Query{}, event("Other")))
	assert.Positive(t, stopped.OldestAppend())
	assert.Less(t, stopped.OldestAppend(), time.Hour)
	release()
	require.ErrorContains(t, (<-held).err, "before anything was stored")
	require.Len(t, readAll(t, other, dcb.AllEvents(), dcb.ReadOptions{}), 1)
	require.Zero(t, other.OldestAppend())
}
