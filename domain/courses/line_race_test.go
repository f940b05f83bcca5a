package courses_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
)

// Forty students swap their seats for the last one of another course, which a newcomer asks for
// at the same moment. Somebody waits for each seat that is given back.
func swappingForTheLastSeat() race {
	return race{
		given: slices.Concat(each(40, func(i int) []dcb.Fact {
			from, to := numberedCourse(i), numberedCourse(40+i)
			return dcb.Facts(
				CourseDefined{Course: from, Title: "From", Capacity: 1}, CourseDefined{Course: to, Title: "To", Capacity: 1},
				StudentRegistered{Student: numbered("seated", i), Name: "Seated"}, StudentRegistered{Student: numbered("newcomer", i), Name: "Newcomer"},
				takes(numbered("seated", i), from), waits(numbered("waiter", i), from))
		})...),
		commands: dealt(40, func(i int) (one, other dcb.Command) {
			return SwapSeats{Student: numbered("seated", i), From: numberedCourse(i), To: numberedCourse(40 + i)},
				SubscribeStudent{Student: numbered("newcomer", i), Course: numberedCourse(40 + i)}
		}),
	}
}

func TestASeatIsGivenBackOnlyForAnotherAtOnceFromTwoProcesses(t *testing.T) {
	t.Parallel()
	got, given, appended := runRace(t, "swapping", 2)
	h := hallOf(t, slices.Concat(given, appended))
	h.requireNobodyLeftInLine(t)
	for i := range 40 {
		from, to := h.seated[numberedCourse(i)], h.seated[numberedCourse(40+i)]
		if slices.Equal(to, []StudentID{numbered("newcomer", i)}) {
			assert.Equal(t, []StudentID{numbered("seated", i)}, from, "the seat is kept")
		} else {
			assert.Equal(t, []StudentID{numbered("seated", i)}, to)
			assert.Equal(t, []StudentID{numbered("waiter", i)}, from)
		}
	}
	require.Equal(t, map[Refusal]int{carriedOut: 40, ErrCourseFull: 40}, got.Outcomes)
}

// Forty students have ten courses, one of them archived, and wait for a full course. Each gives a
// course back, or the archived one, while somebody leaves the course that the student waits for.
func gainingRoom() race {
	return race{
		given: slices.Concat(
			dcb.Facts(CourseDefined{Course: "elective-1", Title: "Elective", Capacity: 100},
				CourseDefined{Course: "elective-2", Title: "Elective", Capacity: 100}),
			slices.Concat(each(40, func(i int) []dcb.Fact {
				course, busy, seated := numberedCourse(i), numbered("busy", i), numbered("seated", i)
				return append(takesCourses(busy, 10),
					CourseDefined{Course: course, Title: "Course", Capacity: 1},
					StudentRegistered{Student: busy, Name: "Busy"}, StudentRegistered{Student: seated, Name: "Seated"},
					takes(seated, course), waits(busy, course))
			})...),
			dcb.Facts(CourseArchived{Course: "elective-2"})),
		commands: dealt(40, func(i int) (one, other dcb.Command) {
			leaves := UnsubscribeStudent{Student: numbered("seated", i), Course: numberedCourse(i)}
			if i < 20 {
				return leaves, UnsubscribeStudent{Student: numbered("busy", i), Course: "elective-1"}
			}
			return leaves, LeaveArchivedCourses{Student: numbered("busy", i)}
		}),
	}
}

func TestWhoGainsRoomGetsTheSeatThatBecomesFreeAtOnceFromTwoProcesses(t *testing.T) {
	t.Parallel()
	got, given, appended := runRace(t, "gaining room", 2)
	require.Equal(t, map[Refusal]int{carriedOut: 80}, got.Outcomes)
	h := hallOf(t, slices.Concat(given, appended))
	h.requireNobodyLeftInLine(t)
	for i := range 40 {
		assert.Equal(t, []StudentID{numbered("busy", i)}, h.seated[numberedCourse(i)])
		assert.Equal(t, 10, h.courses[numbered("busy", i)])
	}
}

// Forty courses are full, and two students wait for each. One student of each swaps the seat for
// one elsewhere, while another leaves altogether or a seat is added: two seats for two students.
func freeingSeatsForTwo() race {
	return race{
		given: slices.Concat(each(40, func(i int) []dcb.Fact {
			course, to := numberedCourse(i), numberedCourse(40+i)
			swaps, leaves := numbered("swaps", i), numbered("leaves", i)
			return dcb.Facts(
				CourseDefined{Course: course, Title: "Course", Capacity: 2}, CourseDefined{Course: to, Title: "To", Capacity: 1},
				StudentRegistered{Student: swaps, Name: "Swaps"}, StudentRegistered{Student: leaves, Name: "Leaves"},
				takes(swaps, course), takes(leaves, course),
				waits(numbered("first", i), course), waits(numbered("second", i), course))
		})...),
		commands: dealt(40, func(i int) (one, other dcb.Command) {
			swaps := SwapSeats{Student: numbered("swaps", i), From: numberedCourse(i), To: numberedCourse(40 + i)}
			if i < 20 {
				return swaps, LeaveAltogether{Student: numbered("leaves", i)}
			}
			return swaps, ChangeCapacity{Course: numberedCourse(i), NewCapacity: 3}
		}),
	}
}

func TestTwoSeatsThatBecomeFreeAtOnceFromTwoProcessesGoToTwo(t *testing.T) {
	t.Parallel()
	got, given, appended := runRace(t, "seats for two", 2)
	require.Equal(t, map[Refusal]int{carriedOut: 80}, got.Outcomes)
	h := hallOf(t, slices.Concat(given, appended))
	h.requireNobodyLeftInLine(t)
	for i := range 40 {
		assert.Equal(t, []StudentID{numbered("first", i), numbered("second", i)}, h.promoted[numberedCourse(i)])
		assert.Equal(t, []StudentID{numbered("swaps", i)}, h.seated[numberedCourse(40+i)])
		assert.Empty(t, h.waiting[numberedCourse(i)])
	}
}
