package dcb_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

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
		{name: "no events", says: "there are no events to append"},
		{name: "too many events", events: make([]dcb.InputEvent, 10_001), says: "there are 10001 events, and one append takes at most 10000"},
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
		{name: "a causation ID with a NUL", events: []dcb.InputEvent{{Type: "A", Data: []byte(`{}`), CausationID: "x\x00"}}, says: "its causation ID \"x\\x00\" contains a NUL byte"},
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
			_, ok := errors.AsType[dcb.InputError](err)
			require.True(t, ok, "%T", err)
		})
	}
	require.Empty(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}))
}

func TestAnEventWithoutAnIDGetsOneOfItsOwn(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	nameless := dcb.InputEvent{Type: "A", Data: []byte(`{}`)}
	appendAll(t, store, nameless, nameless)
	stored := readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{})
	require.Len(t, stored, 2)
	require.NotEqual(t, stored[0].ID, stored[1].ID)
	for i, e := range stored {
		found, err := store.Find(t.Context(), e.ID)
		require.NoError(t, err)
		require.Equal(t, stored[i:i+1], found)
	}
}

// With a state from the beginning nothing would ever be appended, without a word.
func TestAppendEventsIfNotExistsRefusesAStateFromTheBeginning(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	for _, initial := range []any{0, false, "", (*int)(nil), map[string]int(nil)} {
		position, err := store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("A", "x")}, tagged("x"), 0, dcb.StateReducer{InitialState: initial, ReducerFn: count.ReducerFn})
		require.Zero(t, position)
		require.ErrorContains(t, err, "leave InitialState nil")
		_, ok := errors.AsType[dcb.InputError](err)
		require.True(t, ok, "%T", err)
	}
	require.Empty(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}))
}

func TestANilOfSomeTypeIsNoStateToAppendEventsIfNotExists(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendAll(t, store, event("A", "x"))
	for i, state := range []any{(*int)(nil), map[string]int(nil), []int(nil), (func())(nil), (chan int)(nil)} {
		reducer := dcb.StateReducer{ReducerFn: func(any, dcb.Event) any { return state }}
		position, err := store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("A", "x")}, tagged("x"), 0, reducer)
		require.NoError(t, err)
		require.EqualValues(t, i+2, position, "%T", state)
	}
	for _, state := range []any{0, "", false, []int{}, struct{}{}, func() {}, make(chan int)} {
		reducer := dcb.StateReducer{ReducerFn: func(any, dcb.Event) any { return state }}
		position, err := store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("A", "x")}, tagged("x"), 0, reducer)
		require.NoError(t, err)
		require.EqualValues(t, 6, position, "%T is something", state)
	}
	require.Len(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}), 6)
}

func TestNewEventStoreSaysWhenTheTablesAreMissing(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	_, err := pool.Exec(t.Context(), `drop table dcb_event_tag`)
	require.NoError(t, err)
	_, err = dcb.NewEventStore(t.Context(), pool)
	require.ErrorContains(t, err, "apply 0001_dcb.sql of package dcbschema")
}

func TestNewEventStoreSaysWhenTheTablesAreOfAnOlderVersion(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	_, err := pool.Exec(t.Context(), `alter table dcb_event drop column append_rest`)
	require.NoError(t, err)
	_, err = dcb.NewEventStore(t.Context(), pool)
	require.ErrorContains(t, err, "0006_dcb_append.sql")
}
