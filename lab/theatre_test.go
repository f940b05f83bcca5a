package lab_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/effort"
	"go-crablet/lab"
)

// slow is a race that is not over before it is stopped.
var slow = lab.Race{Contenders: 4, Courses: 1, Seats: 4, Think: 5 * time.Second}

func newTheatre(t *testing.T) *lab.Theatre {
	t.Helper()
	store, pool := openLog(t)
	return openTheatre(t, pool, store)
}

// openTheatre opens a theatre that makes no receipts. Several on one database are those of
// several processes.
func openTheatre(t *testing.T, pool *pgxpool.Pool, log dcb.Log) *lab.Theatre {
	t.Helper()
	theatre := lab.NewTheatre(pool, log, nil, slog.New(slog.NewTextHandler(t.Output(), nil)))
	t.Cleanup(theatre.Close)
	return theatre
}

// toTheEnd watches until there is nothing more to see.
func toTheEnd(t *testing.T, run *lab.Run) (steps []lab.Step) {
	t.Helper()
	for some, err := range run.Watch(t.Context()) {
		require.NoError(t, err)
		steps = append(steps, some...)
	}
	return steps
}

func TestATheatreRunsAndKeepsARace(t *testing.T) {
	t.Parallel()
	theatre := newTheatre(t)
	run, err := theatre.StartRace("ada", lab.Race{Contenders: 8, Courses: 1, Seats: 3})
	require.NoError(t, err)
	steps := toTheEnd(t, run)

	// A watcher that has seen the end finds the race where it is kept.
	_, running := theatre.Run(run.ID)
	require.False(t, running)
	require.Empty(t, theatre.Running())
	kept, err := theatre.Replay(t.Context(), run.ID)
	require.NoError(t, err)
	require.Equal(t, steps, kept.Steps)
	require.Equal(t, "Exactly 3 of 3 seats sold to 8 contenders.", kept.Result.Sentence)
	races, err := theatre.Runs.Races(t.Context(), 10)
	require.NoError(t, err)
	require.Len(t, races, 1)
	_, err = theatre.Replay(t.Context(), "nosuchrace")
	require.ErrorIs(t, err, lab.ErrNotFound)
}

func TestATheatreRunsAndKeepsAComparison(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	theatre := newTheatre(t)
	comparison, err := theatre.StartComparison(t.Context(), "ada", lab.Burst{Contenders: 2, Seats: 1, Rounds: 1})
	require.NoError(t, err)
	_, err = theatre.StartComparison(t.Context(), "bob", lab.Burst{Contenders: 2, Seats: 1, Rounds: 1})
	require.Equal(t, lab.Busy("strategies are being compared already: watch that, and start yours when it is over"), err)
	_, err = theatre.StartRace("ada", slow)
	require.IsType(t, lab.Busy(""), err, "one thing at a time, whatever it is")
	_, err = theatre.StartRace("bob", slow)
	require.NoError(t, err, "bob was refused, so he is not inside the gate")

	trials := 0
	for some, err := range comparison.Watch(t.Context()) {
		require.NoError(t, err)
		trials += len(some)
	}
	require.Equal(t, 6, trials)
	_, running := theatre.Comparison(comparison.ID)
	require.False(t, running)
	kept, err := theatre.ComparisonRecord(t.Context(), comparison.ID)
	require.NoError(t, err)
	require.Equal(t, comparison.Record().Rows, kept.Rows)
}

// Until it is over, a race is shown as far as it has got.
func TestATheatreShowsARaceThatRuns(t *testing.T) {
	t.Parallel()
	theatre := newTheatre(t)
	run, err := theatre.StartRace("ada", slow)
	require.NoError(t, err)
	found, running := theatre.Run(run.ID)
	require.True(t, running)
	require.Same(t, run, found)
	for steps, err := range run.Watch(t.Context()) {
		require.NoError(t, err)
		replay, err := theatre.Replay(t.Context(), run.ID)
		require.NoError(t, err)
		require.GreaterOrEqual(t, len(replay.Steps), len(steps))
		require.Nil(t, replay.Result)
		break
	}
}

func TestATheatreLetsEachVisitorRunOneAndAllOfThemFour(t *testing.T) {
	t.Parallel()
	theatre := newTheatre(t)
	var running []*lab.Run
	for i := range 4 {
		run, err := theatre.StartRace(fmt.Sprint("visitor ", i), slow)
		require.NoError(t, err)
		_, err = theatre.StartRace(fmt.Sprint("visitor ", i), slow)
		require.Equal(t, lab.Busy("a run of yours is not over yet: watch it to its end, then start the next"), err)
		running = append([]*lab.Run{run}, running...)
	}
	_, err := theatre.StartRace("one too many", slow)
	require.Equal(t, lab.Busy("there are 4 runs under way, as many as there can be at once: watch one of them, and start yours when one is over"), err)
	require.Equal(t, running, theatre.Running(), "the latest first")
}

func TestAVisitorWhoHasSeenTheEndMayStartTheNextRace(t *testing.T) {
	t.Parallel()
	theatre := newTheatre(t)
	for range 3 {
		run, err := theatre.StartRace("ada", lab.Race{Contenders: 3, Courses: 1, Seats: 1})
		require.NoError(t, err)
		toTheEnd(t, run)
	}
}

func TestATheatreRefusesBadNumbersAndRunsAfterItsClose(t *testing.T) {
	t.Parallel()
	theatre := newTheatre(t)
	_, err := theatre.StartRace("ada", lab.Race{})
	require.IsType(t, lab.Problems{}, err)
	_, err = theatre.StartComparison(t.Context(), "ada", lab.Burst{})
	require.IsType(t, lab.Problems{}, err)
	_, err = theatre.StartRace("ada", lab.Race{Contenders: 2, Courses: 1, Seats: 1})
	require.NoError(t, err, "a visitor who was refused is not inside the gate")
	theatre.Close()
	for range 2 {
		_, err = theatre.StartRace("bob", slow)
		require.Equal(t, lab.Busy("the program is about to stop: try again when it is back"), err)
	}
}

func TestAClosedTheatreLeavesNothingRunning(t *testing.T) {
	t.Parallel()
	leavesNothingRunning(t, func(context.Context) {
		theatre := newTheatre(t)
		run, err := theatre.StartRace("ada", slow)
		require.NoError(t, err)
		comparison, err := theatre.StartComparison(t.Context(), "bob", lab.Burst{Contenders: 20, Seats: 2, Rounds: 25})
		require.NoError(t, err)
		for range run.Watch(t.Context()) {
			break // it is on its way
		}
		theatre.Close()
		require.Empty(t, theatre.Running())
		_, running := theatre.Comparison(comparison.ID)
		require.False(t, running)
		_, err = theatre.Replay(t.Context(), run.ID)
		require.ErrorIs(t, err, lab.ErrNotFound, "what was stopped is not kept")
	})
}

// Two processes on one database compare strategies one at a time, too.
func TestOneProcessAtATimeComparesStrategies(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	store, pool := openLog(t)
	here, elsewhere := openTheatre(t, pool, store), openTheatre(t, pool, store)
	small := lab.Burst{Contenders: 2, Seats: 1, Rounds: 1}
	comparison, err := here.StartComparison(t.Context(), "ada", small)
	require.NoError(t, err)
	const busy = lab.Busy("strategies are being compared already, by another process: watch that, and start yours when it is over")
	for range 2 { // the refusal leaves nobody in the gate
		_, err = elsewhere.StartComparison(t.Context(), "bob", small)
		require.Equal(t, busy, err)
	}
	require.Equal(t, busy, newComparison(t, small).Do(t.Context(), pool))
	for _, err := range comparison.Watch(t.Context()) {
		require.NoError(t, err)
	}
	_, err = elsewhere.StartComparison(t.Context(), "bob", small)
	require.NoError(t, err, "a visitor who has seen the end may start the next")
}
