package courses_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

// openLog opens a store in the pool's database, and appends facts to its log.
func openLog(t testing.TB, pool *pgxpool.Pool, facts ...dcb.Fact) *dcb.Store {
	t.Helper()
	store, err := dcb.NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	if len(facts) > 0 {
		events, err := dcb.Encode(facts)
		require.NoError(t, err)
		_, err = store.AppendEvents(t.Context(), events, dcb.Query{}, 0)
		require.NoError(t, err)
	}
	return store
}

// connect opens a pool on a database that others are connected to as well.
func connect(t testing.TB, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

// twoStores opens two stores on one new database, whose log has these facts.
func twoStores(t *testing.T, facts []dcb.Fact) []*dcb.Store {
	t.Helper()
	url := pgtest.URL(t)
	return []*dcb.Store{openLog(t, connect(t, url), facts...), openLog(t, connect(t, url))}
}
