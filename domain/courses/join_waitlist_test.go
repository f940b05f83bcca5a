package courses_test

import (
	"testing"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
)

func TestJoinWaitlist(t *testing.T) {
	join := JoinWaitlist{Student: "noor", Course: "algebra"}
	full := given(algebraIsFull, dcb.Facts(noor))
	joined := dcb.Facts(waits("noor", "algebra"))
	run(t, []row{
		{
			name:  "lets a student wait for a full course",
			given: full,
			when:  join,
			then:  joined,
		},
		{
			name:  "lets a student wait for a course that shrank below the seats taken",
			given: given(full, dcb.Facts(CourseCapacityChanged{Course: "algebra", NewCapacity: 1})),
			when:  join,
			then:  joined,
		},
		{
			name:  "lets a student wait who waits elsewhere too",
			given: given(full, dcb.Facts(waits("noor", "logic"))),
			when:  join,
			then:  joined,
		},
		{
			name:  "lets a student wait who has ten courses",
			given: given(full, takesCourses("noor", 10)),
			when:  join,
			then:  joined,
		},
		{
			name:  "lets a student wait again",
			given: given(full, dcb.Facts(waits("noor", "algebra"), waitsNoLonger("noor", "algebra"))),
			when:  join,
			then:  joined,
		},
		{
			name:  "lets the fiftieth student wait",
			given: given(full, waitlist("algebra", 49)),
			when:  join,
			then:  joined,
		},
		{
			name:  "lets a student wait when one of fifty gave up",
			given: given(full, waitlist("algebra", 50), dcb.Facts(waitsNoLonger("waiter-7", "algebra"))),
			when:  join,
			then:  joined,
		},
		{name: "is refused when fifty students wait", given: given(full, waitlist("algebra", 50)), when: join, refused: ErrWaitlistFull},
		{name: "is refused when there is no such course", given: dcb.Facts(noor), when: join, refused: ErrNoSuchCourse},
		{name: "is refused when there is no such student", given: algebraIsFull, when: join, refused: ErrNoSuchStudent},
		{name: "is refused when the course is archived", given: given(full, dcb.Facts(over)), when: join, refused: ErrCourseArchived},
		{
			name:    "is refused when the student has a seat",
			given:   dcb.Facts(algebra, noor, takes("ada", "algebra"), takes("noor", "algebra")),
			when:    join,
			refused: ErrAlreadySubscribed,
		},
		{name: "is refused when the student waits already", given: given(full, joined), when: join, refused: ErrAlreadyWaiting},
		{name: "is refused when there is a free seat", given: dcb.Facts(algebra, noor, takes("ada", "algebra")), when: join, refused: ErrCourseNotFull},
		{
			name:    "is refused when there is a free seat that others who wait have no room for",
			given:   given(dcb.Facts(algebra, noor, takes("ada", "algebra"), waits("mei", "algebra")), takesCourses("mei", 10)),
			when:    join,
			refused: ErrCourseNotFull,
		},
	})
}
