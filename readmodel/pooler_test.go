//go:build unix

package readmodel_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

// Projectors and rebuilds use leases and transactions, and nothing of a session. So a pooler may
// share their sessions.
func TestBehindAPoolerNothingIsLeftBehind(t *testing.T) {
	t.Parallel()
	pooler := pgtest.StartPooler(t)
	url := pgtest.WithExecMode(pooler.Through(pgtest.URL(t)), "cache_describe")
	b := openBench(t, url)
	b.isRight()
	require.Empty(t, pooler.LeftBehind(t, url))

	// It is the same while they work.
	b.project()
	other := openBench(t, url)
	other.project()
	b.append(anything(chance(t), 20)...)
	b.catchUp()
	require.Empty(t, pooler.LeftBehind(t, url))
}
