package dcbtest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

func closedStoresRefuse(t *testing.T, s *site) {
	appendTo(t, s.store, event("A"))
	tail := follow(t.Context(), t, s.store, dcb.AllEvents(), 0)
	tail.reaches(t, 1)
	s.store.Close()
	s.store.Close() // does nothing
	assert.ErrorIs(t, tail.ends(t), dcb.ErrClosed, "a tail under way")

	one := []dcb.InputEvent{event("A", "x")}
	_, err := s.store.AppendAfter(t.Context(), one, dcb.Query{}, dcb.Checkpoint{})
	assert.ErrorIs(t, err, dcb.ErrClosed)
	_, err = s.store.AppendEventsIfNotExists(t.Context(), one, tagged("x"), 0, exists)
	assert.ErrorIs(t, err, dcb.ErrClosed)
	_, _, err = s.store.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
	assert.ErrorIs(t, err, dcb.ErrClosed)
	_, _, err = s.store.ReadState(t.Context(), dcb.AllEvents(), count)
	assert.ErrorIs(t, err, dcb.ErrClosed)
	_, _, err = s.store.ReadStateUpTo(t.Context(), dcb.AllEvents(), count, 0)
	assert.ErrorIs(t, err, dcb.ErrClosed)
	for _, err := range s.store.Read(t.Context(), dcb.AllEvents(), dcb.ReadOptions{}) {
		assert.ErrorIs(t, err, dcb.ErrClosed)
	}
	for _, err := range s.store.Tail(t.Context(), dcb.AllEvents(), dcb.Checkpoint{}) {
		assert.ErrorIs(t, err, dcb.ErrClosed)
	}
	require.Len(t, readFrom(t, s.other, dcb.AllEvents(), 0), 1)
}

func closedStoresLeaveThePoolOpen(t *testing.T, s *site) {
	s.store.Close()
	require.NoError(t, s.storePool.Ping(t.Context()), "the pool is its owner's to close")
}

// closingWaits closes the store while an append is in its commit.
func closingWaits(t *testing.T, s *site) {
	release := s.holdCommits(t)
	var err error
	appended := inBackground(func() {
		_, err = s.store.AppendAfter(t.Context(), []dcb.InputEvent{event("Held")}, dcb.Query{}, dcb.Checkpoint{})
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
