package dcb_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

// Nobody can know what a log says beyond its end. A condition from there on would hold
// whatever happens, until the log has grown past it.
func TestAPositionBeyondTheEndOfTheLogIsRefused(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendAll(t, store, event("A", "x"), event("B", "x"))
	for _, query := range []dcb.Query{{}, tagged("x"), tagged("nothing"), dcb.AllEvents()} {
		_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{event("C", "x")}, query, 3)
		require.ErrorIs(t, err, dcb.ErrBeyondHead)
		require.NotErrorIs(t, err, dcb.ErrConflict)
		require.ErrorContains(t, err, "it ends at 2, before 3")
		events, head, err := store.ReadSince(t.Context(), query, dcb.At(3))
		require.ErrorIs(t, err, dcb.ErrBeyondHead)
		require.Empty(t, events)
		require.Zero(t, head)
	}
	exists := dcb.StateReducer{ReducerFn: func(any, dcb.Event) any { return "there" }}
	for _, tag := range []dcb.Tag{"x", "nothing"} {
		position, err := store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("C", "x")}, tagged(tag), 3, exists)
		require.ErrorIs(t, err, dcb.ErrBeyondHead)
		require.Zero(t, position)
	}
	require.Len(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}), 2)
	require.Empty(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{After: 3}), "a stream between two positions may be empty")
}

// The others of its batch have nothing to do with it.
func TestAPositionBeyondTheEndFailsAloneInItsBatch(t *testing.T) {
	t.Parallel()
	h := holdAppend(t)
	good := send(t.Context(), h.store, dcb.Query{}, event("Good"))
	waiting(t, h.store, 1)
	bad := make(chan error, 1)
	go func() {
		_, err := h.store.AppendEvents(t.Context(), []dcb.InputEvent{event("Bad")}, dcb.Query{}, 2)
		bad <- err
	}()
	waiting(t, h.store, 2)
	h.release()
	require.Equal(t, result{1, nil}, <-h.done)
	require.Equal(t, result{2, nil}, <-good)
	require.ErrorIs(t, <-bad, dcb.ErrBeyondHead, "2 was not there when it was sent")
}
