package lab_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
	"go-crablet/lab"
)

func TestARaceIsSeenInAnotherProcessWhileItRuns(t *testing.T) {
	t.Parallel()
	effort.NotShort(t, "seconds of waiting")
	store, pool := openLog(t)
	here, there := openTheatre(t, pool, store), openTheatre(t, pool, store)
	run, err := here.StartRace("ada", lab.Race{Contenders: 4, Courses: 1, Seats: 2, Think: 2 * time.Second})
	require.NoError(t, err)
	seen, err := there.Elsewhere(t.Context(), run.ID)
	require.NoError(t, err, "from its start on")
	require.Equal(t, run.Lineup, seen.Lineup)
	require.Eventually(t, func() bool {
		seen, err := there.Elsewhere(t.Context(), run.ID)
		return err == nil && len(seen.Steps) > 0
	}, time.Minute, 20*time.Millisecond)
	running, err := there.RunningElsewhere(t.Context())
	require.NoError(t, err)
	require.Len(t, running, 1)
	require.Equal(t, run.Race, running[0].Race)
	running, err = here.RunningElsewhere(t.Context())
	require.NoError(t, err)
	require.Empty(t, running, "it is here")

	steps := toTheEnd(t, run)
	_, err = there.Elsewhere(t.Context(), run.ID)
	require.ErrorIs(t, err, lab.ErrNotFound, "it is over")
	kept, err := there.Replay(t.Context(), run.ID)
	require.NoError(t, err)
	require.Equal(t, steps, kept.Steps)

	stopped, err := here.StartRace("ada", slow)
	require.NoError(t, err)
	here.Close()
	_, err = there.Elsewhere(t.Context(), stopped.ID)
	require.ErrorIs(t, err, lab.ErrNotFound, "a race that was stopped is not shown any more")
}

func TestAComparisonIsSeenInAnotherProcessWhileItRuns(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	store, pool := openLog(t)
	here, there := openTheatre(t, pool, store), openTheatre(t, pool, store)
	_, found, err := there.ComparisonUnderWay(t.Context())
	require.NoError(t, err)
	require.False(t, found)
	taken, err := pool.Begin(t.Context()) // the comparison waits for the name of its last schema
	require.NoError(t, err)
	defer taken.Rollback(context.Background())
	_, err = taken.Exec(t.Context(), "create schema "+lab.Strategies()[5].Schema())
	require.NoError(t, err)
	comparison, err := here.StartComparison(t.Context(), "ada", lab.Burst{Contenders: 2, Seats: 1, Rounds: 1})
	require.NoError(t, err)
	seen, err := there.ComparisonElsewhere(t.Context(), comparison.ID)
	require.NoError(t, err, "from its start on")
	require.Equal(t, comparison.Burst, seen.Burst)
	require.Eventually(t, func() bool {
		seen, err := there.ComparisonElsewhere(t.Context(), comparison.ID)
		return err == nil && seen.Tried() == 5
	}, time.Minute, 20*time.Millisecond)
	for _, theatre := range []*lab.Theatre{here, there} {
		underWay, found, err := theatre.ComparisonUnderWay(t.Context())
		require.NoError(t, err)
		require.True(t, found)
		require.Equal(t, comparison.ID, underWay.ID)
		require.Equal(t, comparison.Record().Rows, underWay.Rows)
	}
	_, err = there.Elsewhere(t.Context(), comparison.ID)
	require.ErrorIs(t, err, lab.ErrNotFound, "it is no race")

	require.NoError(t, taken.Rollback(t.Context()))
	for _, err := range comparison.Watch(t.Context()) {
		require.NoError(t, err)
	}
	_, err = there.ComparisonElsewhere(t.Context(), comparison.ID)
	require.ErrorIs(t, err, lab.ErrNotFound, "it is over")
	kept, err := there.ComparisonRecord(t.Context(), comparison.ID)
	require.NoError(t, err)
	require.Equal(t, comparison.Record().Rows, kept.Rows)
}

func TestARaceWhoseProcessWasKilledHasBrokenOff(t *testing.T) {
	t.Parallel()
	store, pool := openLog(t)
	there := openTheatre(t, pool, store)
	_, err := pool.Exec(t.Context(), `insert into under_way (id, kind, record, seen_at) values ('aaaaaaaaaa', 'race', '{"id":"aaaaaaaaaa"}', clock_timestamp() - interval '6 seconds')`)
	require.NoError(t, err)
	_, err = there.Elsewhere(t.Context(), "aaaaaaaaaa")
	require.ErrorIs(t, err, lab.ErrBrokeOff)
}
