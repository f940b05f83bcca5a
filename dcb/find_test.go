package dcb_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

func TestEventsAreFoundByTheirIDs(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	ctx := dcb.WithCausationID(dcb.WithCorrelationID(t.Context(), "a request"), "no event")
	input := []dcb.InputEvent{event("A", "a:1"), event("B"), dcb.NewInputEvent("C", dcb.NewTags("c", "1", "d", "2"), []byte(`{ "n": 1 }`))}
	_, err := store.AppendEvents(ctx, input, dcb.Query{}, 0)
	require.NoError(t, err)
	stored := readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{})
	require.Equal(t, "a request", stored[2].CorrelationID)

	tests := []struct {
		name string
		ids  []string
		want []dcb.Event
	}{
		{name: "none"},
		{name: "one", ids: []string{input[2].ID}, want: stored[2:]},
		{name: "several, in the order of the log", ids: []string{input[2].ID, input[0].ID}, want: []dcb.Event{stored[0], stored[2]}},
		{name: "one that is asked for twice", ids: []string{input[1].ID, input[1].ID}, want: stored[1:2]},
		{name: "one in capitals", ids: []string{strings.ToUpper(input[0].ID)}, want: stored[:1]},
		{name: "an ID that no event has", ids: []string{dcb.NewID(), input[1].ID}, want: stored[1:2]},
		{name: "texts that are no IDs", ids: []string{"", "no event", "a\x00b", "\xff", "{" + input[1].ID + "}", input[1].ID}, want: stored[1:2]},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			found, err := store.Find(t.Context(), test.ids...)
			require.NoError(t, err)
			require.Len(t, found, len(test.want))
			for i := range found {
				assert.Equal(t, test.want[i], found[i])
			}
		})
	}
}

// One append may store what answers to several events.
func TestTheCauseThatAnEventNamesGoesBeforeThatOfTheContext(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	own := event("A")
	own.CausationID = "own"
	_, err := store.AppendEvents(dcb.WithCausationID(t.Context(), "of the context"), []dcb.InputEvent{own, event("B")}, dcb.Query{}, 0)
	require.NoError(t, err)
	stored := readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{})
	require.Equal(t, "own", stored[0].CausationID)
	require.Equal(t, "of the context", stored[1].CausationID)
}

func TestFindLeavesTheIDsOfItsCallerAlone(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	input := event("A")
	appendAll(t, store, input)
	ids := []string{"no event", input.ID}
	found, err := store.Find(t.Context(), ids...)
	require.NoError(t, err)
	require.Equal(t, []int64{1}, positions(found))
	require.Equal(t, []string{"no event", input.ID}, ids)
}

func TestAClosedStoreFindsNothing(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	input := event("A")
	appendAll(t, store, input)
	store.Close()
	_, err := store.Find(t.Context(), input.ID)
	require.EqualError(t, err, "find events: the event store is closed")
}
