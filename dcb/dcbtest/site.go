package dcbtest

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
)

// A site is a database of a test's own, with two stores on it, as two processes
// have them.
type site struct {
	store, other Store
	hook         *hook         // runs before each round trip of store
	storePool    *pgxpool.Pool // of store
	pool         *pgxpool.Pool // for what happens beside the stores
}

func newSite(t *testing.T, url string, open func(t *testing.T, pool *pgxpool.Pool) Store) *site {
	return newSiteAt(t, "read committed", url, open)
}

// newSiteAt opens the stores where transactions have this isolation level, unless
// they name another.
func newSiteAt(t *testing.T, level, url string, open func(t *testing.T, pool *pgxpool.Pool) Store) *site {
	t.Helper()
	s := &site{hook: &hook{}}
	pool := func(tracer pgx.QueryTracer) *pgxpool.Pool {
		config, err := pgxpool.ParseConfig(url)
		require.NoError(t, err)
		config.ConnConfig.Tracer = tracer
		config.ConnConfig.RuntimeParams["default_transaction_isolation"] = level
		pool, err := pgxpool.NewWithConfig(t.Context(), config)
		require.NoError(t, err)
		t.Cleanup(pool.Close)
		return pool
	}
	s.pool, s.storePool = pool(nil), pool(s.hook)
	s.store, s.other = open(t, s.storePool), open(t, pool(nil))
	t.Cleanup(s.store.Close)
	t.Cleanup(s.other.Close)
	return s
}

// A hook runs before each round trip to the database, once it is set.
type hook struct{ before atomic.Pointer[func()] }

func (h *hook) set(before func()) { h.before.Store(&before) }

func (h *hook) run() {
	if before := h.before.Load(); before != nil {
		(*before)()
	}
}

// TraceQueryStart implements [pgx.QueryTracer].
func (h *hook) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	h.run()
	return ctx
}

// TraceBatchStart implements [pgx.BatchTracer].
func (h *hook) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	h.run()
	return ctx
}

// TraceCopyFromStart implements [pgx.CopyFromTracer].
func (h *hook) TraceCopyFromStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceCopyFromStartData) context.Context {
	h.run()
	return ctx
}

func (h *hook) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData)       {}
func (h *hook) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData)   {}
func (h *hook) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData)       {}
func (h *hook) TraceCopyFromEnd(context.Context, *pgx.Conn, pgx.TraceCopyFromEndData) {}

// holdCommits makes every append of an event of type Held wait in its commit, when
// all of its statements are over, until release is called.
func (s *site) holdCommits(t *testing.T) (release func()) {
	t.Helper()
	_, err := s.pool.Exec(t.Context(), `
		create function hold() returns trigger language plpgsql as
		'begin perform pg_advisory_xact_lock(1); return null; end';
		create constraint trigger hold after insert on dcb_event
		deferrable initially deferred for each row when (new.type = 'Held') execute function hold()`)
	require.NoError(t, err)
	return s.openTransaction(t, `select pg_advisory_xact_lock(1)`)
}

// openTransaction begins a transaction with a statement, and leaves it open until
// end is called.
func (s *site) openTransaction(t *testing.T, statement string) (end func()) {
	t.Helper()
	tx, err := s.pool.Begin(t.Context())
	require.NoError(t, err)
	end = func() { _ = tx.Rollback(context.Background()) } // the second time does nothing
	t.Cleanup(end)
	_, err = tx.Exec(t.Context(), statement)
	require.NoError(t, err)
	return end
}

// asFarAsItGoes waits until the call is done, or until so many sessions of the
// database wait for a lock. One that is stuck in some other way has a second.
func (s *site) asFarAsItGoes(t *testing.T, done <-chan struct{}, sessions int) {
	t.Helper()
	stuck := time.After(time.Second)
	for waiting := 0; waiting < sessions; {
		select {
		case <-done:
			return
		case <-stuck:
			return
		case <-time.After(time.Millisecond):
		}
		require.NoError(t, s.pool.QueryRow(t.Context(), `
			select count(*) from pg_stat_activity
			where datname = current_database() and wait_event_type = 'Lock'`).Scan(&waiting))
	}
}

// inBackground runs a call, and closes done when it has returned.
func inBackground(call func()) (done <-chan struct{}) {
	returned := make(chan struct{})
	go func() {
		defer close(returned)
		call()
	}()
	return returned
}

// atOnce runs n calls at the same time, as far as a starting signal can.
func atOnce(n int, call func(i int)) {
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			<-start
			call(i)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
}
