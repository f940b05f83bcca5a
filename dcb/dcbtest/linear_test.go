package dcbtest_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb/dcbtest"
	"go-crablet/dcb/internal/linear"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

// Two stores behave as one log. Package dcb has the same test for each mode of its store.
func TestHistoriesAreLinearizable(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	for range effort.Times(4, 12) {
		seed := rand.Uint64()
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			url := pgtest.URL(t)
			linear.Check(t, seed, openURL(t, url), openURL(t, url))
		})
	}
}

func TestHistoriesOfAStoreWithoutALockAreNotLinearizable(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "a process of its own")
	output := failing(t, "no lock", "^TestHistoriesAreLinearizable$")
	require.Contains(t, output, "no order explains this history")
}

func openURL(t *testing.T, url string) dcbtest.Store {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store := open(t, pool)
	t.Cleanup(store.Close)
	return store
}
