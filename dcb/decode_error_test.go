package dcb_test

import (
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

func TestAnEventThatCannotBeDecodedIsNamedByTheErrorAndTheTrace(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendAll(t, store,
		event("Elsewhere", "room:green"),
		dcb.NewInputEvent("RoomOpened", dcb.NewTags("room", "blue"), []byte(`{"seats":"many"}`)))
	var failed []dcb.TraceFailed
	ctx := dcb.WithTrace(t.Context(), &dcb.Trace{}) // no hook is fine
	ctx = dcb.WithTrace(ctx, &dcb.Trace{Failed: func(step dcb.TraceFailed) { failed = append(failed, step) }})
	err := takeSeat{"blue", "ada"}.run(ctx, store)

	undecoded, ok := errors.AsType[*dcb.DecodeError](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, "RoomOpened", undecoded.Type)
	require.EqualValues(t, 2, undecoded.Position)
	_, ok = errors.AsType[*json.UnmarshalTypeError](err)
	require.True(t, ok, "what package json says: %v", err)

	require.Len(t, failed, 1)
	require.Equal(t, 1, failed[0].Attempt)
	require.Equal(t, err, failed[0].Err)
	require.True(t, failed[0].Query.Matches(dcb.Event{Type: "RoomOpened", Tags: dcb.NewTags("room", "blue")}))
	require.False(t, failed[0].Query.Matches(dcb.Event{Type: "RoomOpened", Tags: dcb.NewTags("room", "green")}))
}
