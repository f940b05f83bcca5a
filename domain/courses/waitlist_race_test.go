package courses_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
)

// The races in this file run from two processes. dealt gives the commands of each pair to
// the two by turns: whichever process is faster, both orders happen.
func dealt(n int, pair func(i int) (one, other dcb.Command)) func(process, _ int) []dcb.Command {
	return func(process, _ int) []dcb.Command {
		return each(n, func(i int) dcb.Command {
			one, other := pair(i)
			if (i+process)%2 == 0 {
				return one
			}
			return other
		})
	}
}

// Algebra is full, and thirty wait. Twenty leave, while eighty newcomers ask for the
// seats and five more seats are added.
func leavingAFullCourse() race {
	return race{
		given: slices.Concat(
			dcb.Facts(CourseDefined{Course: "algebra", Title: "Algebra", Capacity: 20}),
			each(80, func(i int) dcb.Fact { return StudentRegistered{Student: numbered("newcomer", i), Name: "N"} }),
			each(20, func(i int) dcb.Fact { return StudentRegistered{Student: numbered("seated", i), Name: "S"} }),
			each(20, func(i int) dcb.Fact { return takes(numbered("seated", i), "algebra") }),
			each(30, func(i int) dcb.Fact { return waits(numbered("waiter", i), "algebra") }),
		),
		commands: func(process, _ int) []dcb.Command {
			var commands []dcb.Command
			for i := process * 40; i < process*40+40; i++ {
				commands = append(commands, SubscribeStudent{Student: numbered("newcomer", i), Course: "algebra"})
			}
			for i := process * 10; i < process*10+10; i++ {
				commands = append(commands, UnsubscribeStudent{Student: numbered("seated", i), Course: "algebra"})
			}
			if process == 0 {
				commands = append(commands, ChangeCapacity{Course: "algebra", NewCapacity: 25})
			}
			return commands
		},
	}
}

func TestLeavingAndSubscribingAtOnceFromTwoProcesses(t *testing.T) {
	t.Parallel()
	got, given, appended := runRace(t, "leaving", 2)
	require.Equal(t, map[Refusal]int{carriedOut: 21, ErrCourseFull: 80}, got.Outcomes)

	waitersInOrder := each(30, func(i int) StudentID { return numbered("waiter", i) })
	h := hallOf(t, slices.Concat(given, appended))
	require.Equal(t, waitersInOrder[:25], h.promoted["algebra"], "the order of promotion is the order of waiting")
	require.Equal(t, waitersInOrder[:25], h.seated["algebra"], "who has a seat, the longest held first")
	require.Equal(t, waitersInOrder[25:], h.waiting["algebra"], "who waits still")
	require.Equal(t, 21+2*25, len(appended), "events")
}

// In each of forty courses somebody leaves, and the first of two who wait has room
// for one more course. That student asks for another one at the same moment.
func takingATenthCourse() race {
	return race{
		given: slices.Concat(each(40, func(i int) []dcb.Fact {
			course, extra := numberedCourse(i), CourseID(fmt.Sprint("extra-", i))
			busy, next, seated := numbered("busy", i), numbered("next", i), numbered("seated", i)
			return append(takesCourses(busy, 9),
				CourseDefined{Course: course, Title: "Course", Capacity: 1},
				CourseDefined{Course: extra, Title: "Extra", Capacity: 1},
				StudentRegistered{Student: busy, Name: "Busy"}, StudentRegistered{Student: seated, Name: "Seated"},
				takes(seated, course), waits(busy, course), waits(next, course))
		})...),
		commands: dealt(40, func(i int) (one, other dcb.Command) {
			return UnsubscribeStudent{Student: numbered("seated", i), Course: numberedCourse(i)},
				SubscribeStudent{Student: numbered("busy", i), Course: CourseID(fmt.Sprint("extra-", i))}
		}),
	}
}

func TestWhoTakesATenthCourseIsNotPromotedAtOnceFromTwoProcesses(t *testing.T) {
	t.Parallel()
	got, given, appended := runRace(t, "tenth course", 2)
	h := hallOf(t, slices.Concat(given, appended))
	promoted := 0
	for i := range 40 {
		course, extra := numberedCourse(i), CourseID(fmt.Sprint("extra-", i))
		busy, next := numbered("busy", i), numbered("next", i)
		assert.Equal(t, 10, h.courses[busy], "courses of %s", busy)
		if slices.Contains(h.seated[course], busy) {
			promoted++
			assert.Equal(t, []StudentID{busy}, h.seated[course])
			assert.Equal(t, []StudentID{next}, h.waiting[course])
			assert.Empty(t, h.seated[extra])
		} else {
			assert.Equal(t, []StudentID{next}, h.seated[course])
			assert.Equal(t, []StudentID{busy}, h.waiting[course], "passed over, and still in the same place")
			assert.Equal(t, []StudentID{busy}, h.seated[extra])
		}
	}
	want := map[Refusal]int{carriedOut: 80 - promoted}
	if promoted > 0 {
		want[ErrTooManyCourses] = promoted
	}
	require.Equal(t, want, got.Outcomes)
}

// Forty courses are full and nobody waits. In each somebody leaves, while somebody
// else joins the waitlist.
func joiningAnEmptyWaitlist() race {
	return race{
		given: slices.Concat(each(40, func(i int) []dcb.Fact {
			course, seated, first := numberedCourse(i), numbered("seated", i), numbered("first", i)
			return dcb.Facts(CourseDefined{Course: course, Title: "Course", Capacity: 1},
				StudentRegistered{Student: seated, Name: "Seated"}, StudentRegistered{Student: first, Name: "First"},
				takes(seated, course))
		})...),
		commands: dealt(40, func(i int) (one, other dcb.Command) {
			return UnsubscribeStudent{Student: numbered("seated", i), Course: numberedCourse(i)},
				JoinWaitlist{Student: numbered("first", i), Course: numberedCourse(i)}
		}),
	}
}

func TestNobodyWaitsForASeatThatWasLeftMeanwhileFromTwoProcesses(t *testing.T) {
	t.Parallel()
	got, given, appended := runRace(t, "joining", 2)
	h := hallOf(t, slices.Concat(given, appended))
	promoted := 0
	for i := range 40 {
		assert.Empty(t, h.waiting[numberedCourse(i)], "a seat is free")
		if len(h.seated[numberedCourse(i)]) > 0 {
			promoted++
			assert.Equal(t, []StudentID{numbered("first", i)}, h.seated[numberedCourse(i)])
		}
	}
	want := map[Refusal]int{carriedOut: 40 + promoted}
	if promoted < 40 {
		want[ErrCourseNotFull] = 40 - promoted
	}
	require.Equal(t, want, got.Outcomes)
}

// In forty courses two sit where there is one seat left, and one waits. Either both
// leave, or one leaves and a seat is added: the second of them frees a seat.
func leavingAShrunkCourse() race {
	return race{
		given: slices.Concat(each(40, func(i int) []dcb.Fact {
			course, one, other := numberedCourse(i), numbered("one", i), numbered("other", i)
			return dcb.Facts(CourseDefined{Course: course, Title: "Course", Capacity: 2},
				StudentRegistered{Student: one, Name: "One"}, StudentRegistered{Student: other, Name: "Other"},
				takes(one, course), takes(other, course), CourseCapacityChanged{Course: course, NewCapacity: 1},
				waits(numbered("waiter", i), course))
		})...),
		commands: dealt(40, func(i int) (one, other dcb.Command) {
			leaves := UnsubscribeStudent{Student: numbered("one", i), Course: numberedCourse(i)}
			if i < 20 {
				return leaves, UnsubscribeStudent{Student: numbered("other", i), Course: numberedCourse(i)}
			}
			return leaves, ChangeCapacity{Course: numberedCourse(i), NewCapacity: 2}
		}),
	}
}

func TestTheSecondOfTwoFreesTheSeatAtOnceFromTwoProcesses(t *testing.T) {
	t.Parallel()
	got, given, appended := runRace(t, "shrunk course", 2)
	require.Equal(t, map[Refusal]int{carriedOut: 80}, got.Outcomes)
	h := hallOf(t, slices.Concat(given, appended))
	for i := range 40 {
		assert.Equal(t, []StudentID{numbered("waiter", i)}, h.promoted[numberedCourse(i)])
		assert.Empty(t, h.waiting[numberedCourse(i)])
	}
	require.Equal(t, 40*4, len(appended), "events")
}

func each[T any](n int, one func(i int) T) []T {
	var all []T
	for i := range n {
		all = append(all, one(i))
	}
	return all
}

func numbered(who string, i int) StudentID { return StudentID(fmt.Sprintf("%s-%02d", who, i)) }

func numberedCourse(i int) CourseID { return CourseID(fmt.Sprintf("course-%02d", i)) }
