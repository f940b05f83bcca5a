package dcbtest

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

// allOrNone appends events of which the last one can't be stored.
func allOrNone(t *testing.T, log, _ dcb.Log) {
	taken := event("A")
	appendTo(t, log, taken)
	_, err := log.AppendAfter(t.Context(), []dcb.InputEvent{event("B"), event("C"), taken}, dcb.Query{}, dcb.Checkpoint{})
	require.Error(t, err, "the ID of the last is taken")
	require.Len(t, readFrom(t, log, dcb.AllEvents(), 0), 1)
}

func noGapAfterAnError(t *testing.T, log, other dcb.Log) {
	taken := event("A")
	appendTo(t, log, taken)
	_, err := log.AppendAfter(t.Context(), []dcb.InputEvent{event("B"), taken}, dcb.Query{}, dcb.Checkpoint{})
	require.Error(t, err)
	require.EqualValues(t, 2, appendTo(t, other, event("C")))
}

// nobodySeesHalf reads before each round trip of an append.
func nobodySeesHalf(t *testing.T, s *site) {
	s.hook.Set(func(string) {
		seen, _, err := s.other.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
		assert.NoError(t, err)
		assert.Contains(t, []int{0, 3}, len(seen), "events of an append of three")
	})
	appendTo(t, s.store, events(3, "A", "x")...)
	require.Len(t, readFrom(t, s.other, dcb.AllEvents(), 0), 3)
}

func tenThousandEvents(t *testing.T, log, _ dcb.Log) {
	position, err := log.AppendAfter(t.Context(), events(10_000, "A", "x"), tagged("x"), dcb.Checkpoint{})
	require.NoError(t, err)
	require.EqualValues(t, 10_000, position)
}

func eventsAreStamped(t *testing.T, log, _ dcb.Log) {
	appendTo(t, log, event("A"))
	stored := readFrom(t, log, dcb.AllEvents(), 0)
	require.Len(t, stored, 1)
	require.WithinDuration(t, time.Now(), stored[0].RecordedAt, time.Minute)
}

// failuresStayAlone lets callers append at once. One in four uses an ID that is taken.
func failuresStayAlone(t *testing.T, s *site) {
	const callers = 24
	taken := event("Taken")
	appendTo(t, s.store, taken)
	taken.Type = "TakenByAnother"
	errs := make([]error, callers)
	s.gathered(t, callers, func(ctx context.Context, i int) {
		e := event("A")
		if i%4 == 0 {
			e = taken
		}
		_, errs[i] = s.store.AppendAfter(ctx, []dcb.InputEvent{e}, dcb.Query{}, dcb.Checkpoint{})
	})
	for i, err := range errs {
		if i%4 == 0 {
			require.Error(t, err)
		} else {
			require.NoError(t, err)
		}
	}
	appendTo(t, s.store, event("A")) // a later append does not fail either
	require.Len(t, readFrom(t, s.other, dcb.NewQuery(nil, "A"), 0), callers*3/4+1)
}
