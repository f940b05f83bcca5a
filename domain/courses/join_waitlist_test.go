package courses_test

import (
	"testing"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
)

var (
	noorJoins       = JoinWaitlist{Student: "noor", Course: "algebra"}
	noorJoined      = dcb.Facts(waits("noor", "algebra"))
	noorFindsItFull = given(algebraIsFull, dcb.Facts(noor))
)

func TestJoinWaitlist(t *testing.T) {
	run(t, []row{
		{
			name:  "lets a student wait for a full course",
			given: noorFindsItFull,
			when:  noorJoins,
			then:  noorJoined,
		},
		{
			name:  "lets a student wait for a course that shrank below the seats taken",
			given: given(noorFindsItFull, dcb.Facts(CourseCapacityChanged{Course: "algebra", NewCapacity: 1})),
			when:  noorJoins,
			then:  noorJoined,
		},
		{
			name:  "lets a student wait for a second course",
			given: given(noorFindsItFull, dcb.Facts(waits("noor", "logic"))),
			when:  noorJoins,
			then:  noorJoined,
		},
		{
			name:  "lets a student with ten courses wait",
			given: given(noorFindsItFull, takesCourses("noor", 10)),
			when:  noorJoins,
			then:  noorJoined,
		},
		{
			name:  "lets a student wait again",
			given: given(noorFindsItFull, dcb.Facts(waits("noor", "algebra"), waitsNoLonger("noor", "algebra"))),
			when:  noorJoins,
			then:  noorJoined,
		},
		{
			name:  "lets the fiftieth student wait",
			given: given(noorFindsItFull, waitlist("algebra", 49)),
			when:  noorJoins,
			then:  noorJoined,
		},
		{
			name:  "lets a student wait when one of fifty gave up",
			given: given(noorFindsItFull, waitlist("algebra", 50), dcb.Facts(waitsNoLonger("waiter-7", "algebra"))),
			when:  noorJoins,
			then:  noorJoined,
		},
	})
}

// Under today's rules nobody waits with room while a seat is free. Logs of older versions have
// such students.
func TestJoinWaitlistGivesTheFreeSeatsToThoseInLine(t *testing.T) {
	oneIsFree := dcb.Facts(algebra, noor, takes("ada", "algebra"))
	run(t, []row{
		{
			name:  "lets a student wait when the free seat goes to somebody who waits",
			given: given(oneIsFree, dcb.Facts(waits("mei", "algebra"))),
			when:  noorJoins,
			then:  dcb.Causing(waits("noor", "algebra"), promoted("mei", "algebra")...),
		},
		{
			name:  "passes over those who have ten courses",
			given: given(oneIsFree, dcb.Facts(waits("mei", "algebra"), waits("ivo", "algebra")), takesCourses("mei", 10)),
			when:  noorJoins,
			then:  dcb.Causing(waits("noor", "algebra"), promoted("ivo", "algebra")...),
		},
		{
			name:  "gives no more seats than are free",
			given: given(oneIsFree, dcb.Facts(waits("mei", "algebra"), waits("ivo", "algebra"))),
			when:  noorJoins,
			then:  dcb.Causing(waits("noor", "algebra"), promoted("mei", "algebra")...),
		},
		{
			name:    "is refused when more seats are free than go to those who wait",
			given:   dcb.Facts(algebra, noor, waits("mei", "algebra")),
			when:    noorJoins,
			refused: ErrCourseNotFull,
		},
	})
}

func TestJoinWaitlistIsRefused(t *testing.T) {
	run(t, []row{
		{name: "is refused when fifty students wait", given: given(noorFindsItFull, waitlist("algebra", 50)), when: noorJoins, refused: ErrWaitlistFull},
		{name: "is refused when there is no such course", given: dcb.Facts(noor), when: noorJoins, refused: ErrNoSuchCourse},
		{name: "is refused when there is no such student", given: algebraIsFull, when: noorJoins, refused: ErrNoSuchStudent},
		{name: "is refused when the course is archived", given: given(noorFindsItFull, dcb.Facts(over)), when: noorJoins, refused: ErrCourseArchived},
		{
			name:    "is refused when the student has a seat",
			given:   dcb.Facts(algebra, noor, takes("ada", "algebra"), takes("noor", "algebra")),
			when:    noorJoins,
			refused: ErrAlreadySubscribed,
		},
		{name: "is refused when the student waits already", given: given(noorFindsItFull, noorJoined), when: noorJoins, refused: ErrAlreadyWaiting},
		{name: "is refused when there is a free seat", given: dcb.Facts(algebra, noor, takes("ada", "algebra")), when: noorJoins, refused: ErrCourseNotFull},
		{
			name:    "is refused when there is a free seat, though others wait with ten courses",
			given:   given(dcb.Facts(algebra, noor, takes("ada", "algebra"), waits("mei", "algebra")), takesCourses("mei", 10)),
			when:    noorJoins,
			refused: ErrCourseNotFull,
		},
	})
}
