package lab_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/lab"
)

func TestARaceIsUnderWayInEveryProcessUntilItIsOver(t *testing.T) {
	t.Parallel()
	store, pool := openLog(t)
	here, elsewhere := openTheatre(t, pool, store), openTheatre(t, pool, store)
	of := func(run *lab.Run) []dcb.Tag {
		return []dcb.Tag{run.Lineup.Courses[0].ID.Tag(), run.Lineup.Contenders[0].Student.Tag()}
	}
	begun := func(race lab.Race) *lab.Run {
		run, err := here.StartRace("ada", race)
		require.NoError(t, err)
		for range run.Watch(t.Context()) {
			break // its course and its students are there
		}
		return run
	}
	underWay := func(about dcb.Tag) string {
		race, err := elsewhere.UnderWay(t.Context(), about)
		require.NoError(t, err)
		return race
	}

	quick := begun(lab.Race{Contenders: 2, Courses: 1, Seats: 1})
	toTheEnd(t, quick)
	for _, about := range of(quick) {
		require.Empty(t, underWay(about), "it is over")
	}

	stopped := begun(slow)
	for _, about := range of(stopped) {
		require.Equal(t, stopped.ID, underWay(about))
	}
	here.Close()
	for _, about := range of(stopped) {
		require.Equal(t, stopped.ID, underWay(about), "for all that another process knows")
	}
	_, err := pool.Exec(t.Context(), `update dcb_event set recorded_at = recorded_at - interval '191 seconds'`)
	require.NoError(t, err)
	for _, about := range of(stopped) {
		require.Empty(t, underWay(about), "no race lasts for so long")
	}

	for _, about := range []dcb.Tag{"", "course_id:", "course_id:algebra", "course_id:race-conditions-1", "course_id:race-aaaaaaaaaa-course-1", "student_id:race-aaaaaaaaaa"} {
		require.Empty(t, underWay(about), about)
	}
}

func TestUnderWayFailsWithoutADatabase(t *testing.T) {
	t.Parallel()
	theatre := newTheatre(t)
	run, err := theatre.StartRace("ada", slow)
	require.NoError(t, err)
	for range run.Watch(t.Context()) {
		break
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = theatre.UnderWay(ctx, run.Lineup.Courses[0].ID.Tag())
	require.ErrorIs(t, err, context.Canceled)
}
