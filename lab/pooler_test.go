//go:build unix

package lab_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
	"go-crablet/lab"
)

// Behind a pooler a race sells exactly its seats. Strategies can't be compared there, because
// each needs sessions of its own.
func TestBehindAPooler(t *testing.T) {
	t.Parallel()
	pooler := pgtest.StartPooler(t)
	url := pgtest.WithExecMode(pooler.Through(pgtest.URL(t)), "cache_describe")
	pool := openPool(t, url)
	requireRaces(t, pool)

	const refusal = lab.Busy("there is a connection pooler in front of the database, and each strategy needs sessions of its own: start the program with a direct connection to compare them")
	require.ErrorIs(t, newComparison(t, smallBurst).Do(t.Context(), pool), refusal)
	log, err := dcb.NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	t.Cleanup(log.Close)
	_, err = openTheatre(t, pool, log).StartComparison(t.Context(), "ada", smallBurst)
	require.ErrorIs(t, err, refusal)
	require.Empty(t, pooler.LeftBehind(t, url))
}
