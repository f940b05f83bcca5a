package courses_test

import (
	"testing"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
)

func change(seats int) ChangeCapacity { return ChangeCapacity{Course: "algebra", NewCapacity: seats} }

func changed(seats int) dcb.Fact { return CourseCapacityChanged{Course: "algebra", NewCapacity: seats} }

func TestChangeCapacity(t *testing.T) {
	run(t, []row{
		{
			name:  "adds seats",
			given: dcb.Facts(algebra),
			when:  change(3),
			then:  dcb.Facts(changed(3)),
		},
		{
			name:  "may drop below the seats taken",
			given: dcb.Facts(algebra, ada, kofi, takes("ada", "algebra"), takes("kofi", "algebra")),
			when:  change(1),
			then:  dcb.Facts(changed(1)),
		},
		{
			name:  "may go back to what it was",
			given: dcb.Facts(algebra, changed(3)),
			when:  change(2),
			then:  dcb.Facts(changed(2)),
		},
		{name: "is refused when the course is archived", given: dcb.Facts(algebra, over), when: change(3), refused: ErrCourseArchived},
		{name: "is refused when there is no such course", given: dcb.Facts(logic), when: change(3), refused: ErrNoSuchCourse},
		{name: "is refused when the capacity is the same", given: dcb.Facts(algebra), when: change(2), refused: ErrSameCapacity},
		{name: "is refused when the changed capacity is the same", given: dcb.Facts(algebra, changed(7)), when: change(7), refused: ErrSameCapacity},
		{
			name:  "goes through when the capacity is the one that was seen",
			given: dcb.Facts(algebra, changed(7)),
			when:  ChangeCapacity{Course: "algebra", NewCapacity: 3, Seen: 7},
			then:  dcb.Facts(changed(3)),
		},
		{name: "is refused when the capacity is not the one that was seen", given: dcb.Facts(algebra, changed(7)), when: ChangeCapacity{Course: "algebra", NewCapacity: 3, Seen: 2}, refused: ErrOtherCapacity},
		{name: "is refused without a seat", given: dcb.Facts(algebra), when: change(0), refused: ErrCapacityOutOfRange},
		{name: "is refused with too many seats", given: dcb.Facts(algebra), when: change(10_001), refused: ErrCapacityOutOfRange},
	})
}

func TestChangeCapacityGivesAddedSeatsAway(t *testing.T) {
	run(t, []row{
		{
			name:  "gives an added seat to the student who waits longest",
			given: given(algebraIsFull, dcb.Facts(waits("noor", "algebra"), waits("mei", "algebra"))),
			when:  change(3),
			then:  dcb.Causing(changed(3), promoted("noor", "algebra")...),
		},
		{
			name:  "gives two added seats to two students",
			given: given(algebraIsFull, dcb.Facts(waits("noor", "algebra"), waits("mei", "algebra"), waits("ivo", "algebra"))),
			when:  change(4),
			then:  dcb.Causing(changed(4), given(promoted("noor", "algebra"), promoted("mei", "algebra"))...),
		},
		{
			name:  "gives every waiting student a seat when there are enough",
			given: given(algebraIsFull, dcb.Facts(waits("noor", "algebra"), waits("mei", "algebra"))),
			when:  change(9),
			then:  dcb.Causing(changed(9), given(promoted("noor", "algebra"), promoted("mei", "algebra"))...),
		},
		{
			name:  "passes over a student who has ten courses",
			given: given(algebraIsFull, dcb.Facts(waits("noor", "algebra"), waits("mei", "algebra")), takesCourses("noor", 10)),
			when:  change(4),
			then:  dcb.Causing(changed(4), promoted("mei", "algebra")...),
		},
		{
			name:  "gives away only free seats, after the course shrank below the seats taken",
			given: given(algebraIsFull, dcb.Facts(changed(1), waits("noor", "algebra"), waits("mei", "algebra"))),
			when:  change(3),
			then:  dcb.Causing(changed(3), promoted("noor", "algebra")...),
		},
		{
			name:  "gives away nothing while the course is still full",
			given: given(algebraIsFull, dcb.Facts(takes("ivo", "algebra"), changed(1), waits("noor", "algebra"))),
			when:  change(3),
			then:  dcb.Facts(changed(3)),
		},
		{
			name:  "gives away no seat when it takes some",
			given: dcb.Facts(algebra, changed(9), takes("kofi", "algebra"), waits("noor", "algebra")),
			when:  change(8),
			then:  dcb.Facts(changed(8)),
		},
	})
}
