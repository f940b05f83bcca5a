package courses_test

import (
	"slices"
	"testing"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
)

var (
	// Ada has a seat in algebra, and logic has free ones.
	adaMaySwap = dcb.Facts(algebra, logic, ada, takes("ada", "algebra"))
	adaSwapped = dcb.Facts(adaLeft, takes("ada", "logic"))
	smallLogic = CourseDefined{Course: "logic", Title: "Logic", Capacity: 1}
)

// causedByLeaving returns the facts of ada's swap, with what follows from the seat given back.
func causedByLeaving(seated []dcb.Fact, consequences ...dcb.Fact) []dcb.Fact {
	return slices.Insert(dcb.Causing(adaLeft, consequences...), 1, seated...)
}

func TestSwapSeats(t *testing.T) {
	run(t, []row{
		{
			name:  "gives a seat back and takes another",
			given: adaMaySwap,
			when:  adaSwaps,
			then:  adaSwapped,
		},
		{
			name:  "works for a student who has ten courses",
			given: given(adaMaySwap, takesCourses("ada", 9)),
			when:  adaSwaps,
			then:  adaSwapped,
		},
		{
			name:  "works for a student who has more than ten courses, from when the limit was another",
			given: given(adaMaySwap, takesCourses("ada", 10)),
			when:  adaSwaps,
			then:  adaSwapped,
		},
		{
			name:  "takes the last seat",
			given: dcb.Facts(algebra, smallLogic, ada, takes("ada", "algebra")),
			when:  adaSwaps,
			then:  adaSwapped,
		},
		{
			name:  "works from a course that shrank below the seats taken",
			given: given(adaMaySwap, dcb.Facts(takes("kofi", "algebra"), shrunk, waits("noor", "algebra"))),
			when:  adaSwaps,
			then:  adaSwapped,
		},
		{
			name:  "works from a course that is archived",
			given: given(adaMaySwap, dcb.Facts(over)),
			when:  adaSwaps,
			then:  adaSwapped,
		},
		{
			name:  "ends the waiting for the other course",
			given: given(adaMaySwap, takesCourses("ada", 9), dcb.Facts(waits("ada", "logic"))),
			when:  adaSwaps,
			then:  given(dcb.Facts(adaLeft), promoted("ada", "logic")),
		},
		{
			name:  "gives the student no room for a third course",
			given: given(adaMaySwap, takesCourses("ada", 9), dcb.Facts(CourseDefined{Course: "knots", Title: "Knots", Capacity: 1}, waits("ada", "knots"))),
			when:  adaSwaps,
			then:  adaSwapped,
		},
	})
}

func TestSwapSeatsPromotesThoseInLine(t *testing.T) {
	full := given(adaMaySwap, dcb.Facts(takes("kofi", "algebra")))
	run(t, []row{
		{
			name:  "gives the seat to the student who waits longest for it",
			given: given(full, dcb.Facts(waits("noor", "algebra"), waits("mei", "algebra"))),
			when:  adaSwaps,
			then:  causedByLeaving(dcb.Facts(takes("ada", "logic")), promoted("noor", "algebra")...),
		},
		{
			name:  "passes over a student who has ten courses",
			given: given(full, dcb.Facts(waits("noor", "algebra"), waits("mei", "algebra")), takesCourses("noor", 10)),
			when:  adaSwaps,
			then:  causedByLeaving(dcb.Facts(takes("ada", "logic")), promoted("mei", "algebra")...),
		},
		{
			name:  "passes over those who wait for the other course with ten courses",
			given: given(full, dcb.Facts(waits("noor", "logic")), takesCourses("noor", 10)),
			when:  adaSwaps,
			then:  adaSwapped,
		},
		{
			name:  "also gives a seat to those who wait for the other course",
			given: given(full, dcb.Facts(waits("noor", "logic"))),
			when:  adaSwaps,
			then:  causedByLeaving(dcb.Facts(takes("ada", "logic")), promoted("noor", "logic")...),
		},
		{
			name: "gives a student who waits for both the seat that was waited for longest",
			given: dcb.Facts(algebra, smallLogic, ada, takes("ada", "algebra"), takes("kofi", "algebra"),
				waits("noor", "algebra"), waits("noor", "logic"), takes("noor", "sets"), takes("noor", "elective-1"), takes("noor", "elective-2"),
				takes("noor", "elective-3"), takes("noor", "elective-4"), takes("noor", "elective-5"), takes("noor", "elective-6"),
				takes("noor", "elective-7"), takes("noor", "elective-8")),
			when: adaSwaps,
			then: causedByLeaving(dcb.Facts(takes("ada", "logic")), promoted("noor", "algebra")...),
		},
	})
}

func TestSwapSeatsIsRefusedAndKeepsTheSeat(t *testing.T) {
	small := dcb.Facts(algebra, smallLogic, ada, takes("ada", "algebra"))
	run(t, []row{
		{name: "is refused when there is no such course to swap to", given: dcb.Facts(algebra, ada, takes("ada", "algebra")), when: adaSwaps, refused: ErrNoSuchCourse},
		{name: "is refused when there is no such course to swap from", given: dcb.Facts(logic, ada), when: adaSwaps, refused: ErrNoSuchCourse},
		{name: "is refused when there is no such student", given: dcb.Facts(algebra, logic), when: adaSwaps, refused: ErrNoSuchStudent},
		{name: "is refused for one course", given: adaMaySwap, when: SwapSeats{Student: "ada", From: "algebra", To: "algebra"}, refused: ErrSameCourse},
		{name: "is refused when the other course is archived", given: given(adaMaySwap, dcb.Facts(CourseArchived{Course: "logic"})), when: adaSwaps, refused: ErrCourseArchived},
		{name: "is refused without a seat to give back", given: dcb.Facts(algebra, logic, ada), when: adaSwaps, refused: ErrNotSubscribed},
		{name: "is refused when the seat was given back already", given: given(adaMaySwap, dcb.Facts(adaLeft)), when: adaSwaps, refused: ErrNotSubscribed},
		{name: "is refused when the student has a seat in the other course", given: given(adaMaySwap, dcb.Facts(takes("ada", "logic"))), when: adaSwaps, refused: ErrAlreadySubscribed},
		{name: "is refused when every seat of the other course is taken", given: given(small, dcb.Facts(takes("kofi", "logic"))), when: adaSwaps, refused: ErrCourseFull},
		{
			name:    "is refused when the other course shrank below the seats taken",
			given:   given(adaMaySwap, dcb.Facts(takes("kofi", "logic"), takes("noor", "logic"), CourseCapacityChanged{Course: "logic", NewCapacity: 1})),
			when:    adaSwaps,
			refused: ErrCourseFull,
		},
		{name: "is refused when the free seat goes to somebody who waits", given: given(small, dcb.Facts(waits("noor", "logic"))), when: adaSwaps, refused: ErrSeatsSpokenFor},
		{
			name: "is refused when the last free seat goes to somebody who waits",
			given: dcb.Facts(algebra, CourseDefined{Course: "logic", Title: "Logic", Capacity: 2}, ada, takes("ada", "algebra"),
				takes("kofi", "logic"), waits("noor", "logic")),
			when:    adaSwaps,
			refused: ErrSeatsSpokenFor,
		},
		{name: "is refused when the student waits for it, and came later", given: given(small, dcb.Facts(waits("noor", "logic"), waits("ada", "logic"))), when: adaSwaps, refused: ErrSeatsSpokenFor},
	})
}
