package lab_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
	"go-crablet/lab"
)

// races are small, with and without time to think, with one course and with several.
var races = map[string]lab.Race{
	"as fast as they can":    {Contenders: 40, Courses: 1, Seats: 6},
	"thinking":               {Contenders: 20, Courses: 1, Seats: 5, Think: 5 * time.Millisecond},
	"spread":                 {Contenders: 20, Courses: 2, Seats: 4, Think: 2 * time.Millisecond, Spread: 30 * time.Millisecond},
	"for ten courses":        {Contenders: 35, Courses: 10, Seats: 2},
	"more seats than wanted": {Contenders: 6, Courses: 2, Seats: 5, Think: time.Millisecond},
}

// sold returns how many seats a race sells. Its contenders are spread evenly over the courses.
func sold(race lab.Race) (n int) {
	for course := range race.Courses {
		wanted := race.Contenders / race.Courses
		if course < race.Contenders%race.Courses {
			wanted++
		}
		n += min(race.Seats, wanted)
	}
	return n
}

func TestARaceSellsExactlyItsSeats(t *testing.T) {
	t.Parallel()
	for name, race := range races {
		for range effort.Times(1, 3) {
			seed := rand.Uint32()
			t.Run(fmt.Sprint(name, ", seed ", seed), func(t *testing.T) {
				t.Parallel()
				race := race // each seed gets a copy
				race.Seed = seed
				store, pool := openLog(t)
				run := newRun(t, race)
				result, err := run.Do(t.Context(), store)
				require.NoError(t, err)

				want := sold(race)
				require.True(t, result.Exact)
				require.Equal(t, race.Courses*race.Seats, result.Seats)
				require.Equal(t, want, result.Sold)
				require.Equal(t, want, result.Seated)
				require.Equal(t, race.Contenders-want, result.Refused)
				require.Zero(t, result.Lost+result.Oversold+result.OverLimit+result.FalseConflicts)

				// Every attempt but the last of each contender was turned away.
				require.Equal(t, race.Contenders+result.Conflicts, result.Attempts)
				contenders, retries := 0, 0
				for n, took := range result.Retries {
					contenders, retries = contenders+took, retries+n*took
				}
				require.Equal(t, race.Contenders, contenders)
				require.Equal(t, result.Conflicts, retries)
				require.InDelta(t, float64(race.Contenders)/result.Took.Seconds(), result.PerSecond, 0.001)

				// The database says the same, without any code of this package.
				var inLog, most int
				const count = `
					select coalesce(sum(n), 0), coalesce(max(n), 0)
					from (
						select count(*) as n
						from dcb_event_tag
						where type = 'StudentSubscribedToCourse' and tag like 'course_id:race-' || $1 || '-%'
						group by tag
					) as of_course`
				require.NoError(t, pool.QueryRow(t.Context(), count, run.ID).Scan(&inLog, &most))
				require.Equal(t, want, inLog)
				require.Equal(t, min(race.Seats, (race.Contenders+race.Courses-1)/race.Courses), most)
			})
		}
	}
}

// next has the kinds of steps that may follow each kind. Pages that draw lanes rely on it.
var next = map[lab.Kind][]lab.Kind{
	"":             {lab.Started},
	lab.Started:    {lab.Read},
	lab.Read:       {lab.Decided},
	lab.Decided:    {lab.Sent, lab.Refused},
	lab.Sent:       {lab.Appended, lab.Conflicted},
	lab.Conflicted: {lab.Read},
	lab.Appended:   {lab.Seated},
}

func TestTheStepsOfARaceTellWhatHappened(t *testing.T) {
	t.Parallel()
	race := lab.Race{Contenders: 20, Courses: 2, Seats: 3, Think: 5 * time.Millisecond, Seed: 3}
	store, _ := openLog(t)
	run := newRun(t, race)
	result, err := run.Do(t.Context(), store)
	require.NoError(t, err)
	steps := run.Replay().Steps
	require.True(t, slices.IsSortedFunc(steps, func(a, b lab.Step) int { return int(a.At - b.At) }))

	appended := map[int64]lab.Contender{} // by position
	for _, step := range steps {
		if step.Kind == lab.Appended {
			appended[step.Position] = run.Lineup.Contenders[step.Contender-1]
		}
	}
	conflicts := 0
	for _, who := range run.Lineup.Contenders {
		var before lab.Step
		for _, step := range stepsOf(steps, who.Number) {
			require.Contains(t, next[before.Kind], step.Kind, "after %q", before.Kind)
			switch step.Kind {
			case lab.Sent:
				require.GreaterOrEqual(t, step.At-before.At, race.Think, "the time to think")
			case lab.Read:
				require.Equal(t, before.Attempt+1, step.Attempt)
				require.GreaterOrEqual(t, step.At-before.At, before.Wait, "the pause after a conflict")
			case lab.Conflicted:
				conflicts++
				require.NotEmpty(t, step.By)
				require.Contains(t, step.Stale, "seatsTaken")
				for _, cause := range step.By {
					require.Equal(t, appended[cause.Position].Number, cause.Contender)
					require.Equal(t, who.Course, appended[cause.Position].Course, "a contender for the same course was faster")
				}
			case lab.Refused:
				require.Equal(t, courses.ErrCourseFull.Error(), step.Refusal)
			}
			before = step
		}
		require.Contains(t, []lab.Kind{lab.Seated, lab.Refused}, before.Kind, "the end of a lane")
	}
	require.Equal(t, result.Conflicts, conflicts)
	require.Len(t, appended, 6)
}

// Without time to think, a decision that meets a conflict is made again on the spot, without
// a pause. On a busy machine it may be too slow for that; then it waits, and reads again.
func TestWithoutTimeToThinkALostDecisionIsMadeAgainOnTheSpot(t *testing.T) {
	t.Parallel()
	store, _ := openLog(t)
	run := newRun(t, lab.Race{Contenders: 40, Courses: 1, Seats: 4})
	_, err := run.Do(t.Context(), store)
	require.NoError(t, err)
	waited, onTheSpot := map[int]bool{}, 0 // by contender
	for _, step := range run.Replay().Steps {
		if step.Attempt < 2 {
			require.False(t, step.OnTheSpot, "%+v", step)
		} else if !waited[step.Contender] {
			require.True(t, step.OnTheSpot, "%+v", step)
			onTheSpot++
		}
		waited[step.Contender] = waited[step.Contender] || step.Wait > 0
	}
	require.Positive(t, onTheSpot)
}

func TestTheSameSeedMakesTheSameLineup(t *testing.T) {
	t.Parallel()
	lineup := func(seed uint32) lab.Lineup {
		run := newRun(t, lab.Race{Contenders: 70, Courses: 3, Seats: 1, Spread: time.Second, Seed: seed})
		for i := range run.Lineup.Contenders {
			who := &run.Lineup.Contenders[i]
			require.Contains(t, who.Student, run.ID)
			require.LessOrEqual(t, who.Start, time.Second)
			who.Student = ""
			who.Course = who.Course[len("race-")+len(run.ID):]
		}
		run.Lineup.Courses = nil
		return run.Lineup
	}
	require.Equal(t, lineup(5), lineup(5))
	require.NotEqual(t, lineup(5), lineup(6))
	called := map[string]bool{}
	for _, who := range lineup(5).Contenders {
		require.False(t, called[who.Name], "two are called %s", who.Name)
		called[who.Name] = true
	}
}

func TestRacesOnOneLogMeetNeitherEachOtherNorTheTerm(t *testing.T) {
	t.Parallel()
	store, pool := openLog(t)
	_, err := courses.LoadSampleTerm(t.Context(), store)
	require.NoError(t, err)
	_, before, err := store.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
	require.NoError(t, err)

	runs := []*lab.Run{}
	var running sync.WaitGroup
	for range 3 {
		run := newRun(t, lab.Race{Contenders: 15, Courses: 1, Seats: 4, Think: 2 * time.Millisecond, Seed: 9})
		runs = append(runs, run)
		running.Go(func() {
			result, err := run.Do(t.Context(), store)
			assert.NoError(t, err)
			assert.Equal(t, 4, result.Sold)
		})
	}
	running.Wait()
	for _, run := range runs {
		for _, step := range run.Replay().Steps {
			for _, cause := range step.By {
				require.NotZero(t, cause.Contender, "turned away by an event of another race")
			}
		}
		var strangers int
		const count = `
			select count(*) from dcb_event_tag join dcb_event using (position)
			where correlation_id = 'race-' || $1 and tag not like '%:race-' || $1 || '-%' and tag <> 'race:' || $1`
		require.NoError(t, pool.QueryRow(t.Context(), count, run.ID).Scan(&strangers))
		require.Zero(t, strangers)
	}
	var others int
	const count = `select count(*) from dcb_event where position > $1 and correlation_id not like 'race-%'`
	require.NoError(t, pool.QueryRow(t.Context(), count, before.Position).Scan(&others))
	require.Zero(t, others, "events that belong to no race")
}

// By this tag, lists know what to leave out.
func TestAllThatIsMadeForARunCarriesItsTag(t *testing.T) {
	t.Parallel()
	requireTag := func(t *testing.T, pool *pgxpool.Pool, schema string, want int) {
		t.Helper()
		count := func(where string) (n int) {
			log := pgx.Identifier{schema, "dcb_event"}.Sanitize()
			require.NoError(t, pool.QueryRow(t.Context(), `select count(*) from `+log+` where `+where).Scan(&n))
			return n
		}
		const makes = `type in ('CourseDefined', 'StudentRegistered')`
		require.Equal(t, want, count(makes))
		require.Equal(t, want, count(makes+` and 'race:' || split_part(tags[1], '-', 2) = any (tags)`), "carry the tag of their run")
		require.Equal(t, want, count(`'race:' || split_part(tags[1], '-', 2) = any (tags)`), "and nothing else does")
	}
	t.Run("in a race", func(t *testing.T) {
		t.Parallel()
		store, pool := openLog(t)
		_, err := newRun(t, lab.Race{Contenders: 9, Courses: 2, Seats: 3}).Do(t.Context(), store)
		require.NoError(t, err)
		requireTag(t, pool, "public", 9+2)
	})
	for _, strategy := range lab.Strategies() {
		t.Run("in a burst under "+strategy.Name, func(t *testing.T) {
			t.Parallel()
			pool := pgtest.New(t)
			burst(t, openSite(t, pool, strategy), lab.Burst{Contenders: 4, Seats: 2})
			requireTag(t, pool, strategy.Schema(), 4+1+5+1+15+5) // the rush, the collector and the quiet ones, then their courses
		})
	}
}

func TestALaneEndsInItsReceipt(t *testing.T) {
	t.Parallel()
	store, _ := openLog(t)
	run := newRun(t, lab.Race{Contenders: 5, Courses: 1, Seats: 2})
	record := func(ctx context.Context, cmd dcb.Command) (context.Context, *dcb.Trace, func() string) {
		var followed int
		trace := &dcb.Trace{Read: func(dcb.TraceRead) { followed++ }}
		return dcb.WithTrace(ctx, trace), trace, func() string { return fmt.Sprint(cmd.(courses.SubscribeStudent).Student, " read ", followed) }
	}
	_, err := run.DoRecorded(t.Context(), store, record)
	require.NoError(t, err)
	for _, who := range run.Lineup.Contenders {
		lane := stepsOf(run.Replay().Steps, who.Number)
		last := lane[len(lane)-1]
		require.Equal(t, fmt.Sprint(who.Student, " read ", last.Attempt), last.Receipt)
	}
}

// Here a receipt is kept only when a watcher has seen the end of its lane. So the lane does
// not wait for its receipt, and the times in the result don't include it.
func TestALaneEndsBeforeItsReceiptIsKept(t *testing.T) {
	t.Parallel()
	store, _ := openLog(t)
	run := newRun(t, lab.Race{Contenders: 5, Courses: 1, Seats: 2})
	over := make(map[courses.StudentID]chan struct{})
	for _, who := range run.Lineup.Contenders {
		over[who.Student] = make(chan struct{})
	}
	var watching sync.WaitGroup
	watching.Go(func() {
		for steps, err := range run.Watch(t.Context()) {
			assert.NoError(t, err)
			for _, step := range steps {
				if step.Kind == lab.Seated || step.Kind == lab.Refused {
					assert.Empty(t, step.Receipt)
					close(over[run.Lineup.Contenders[step.Contender-1].Student])
				}
			}
		}
	})
	const tooLong = 10 * time.Second
	record := func(ctx context.Context, cmd dcb.Command) (context.Context, *dcb.Trace, func() string) {
		return ctx, nil, func() string {
			select {
			case <-over[cmd.(courses.SubscribeStudent).Student]:
				return "kept"
			case <-time.After(tooLong):
				return "kept before its lane has ended"
			}
		}
	}
	result, err := run.DoRecorded(t.Context(), store, record)
	require.NoError(t, err)
	watching.Wait()
	require.Less(t, result.Took, tooLong)
	ends := 0
	for _, step := range run.Replay().Steps {
		if step.Receipt != "" {
			require.Equal(t, "kept", step.Receipt)
			require.Contains(t, []lab.Kind{lab.Seated, lab.Refused}, step.Kind)
			ends++
		}
	}
	require.Equal(t, 5, ends)
}
