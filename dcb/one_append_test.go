package dcb

import (
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

func TestStoredEventsAreOneAppendOnlyAsAWhole(t *testing.T) {
	// stored makes what is known of an event of the same content.
	stored := func(position int64, rest int16, continues bool) storedEvent {
		return storedEvent{position: position, same: true, rest: &rest, continues: continues}
	}
	older := func(position int64) storedEvent { return storedEvent{position: position, same: true} }
	other := stored(6, 1, true)
	other.same = false

	for name, one := range map[string][]storedEvent{
		"a single event":                      {stored(5, 0, false)},
		"three in a row":                      {stored(5, 2, false), stored(6, 1, true), stored(7, 0, true)},
		"three of an older version, in a row": {older(5), older(6), older(7)},
	} {
		require.True(t, areOneAppend(one), name)
	}
	for name, none := range map[string][]storedEvent{
		"nothing":                    nil,
		"an event that is not there": {{}},
		"a beginning":                {stored(5, 2, false), stored(6, 1, true)},
		"an end":                     {stored(6, 1, true), stored(7, 0, true)},
		"the last one":               {stored(7, 0, true)},
		"turned round":               {stored(6, 0, true), stored(5, 1, false)},
		"one twice":                  {stored(5, 1, false), stored(5, 1, false)},
		"a gap":                      {stored(5, 1, false), stored(7, 0, true)},
		"other content":              {stored(5, 2, false), other, stored(7, 0, true)},
		"two appends":                {stored(5, 0, false), stored(6, 0, false)},
		"older ones with a gap":      {older(5), older(7)},
		"older ones turned round":    {older(6), older(5)},
	} {
		require.False(t, areOneAppend(none), name)
	}
}

// A tail would go on from nowhere, or leave the rest of an append out.
func TestThatTheRestOfAnAppendCannotBeReadIsAnError(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	store, err := NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	one := InputEvent{Type: "A", Data: []byte(`{}`)}
	_, err = store.AppendEvents(t.Context(), []InputEvent{one, one}, Query{}, 0)
	require.NoError(t, err)
	events, head, err := store.ReadSince(t.Context(), AllEvents(), Checkpoint{})
	require.NoError(t, err)
	whole, end, err := store.wholeAppends(t.Context(), AllEvents(), events[:1:1])
	require.NoError(t, err)
	require.Equal(t, events, whole)
	require.Equal(t, head, end)

	for _, change := range []struct{ column, fails string }{
		{"type", "read events: "},
		{"append_rest", "look for an append: "},
	} {
		_, err = pool.Exec(t.Context(), `alter table dcb_event rename column `+change.column+` to hidden_`+change.column)
		require.NoError(t, err)
		_, _, err = store.wholeAppends(t.Context(), AllEvents(), events[:1:1])
		require.ErrorContains(t, err, change.fails)
	}
	_, err = pool.Exec(t.Context(), `alter table dcb_event rename column hidden_type to type`)
	require.NoError(t, err)
	_, _, err = store.wholeAppends(t.Context(), AllEvents(), events[1:])
	require.ErrorContains(t, err, "look for an append: ", "also of the last event")
}
