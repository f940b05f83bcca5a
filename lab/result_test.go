package lab

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
)

func TestAResultSaysInASentenceWhatCameOfIt(t *testing.T) {
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
			var sold []courses.StudentSubscribedToCourse
			for i := range test.contenders {
				who := Contender{Number: i + 1, Student: courses.StudentID(string(rune('a' + i))), Course: "c"}
				lineup.Contenders = append(lineup.Contenders, who)
				end := Step{Contender: who.Number, Kind: Seated, Attempt: 1, At: time.Second}
				if i >= test.contenders-test.refused {
					end.Kind = Refused
				}
				steps = append(steps, Step{Contender: who.Number, Kind: Started}, end)
				if i < test.sold {
					sold = append(sold, courses.StudentSubscribedToCourse{Student: who.Student, Course: who.Course})
				}
			}
			require.Equal(t, want, newResult(lineup, steps, sold).Sentence)
		})
	}
}

func TestAResultCountsStudentsBeyondTheirLimit(t *testing.T) {
	t.Parallel()
	var lineup Lineup
	var sold []courses.StudentSubscribedToCourse
	for i := range 11 {
		course := courses.CourseID(string(rune('a' + i)))
		lineup.Courses = append(lineup.Courses, Course{ID: course, Seats: 2})
		sold = append(sold, courses.StudentSubscribedToCourse{Student: "eleven", Course: course})
		if i < 10 {
			sold = append(sold, courses.StudentSubscribedToCourse{Student: "ten", Course: course})
		}
	}
	result := newResult(lineup, nil, sold)
	require.Equal(t, 1, result.OverLimit)
	require.Zero(t, result.Oversold)
	require.False(t, result.Exact)
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
	require.Zero(t, percentile(nil, 50))
}
