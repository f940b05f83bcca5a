package dcbtest

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

// The race detector finds shared memory even if no test happens to see it change.

func memoryIsTheCallersAgain(t *testing.T, log dcb.Log) {
	given := []dcb.InputEvent{
		dcb.NewInputEvent("A", dcb.Tags{"x", "y"}, []byte(`{"n":1}`)),
		dcb.NewInputEvent("B", dcb.Tags{"x"}, []byte(`{"n":2}`)),
	}
	appendTo(t, log, given...)
	want := readFrom(t, log, tagged("x"), 0)
	require.Len(t, want, 2)
	for i := range given {
		scribble(given[i].Tags, given[i].Data)
	}
	clear(given)

	for i, data := range []string{`{"n":1}`, `{"n":2}`} {
		found := readFrom(t, log, tagged("x"), int64(i))
		require.NotEmpty(t, found, "its tag is still x")
		require.Equal(t, data, string(found[0].Data))
		require.Equal(t, found, conflictOf(t, log, tagged("x"), int64(i)).Events)
	}
}

func eventsAreTheCallersOwn(t *testing.T, log dcb.Log) {
	appendTo(t, log, dcb.NewInputEvent("A", dcb.Tags{"x", "y"}, []byte(`{"n":1}`)))
	for _, events := range [][]dcb.Event{
		readFrom(t, log, tagged("x"), 0),
		conflictOf(t, log, tagged("x"), 0).Events,
	} {
		require.Len(t, events, 1)
		scribble(events[0].Tags, events[0].Data)
		clear(events)
	}
	for _, events := range [][]dcb.Event{
		readFrom(t, log, tagged("x"), 0),
		conflictOf(t, log, tagged("x"), 0).Events,
	} {
		require.Len(t, events, 1)
		require.Equal(t, dcb.Tags{"x", "y"}, events[0].Tags)
		require.Equal(t, `{"n":1}`, string(events[0].Data))
	}
}

// callersShareNoMemory lets callers ask for one seat at once. All losers get the event of the
// winner, and each caller writes over the events that it gave and got.
func callersShareNoMemory(t *testing.T, s *site) {
	const callers = 16
	told := make([][]dcb.Event, callers)
	s.gathered(t, callers, func(ctx context.Context, i int) {
		given := dcb.NewInputEvent("Taken", dcb.Tags{"seat"}, []byte(`{"seat":1}`))
		_, err := s.store.AppendAfter(ctx, []dcb.InputEvent{given}, tagged("seat"), dcb.Checkpoint{})
		scribble(given.Tags, given.Data)
		told[i] = conflictingEvents(t, err)
	})
	stored := readFrom(t, s.other, tagged("seat"), 0)
	require.Len(t, stored, 1)
	require.Equal(t, `{"seat":1}`, string(stored[0].Data))
	for _, events := range told {
		if events != nil {
			require.Equal(t, stored, events)
			scribble(events[0].Tags, events[0].Data)
		}
	}
}

// scribble writes over the memory of an event.
func scribble(tags dcb.Tags, data []byte) {
	for i := range tags {
		tags[i] = "scribbled"
	}
	for i := range data {
		data[i] = '#'
	}
}

// conflictOf appends under a condition that does not hold, and returns the conflict.
func conflictOf(t *testing.T, log dcb.Log, query dcb.Query, after int64) *dcb.ConflictError {
	t.Helper()
	_, err := log.AppendAfter(t.Context(), []dcb.InputEvent{event("Late")}, query, dcb.At(after))
	var conflict *dcb.ConflictError
	require.ErrorAs(t, err, &conflict)
	return conflict
}

// conflictingEvents returns the events of a conflict, or nil if err is nil. Any other error
// fails the test.
func conflictingEvents(t *testing.T, err error) []dcb.Event {
	t.Helper()
	if err == nil {
		return nil
	}
	var conflict *dcb.ConflictError
	if !assert.ErrorAs(t, err, &conflict) {
		return nil
	}
	return conflict.Events
}
