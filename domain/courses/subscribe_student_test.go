package courses_test

import (
	"testing"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
)

func TestSubscribeStudent(t *testing.T) {
	subscribe := SubscribeStudent{Student: "ada", Course: "algebra"}
	run(t, []row{
		{
			name:  "gives the student a seat",
			given: dcb.Facts(algebra, ada),
			when:  subscribe,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
		{
			name:  "gives the last seat",
			given: dcb.Facts(algebra, ada, kofi, takes("kofi", "algebra")),
			when:  subscribe,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
		{
			name:  "gives a seat that somebody gave back",
			given: dcb.Facts(algebra, ada, takes("kofi", "algebra"), takes("noor", "algebra"), leaves("kofi", "algebra")),
			when:  subscribe,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
		{
			name: "gives a seat that was added",
			given: dcb.Facts(algebra, ada, takes("kofi", "algebra"), takes("noor", "algebra"),
				CourseCapacityChanged{Course: "algebra", NewCapacity: 3}),
			when: subscribe,
			then: dcb.Facts(takes("ada", "algebra")),
		},
		{
			name:  "lets a student come back",
			given: dcb.Facts(algebra, ada, takes("ada", "algebra"), leaves("ada", "algebra")),
			when:  subscribe,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
		{
			name:  "gives the tenth course",
			given: append(takesCourses("ada", 9), algebra, ada),
			when:  subscribe,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
		{
			name:  "counts a course once left no more",
			given: append(takesCourses("ada", 10), algebra, ada, leaves("ada", "elective-4")),
			when:  subscribe,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
		{
			name:  "ends the waiting for it",
			given: dcb.Facts(algebra, ada, waits("kofi", "algebra"), waits("ada", "algebra")),
			when:  subscribe,
			then:  promoted("ada", "algebra"),
		},
		{
			name:  "does not end the waiting for another course",
			given: dcb.Facts(algebra, ada, waits("ada", "logic"), waits("ada", "algebra"), waitsNoLonger("ada", "algebra")),
			when:  subscribe,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
		{
			name:  "gives a free seat that nobody on the waitlist has room for",
			given: given(dcb.Facts(algebra, ada, takes("kofi", "algebra"), waits("noor", "algebra")), takesCourses("noor", 10)),
			when:  subscribe,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
		{
			name: "gives a seat that was left free to whoever asks first, when somebody who waits has room again",
			given: given(dcb.Facts(algebra, ada, takes("kofi", "algebra"), waits("noor", "algebra")), takesCourses("noor", 10),
				dcb.Facts(leaves("noor", "elective-1"))),
			when: subscribe,
			then: dcb.Facts(takes("ada", "algebra")),
		},
		{
			name:    "is refused when the course is archived",
			given:   dcb.Facts(algebra, ada, over),
			when:    subscribe,
			refused: ErrCourseArchived,
		},
		{
			name:    "is refused when every seat is taken, to who waits too",
			given:   dcb.Facts(algebra, ada, takes("kofi", "algebra"), takes("noor", "algebra"), waits("ada", "algebra")),
			when:    subscribe,
			refused: ErrCourseFull,
		},
		{name: "is refused when there is no such course", given: dcb.Facts(ada), when: subscribe, refused: ErrNoSuchCourse},
		{name: "is refused when there is no such student", given: dcb.Facts(algebra), when: subscribe, refused: ErrNoSuchStudent},
		{
			name:    "is refused when the student has a seat already",
			given:   dcb.Facts(algebra, ada, takes("ada", "algebra")),
			when:    subscribe,
			refused: ErrAlreadySubscribed,
		},
		{
			name:    "is refused when every seat is taken",
			given:   dcb.Facts(algebra, ada, takes("kofi", "algebra"), takes("noor", "algebra")),
			when:    subscribe,
			refused: ErrCourseFull,
		},
		{
			name: "is refused when the capacity shrank below the seats taken",
			given: dcb.Facts(algebra, ada, takes("kofi", "algebra"), takes("noor", "algebra"),
				CourseCapacityChanged{Course: "algebra", NewCapacity: 1}),
			when:    subscribe,
			refused: ErrCourseFull,
		},
		{
			name: "is refused when one left and the shrunken course is still full",
			given: dcb.Facts(algebra, ada, takes("kofi", "algebra"), takes("noor", "algebra"),
				CourseCapacityChanged{Course: "algebra", NewCapacity: 1}, leaves("kofi", "algebra")),
			when:    subscribe,
			refused: ErrCourseFull,
		},
		{
			name:    "is refused when the student has ten courses",
			given:   append(takesCourses("ada", 10), algebra, ada),
			when:    subscribe,
			refused: ErrTooManyCourses,
		},
		{
			name:    "is refused when the student has more than ten courses, from a time of another limit",
			given:   append(takesCourses("ada", 11), algebra, ada),
			when:    subscribe,
			refused: ErrTooManyCourses,
		},
		{
			name:    "is refused when the student left one of ten courses and took another",
			given:   append(takesCourses("ada", 10), algebra, ada, leaves("ada", "elective-4"), takes("ada", "logic")),
			when:    subscribe,
			refused: ErrTooManyCourses,
		},
		{
			name:  "does not count the courses of others",
			given: append(takesCourses("kofi", 10), algebra, ada),
			when:  subscribe,
			then:  dcb.Facts(takes("ada", "algebra")),
		},
	})
}
