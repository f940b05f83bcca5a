//go:build unix

package dcb_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

// A pooler gives the session of a tail to somebody else, who must not find it listening.
func TestATailLeavesNothingBehindInTheSessionsOfAPooler(t *testing.T) {
	t.Parallel()
	pooler := pgtest.StartPooler(t)
	url := pgtest.WithExecMode(pooler.Through(pgtest.URL(t)), "cache_describe")
	store := openStoreAt(t, url)
	f := follow(t.Context(), t, store, dcb.AllEvents(), 0)
	for range 5 {
		f.reaches(t, appendAll(t, store, event("A"), event("B")))
	}
	require.Empty(t, pooler.LeftBehind(t, url))
	f.reaches(t, appendAll(t, store, event("C")))
	store.Close()
	require.ErrorIs(t, f.ends(t), dcb.ErrClosed)
	require.Empty(t, pooler.LeftBehind(t, url))
}

// Nothing can listen there. One goroutine looks for all tails, more often than each of them
// would: a page that waits for what its visitor has just done waits for a tail.
func TestATailBehindAPoolerIsNotASecondLate(t *testing.T) {
	t.Parallel()
	url := pgtest.WithExecMode(pgtest.StartPooler(t).Through(pgtest.URL(t)), "cache_describe")
	store := openStoreAt(t, url)
	f := follow(t.Context(), t, store, dcb.AllEvents(), 0)
	f.reaches(t, appendAll(t, store, event("A")))
	began := time.Now()
	for range 20 {
		f.reaches(t, appendAll(t, store, event("A")))
	}
	require.Less(t, time.Since(began), 10*time.Second, "of 20 appends")
}

// In this mode a statement is described in one transaction and carried out in another, by
// then perhaps in another session. There it may be the statement of somebody else.
func TestTheModeThatIsNotSafeBehindAPoolerIsRefused(t *testing.T) {
	t.Parallel()
	direct := pgtest.URL(t)
	openStoreAt(t, pgtest.WithExecMode(direct, "describe_exec"))
	pool, err := pgxpool.New(t.Context(), pgtest.WithExecMode(pgtest.StartPooler(t).Through(direct), "describe_exec"))
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	_, err = dcb.NewEventStore(t.Context(), pool)
	require.EqualError(t, err, "open the event store: there is a connection pooler in front of the database, and default_query_exec_mode=describe_exec is not safe there")
}
