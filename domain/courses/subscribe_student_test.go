package courses_test

import (
	"testing"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
)

func TestSubscribeStudentGivesAFreeSeat(t *testing.T) {
	run(t, []row{
		{
			name:  "gives the student a seat",
			given: dcb.Facts(algebra, ada),
			when:  adaSubscribes,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
		{
			name:  "gives the last seat",
			given: dcb.Facts(algebra, ada, kofi, takes("kofi", "algebra")),
			when:  adaSubscribes,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
		{
			name:  "gives a seat that somebody gave back",
			given: dcb.Facts(algebra, ada, takes("kofi", "algebra"), takes("noor", "algebra"), leaves("kofi", "algebra")),
			when:  adaSubscribes,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
		{
			name: "gives a seat that was added",
			given: dcb.Facts(algebra, ada, takes("kofi", "algebra"), takes("noor", "algebra"),
				CourseCapacityChanged{Course: "algebra", NewCapacity: 3}),
			when: adaSubscribes,
			then: dcb.Facts(takes("ada", "algebra")),
		},
		{
			name:  "lets a student come back",
			given: dcb.Facts(algebra, ada, takes("ada", "algebra"), leaves("ada", "algebra")),
			when:  adaSubscribes,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
		{
			name:    "is refused when every seat is taken",
			given:   dcb.Facts(algebra, ada, takes("kofi", "algebra"), takes("noor", "algebra")),
			when:    adaSubscribes,
			refused: ErrCourseFull,
		},
		{
			name: "is refused when the capacity shrank below the seats taken",
			given: dcb.Facts(algebra, ada, takes("kofi", "algebra"), takes("noor", "algebra"),
				CourseCapacityChanged{Course: "algebra", NewCapacity: 1}),
			when:    adaSubscribes,
			refused: ErrCourseFull,
		},
		{
			name: "is refused when one left and the shrunken course is still full",
			given: dcb.Facts(algebra, ada, takes("kofi", "algebra"), takes("noor", "algebra"),
				CourseCapacityChanged{Course: "algebra", NewCapacity: 1}, leaves("kofi", "algebra")),
			when:    adaSubscribes,
			refused: ErrCourseFull,
		},
	})
}

func TestSubscribeStudentGivesTenCourses(t *testing.T) {
	run(t, []row{
		{
			name:  "gives the tenth course",
			given: append(takesCourses("ada", 9), algebra, ada),
			when:  adaSubscribes,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
		{
			name:  "does not count a course that the student left",
			given: append(takesCourses("ada", 10), algebra, ada, leaves("ada", "elective-4")),
			when:  adaSubscribes,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
		{
			name:  "does not count the courses of others",
			given: append(takesCourses("kofi", 10), algebra, ada),
			when:  adaSubscribes,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
		{
			name:    "is refused when the student has ten courses",
			given:   append(takesCourses("ada", 10), algebra, ada),
			when:    adaSubscribes,
			refused: ErrTooManyCourses,
		},
		{
			name:    "is refused when the student has more than ten courses, from when the limit was another",
			given:   append(takesCourses("ada", 11), algebra, ada),
			when:    adaSubscribes,
			refused: ErrTooManyCourses,
		},
		{
			name:    "is refused when the student left one of ten courses and took another",
			given:   append(takesCourses("ada", 10), algebra, ada, leaves("ada", "elective-4"), takes("ada", "logic")),
			when:    adaSubscribes,
			refused: ErrTooManyCourses,
		},
	})
}

func TestSubscribeStudentMindsTheWaitlist(t *testing.T) {
	run(t, []row{
		{
			name:  "ends the waiting for it",
			given: dcb.Facts(algebra, ada, takes("kofi", "algebra"), waits("ada", "algebra")),
			when:  adaSubscribes,
			then:  promoted("ada", "algebra"),
		},
		{
			name:  "does not end the waiting for another course",
			given: dcb.Facts(algebra, ada, waits("ada", "logic"), waits("ada", "algebra"), waitsNoLonger("ada", "algebra")),
			when:  adaSubscribes,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
		{
			name:  "gives a free seat that nobody on the waitlist has room for",
			given: given(dcb.Facts(algebra, ada, takes("kofi", "algebra"), waits("noor", "algebra")), takesCourses("noor", 10)),
			when:  adaSubscribes,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
		{
			name:    "is refused when every seat is taken, also to a student who waits",
			given:   dcb.Facts(algebra, ada, takes("kofi", "algebra"), takes("noor", "algebra"), waits("ada", "algebra")),
			when:    adaSubscribes,
			refused: ErrCourseFull,
		},
	})
}

// Under today's rules nobody waits with room while a seat is free. Logs of older versions have
// such students.
func TestSubscribeStudentComesAfterThoseInLine(t *testing.T) {
	oneIsFree := dcb.Facts(algebra, ada, takes("kofi", "algebra"))
	run(t, []row{
		{
			name:    "is refused when the free seat goes to somebody who waits and has room",
			given:   given(oneIsFree, dcb.Facts(waits("noor", "algebra"))),
			when:    adaSubscribes,
			refused: ErrSeatsSpokenFor,
		},
		{
			name:    "is refused when the student waits, too, and came later",
			given:   given(oneIsFree, dcb.Facts(waits("noor", "algebra"), waits("ada", "algebra"))),
			when:    adaSubscribes,
			refused: ErrSeatsSpokenFor,
		},
		{
			name:  "gives the seat to a student who waits and came first",
			given: given(oneIsFree, dcb.Facts(waits("ada", "algebra"), waits("noor", "algebra"))),
			when:  adaSubscribes,
			then:  promoted("ada", "algebra"),
		},
		{
			name:  "passes over those who wait with ten courses",
			given: given(oneIsFree, dcb.Facts(waits("noor", "algebra"), waits("ada", "algebra")), takesCourses("noor", 10)),
			when:  adaSubscribes,
			then:  promoted("ada", "algebra"),
		},
		{
			name:  "also gives a seat to those who wait",
			given: dcb.Facts(algebra, ada, waits("noor", "algebra")),
			when:  adaSubscribes,
			then:  dcb.Causing(takes("ada", "algebra"), promoted("noor", "algebra")...),
		},
		{
			name:  "also gives a seat to those who wait longer than the student",
			given: dcb.Facts(algebra, ada, waits("noor", "algebra"), waits("ada", "algebra"), waits("mei", "algebra")),
			when:  adaSubscribes,
			then: dcb.Causing(takes("ada", "algebra"),
				given(dcb.Facts(waitsNoLonger("ada", "algebra")), promoted("noor", "algebra"))...),
		},
		{
			name:    "tells a student with ten courses so, before it tells of those in line",
			given:   given(oneIsFree, dcb.Facts(waits("noor", "algebra")), takesCourses("ada", 10)),
			when:    adaSubscribes,
			refused: ErrTooManyCourses,
		},
	})
}

func TestSubscribeStudentIsRefused(t *testing.T) {
	run(t, []row{
		{name: "is refused when there is no such course", given: dcb.Facts(ada), when: adaSubscribes, refused: ErrNoSuchCourse},
		{name: "is refused when there is no such student", given: dcb.Facts(algebra), when: adaSubscribes, refused: ErrNoSuchStudent},
		{
			name:    "is refused when the course is archived",
			given:   dcb.Facts(algebra, ada, over),
			when:    adaSubscribes,
			refused: ErrCourseArchived,
		},
		{
			name:    "is refused when the student has a seat already",
			given:   dcb.Facts(algebra, ada, takes("ada", "algebra")),
			when:    adaSubscribes,
			refused: ErrAlreadySubscribed,
		},
	})
}
