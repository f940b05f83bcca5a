package lab_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
	"go-crablet/lab"
)

func newComparison(t *testing.T, b lab.Burst) *lab.Comparison {
	t.Helper()
	comparison, err := lab.NewComparison(b)
	require.NoError(t, err)
	return comparison
}

func TestAComparisonMakesARowForEachStrategy(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	pool := pgtest.New(t)
	comparison := newComparison(t, lab.Burst{Contenders: 10, Seats: 4, Rounds: 3, Seed: 2})
	require.NoError(t, comparison.Do(t.Context(), pool))

	var trials []lab.Trial
	for some, err := range comparison.Watch(t.Context()) {
		require.NoError(t, err)
		trials = append(trials, some...)
	}
	require.Len(t, trials, 6*3)
	for _, trial := range trials {
		require.Equal(t, trial.Round == 1, len(trial.Steps) > 0, "the first is kept step by step")
		require.Equal(t, trial.Round == 1, trial.Lineup != nil)
	}
	rows := lab.Table(trials)
	require.Equal(t, comparison.Record().Rows, rows)
	require.Len(t, rows, 6)
	want := expected(10, 4)
	for i, strategy := range lab.Strategies() {
		row := rows[i]
		require.Equal(t, strategy.Name, row.Strategy)
		require.Equal(t, strategy.Broken, row.Broken)
		require.Equal(t, 3, row.Bursts)
		exact := 0
		if want[row.Strategy].exact {
			exact = 3
		}
		require.Equal(t, exact, row.Exact)
		require.Equal(t, want[row.Strategy].oversold, row.Oversold)
		require.Equal(t, want[row.Strategy].overLimit, row.OverLimit)
		require.Equal(t, 10+5*row.OverLimit, row.MostCourses, "of the collector, who asks for fifteen")
		require.Equal(t, want[row.Strategy].falseConflicts, row.FalseConflicts)
		require.Positive(t, row.PerSecond)
	}
}

func TestTheTableShowsMedians(t *testing.T) {
	t.Parallel()
	trials := []lab.Trial{{Strategy: lab.Strategies()[0].Name, Round: 1, PerSecond: 7}}
	for i, n := range []int{9, 0, 5, 4} {
		trials = append(trials, lab.Trial{
			Strategy: "read-apart", Round: i + 1, PerSecond: float64(10 * n),
			Result: lab.Result{Oversold: n, OverLimit: n + 1, MostCourses: n + 3, FalseConflicts: n + 2, Exact: n == 0},
		})
	}
	rows := lab.Table(trials)
	require.Equal(t, lab.Row{Strategy: "read-apart", Broken: true, Bursts: 4, Exact: 1, Oversold: 4, OverLimit: 5, MostCourses: 7, FalseConflicts: 6, PerSecond: 40}, rows[3])
	require.Equal(t, 1, rows[0].Bursts)
	require.InDelta(t, 7, rows[0].PerSecond, 0)
	require.Equal(t, lab.Row{Strategy: "correct"}, rows[5], "it has no burst yet")
}

func TestStrategiesDoNotTouchTheRealLog(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	store, pool := openLog(t)
	_, err := courses.LoadSampleTerm(t.Context(), store)
	require.NoError(t, err)
	before, _, err := store.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
	require.NoError(t, err)

	require.NoError(t, newComparison(t, lab.Burst{Contenders: 3, Seats: 1, Rounds: 1}).Do(t.Context(), pool))
	after, _, err := store.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
	require.NoError(t, err)
	require.Equal(t, before, after)

	// Where it was stored instead, to be looked at.
	for _, strategy := range lab.Strategies() {
		var events int
		require.NoError(t, pool.QueryRow(t.Context(), "select count(*) from "+strategy.Schema()+".dcb_event").Scan(&events))
		require.Positive(t, events, strategy.Schema())
	}
}

func TestASiteIsEmptyAtFirstAndOpenOnlyOnce(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	strategy, _ := lab.FindStrategy("check-without-lock")
	for range 3 {
		site, err := lab.OpenSite(t.Context(), pool, strategy)
		require.NoError(t, err)
		_, head, err := site.Log.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
		require.NoError(t, err)
		require.Zero(t, head.Position)
		_, err = lab.OpenSite(t.Context(), pool, strategy)
		require.Equal(t, lab.Busy("somebody else is running this strategy right now: try again when they are done"), err)
		last, err := site.Log.AppendAfter(t.Context(), []dcb.InputEvent{dcb.NewInputEvent("A", dcb.Tags{"x"}, []byte(`{}`))}, dcb.Query{}, dcb.Checkpoint{})
		require.NoError(t, err)
		require.EqualValues(t, 1, last)
		site.Close()
	}
}

func TestAComparisonThatIsStoppedLeavesNothingRunning(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	comparison := newComparison(t, lab.Burst{Contenders: 20, Seats: 3, Rounds: 25})
	leavesNothingRunning(t, func(ctx context.Context) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		watcher := make(chan struct{})
		go func() {
			defer close(watcher)
			for range comparison.Watch(context.WithoutCancel(ctx)) {
				stop() // as soon as there is a trial
			}
		}()
		require.ErrorIs(t, comparison.Do(ctx, pool), context.Canceled)
		<-watcher
	})
	// The schema is free again.
	openSite(t, pool, lab.Strategies()[0])
}

// All contenders are in the window when the registrar fails. None waits there forever, and
// none goes on.
func TestABurstThatBreaksInTheWindowEnds(t *testing.T) {
	t.Parallel()
	for _, strategy := range lab.Strategies() {
		t.Run(strategy.Name, func(t *testing.T) {
			t.Parallel()
			site := openSite(t, pgtest.New(t), strategy)
			broken := errors.New("the registrar is away")
			leavesNothingRunning(t, func(ctx context.Context) {
				steps, err := lab.Burst{Contenders: 20, Seats: 3}.BrokenInTheWindow(ctx, site, broken)
				require.ErrorIs(t, err, broken)
				for number := range 20 + 15 + 5 {
					lane := kindsOf(stepsOf(steps, number+1))
					require.Equal(t, lab.Stopped, lane[len(lane)-1])
				}
			})
			seats, _, err := site.Log.ReadSince(t.Context(), dcb.NewQuery(nil, "StudentSubscribedToCourse"), dcb.Checkpoint{})
			require.NoError(t, err)
			require.Empty(t, seats)
		})
	}
}
