package dcb_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

// A pool may hold connections that are dead. But where each new one dies as well, the caller
// is told so.
func TestAfterThreeDeadConnectionsTheCallerIsTold(t *testing.T) {
	t.Parallel()
	store, _, wire, hook := openWired(t)
	store.TakeTwoTrips()
	tried := 0
	cut := func(first string) func(sql string) {
		return func(sql string) {
			if strings.HasPrefix(sql, first) {
				tried++
				wire.cut()
			}
		}
	}
	hook.Set(cut("begin"))
	position, err := store.AppendEvents(t.Context(), []dcb.InputEvent{event("A")}, dcb.Query{}, 0)
	require.ErrorContains(t, err, "append events: the connection was lost: ")
	require.NotErrorIs(t, err, dcb.ErrUnknownOutcome)
	require.Zero(t, position)
	require.Equal(t, 3, tried)

	tried = 0
	hook.Set(cut("select set_config"))
	_, err = store.Head(t.Context())
	require.ErrorContains(t, err, "read events: the connection was lost: ")
	require.Equal(t, 3, tried)

	hook.Set(func(string) {})
	require.EqualValues(t, 1, appendAll(t, store, event("B")), "the store has recovered")
}

// Whoever could not read does not know that the events are missing.
func TestAppendEventsIfNotExistsAppendsNothingWhenItsReadFails(t *testing.T) {
	t.Parallel()
	store, safe, wire, hook := openWired(t)
	hook.Set(func(sql string) {
		if strings.HasPrefix(sql, "select set_config") { // a read, and no append
			wire.cut()
		}
	})
	position, err := store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("A", "x")}, tagged("x"), 0, dcb.StateReducer{ReducerFn: count.ReducerFn})
	require.ErrorContains(t, err, "read events: the connection was lost: ")
	require.Zero(t, position)
	require.Empty(t, readAll(t, safe, dcb.AllEvents(), dcb.ReadOptions{}))
}

// The append has met a conflict, and the connection is lost when its transaction ends. What
// is certain is that it is not stored.
func TestAConflictWhoseRollbackIsLostIsNotStored(t *testing.T) {
	t.Parallel()
	store, safe, wire, hook := openWired(t)
	appendAll(t, store, event("Before", "x"))
	hook.Set(func(sql string) {
		if sql == "rollback" {
			hook.Set(func(string) {})
			wire.cut()
		}
	})
	_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{{Type: "Lost", Data: []byte(`{}`)}}, tagged("x"), 0)
	require.Error(t, err)
	require.NotErrorIs(t, err, dcb.ErrUnknownOutcome)
	require.Len(t, readAll(t, safe, dcb.AllEvents(), dcb.ReadOptions{}), 1)
	require.EqualValues(t, 2, appendAll(t, store, event("Next")), "the store has recovered")
}
