package dcb_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

func TestReadRefusesWhatItCannotBeAsked(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendAll(t, store, event("A", "x"))

	for _, options := range []dcb.ReadOptions{{After: -1}, {Before: -1}, {Limit: -1}} {
		var told []error
		for _, err := range store.Read(t.Context(), dcb.AllEvents(), options) {
			told = append(told, err)
		}
		require.Len(t, told, 1, "%+v", options)
		require.ErrorAs(t, told[0], new(dcb.InputError))
	}
	_, _, err := store.ReadSince(t.Context(), dcb.AllEvents(), dcb.At(-1))
	require.ErrorAs(t, err, new(dcb.InputError))
	_, _, err = store.ReadStateUpTo(t.Context(), dcb.NewQuery(nil), count, 0)
	require.ErrorAs(t, err, new(dcb.InputError), "not even of the log before its first event")
	_, err = store.ReadUpTo(t.Context(), dcb.NewQuery(nil), dcb.Checkpoint{})
	require.ErrorAs(t, err, new(dcb.InputError))

	store.Close()
	_, _, err = store.ReadStateUpTo(t.Context(), dcb.AllEvents(), count, 0)
	require.EqualError(t, err, "read events: the event store is closed")
}
