package lab_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/lab"
)

// meanwhile is a recorder that keeps nothing, and calls do once: when the first contender of
// the race has decided. No contender appends before do has returned.
func meanwhile(do func()) lab.Recorder {
	var once sync.Once
	return func(ctx context.Context, _ dcb.Command) (context.Context, *dcb.Trace, func() string) {
		trace := &dcb.Trace{Stepwise: true, Decided: func(dcb.TraceDecided) { once.Do(do) }}
		return dcb.WithTrace(ctx, trace), trace, func() string { return "" }
	}
}

// The store is the correct one, so the race is exact, whatever others do to its course.
func TestACorrectRaceIsExactWhateverOthersDoToItsCourse(t *testing.T) {
	t.Parallel()
	type command = interface {
		Decide(context.Context, dcb.Log) error
	}
	for _, test := range []struct {
		name   string
		do     func(course courses.CourseID) []command
		sold   int
		others int
	}{
		{"take a seat and give it back", func(course courses.CourseID) []command {
			return []command{courses.SubscribeStudent{Student: "ivo", Course: course}, courses.UnsubscribeStudent{Student: "ivo", Course: course}}
		}, 3, 2},
		{"take a seat", func(course courses.CourseID) []command {
			return []command{courses.SubscribeStudent{Student: "ivo", Course: course}}
		}, 2, 1},
		{"raise its capacity", func(course courses.CourseID) []command {
			return []command{courses.ChangeCapacity{Course: course, NewCapacity: 6}}
		}, 6, 1},
		{"lower its capacity", func(course courses.CourseID) []command {
			return []command{courses.ChangeCapacity{Course: course, NewCapacity: 1}}
		}, 1, 1},
		{"archive it", func(course courses.CourseID) []command {
			return []command{courses.ArchiveCourse{Course: course}}
		}, 0, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			store, _ := openLog(t)
			require.NoError(t, courses.RegisterStudent{Student: "ivo", Name: "Ivo"}.Decide(t.Context(), store))
			run := newRun(t, lab.Race{Contenders: 10, Courses: 1, Seats: 3, Spread: 20 * time.Millisecond})
			result, err := run.DoRecorded(t.Context(), store, meanwhile(func() {
				for _, cmd := range test.do(run.Lineup.Courses[0].ID) {
					assert.NoError(t, cmd.Decide(context.WithoutCancel(t.Context()), store))
				}
			}))
			require.NoError(t, err)
			require.True(t, result.Exact, result.Sentence)
			require.Zero(t, result.Oversold+result.OverLimit+result.Missed)
			require.Equal(t, test.sold, result.Sold)
			require.Equal(t, test.sold, result.Seated)
			require.Equal(t, test.others, result.Others)
			require.Contains(t, result.Sentence, "Somebody else took part")
		})
	}
}

// A contender whose student has ten other courses is rightly refused.
func TestACorrectRaceIsExactWhenAContenderHasTenOtherCourses(t *testing.T) {
	t.Parallel()
	store, _ := openLog(t)
	for i := range courses.MaxCourses {
		id := courses.CourseID("elsewhere-" + string(rune('a'+i)))
		require.NoError(t, courses.DefineCourse{Course: id, Title: "Elsewhere", Capacity: 5}.Decide(t.Context(), store))
	}
	run := newRun(t, lab.Race{Contenders: 2, Courses: 1, Seats: 2})
	busy := run.Lineup.Contenders[0].Student
	result, err := run.DoRecorded(t.Context(), store, meanwhile(func() {
		for i := range courses.MaxCourses {
			cmd := courses.SubscribeStudent{Student: busy, Course: courses.CourseID("elsewhere-" + string(rune('a'+i)))}
			assert.NoError(t, cmd.Decide(context.WithoutCancel(t.Context()), store))
		}
	}))
	require.NoError(t, err)
	require.True(t, result.Exact, result.Sentence)
	require.Equal(t, courses.MaxCourses, result.Others)
}

// The number of taken seats in a lane is what the decision knows. It goes down when a seat is
// given back.
func TestALaneKnowsWhatItsDecisionKnows(t *testing.T) {
	t.Parallel()
	store, _ := openLog(t)
	require.NoError(t, courses.RegisterStudent{Student: "ivo", Name: "Ivo"}.Decide(t.Context(), store))
	run := newRun(t, lab.Race{Contenders: 2, Courses: 1, Seats: 2})
	course := run.Lineup.Courses[0].ID
	_, err := run.DoRecorded(t.Context(), store, meanwhile(func() { // a conflict for the first contender
		for _, cmd := range []interface {
			Decide(context.Context, dcb.Log) error
		}{courses.SubscribeStudent{Student: "ivo", Course: course}, courses.UnsubscribeStudent{Student: "ivo", Course: course}} {
			assert.NoError(t, cmd.Decide(context.WithoutCancel(t.Context()), store))
		}
	}))
	require.NoError(t, err)
	taken := map[int64]int{} // seats, after each event of the log
	seats := 0
	for e, err := range store.Read(t.Context(), dcb.AllEvents(), dcb.ReadOptions{}) {
		require.NoError(t, err)
		switch e.Type {
		case courses.StudentSubscribedToCourse{}.EventType():
			seats++
		case courses.StudentUnsubscribedFromCourse{}.EventType():
			seats--
		}
		taken[e.Position] = seats
	}
	retried := 0
	for _, step := range run.Replay().Steps {
		if step.Kind == lab.Read {
			require.Equal(t, taken[step.Position], step.Taken, "%+v", step)
			retried += step.Attempt - 1
		}
	}
	require.Positive(t, retried)
}
