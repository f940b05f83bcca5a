package dcbtest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/internal/racetest"
)

// allOrNone appends events of which the database will not take the last.
func allOrNone(t *testing.T, s *site) {
	taken := event("A")
	appendTo(t, s.store, taken)
	_, err := s.store.AppendEvents(t.Context(), []dcb.InputEvent{event("B"), event("C"), taken}, dcb.Query{}, 0)
	require.Error(t, err, "the ID of the last is taken")
	require.Len(t, readFrom(t, s.store, dcb.AllEvents(), 0), 1)
}

func noGapAfterAnError(t *testing.T, s *site) {
	taken := event("A")
	appendTo(t, s.store, taken)
	_, err := s.store.AppendEvents(t.Context(), []dcb.InputEvent{event("B"), taken}, dcb.Query{}, 0)
	require.Error(t, err)
	require.EqualValues(t, 2, appendTo(t, s.other, event("C")))
}

// nobodySeesHalf reads before each round trip of an append.
func nobodySeesHalf(t *testing.T, s *site) {
	s.hook.Set(func(string) {
		seen, _, err := s.other.ReadSince(t.Context(), dcb.AllEvents(), 0)
		assert.NoError(t, err)
		assert.Contains(t, []int{0, 3}, len(seen), "events of an append of three")
	})
	appendTo(t, s.store, events(3, "A", "x")...)
	require.Len(t, readFrom(t, s.other, dcb.AllEvents(), 0), 3)
}

func tenThousandEvents(t *testing.T, s *site) {
	position, err := s.store.AppendEvents(t.Context(), events(10_000, "A", "x"), tagged("x"), 0)
	require.NoError(t, err)
	require.EqualValues(t, 10_000, position)
}

func cancelledAppendsAreNotStored(t *testing.T, s *site) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := s.store.AppendEvents(ctx, []dcb.InputEvent{event("A")}, dcb.Query{}, 0)
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, readFrom(t, s.store, dcb.AllEvents(), 0))
}

func repeatedAppends(t *testing.T, s *site) {
	batch := []dcb.InputEvent{event("A", "x"), event("B", "x", "y")}
	for name, query := range map[string]dcb.Query{
		"unconditional":                   {},
		"with a condition":                tagged("x"),
		"that nothing must have happened": dcb.AllEvents(),
	} {
		first, err := s.store.AppendEvents(t.Context(), batch, query, 0)
		require.NoError(t, err, name)
		require.EqualValues(t, 2, first, name)
		appendTo(t, s.store, event("Meanwhile", "x"))
		again, err := s.other.AppendEvents(t.Context(), batch, query, 0)
		require.NoError(t, err, name)
		require.Equal(t, first, again, name)
	}
	batch[0].ID = strings.ToUpper(batch[0].ID)
	again, err := s.store.AppendEvents(t.Context(), batch, tagged("x"), 0)
	require.NoError(t, err, "an ID is the same in upper case")
	require.EqualValues(t, 2, again)
	require.Len(t, readFrom(t, s.store, dcb.AllEvents(), 0), 2+3, "nothing was stored again")
}

func takenIDs(t *testing.T, s *site) {
	original := dcb.NewInputEvent("A", dcb.Tags{"x"}, []byte(`{"n":1}`))
	appendTo(t, s.store, original)
	refused := func(what string, events ...dcb.InputEvent) {
		_, err := s.store.AppendEvents(t.Context(), events, dcb.Query{}, 0)
		require.Error(t, err, what)
		require.NotErrorIs(t, err, dcb.ErrConflict, what)
	}
	otherType, otherTags, otherData := original, original, original
	otherType.Type, otherTags.Tags, otherData.Data = "B", dcb.Tags{"y"}, []byte(`{"n":2}`)
	refused("another type", otherType)
	refused("other tags", otherTags)
	refused("other data", otherData)
	refused("half of an append", original, event("New"))
	twice := event("Twice")
	refused("an ID twice in one append", twice, twice)
	_, err := s.store.AppendEvents(t.Context(), []dcb.InputEvent{otherType}, dcb.AllEvents(), 0)
	require.Error(t, err, "under a condition that does not hold")
	require.Len(t, readFrom(t, s.store, dcb.AllEvents(), 0), 1)
}

func repeatedAppendsAtOnce(t *testing.T, s *site) {
	batch := []dcb.InputEvent{event("A", "x"), event("B", "x")}
	stores := []Store{s.store, s.other}
	racetest.AtOnce(30, func(i int) {
		position, err := stores[i%2].AppendEvents(t.Context(), batch, tagged("x"), 0)
		assert.NoError(t, err)
		assert.EqualValues(t, 2, position)
	})
	require.Len(t, readFrom(t, s.store, dcb.AllEvents(), 0), 2)
}

func eventsAreStamped(t *testing.T, s *site) {
	appendTo(t, s.store, event("A"))
	stored := readFrom(t, s.store, dcb.AllEvents(), 0)
	require.Len(t, stored, 1)
	require.WithinDuration(t, time.Now(), stored[0].RecordedAt, time.Minute)
}

func closedStoresRefuse(t *testing.T, s *site) {
	appendTo(t, s.store, event("A"))
	s.store.Close()
	_, err := s.store.AppendEvents(t.Context(), []dcb.InputEvent{event("A")}, dcb.Query{}, 0)
	require.Error(t, err)
	require.NotErrorIs(t, err, dcb.ErrConflict)
	_, _, err = s.store.ReadSince(t.Context(), dcb.AllEvents(), 0)
	require.Error(t, err)
	_, _, err = s.store.ReadState(t.Context(), dcb.AllEvents(), count)
	require.Error(t, err)
	_, err = s.store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("A", "x")}, tagged("x"), 0, exists)
	require.Error(t, err)
	require.NoError(t, s.storePool.Ping(t.Context()), "the pool is its owner's to close")
	require.Len(t, readFrom(t, s.other, dcb.AllEvents(), 0), 1)
}

// closingWaits closes the store while an append is in its commit.
func closingWaits(t *testing.T, s *site) {
	release := s.holdCommits(t)
	var err error
	appended := inBackground(func() {
		_, err = s.store.AppendEvents(t.Context(), []dcb.InputEvent{event("Held")}, dcb.Query{}, 0)
	})
	s.asFarAsItGoes(t, appended, 1)
	closed := inBackground(s.store.Close)
	select {
	case <-closed:
		assert.Fail(t, "Close did not wait")
	case <-time.After(50 * time.Millisecond):
	}
	release()
	<-closed
	<-appended
	require.NoError(t, err)
	require.Len(t, readFrom(t, s.other, dcb.AllEvents(), 0), 1)
}
