package lab

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

func TestAResultIsSaidInASentence(t *testing.T) {
	t.Parallel()
	for want, test := range map[string]struct {
		seats, contenders, sold, refused int
	}{
		"Exactly 2 of 2 seats sold to 3 contenders.":                                          {2, 3, 2, 1},
		"Exactly 1 of 1 seat sold to 2 contenders.":                                           {1, 2, 1, 1},
		"Exactly 3 of 5 seats sold to 3 contenders, and nobody was turned away who had room.": {5, 3, 3, 0},
		"3 of 2 seats sold to 3 contenders: 1 too many.":                                      {2, 3, 3, 0},
		"1 of 2 seats sold to 3 contenders, but somebody was turned away who had room.":       {2, 3, 1, 2},
		"2 of 2 seats sold to 3 contenders, but contenders were told something else.":         {2, 3, 2, 0},
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			lineup := Lineup{Courses: []Course{{ID: "c", Seats: test.seats}}}
			var steps []Step
			var events []dcb.Event
			for i := range test.contenders {
				who := Contender{Number: i + 1, Student: courses.StudentID(string(rune('a' + i))), Course: "c"}
				lineup.Contenders = append(lineup.Contenders, who)
				end := Step{Contender: who.Number, Kind: Seated, Attempt: 1, At: time.Second}
				if i >= test.contenders-test.refused {
					end.Kind = Refused
				}
				steps = append(steps, Step{Contender: who.Number, Kind: Started}, Step{Contender: who.Number, Kind: Read, Position: int64(test.sold)}, end)
				if i < test.sold {
					events = append(events, stored(t, int64(i+1), "", who.seat()))
				}
			}
			require.Equal(t, want, newResult(lineup, steps, events, everybody).Sentence)
		})
	}
}

func TestAResultSaysThatSomebodyElseTookPart(t *testing.T) {
	t.Parallel()
	for want, result := range map[string]Result{
		"Exactly right: 1 seat sold to 9 contenders, and nobody was turned away who had room. Somebody else took part.": {Exact: true, Sold: 1, Seats: 3, Others: 1},
		"6 seats sold to 9 contenders: 1 too many. Somebody else took part.":                                            {Sold: 6, Seats: 3, Oversold: 1, Others: 2},
		"2 seats sold to 9 contenders, but somebody was turned away who had room. Somebody else took part.":             {Sold: 2, Seats: 3, Missed: 1, Others: 2},
	} {
		require.Equal(t, want, result.sentence(9))
	}
}

func TestAResultCountsStudentsBeyondTheirLimit(t *testing.T) {
	t.Parallel()
	var lineup Lineup
	var steps []Step
	var events []dcb.Event
	sell := func(student courses.StudentID, course courses.CourseID) { // and tell the contender so
		who := Contender{Number: len(events) + 1, Student: student, Course: course}
		lineup.Contenders = append(lineup.Contenders, who)
		steps = append(steps, Step{Contender: who.Number, Kind: Seated, Attempt: 1, At: time.Second})
		events = append(events, stored(t, int64(who.Number), "", who.seat()))
	}
	for i := range 11 {
		course := courses.CourseID(string(rune('a' + i)))
		lineup.Courses = append(lineup.Courses, Course{ID: course, Seats: 2})
		sell("eleven", course)
		if i < 10 {
			sell("ten", course)
		}
	}
	result := newResult(lineup, steps, events, everybody)
	require.Equal(t, 1, result.OverLimit)
	require.Equal(t, 11, result.MostCourses)
	require.Zero(t, result.Oversold)
	require.Equal(t, 22, result.Seats, "of all courses")
	require.Equal(t, result.Sold, result.Seated, "what they were told is right")
	require.False(t, result.Exact)
	require.Equal(t, "21 of 22 seats sold to 21 contenders: 1 student with more than 10 courses.", result.Sentence)
}

func TestAResultCountsAttemptsAndConflictsAndTakesTheTime(t *testing.T) {
	t.Parallel()
	const second = time.Second
	steps := []Step{
		{Contender: 1, Kind: Started, At: 1 * second},
		{Contender: 2, Kind: Started, At: 2 * second},
		{Contender: 3, Kind: Started, At: 2 * second},
		{Contender: 1, Kind: Read, Attempt: 1},
		{Contender: 2, Kind: Read, Attempt: 1},
		{Contender: 3, Kind: Read, Attempt: 1},
		{Contender: 1, Kind: Conflicted, Attempt: 1},
		{Contender: 2, Kind: Conflicted, Attempt: 1, False: true},
		{Contender: 1, Kind: Read, Attempt: 2},
		{Contender: 2, Kind: Read, Attempt: 2},
		{Contender: 1, Kind: Conflicted, Attempt: 2},
		{Contender: 1, Kind: Lost, Attempt: 2, At: 10 * second},
		{Contender: 2, Kind: Refused, Attempt: 2, At: 4 * second},
		{Contender: 3, Kind: Seated, Attempt: 1, At: 3 * second},
	}
	result := newResult(Lineup{}, steps, nil, everybody)
	require.Equal(t, []int{1, 1, 1}, []int{result.Seated, result.Refused, result.Lost})
	require.Equal(t, 5, result.Attempts)
	require.Equal(t, 3, result.Conflicts)
	require.Equal(t, 1, result.FalseConflicts)
	require.Equal(t, []int{1, 2}, result.Retries, "one had no attempt after the first, two had one")
	require.Equal(t, 2*second, result.P50, "they took one, two and nine seconds")
	require.Equal(t, 9*second, result.P99)
	require.Equal(t, 10*second, result.Took, "the last to end, though others were noted later")
	require.InDelta(t, 0.3, result.PerSecond, 1e-9)
}

func TestAResultSaysHowLongHalfOfThemTookAndNinetyNineOfAHundred(t *testing.T) {
	t.Parallel()
	var steps []Step
	for i := range 200 {
		steps = append(steps, Step{Contender: i + 1, Kind: Seated, Attempt: 1, At: time.Duration(i+1) * time.Millisecond})
	}
	result := newResult(Lineup{}, steps, nil, everybody)
	require.Equal(t, 100*time.Millisecond, result.P50)
	require.Equal(t, 198*time.Millisecond, result.P99)
}

func everybody(dcb.Event) bool { return true }

// stored is a fact as the log has it.
func stored(t *testing.T, position int64, correlation string, fact dcb.Fact) dcb.Event {
	t.Helper()
	encoded, err := dcb.Encode([]dcb.Fact{fact})
	require.NoError(t, err)
	return dcb.Event{Position: position, Type: encoded[0].Type, Tags: encoded[0].Tags, Data: encoded[0].Data, CorrelationID: correlation}
}

func TestPercentilesAreValuesThatOccurred(t *testing.T) {
	t.Parallel()
	var values []time.Duration
	for i := range 200 {
		values = append(values, time.Duration(i+1))
	}
	require.EqualValues(t, 100, percentile(values, 50))
	require.EqualValues(t, 198, percentile(values, 99))
	require.EqualValues(t, 1, percentile(values[:1], 99))
	require.EqualValues(t, 1, percentile(values[:2], 50))
	require.EqualValues(t, 2, percentile(values[:3], 50))
	require.EqualValues(t, 99, percentile(values[:99], 99), "98 of 99 values are fewer than 99 percent")
	require.Zero(t, percentile(nil, 50))
}

func TestAMedianIsTheValueInTheMiddleOrTheLowerOfTwo(t *testing.T) {
	t.Parallel()
	require.Equal(t, 0, median[int](nil))
	require.Equal(t, 4, median([]int{4}))
	require.Equal(t, 1, median([]int{2, 1}))
	require.Equal(t, 2, median([]int{3, 1, 2}))
	require.Equal(t, 2, median([]int{4, 3, 1, 2}))
}
