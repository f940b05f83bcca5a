package dcbtest_test

import (
	"os"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

// brokenStore names the broken store that this process tests; see
// TestTheSuiteFailsEveryBrokenStore. Without it, the store of dcb is tested.
const brokenStore = "DCBTEST_BROKEN_STORE"

func open(t *testing.T, pool *pgxpool.Pool) dcbtest.Store {
	t.Helper()
	if name := os.Getenv(brokenStore); name != "" {
		return broken[name].open(t, pool)
	}
	store, err := dcb.NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	return store
}

func TestStore(t *testing.T) {
	t.Parallel()
	if !effort.All() { // a part, drawn at random
		dcbtest.TryThirdOfStore(t, pgtest.URL, open)
		return
	}
	dcbtest.TestStore(t, pgtest.URL, open)
}
