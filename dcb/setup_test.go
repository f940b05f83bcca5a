package dcb_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

// newStore returns a store in a database of its own.
func newStore(t testing.TB) *dcb.Store {
	t.Helper()
	return openStore(t, pgtest.New(t))
}

func openStore(t testing.TB, pool *pgxpool.Pool) *dcb.Store {
	t.Helper()
	return openStoreWith(t, pool, dcb.Options{})
}

func openStoreWith(t testing.TB, pool *pgxpool.Pool, options dcb.Options) *dcb.Store {
	t.Helper()
	store, err := dcb.Open(t.Context(), pool, options)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	return store
}

// event makes an event that says no more than its type and tags.
func event(eventType string, tags ...dcb.Tag) dcb.InputEvent {
	return dcb.NewInputEvent(eventType, tags, []byte(`{}`))
}

// tagged asks for the events that carry all of the tags.
func tagged(tags ...dcb.Tag) dcb.Query { return dcb.NewQuery(tags) }

// appendAll appends events unconditionally.
func appendAll(t testing.TB, store *dcb.Store, events ...dcb.InputEvent) int64 {
	t.Helper()
	position, err := store.AppendEvents(t.Context(), events, dcb.Query{}, 0)
	require.NoError(t, err)
	return position
}

// readAll returns the events that the query matches.
func readAll(t testing.TB, store *dcb.Store, query dcb.Query, options dcb.ReadOptions) []dcb.Event {
	t.Helper()
	var events []dcb.Event
	for e, err := range store.Read(t.Context(), query, options) {
		require.NoError(t, err)
		events = append(events, e)
	}
	return events
}

func positions(events []dcb.Event) []int64 {
	found := []int64{}
	for _, e := range events {
		found = append(found, e.Position)
	}
	return found
}

// count is a reducer that counts events.
var count = dcb.StateReducer{
	InitialState: 0,
	ReducerFn:    func(state any, _ dcb.Event) any { return state.(int) + 1 },
}
