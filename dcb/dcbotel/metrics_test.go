package dcbotel_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbotel"
)

func TestDecisionsAreCountedByCommandAndOutcome(t *testing.T) {
	t.Parallel()
	w := openWatched(t, dcbotel.Config{}, dcb.Options{})
	ctx := dcb.WithCommandName(t.Context(), "TakeSeat")
	require.NoError(t, takeSeat(ctx, w.Store, "blue", 1, nil))
	require.ErrorIs(t, takeSeat(ctx, w.Store, "blue", 1, nil), errFull)
	require.NoError(t, dcb.Decide(ctx, w.Store,
		func(*struct{}) dcb.Boundary { return nil },
		func(struct{}) ([]dcb.Fact, error) { return nil, nil }))
	over, cancel := context.WithCancel(ctx)
	cancel()
	require.ErrorIs(t, takeSeat(over, w.Store, "blue", 1, nil), context.Canceled)
	require.NoError(t, takeSeat(t.Context(), w.Store, "red", 1, nil))

	series := w.collectAfter(t, 2)
	for outcome, n := range map[string]float64{
		"{command=TakeSeat,outcome=appended}": 1,
		"{command=TakeSeat,outcome=refused}":  1,
		"{command=TakeSeat,outcome=nothing}":  1,
		"{command=TakeSeat,outcome=failed}":   1,
		"{command=other,outcome=appended}":    1,
	} {
		require.InDelta(t, n, series["dcb.decision.duration.count"+outcome], 0, outcome)
	}
	require.InDelta(t, 4, series["dcb.decision.attempts{command=TakeSeat}"], 0)
	require.InDelta(t, 1, series["dcb.decision.boundary{command=TakeSeat}"], 0, "the refused one knew one event")
	require.InDelta(t, 2, series["dcb.events.stored"], 0)
	require.InDelta(t, 2, series["dcb.batch.appends"], 0)
	require.InDelta(t, 2, series["dcb.batch.trips"], 0)
	for _, step := range []string{"wait", "store"} {
		require.InDelta(t, 2, series["dcb.batch.step.duration.count{step="+step+"}"], 0)
	}
	require.Positive(t, series["dcb.batch.step.duration{step=store}"])
}

// In one trip they are no steps of their own: a 0 would pull their averages down.
func TestLockAndCheckAreRecordedWhereTheyAreATripOfTheirOwn(t *testing.T) {
	t.Parallel()
	told := make(chan dcb.Batch, 3)
	w := openWatched(t, dcbotel.Config{}, dcb.Options{Committed: func(b dcb.Batch) { told <- b }})
	require.NoError(t, takeSeat(t.Context(), w.Store, "blue", 9, nil))
	require.Equal(t, 1, (<-told).Trips)
	series := w.collect(t)
	for _, step := range []string{"lock", "check"} {
		require.NotContains(t, series, "dcb.batch.step.duration.count{step="+step+"}")
	}

	rival := func() { require.NoError(t, takeSeat(t.Context(), w.Store, "blue", 9, nil)) }
	require.NoError(t, takeSeat(t.Context(), w.Store, "blue", 9, rival))
	require.Equal(t, []int{1, 3}, []int{(<-told).Trips, (<-told).Trips}, "the second one tried one trip first, and met a conflict")
	series = w.collect(t)
	for _, step := range []string{"lock", "check"} {
		require.InDelta(t, 1, series["dcb.batch.step.duration.count{step="+step+"}"], 0, step)
		require.Positive(t, series["dcb.batch.step.duration{step="+step+"}"], step)
	}
}

func TestAConflictIsCountedAsTheOneOrTheOtherKind(t *testing.T) {
	t.Parallel()
	w := openWatched(t, dcbotel.Config{}, dcb.Options{})
	rival := func() { require.NoError(t, takeSeat(t.Context(), w.Store, "blue", 9, nil)) }
	ctx := dcb.WithCommandName(t.Context(), "TakeSeat")
	require.NoError(t, takeSeat(ctx, w.Store, "blue", 9, rival))
	require.NoError(t, takeSeat(dcb.WithTrace(ctx, &dcb.Trace{Stepwise: true}), w.Store, "blue", 9, rival))

	series := w.collectAfter(t, 5)
	require.InDelta(t, 1, series["dcb.decision.conflicts{command=TakeSeat,on_the_spot=true}"], 0)
	require.InDelta(t, 1, series["dcb.decision.conflicts{command=TakeSeat,on_the_spot=false}"], 0)
	require.InDelta(t, 4, series["dcb.decision.attempts{command=TakeSeat}"], 0)
	require.InDelta(t, 1+3, series["dcb.decision.boundary{command=TakeSeat}"], 0)
	require.InDelta(t, 1, series["dcb.append.conflicts"], 0, "the other one was decided again, and then stored")
	require.InDelta(t, 4, series["dcb.events.stored"], 0)
}

// Whoever names a thousand rooms makes no more time series than who names one.
func TestTrafficMakesNoMoreTimeSeries(t *testing.T) {
	t.Parallel()
	w := openWatched(t, dcbotel.Config{}, dcb.Options{})
	take := func(room int) {
		ctx := dcb.WithCorrelationID(dcb.WithCommandName(t.Context(), "TakeSeat"), fmt.Sprint("request ", room))
		require.NoError(t, takeSeat(ctx, w.Store, fmt.Sprint("room ", room), 1, nil))
	}
	take(0)
	before := len(w.collectAfter(t, 1))
	for room := range 200 {
		take(room + 1)
	}
	require.Len(t, w.collect(t), before)
}

func TestAStoreIsWatchedWhenMetricsAreCollected(t *testing.T) {
	t.Parallel()
	w := openWatched(t, dcbotel.Config{}, dcb.Options{})
	for range 3 {
		require.NoError(t, takeSeat(t.Context(), w.Store, "blue", 9, nil))
	}
	for progress, err := range w.Tail(t.Context(), dcb.AllEvents(), dcb.Checkpoint{}) {
		require.NoError(t, err)
		require.Len(t, progress.Events, 3)
		series := w.collect(t)
		require.InDelta(t, 1, series["dcb.tails.running"], 0)
		require.InDelta(t, 3, series["dcb.tails.lag"], 0, "they are in the hand of the tail")
		break
	}
	series := w.collect(t)
	require.InDelta(t, 3, series["dcb.log.position"], 0)
	require.InDelta(t, 0, series["dcb.tails.lag"], 0)
	require.InDelta(t, 2, series["dcb.memory.hits"], 0)
	require.InDelta(t, 1, series["dcb.memory.misses"], 0)
	require.Positive(t, series["dcb.memory.size"])
	require.Contains(t, series, "dcb.append.oldest")
}

func TestTheHooksOfTheGivenOptionsAreCalledToo(t *testing.T) {
	t.Parallel()
	var batches, reads, ends int
	w := openWatched(t, dcbotel.Config{}, dcb.Options{
		Committed: func(dcb.Batch) { batches++ },
		Trace: func(context.Context) *dcb.Trace {
			return &dcb.Trace{Read: func(dcb.TraceRead) { reads++ }, Ended: func(dcb.TraceEnded) { ends++ }}
		},
	})
	require.NoError(t, takeSeat(t.Context(), w.Store, "blue", 9, nil))
	w.Close() // after that, the hook of the last batch has returned
	require.Equal(t, []int{1, 1, 1}, []int{batches, reads, ends})
}

func TestAConfigurationWithoutProvidersTellsNobody(t *testing.T) {
	t.Parallel()
	telemetry, err := dcbotel.New(dcbotel.Config{})
	require.NoError(t, err)
	options := telemetry.Options(dcb.Options{})
	options.Committed(dcb.Batch{Appends: 1, Err: context.Canceled})
	options.Trace(t.Context()).Ended(dcb.TraceEnded{})
}
