package lab_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"go-crablet/lab"
)

func TestAStoreKeepsRacesAsTheyWere(t *testing.T) {
	t.Parallel()
	log, pool := openLog(t)
	store := lab.NewStore(pool)
	var kept []lab.Replay
	for range 3 {
		run := newRun(t, lab.Race{Contenders: 5, Courses: 2, Seats: 1, Think: time.Millisecond, Seed: 8})
		_, err := run.Do(t.Context(), log)
		require.NoError(t, err)
		require.NoError(t, store.SaveRace(t.Context(), run.Replay()))
		kept = append(kept, run.Replay())
	}
	asJSON := func(value any) string {
		encoded, err := json.Marshal(value)
		require.NoError(t, err)
		return string(encoded)
	}
	for _, race := range kept {
		found, err := store.Race(t.Context(), race.ID)
		require.NoError(t, err)
		require.Equal(t, asJSON(race), asJSON(found))
		require.Equal(t, race.Steps, found.Steps)
	}
	latest, err := store.Races(t.Context(), 2)
	require.NoError(t, err)
	require.Equal(t, asJSON([]lab.Summary{kept[2].Summary, kept[1].Summary}), asJSON(latest))

	for _, id := range []string{"nosuchrace", "", "Ünknown\x00", kept[0].ID + "'"} {
		_, err := store.Race(t.Context(), id)
		require.ErrorIs(t, err, lab.ErrNotFound, id)
	}
	_, err = store.Comparison(t.Context(), kept[0].ID)
	require.ErrorIs(t, err, lab.ErrNotFound, "that is a race")
}

func TestAStoreKeepsComparisons(t *testing.T) {
	t.Parallel()
	_, pool := openLog(t)
	store := lab.NewStore(pool)
	comparison := newComparison(t, lab.Burst{Contenders: 2, Seats: 1, Rounds: 1})
	require.NoError(t, comparison.Do(t.Context(), pool))
	require.NoError(t, store.SaveComparison(t.Context(), comparison.Record()))

	found, err := store.Comparison(t.Context(), comparison.ID)
	require.NoError(t, err)
	require.Equal(t, comparison.Record().Trials, found.Trials)
	latest, err := store.Comparisons(t.Context(), 10)
	require.NoError(t, err)
	require.Len(t, latest, 1)
	require.Equal(t, comparison.Record().Rows, latest[0].Rows)
}

func TestTrimKeepsTheLatestOfAKindAndWhatIsPinned(t *testing.T) {
	t.Parallel()
	_, pool := openLog(t)
	const older = `
		insert into lab_run (id, kind, started_at, summary, record)
		select kind || n, kind, now() - hours * interval '1 hour', '{}', '{}'
		from unnest(array['a', 'b', 'c', 'd', 'e', 'f']) with ordinality as names (n, hours)
		cross join (values ('race'), ('comparison')) as kinds (kind)`
	_, err := pool.Exec(t.Context(), older)
	require.NoError(t, err)
	store := lab.NewStore(pool)
	trims := func(removed, most int, age time.Duration) (left []string) {
		got, err := store.Trim(t.Context(), most, age)
		require.NoError(t, err)
		require.Equal(t, removed, got)
		rows, _ := pool.Query(t.Context(), `select id from lab_run order by kind desc, started_at desc`)
		left, err = pgx.CollectRows(rows, pgx.RowTo[string])
		require.NoError(t, err)
		return left
	}
	require.NoError(t, store.Pin(t.Context(), "racef", true))
	require.NoError(t, store.Pin(t.Context(), "comparisonb", true))
	require.Len(t, trims(0, 0, 0), 12)
	require.Len(t, trims(0, 5, 7*time.Hour), 12)
	require.Equal(t, []string{
		"racea", "raceb", "racec", "raced", "racef", "comparisona", "comparisonb", "comparisonc", "comparisond", "comparisone",
	}, trims(2, 4, 0))
	require.Equal(t, []string{"racea", "raceb", "racef", "comparisona", "comparisonb"}, trims(5, 0, 150*time.Minute))
	require.NoError(t, store.Pin(t.Context(), "racef", false))
	pinned, err := store.IsPinned(t.Context(), "racef")
	require.NoError(t, err)
	require.False(t, pinned)
	pinned, err = store.IsPinned(t.Context(), "comparisonb")
	require.NoError(t, err)
	require.True(t, pinned)
	require.Equal(t, []string{"comparisonb"}, trims(4, 1, time.Minute))
	for _, id := range []string{"nosuchrun", "no id", "\x00"} {
		require.ErrorIs(t, store.Pin(t.Context(), id, true), lab.ErrNotFound)
		pinned, err := store.IsPinned(t.Context(), id)
		require.NoError(t, err)
		require.False(t, pinned)
	}
}

// Scripts rely on what they download: its names and units stay.
func TestAReplayIsThisJSON(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	replay := lab.Replay{
		Summary: lab.Summary{ID: "abc", StartedAt: at, Race: lab.Race{Contenders: 2, Courses: 1, Seats: 1, Think: time.Millisecond, Seed: 4}},
		Lineup: lab.Lineup{
			Courses:    []lab.Course{{ID: "race-abc-course-1", Title: "Course 1", Seats: 1}},
			Contenders: []lab.Contender{{Number: 1, Name: "Ada", Student: "race-abc-student-1", Course: "race-abc-course-1"}},
		},
		Steps: []lab.Step{{
			At: time.Microsecond, Contender: 1, Kind: lab.Conflicted, Attempt: 2, Wait: time.Millisecond,
			By: []lab.Cause{{Contender: 2, Type: "StudentSubscribedToCourse", Position: 9}}, Stale: []string{"seatsTaken"},
		}},
	}
	encoded, err := json.Marshal(replay)
	require.NoError(t, err)
	require.JSONEq(t, `{
		"id": "abc", "started_at": "2026-03-01T09:00:00Z", "result": null,
		"race": {"contenders": 2, "courses": 1, "seats": 1, "think": 1000000, "spread": 0, "seed": 4},
		"courses": [{"id": "race-abc-course-1", "title": "Course 1", "seats": 1}],
		"contenders": [{"number": 1, "name": "Ada", "student": "race-abc-student-1", "course": "race-abc-course-1", "start": 0}],
		"steps": [{"at": 1000, "contender": 1, "kind": "conflicted", "attempt": 2, "wait": 1000000,
			"by": [{"contender": 2, "type": "StudentSubscribedToCourse", "position": 9}], "stale": ["seatsTaken"]}]
	}`, string(encoded))
}
