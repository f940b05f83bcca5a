//go:build unix

package dcb_test

import (
	"testing"

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
