package dcbtest

import (
	"context"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb/internal/racetest"
)

// A site is a new database with two stores on it, as two processes have them.
type site struct {
	store, other Store
	hook         *racetest.Hook // runs before each round trip of store
	storePool    *pgxpool.Pool  // of store
	pool         *pgxpool.Pool  // for statements beside the stores
	open         func(t *testing.T, pool *pgxpool.Pool) Store
}

func newSite(t *testing.T, url string, open func(t *testing.T, pool *pgxpool.Pool) Store) *site {
	return newSiteAt(t, "read committed", url, open)
}

// newSiteAt opens the stores in a database with this default isolation level.
func newSiteAt(t *testing.T, level, url string, open func(t *testing.T, pool *pgxpool.Pool) Store) *site {
	t.Helper()
	s := &site{open: open}
	s.pool, _ = racetest.OpenPool(t, url, level)
	s.storePool, s.hook = racetest.OpenPool(t, url, level)
	otherPool, _ := racetest.OpenPool(t, url, level)
	s.store, s.other = open(t, s.storePool), open(t, otherPool)
	t.Cleanup(s.store.Close)
	t.Cleanup(s.other.Close)
	return s
}

// openStore opens one more store, on a pool that configure may change.
func (s *site) openStore(t *testing.T, configure func(config *pgxpool.Config)) Store {
	t.Helper()
	config := s.pool.Config()
	configure(config)
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store := s.open(t, pool)
	t.Cleanup(store.Close)
	return store
}

// holdCommits makes every append of an event of type Held wait in its commit, after all of
// its statements, until release is called. It can't be cancelled then, as any commit from
// some moment on.
func (s *site) holdCommits(t *testing.T) (release func()) {
	t.Helper()
	_, err := s.pool.Exec(t.Context(), `
		create function hold() returns trigger language plpgsql as
		'begin perform pg_advisory_xact_lock(1); return null; exception when query_canceled then return null; end';
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

// settle waits until every append that has stored something is over, also those whose
// callers have left.
func (s *site) settle(t *testing.T) {
	t.Helper()
	s.openTransaction(t, `lock table dcb_event in share mode`)()
}

// asFarAsItGoes waits until the call is done, or this number of sessions of the database wait
// for a lock. A call that waits in some other way has a second.
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
