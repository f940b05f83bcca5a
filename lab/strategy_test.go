package lab_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
	"go-crablet/lab"
)

// An outcome is the result of a burst under a strategy. It is the same in every burst: where
// all contenders meet in the window, nothing is left to chance.
type outcome struct {
	sold, oversold, overLimit, falseConflicts int
	exact                                     bool
}

// expected returns the outcome under each strategy, with n contenders after s seats. Beside
// this rush there are fifteen courses for the collector, and five quiet courses.
func expected(n, s int) map[string]outcome {
	everybody := outcome{sold: n + 15 + 5, oversold: n - s, overLimit: 1}
	return map[string]outcome{
		"no-condition":       everybody,
		"check-without-lock": everybody,
		"or-as-and":          everybody,
		"read-apart":         everybody,
		"stream-per-course":  {sold: s + 15 + 5, overLimit: 1, falseConflicts: 5},
		"correct":            {sold: s + 10 + 5, exact: true},
	}
}

func outcomeOf(r lab.Result) outcome {
	return outcome{r.Sold, r.Oversold, r.OverLimit, r.FalseConflicts, r.Exact}
}

func openSite(t *testing.T, pool *pgxpool.Pool, strategy lab.Strategy) *lab.Site {
	t.Helper()
	site, err := lab.OpenSite(t.Context(), pool, strategy)
	require.NoError(t, err)
	t.Cleanup(site.Close)
	return site
}

func burst(t *testing.T, site *lab.Site, b lab.Burst) (lab.Lineup, []lab.Step, lab.Result) {
	t.Helper()
	lineup, steps, result, err := b.TrialOf(t.Context(), site)
	require.NoError(t, err)
	return lineup, steps, result
}

var bursts = []lab.Burst{
	{Contenders: 12, Seats: 3, Seed: 1},
	{Contenders: 12, Seats: 3, Seed: 77},
	{Contenders: 2, Seats: 1, Seed: 5},
	{Contenders: 25, Seats: 9, Seed: 1234},
}

// A thorough run carries out each burst three times.
func TestABurstHasTheSameOutcomeEveryTime(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	for _, strategy := range lab.Strategies() {
		t.Run(strategy.Name, func(t *testing.T) {
			t.Parallel()
			site := openSite(t, pgtest.New(t), strategy)
			for _, b := range bursts {
				for range effort.Times(1, 3) {
					lineup, _, result := burst(t, site, b)
					require.Equal(t, expected(b.Contenders, b.Seats)[strategy.Name], outcomeOf(result), "%+v", b)
					require.Equal(t, len(lineup.Contenders), result.Seated+result.Refused)
				}
			}
		})
	}
}

// A thorough run carries out a hundred bursts, a usual one twenty. Their seeds are drawn at random.
func TestTheCorrectStrategyIsExactInEveryBurst(t *testing.T) {
	t.Parallel()
	strategy, _ := lab.FindStrategy("correct")
	for quarter := range 4 { // at the same time, because most of a burst is pauses after conflicts
		t.Run(fmt.Sprint("quarter ", quarter+1), func(t *testing.T) {
			t.Parallel()
			site := openSite(t, pgtest.New(t), strategy)
			for range effort.Times(5, 25) {
				b := lab.Burst{Contenders: 8, Seats: 3, Seed: rand.Uint32()}
				_, _, result := burst(t, site, b)
				require.Equal(t, expected(8, 3)["correct"], outcomeOf(result), "%+v", b)
			}
		})
	}
}

// The correct way to read and append is exact in the schedule of each broken strategy. So it
// is not the schedule that fails. And each broken strategy fails under the name of the
// correct one.
func TestTheStrategyFailsAndNotItsSchedule(t *testing.T) {
	t.Parallel()
	right, _ := lab.FindStrategy("correct")
	want := expected(12, 3)
	for _, strategy := range lab.Strategies() {
		if !strategy.Broken {
			continue
		}
		t.Run("correct in the schedule of "+strategy.Name, func(t *testing.T) {
			t.Parallel()
			site := openSite(t, pgtest.New(t), strategy.WorkingAs(right))
			_, _, result := burst(t, site, bursts[0])
			require.Equal(t, want["correct"], outcomeOf(result))
			require.NotEqual(t, want[strategy.Name], outcomeOf(result))
		})
		t.Run(strategy.Name+" under the name of correct", func(t *testing.T) {
			t.Parallel()
			works := right.WorkingAs(strategy)
			works.Window = strategy.Window
			site := openSite(t, pgtest.New(t), works)
			_, _, result := burst(t, site, bursts[0])
			require.Equal(t, want[strategy.Name], outcomeOf(result))
			require.NotEqual(t, want["correct"], outcomeOf(result))
		})
	}
}

// Two contenders want one seat, and nothing is left to chance: these are the steps of both.
func TestTheLoserOfTwoIsToldWhoWon(t *testing.T) {
	t.Parallel()
	strategy, _ := lab.FindStrategy("correct")
	lineup, steps, _ := burst(t, openSite(t, pgtest.New(t), strategy), lab.Burst{Contenders: 2, Seats: 1})
	rush := lineup.Courses[0].ID
	var winner, loser []lab.Step
	for _, who := range lineup.Contenders {
		if who.Course != rush {
			continue
		}
		if lane := stepsOf(steps, who.Number); lane[len(lane)-1].Kind == lab.Seated {
			winner = lane
		} else {
			loser = lane
		}
	}
	require.Equal(t, []lab.Kind{lab.Started, lab.Read, lab.Decided, lab.Sent, lab.Appended, lab.Seated}, kindsOf(winner))
	require.Equal(t, []lab.Kind{lab.Started, lab.Read, lab.Decided, lab.Sent, lab.Conflicted, lab.Read, lab.Decided, lab.Refused}, kindsOf(loser))
	require.Equal(t, 0, loser[1].Taken)
	require.Equal(t, []lab.Cause{{Contender: winner[0].Contender, Type: "StudentSubscribedToCourse", Position: winner[4].Position}}, loser[4].By)
	require.False(t, loser[4].False)
	require.Equal(t, 1, loser[5].Events, "a retry reads only what is new")
	require.Equal(t, 1, loser[5].Taken)
	require.Equal(t, courses.ErrCourseFull.Error(), loser[7].Refusal)
}

// With one stream per course, a new title is a conflict. All other conflicts in this burst are
// true ones.
func TestWithAStreamPerCourseANewTitleIsAFalseConflict(t *testing.T) {
	t.Parallel()
	strategy, _ := lab.FindStrategy("stream-per-course")
	lineup, steps, result := burst(t, openSite(t, pgtest.New(t), strategy), bursts[0])
	require.Equal(t, 5, result.FalseConflicts)
	require.Greater(t, result.Conflicts, result.FalseConflicts, "the rush meets true ones")
	for _, step := range steps {
		if step.Kind != lab.Conflicted {
			continue
		}
		quiet := strings.HasPrefix(lineup.Contenders[step.Contender-1].Name, "Quiet")
		require.Equal(t, quiet, step.False)
		if quiet {
			require.Len(t, step.By, 1)
			require.Equal(t, "CourseRenamed", step.By[0].Type)
			require.Zero(t, step.By[0].Contender)
			require.Empty(t, step.Stale, "nothing that it knew is out of date")
		}
	}
}

func TestAStrategyExplainsItself(t *testing.T) {
	t.Parallel()
	schemas := map[string]bool{}
	for _, strategy := range lab.Strategies() {
		file, source := strategy.Source()
		onDisk, err := os.ReadFile(file)
		require.NoError(t, err)
		require.Equal(t, string(onDisk), source)
		require.Contains(t, source, fmt.Sprintf("%q", strategy.Title), "the file is its own")
		require.LessOrEqual(t, strings.Count(source, "\n"), 80, "%s is to be read at a glance", file)

		require.Len(t, strategy.Why, 3)
		for _, sentence := range strategy.Why {
			require.True(t, strings.HasSuffix(sentence, "."), sentence)
		}
		require.NotEmpty(t, strategy.Shipped)
		require.NotContains(t, strategy.Shipped, "\n")
		require.NotEmpty(t, strategy.Window)
		require.False(t, schemas[strategy.Schema()])
		schemas[strategy.Schema()] = true

		found, ok := lab.FindStrategy(strategy.Name)
		require.True(t, ok)
		require.Equal(t, strategy.Title, found.Title)
	}
	_, ok := lab.FindStrategy("hope")
	require.False(t, ok)
}
