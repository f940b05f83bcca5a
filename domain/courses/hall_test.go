package courses_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
)

// A hall is who sits and who waits where, as the events of the log say. It uses no
// projection and no boundary, so tests can check those against it.
type hall struct {
	capacity map[CourseID]int
	seated   map[CourseID][]StudentID // the longest held first
	waiting  map[CourseID][]StudentID // the longest waiting first
	promoted map[CourseID][]StudentID // in the order of promotion
	courses  map[StudentID]int
}

// hallOf follows a log, and requires that each event keeps the rules of seats: no course
// gives more seats than it has, no student takes more than ten courses or two seats in one
// course, no archived course gives any, and a free seat goes to the student who has waited
// longest and has room.
func hallOf(t *testing.T, events []dcb.Event) hall {
	t.Helper()
	h := hall{map[CourseID]int{}, map[CourseID][]StudentID{}, map[CourseID][]StudentID{}, map[CourseID][]StudentID{}, map[StudentID]int{}}
	for i, e := range events {
		fact, err := Decode(e.Type, e.Data)
		require.NoError(t, err)
		switch fact := fact.(type) {
		case CourseDefined:
			h.capacity[fact.Course] = fact.Capacity
		case CourseCapacityChanged:
			h.capacity[fact.Course] = fact.NewCapacity
		case CourseArchived:
			h.capacity[fact.Course] = 0 // and nobody gets a seat
		case StudentSubscribedToCourse:
			h.seat(t, fact, e, events[:i])
		case StudentUnsubscribedFromCourse:
			require.Contains(t, h.seated[fact.Course], fact.Student)
			h.seated[fact.Course] = without(h.seated[fact.Course], fact.Student)
			h.courses[fact.Student]--
		case StudentJoinedWaitlist:
			require.NotContains(t, h.waiting[fact.Course], fact.Student)
			h.waiting[fact.Course] = append(h.waiting[fact.Course], fact.Student)
		case StudentLeftWaitlist:
			require.Contains(t, h.waiting[fact.Course], fact.Student)
			h.waiting[fact.Course] = without(h.waiting[fact.Course], fact.Student)
		}
	}
	return h
}

// seat gives a student a seat. A promotion names what freed the seat as its cause.
func (h hall) seat(t *testing.T, fact StudentSubscribedToCourse, e dcb.Event, before []dcb.Event) {
	t.Helper()
	_, defined := h.capacity[fact.Course]
	if defined {
		require.Less(t, len(h.seated[fact.Course]), h.capacity[fact.Course], "seats of %s at %d", fact.Course, e.Position)
	}
	require.Less(t, h.courses[fact.Student], MaxCourses, "courses of %s at %d", fact.Student, e.Position)
	require.NotContains(t, h.seated[fact.Course], fact.Student)
	if e.CausationID != "" {
		hasRoom := func(id StudentID) bool { return h.courses[id] < MaxCourses }
		longest := slices.IndexFunc(h.waiting[fact.Course], hasRoom)
		require.GreaterOrEqual(t, longest, 0, "nobody waits at %d", e.Position)
		require.Equal(t, h.waiting[fact.Course][longest], fact.Student, "promoted at %d", e.Position)
		cause := before[slices.IndexFunc(before, func(e2 dcb.Event) bool { return e2.ID == e.CausationID })]
		require.Contains(t, []string{"StudentUnsubscribedFromCourse", "CourseCapacityChanged"}, cause.Type)
		freed, gaveRoom := slices.Contains(cause.Tags, fact.Course.Tag()), slices.Contains(cause.Tags, fact.Student.Tag())
		require.True(t, freed || gaveRoom, "%s at %d is no cause of it", cause.Type, cause.Position)
		h.promoted[fact.Course] = append(h.promoted[fact.Course], fact.Student)
	}
	h.seated[fact.Course] = append(h.seated[fact.Course], fact.Student)
	h.courses[fact.Student]++
}

// requireNobodyLeftInLine requires that no seat is free for which somebody with room waits.
func (h hall) requireNobodyLeftInLine(t *testing.T) {
	t.Helper()
	for course, waiting := range h.waiting {
		if len(h.seated[course]) < h.capacity[course] {
			for _, student := range waiting {
				require.GreaterOrEqual(t, h.courses[student], MaxCourses, "%s has room, and a seat is free in %s", student, course)
			}
		}
	}
}

func without(students []StudentID, who StudentID) []StudentID {
	return slices.DeleteFunc(slices.Clone(students), func(id StudentID) bool { return id == who })
}
