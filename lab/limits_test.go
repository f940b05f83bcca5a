package lab_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/lab"
)

func TestARaceRefusesNumbersThatItCannotRunWith(t *testing.T) {
	t.Parallel()
	good := lab.Race{Contenders: 24, Courses: 1, Seats: 5, Think: 20 * time.Millisecond}
	for name, test := range map[string]struct {
		change func(r *lab.Race)
		field  string
		want   string
	}{
		"alone":                {func(r *lab.Race) { r.Contenders = 1 }, "contenders", "there can be 2 to 200 contenders, not 1"},
		"too many contenders":  {func(r *lab.Race) { r.Contenders = 201 }, "contenders", "there can be 2 to 200 contenders, not 201"},
		"no course":            {func(r *lab.Race) { r.Courses = 0 }, "courses", "there can be 1 to 10 courses, not 0"},
		"too many courses":     {func(r *lab.Race) { r.Courses = 11 }, "courses", "there can be 1 to 10 courses, not 11"},
		"no seat":              {func(r *lab.Race) { r.Seats = 0 }, "seats", "there can be 1 to 60 seats of a course, not 0"},
		"too many seats":       {func(r *lab.Race) { r.Seats = 61 }, "seats", "there can be 1 to 60 seats of a course, not 61"},
		"thinking backwards":   {func(r *lab.Race) { r.Think = -time.Millisecond }, "think", "the time to think is 0 to 5 s, not -1 ms"},
		"thinking too long":    {func(r *lab.Race) { r.Think = 6 * time.Second }, "think", "the time to think is 0 to 5 s, not 6 s"},
		"thinking for ever":    {func(r *lab.Race) { r.Think = 100_000 * time.Second }, "think", "the time to think is 0 to 5 s, not 27 h 46 min"},
		"starting before":      {func(r *lab.Race) { r.Spread = -time.Second }, "spread", "the spread of the starts is 0 to 5 s, not -1 s"},
		"starting too late":    {func(r *lab.Race) { r.Spread = time.Minute }, "spread", "the spread of the starts is 0 to 5 s, not 1 min 0 s"},
		"longer than a minute": {func(r *lab.Race) { r.Think, r.Seats = 5*time.Second, 20 }, "think", "this race would take 1 min 45 s, because seats of a course are sold one after the other: keep it below a minute with fewer seats or less time to think"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			race := good
			test.change(&race)
			_, err := lab.NewRun(race)
			problems, ok := err.(lab.Problems) //nolint:errorlint // it is returned as it is
			require.True(t, ok, "%v", err)
			require.Len(t, problems, 1)
			require.Equal(t, test.want, problems.Of(test.field))
			require.Empty(t, problems.Of("something else"))
		})
	}
	require.NoError(t, good.Check())
	for name, edge := range map[string]lab.Race{
		"the smallest": {Contenders: 2, Courses: 1, Seats: 1},
		"the largest":  {Contenders: 200, Courses: 10, Seats: 60, Spread: 5 * time.Second},
		"the longest":  {Contenders: 200, Courses: 1, Seats: 10, Think: 5 * time.Second, Spread: 5 * time.Second},
	} {
		require.NoError(t, edge.Check(), name)
	}
}

func TestARaceSaysEverythingThatIsWrong(t *testing.T) {
	t.Parallel()
	require.EqualError(t, lab.Race{}.Check(),
		"there can be 2 to 200 contenders, not 0; there can be 1 to 10 courses, not 0; there can be 1 to 60 seats of a course, not 0")
}

func TestABurstRefusesNumbersThatItCannotRunWith(t *testing.T) {
	t.Parallel()
	for want, burst := range map[string]lab.Burst{
		"there can be 2 to 60 contenders, not 61":                                    {Contenders: 61, Seats: 3, Rounds: 1},
		"there can be 1 to 60 seats, not 0":                                          {Contenders: 9, Rounds: 1},
		"there can be 1 to 25 bursts, not 26":                                        {Contenders: 9, Seats: 3, Rounds: 26},
		"nobody can oversell 9 seats to 9 contenders: choose fewer seats":            {Contenders: 9, Seats: 9, Rounds: 1},
		"there can be 2 to 60 contenders, not 1; there can be 1 to 25 bursts, not 0": {Contenders: 1, Seats: 1},
	} {
		_, err := lab.NewComparison(burst)
		require.EqualError(t, err, want)
	}
}

func TestAGateLetsEachVisitorInOnceAndOnlyAFewAtATime(t *testing.T) {
	t.Parallel()
	gate := lab.NewGate(2)
	leave, err := gate.Enter("ada")
	require.NoError(t, err)
	_, err = gate.Enter("ada")
	require.Equal(t, lab.Busy("a run of yours is not over yet: watch it to its end, then start the next"), err)
	leaveToo, err := gate.Enter("bob")
	require.NoError(t, err)
	_, err = gate.Enter("cleo")
	require.Equal(t, lab.Busy("there are 2 runs under way, as many as there can be at once: watch one of them, and start yours when one is over"), err)

	leave()
	leave() // a second call does nothing
	again, err := gate.Enter("cleo")
	require.NoError(t, err)
	_, err = gate.Enter("ada")
	require.Error(t, err)
	leaveToo()
	again()
	_, err = gate.Enter("ada")
	require.NoError(t, err)
}
