package dcb_test

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

func TestAppendEvents(t *testing.T) {
	t.Parallel()

	t.Run("stores an event as it was given", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		given := dcb.NewInputEvent("Defined", dcb.Tags{"b", "a", "b"}, []byte(` {"b" : 1,  "a":"\u0000 ü <&>"} `))
		ctx := dcb.WithCausationID(dcb.WithCorrelationID(t.Context(), "request 1"), "cause 1")

		position, err := store.AppendEvents(ctx, []dcb.InputEvent{given}, dcb.Query{}, 0)
		require.NoError(t, err)
		require.EqualValues(t, 1, position)

		stored := readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{})
		require.Len(t, stored, 1)
		assert.NotZero(t, stored[0].RecordedAt)
		stored[0].RecordedAt = stored[0].RecordedAt.Truncate(0)
		assert.Equal(t, dcb.Event{
			ID: given.ID, Type: "Defined", Tags: dcb.Tags{"b", "a", "b"}, Data: given.Data, Position: 1,
			CausationID: "cause 1", CorrelationID: "request 1", RecordedAt: stored[0].RecordedAt,
		}, stored[0])
	})

	t.Run("gives positions without a gap, also after an append that failed", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		require.EqualValues(t, 2, appendAll(t, store, event("A", "x"), event("B", "x")))
		_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{event("C", "x")}, tagged("x"), 0)
		require.ErrorIs(t, err, dcb.ErrConflict)
		require.EqualValues(t, 3, appendAll(t, store, event("D", "x")))
		require.Equal(t, []int64{1, 2, 3}, positions(readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{})))
	})

	t.Run("is unconditional under the zero query", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		appendAll(t, store, event("A", "x"))
		position, err := store.AppendEvents(t.Context(), []dcb.InputEvent{event("A", "x")}, dcb.Query{}, 0)
		require.NoError(t, err)
		require.EqualValues(t, 2, position)
	})

	t.Run("under all events fails after any event", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		appendAll(t, store, event("A"))
		_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{event("B")}, dcb.AllEvents(), 0)
		require.ErrorIs(t, err, dcb.ErrConflict)
		_, err = store.AppendEvents(t.Context(), []dcb.InputEvent{event("B")}, dcb.AllEvents(), 1)
		require.NoError(t, err)
	})

	t.Run("tells which events got in between", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		appendAll(t, store, event("Known", "x"))
		appendAll(t, store, event("Inside", "x"), event("Outside", "y"), event("Inside", "x", "y"))

		_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{event("Late", "x")}, tagged("x"), 1)
		var conflict *dcb.ConflictError
		require.ErrorAs(t, err, &conflict)
		assert.Equal(t, []int64{2, 4}, positions(conflict.Events))
		assert.EqualValues(t, 1, conflict.After)
		assert.Equal(t, tagged("x"), conflict.Query)
		assert.Len(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}), 4, "nothing was appended")
	})

	t.Run("tells the first ten when more got in between", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		for range 25 {
			appendAll(t, store, event("Inside", "x", "y"))
		}
		_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{event("Late")}, tagged("x").Or(tagged("y")), 3)
		var conflict *dcb.ConflictError
		require.ErrorAs(t, err, &conflict)
		assert.Equal(t, []int64{4, 5, 6, 7, 8, 9, 10, 11, 12, 13}, positions(conflict.Events))
	})

	t.Run("stores all of its events or none", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		first := event("A")
		appendAll(t, store, first)
		_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{event("B"), first}, dcb.Query{}, 0)
		require.Error(t, err, "the ID of the second is taken")
		require.Len(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}), 1)
	})

	t.Run("stores nothing when the caller has given up", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := store.AppendEvents(ctx, []dcb.InputEvent{event("A")}, dcb.Query{}, 0)
		require.ErrorIs(t, err, context.Canceled)
		require.Empty(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}))
	})

	t.Run("refuses after close", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		store.Close()
		_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{event("A")}, dcb.Query{}, 0)
		require.ErrorContains(t, err, "closed")
	})
}

func TestAppendEventsRefusesWhatCannotBeStored(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	long := strings.Repeat("x", 1001)
	tests := []struct {
		name   string
		events []dcb.InputEvent
		query  dcb.Query
		after  int64
		says   string
	}{
		{name: "no events", says: "there are none"},
		{name: "no type", events: []dcb.InputEvent{event("")}, says: "its type is empty"},
		{name: "a long type", events: []dcb.InputEvent{event(long)}, says: "its type is longer than 255 bytes"},
		{name: "an empty tag", events: []dcb.InputEvent{event("A", "")}, says: "is empty"},
		{name: "a long tag", events: []dcb.InputEvent{event("A", dcb.Tag(long))}, says: "is longer than 1000 bytes"},
		{name: "a tag with a NUL", events: []dcb.InputEvent{event("A", "x\x00")}, says: "contains a NUL byte"},
		{name: "a tag that is no text", events: []dcb.InputEvent{event("A", "\xff")}, says: "is not UTF-8"},
		{name: "no data", events: []dcb.InputEvent{dcb.NewInputEvent("A", nil, nil)}, says: "its data is not JSON"},
		{name: "broken data", events: []dcb.InputEvent{dcb.NewInputEvent("A", nil, []byte(`{"a":`))}, says: "its data is not JSON"},
		{name: "data that is no text", events: []dcb.InputEvent{dcb.NewInputEvent("A", nil, []byte("\"\xff\""))}, says: "its data is not JSON"},
		{name: "an ID that is no UUID", events: []dcb.InputEvent{{ID: "1", Type: "A", Data: []byte(`{}`)}}, says: "is not a UUID"},
		{name: "the second of two", events: []dcb.InputEvent{event("A"), event("")}, says: "event 2 of 2"},
		{name: "a query for nothing in particular", events: []dcb.InputEvent{event("A")}, query: dcb.NewQuery(nil), says: "AllEvents()"},
		{name: "a query for an empty tag", events: []dcb.InputEvent{event("A")}, query: tagged(""), says: "is empty"},
		{name: "a query for an empty type", events: []dcb.InputEvent{event("A")}, query: dcb.NewQuery(nil, ""), says: "is empty"},
		{name: "a negative position", events: []dcb.InputEvent{event("A")}, after: -1, says: "is negative"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			_, err := store.AppendEvents(t.Context(), test.events, test.query, test.after)
			require.ErrorContains(t, err, test.says)
			require.NotErrorIs(t, err, dcb.ErrConflict)
		})
	}
	require.Empty(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}))
}

func TestAppendEventsIfNotExists(t *testing.T) {
	t.Parallel()
	exists := dcb.StateReducer{ReducerFn: func(any, dcb.Event) any { return true }}

	t.Run("appends when the state is nil", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		appendAll(t, store, event("Other", "y"))
		position, err := store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("A", "x")}, tagged("x"), 0, exists)
		require.NoError(t, err)
		require.EqualValues(t, 2, position)
	})

	t.Run("appends nothing when there is a state, and returns as of when", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		appendAll(t, store, event("A", "x"))
		position, err := store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("A", "x")}, tagged("x"), 0, exists)
		require.NoError(t, err)
		require.EqualValues(t, 1, position)
		require.Len(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}), 1)
	})

	t.Run("fails when it can't read", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		_, err := store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("A")}, dcb.NewQuery(nil), 0, exists)
		require.ErrorContains(t, err, "AllEvents()")
	})

	t.Run("appends when events exist but make no state", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		there := dcb.StateReducer{ReducerFn: func(_ any, e dcb.Event) any {
			if e.Type == "Removed" {
				return nil
			}
			return true
		}}
		appendAll(t, store, event("Added", "x"), event("Removed", "x"))
		position, err := store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("Added", "x")}, tagged("x"), 0, there)
		require.NoError(t, err)
		require.EqualValues(t, 3, position)
	})

	t.Run("lets exactly one of fifty at once append", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		errs := make([]error, 50)
		atOnce(50, func(i int) {
			_, errs[i] = store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("A", "x")}, tagged("x"), 0, exists)
		})
		for _, err := range errs {
			require.NoError(t, err)
		}
		require.Len(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}), 1)
	})
}

func TestNewEventStoreSaysWhenTheTablesAreMissing(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	_, err := pool.Exec(t.Context(), `drop table dcb_event_tag`)
	require.NoError(t, err)
	_, err = dcb.NewEventStore(t.Context(), pool)
	require.ErrorContains(t, err, "apply migrations/0001_dcb.sql")
}
