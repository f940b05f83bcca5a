//go:build unix

package dcb_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

// Turns are rows, and everything happens in transactions: a pooler that shares sessions may
// stand in between.
func TestAConsumerBehindAPoolerLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	pooler := pgtest.StartPooler(t)
	url := pgtest.WithExecMode(pooler.Through(pgtest.URL(t)), "cache_describe")
	s := newSiteAt(t, url)
	s.isRight()
	require.Empty(t, pooler.LeftBehind(t, url))

	// It is the same while they work.
	openSite(t, url).follow(s.consumer("c"))
	s.reaches("c", appendAll(t, s.store, event("A"), event("B")))
	require.Empty(t, pooler.LeftBehind(t, url))
}
