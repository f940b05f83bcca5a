package dcbtest

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

func appendsBeyondTheEnd(t *testing.T, log dcb.Log) {
	for head := range int64(3) {
		for _, query := range []dcb.Query{{}, tagged("x"), tagged("nothing"), dcb.AllEvents()} {
			for _, beyond := range []int64{head + 1, head + 99, math.MaxInt64} {
				_, err := log.AppendAfter(t.Context(), []dcb.InputEvent{event("B", "x")}, query, dcb.At(beyond))
				require.ErrorIs(t, err, dcb.ErrBeyondHead, "%v after %d", query, beyond)
				require.NotErrorIs(t, err, dcb.ErrConflict)
			}
		}
		require.Len(t, readFrom(t, log, dcb.AllEvents(), 0), int(head), "nothing was appended")
		appendTo(t, log, event("A", "x"))
	}
}

func readsBeyondTheEnd(t *testing.T, log dcb.Log) {
	for head := range int64(3) {
		for _, query := range []dcb.Query{{}, tagged("x"), dcb.AllEvents()} {
			for _, beyond := range []int64{head + 1, head + 99, math.MaxInt64} {
				_, _, err := log.ReadSince(t.Context(), query, dcb.At(beyond))
				require.ErrorIs(t, err, dcb.ErrBeyondHead, "%v after %d", query, beyond)
			}
		}
		appendTo(t, log, event("A", "x"))
	}
}

func ifNotExistsBeyondTheEnd(t *testing.T, s *site) {
	appendTo(t, s.store, event("Added", "x"), event("Other"))
	for _, beyond := range []int64{3, 99, math.MaxInt64} {
		for _, tag := range []dcb.Tag{"x", "y"} { // one exists and one does not
			_, err := s.store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("Added", tag)}, tagged(tag), beyond, exists)
			require.ErrorIs(t, err, dcb.ErrBeyondHead, "%s after %d", tag, beyond)
			require.NotErrorIs(t, err, dcb.ErrConflict)
		}
	}
	require.Len(t, readFrom(t, s.store, dcb.AllEvents(), 0), 2)
}

// tailsBeyondTheEnd starts a tail two positions after the end of the log.
func tailsBeyondTheEnd(t *testing.T, s *site) {
	last := appendTo(t, s.store, event("A"), event("A"))
	tail := follow(t.Context(), t, s.store, dcb.AllEvents(), last+2)
	err := tail.fails(t)
	assert.ErrorIs(t, err, dcb.ErrBeyondHead)
	last = appendTo(t, s.other, event("B"), event("B"), event("B"), event("B"))
	require.Equal(t, []int64{5, 6}, positions(tail.reaches(t, last)))
}
