package dcb_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

// The connection is lost when the append is confirmed, and twice more when the store asks
// what became of it.
func TestTheStoreAsksUntilItKnowsWhatBecameOfAnAppend(t *testing.T) {
	t.Parallel()
	store, safe, wire, hook := openWired(t)
	appendAll(t, store, event("Before"))
	sent, asked := false, 0
	hook.Set(func(sql string) {
		switch {
		case isInsert(sql) && !sent:
			sent = true
			wire.mute()
		case strings.Contains(sql, "join dcb_event as e using (id)"):
			if asked++; asked < 3 {
				wire.cut()
			}
		}
	})
	done := send(t.Context(), store, tagged("x"), event("Stored", "x"))
	require.Eventually(t, func() bool {
		_, head, err := safe.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
		require.NoError(t, err)
		return head.Position == 2
	}, time.Minute, time.Millisecond, "it is stored, but nobody says so")
	wire.cut()
	require.Equal(t, result{2, nil}, <-done)
	require.Equal(t, 3, asked)
	require.Len(t, readAll(t, safe, dcb.AllEvents(), dcb.ReadOptions{}), 2)
}
