package dcb_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

// The connection is lost when the append is confirmed, and three times more when the store
// asks whether it was stored.
func TestTheStoreAsksUntilItKnowsWhatBecameOfAnAppend(t *testing.T) {
	t.Parallel()
	store, safe, wire, hook := openWired(t)
	appendAll(t, store, event("Before"))
	sent, locks, asked, confirmed := false, 0, 0, 0
	hook.Set(func(sql string) {
		switch {
		case isInsert(sql) && !sent:
			sent = true
			wire.mute()
		case strings.HasPrefix(sql, "select pg_advisory_xact_lock"):
			if locks++; locks == 1 {
				wire.cut()
			}
		case strings.Contains(sql, "pg_logical_emit_message"):
			confirmed++
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
	require.Equal(t, 4, locks)
	require.Equal(t, 1, confirmed, "a standby has it, if there is one")
	require.Len(t, readAll(t, safe, dcb.AllEvents(), dcb.ReadOptions{}), 2)
}

// Ada has decided on the spot about Kofi's event, of the same batch. When it was recorded
// is what the database says, also when its first answer got lost.
func TestWhatIsFoundOutIsToldWithItsTime(t *testing.T) {
	t.Parallel()
	store, safe, wire, hook := openWired(t)
	store.TakeTwoTrips()
	store.DecideOnTheSpotWithin(time.Minute, time.Minute)
	appendFacts(t, store, roomOpened{"blue", 2})
	begun, release, inserts := make(chan struct{}), make(chan struct{}), 0
	hook.Set(func(sql string) {
		switch {
		case strings.HasPrefix(sql, "begin") && inserts == 0:
			close(begun)
			<-release
		case isInsert(sql):
			if inserts++; inserts == 2 {
				wire.mute()
			}
		}
	})
	first := send(t.Context(), store, dcb.Query{}, event("First"))
	<-begun
	kofi, ada := make(chan error, 1), make(chan error, 1)
	go func() { kofi <- takeSeat{"blue", "kofi"}.run(t.Context(), store) }()
	waiting(t, store, 1)
	var told []dcb.Event
	ctx := dcb.WithTrace(t.Context(), &dcb.Trace{Read: func(step dcb.TraceRead) {
		if step.Attempt == 2 {
			told = step.Events
		}
	}})
	go func() { ada <- takeSeat{"blue", "ada"}.run(ctx, store) }()
	waiting(t, store, 2)
	close(release)
	require.Eventually(t, func() bool {
		head, err := safe.Head(t.Context())
		require.NoError(t, err)
		return head.Position == 4
	}, time.Minute, time.Millisecond, "both are stored, but nobody says so")
	wire.cut()
	require.Equal(t, result{2, nil}, <-first)
	require.NoError(t, <-kofi)
	require.NoError(t, <-ada)
	require.Equal(t, readAll(t, safe, dcb.NewQuery(dcb.NewTags("who", "kofi")), dcb.ReadOptions{}), told)
}
