package courses_test

import (
	"testing"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
)

func TestUnsubscribeStudent(t *testing.T) {
	unsubscribe := UnsubscribeStudent{Student: "ada", Course: "algebra"}
	left := leaves("ada", "algebra")
	full := given(algebraIsFull, dcb.Facts(ada))
	shrunk := CourseCapacityChanged{Course: "algebra", NewCapacity: 1}
	run(t, []row{
		{
			name:  "gives the seat back",
			given: dcb.Facts(algebra, ada, takes("ada", "algebra")),
			when:  unsubscribe,
			then:  dcb.Facts(leaves("ada", "algebra")),
		},
		{
			name:  "works in a course that shrank below the seats taken",
			given: dcb.Facts(algebra, ada, takes("ada", "algebra"), takes("kofi", "algebra"), CourseCapacityChanged{Course: "algebra", NewCapacity: 1}),
			when:  unsubscribe,
			then:  dcb.Facts(leaves("ada", "algebra")),
		},
		{
			name:  "works in a course that is archived",
			given: given(full, dcb.Facts(over)),
			when:  unsubscribe,
			then:  dcb.Facts(left),
		},
		{
			name:  "gives the seat to who waits longest",
			given: given(full, dcb.Facts(waits("noor", "algebra"), waits("mei", "algebra"))),
			when:  unsubscribe,
			then:  dcb.Causing(left, promoted("noor", "algebra")...),
		},
		{
			name:  "passes over who has ten courses",
			given: given(full, dcb.Facts(waits("noor", "algebra"), waits("mei", "algebra"), waits("ivo", "algebra")), takesCourses("noor", 10)),
			when:  unsubscribe,
			then:  dcb.Causing(left, promoted("mei", "algebra")...),
		},
		{
			name:  "passes over who has more than ten courses, from a time of another limit",
			given: given(full, dcb.Facts(waits("noor", "algebra"), waits("mei", "algebra")), takesCourses("noor", 11)),
			when:  unsubscribe,
			then:  dcb.Causing(left, promoted("mei", "algebra")...),
		},
		{
			name:  "gives the tenth course",
			given: given(full, dcb.Facts(waits("noor", "algebra"), waits("mei", "algebra")), takesCourses("noor", 9)),
			when:  unsubscribe,
			then:  dcb.Causing(left, promoted("noor", "algebra")...),
		},
		{
			name:  "leaves the seat free when all who wait have ten courses",
			given: given(full, dcb.Facts(waits("noor", "algebra")), takesCourses("noor", 10)),
			when:  unsubscribe,
			then:  dcb.Facts(left),
		},
		{
			name:  "passes over who waits no longer",
			given: given(full, dcb.Facts(waits("noor", "algebra"), waits("mei", "algebra"), waitsNoLonger("noor", "algebra"))),
			when:  unsubscribe,
			then:  dcb.Causing(left, promoted("mei", "algebra")...),
		},
		{
			name: "puts who came back to the waitlist behind all others",
			given: given(full, dcb.Facts(waits("noor", "algebra"), waits("mei", "algebra"),
				waitsNoLonger("noor", "algebra"), waits("noor", "algebra"))),
			when: unsubscribe,
			then: dcb.Causing(left, promoted("mei", "algebra")...),
		},
		{
			name:  "does not promote who waits for another course",
			given: given(full, dcb.Facts(waits("noor", "logic"))),
			when:  unsubscribe,
			then:  dcb.Facts(left),
		},
		{
			name:  "frees no seat for who waits when the course shrank below the seats taken",
			given: given(full, dcb.Facts(shrunk, waits("noor", "algebra"))),
			when:  unsubscribe,
			then:  dcb.Facts(left),
		},
		{
			name: "gives away with the seat one that nobody had room for when it became free",
			given: given(full, dcb.Facts(leaves("kofi", "algebra"), waits("noor", "algebra"), waits("mei", "algebra")),
				takesCourses("noor", 10), dcb.Facts(leaves("noor", "elective-1"))),
			when: unsubscribe,
			then: dcb.Causing(left, given(promoted("noor", "algebra"), promoted("mei", "algebra"))...),
		},
		{
			name: "gives the student who left no seat elsewhere",
			given: given(dcb.Facts(logic, waits("ada", "logic")), takesCourses("ada", 9),
				dcb.Facts(algebra, ada, takes("ada", "algebra"))),
			when: unsubscribe,
			then: dcb.Facts(left),
		},
		{name: "is refused when there is no such course", given: dcb.Facts(ada), when: unsubscribe, refused: ErrNoSuchCourse},
		{name: "is refused when there is no such student", given: dcb.Facts(algebra), when: unsubscribe, refused: ErrNoSuchStudent},
		{
			name:    "is refused when the student has no seat",
			given:   dcb.Facts(algebra, ada, kofi, takes("kofi", "algebra")),
			when:    unsubscribe,
			refused: ErrNotSubscribed,
		},
		{
			name:    "is refused the second time",
			given:   dcb.Facts(algebra, ada, takes("ada", "algebra"), leaves("ada", "algebra")),
			when:    unsubscribe,
			refused: ErrNotSubscribed,
		},
	})
}
