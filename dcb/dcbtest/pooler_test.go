//go:build unix

package dcbtest_test

import (
	"testing"

	"go-crablet/dcb/dcbtest"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

func TestStoreBehindAPooler(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "the whole suite once more")
	pooler := pgtest.StartPooler(t)
	dcbtest.TryThirdOfStore(t, func(t testing.TB) string {
		return pgtest.WithExecMode(pooler.Through(pgtest.URL(t)), "cache_describe")
	}, open)
}
