package courses_test

import (
	"testing"

	"go-crablet/dcb"
	. "go-crablet/domain/courses"
)

// Ada and kofi have the two seats of algebra.
var adaAndKofiSit = given(algebraIsFull, dcb.Facts(ada))

func TestUnsubscribeStudentGivesTheSeatBack(t *testing.T) {
	run(t, []row{
		{
			name:  "gives the seat back",
			given: dcb.Facts(algebra, ada, takes("ada", "algebra")),
			when:  adaLeaves,
			then:  dcb.Facts(adaLeft),
		},
		{
			name:  "works in a course that shrank below the seats taken",
			given: dcb.Facts(algebra, ada, takes("ada", "algebra"), takes("kofi", "algebra"), shrunk),
			when:  adaLeaves,
			then:  dcb.Facts(adaLeft),
		},
		{
			name:  "works in a course that is archived",
			given: given(adaAndKofiSit, dcb.Facts(over)),
			when:  adaLeaves,
			then:  dcb.Facts(adaLeft),
		},
		{name: "is refused when there is no such course", given: dcb.Facts(ada), when: adaLeaves, refused: ErrNoSuchCourse},
		{name: "is refused when there is no such student", given: dcb.Facts(algebra), when: adaLeaves, refused: ErrNoSuchStudent},
		{
			name:    "is refused when the student has no seat",
			given:   dcb.Facts(algebra, ada, kofi, takes("kofi", "algebra")),
			when:    adaLeaves,
			refused: ErrNotSubscribed,
		},
		{
			name:    "is refused the second time",
			given:   dcb.Facts(algebra, ada, takes("ada", "algebra"), leaves("ada", "algebra")),
			when:    adaLeaves,
			refused: ErrNotSubscribed,
		},
	})
}

func TestUnsubscribeStudentPromotesTheLongestWaiting(t *testing.T) {
	run(t, []row{
		{
			name:  "gives the seat to the student who waits longest",
			given: given(adaAndKofiSit, dcb.Facts(waits("noor", "algebra"), waits("mei", "algebra"))),
			when:  adaLeaves,
			then:  dcb.Causing(adaLeft, promoted("noor", "algebra")...),
		},
		{
			name:  "passes over a student who waits no longer",
			given: given(adaAndKofiSit, dcb.Facts(waits("noor", "algebra"), waits("mei", "algebra"), waitsNoLonger("noor", "algebra"))),
			when:  adaLeaves,
			then:  dcb.Causing(adaLeft, promoted("mei", "algebra")...),
		},
		{
			name: "puts a student who joined again at the end",
			given: given(adaAndKofiSit, dcb.Facts(waits("noor", "algebra"), waits("mei", "algebra"),
				waitsNoLonger("noor", "algebra"), waits("noor", "algebra"))),
			when: adaLeaves,
			then: dcb.Causing(adaLeft, promoted("mei", "algebra")...),
		},
		{
			name:  "does not promote a student who waits for another course",
			given: given(adaAndKofiSit, dcb.Facts(waits("noor", "logic"))),
			when:  adaLeaves,
			then:  dcb.Facts(adaLeft),
		},
	})
}

// Ada has ten courses, algebra among them, and waits for knots, which has one seat.
func TestUnsubscribeStudentGivesTheStudentRoom(t *testing.T) {
	var (
		knots   = CourseDefined{Course: "knots", Title: "Knots", Capacity: 1}
		adaBusy = given(dcb.Facts(algebra, logic, knots, ada, takes("ada", "algebra")), takesCourses("ada", 9))
	)
	run(t, []row{
		{
			name:  "gives the student a free seat that the student waits for",
			given: given(adaBusy, dcb.Facts(waits("ada", "knots"))),
			when:  adaLeaves,
			then:  dcb.Causing(adaLeft, promoted("ada", "knots")...),
		},
		{
			name:  "gives the student no seat when none is free",
			given: given(adaBusy, dcb.Facts(takes("kofi", "knots"), waits("ada", "knots"))),
			when:  adaLeaves,
			then:  dcb.Facts(adaLeft),
		},
		{
			name:  "gives the student no seat when somebody came first and has room",
			given: given(adaBusy, dcb.Facts(waits("noor", "knots"), waits("ada", "knots"))),
			when:  adaLeaves,
			then:  dcb.Causing(adaLeft, promoted("noor", "knots")...),
		},
		{
			name:  "gives the student the seat when all who came first have ten courses",
			given: given(adaBusy, dcb.Facts(waits("noor", "knots"), waits("ada", "knots")), takesCourses("noor", 10)),
			when:  adaLeaves,
			then:  dcb.Causing(adaLeft, promoted("ada", "knots")...),
		},
		{
			name:  "gives the student the one of two seats that was waited for longest",
			given: given(adaBusy, dcb.Facts(waits("ada", "logic"), waits("ada", "knots"))),
			when:  adaLeaves,
			then:  dcb.Causing(adaLeft, promoted("ada", "logic")...),
		},
		{
			name:  "gives the student the seat though the student stopped waiting for another one",
			given: given(adaBusy, dcb.Facts(waits("ada", "knots"), waits("ada", "logic"), waitsNoLonger("ada", "logic"))),
			when:  adaLeaves,
			then:  dcb.Causing(adaLeft, promoted("ada", "knots")...),
		},
		{
			name:  "gives the student the seat when all who came first gave up",
			given: given(adaBusy, dcb.Facts(waits("noor", "knots"), waits("ada", "knots"), waitsNoLonger("noor", "knots"))),
			when:  adaLeaves,
			then:  dcb.Causing(adaLeft, promoted("ada", "knots")...),
		},
		{
			name:  "gives the student no seat in a course that was archived meanwhile",
			given: given(adaBusy, dcb.Facts(waits("ada", "knots"), CourseArchived{Course: "knots"}, waitsNoLonger("ada", "knots"))),
			when:  adaLeaves,
			then:  dcb.Facts(adaLeft),
		},
		{
			name:  "gives the student no seat while there are ten courses left, from when the limit was another",
			given: given(adaBusy, dcb.Facts(takes("ada", "sets"), waits("ada", "knots"))),
			when:  adaLeaves,
			then:  dcb.Facts(adaLeft),
		},
		{
			name:  "gives the student a seat for one in an archived course",
			given: given(adaBusy, dcb.Facts(over, waits("ada", "knots"))),
			when:  adaLeaves,
			then:  dcb.Causing(adaLeft, promoted("ada", "knots")...),
		},
		{
			name:  "gives the seat that was left to the next in line, and the student another",
			given: given(adaBusy, dcb.Facts(takes("kofi", "algebra"), waits("noor", "algebra"), waits("ada", "knots"))),
			when:  adaLeaves,
			then:  dcb.Causing(adaLeft, given(promoted("noor", "algebra"), promoted("ada", "knots"))...),
		},
		{
			name: "gives a student who waits for two courses and has room for one the seat that was waited for longest",
			given: given(adaBusy, dcb.Facts(takes("kofi", "algebra"), waits("noor", "knots"), waits("noor", "algebra"), waits("ada", "knots"), waits("mei", "algebra")),
				takesCourses("noor", 9)),
			when: adaLeaves,
			then: dcb.Causing(adaLeft, given(promoted("noor", "knots"), promoted("mei", "algebra"))...),
		},
	})
}

func TestUnsubscribeStudentPassesOverStudentsWithTenCourses(t *testing.T) {
	run(t, []row{
		{
			name:  "passes over a student who has ten courses",
			given: given(adaAndKofiSit, dcb.Facts(waits("noor", "algebra"), waits("mei", "algebra"), waits("ivo", "algebra")), takesCourses("noor", 10)),
			when:  adaLeaves,
			then:  dcb.Causing(adaLeft, promoted("mei", "algebra")...),
		},
		{
			name:  "passes over a student who has more than ten courses, from when the limit was another",
			given: given(adaAndKofiSit, dcb.Facts(waits("noor", "algebra"), waits("mei", "algebra")), takesCourses("noor", 11)),
			when:  adaLeaves,
			then:  dcb.Causing(adaLeft, promoted("mei", "algebra")...),
		},
		{
			name:  "gives the tenth course",
			given: given(adaAndKofiSit, dcb.Facts(waits("noor", "algebra"), waits("mei", "algebra")), takesCourses("noor", 9)),
			when:  adaLeaves,
			then:  dcb.Causing(adaLeft, promoted("noor", "algebra")...),
		},
		{
			name:  "leaves the seat free when all who wait have ten courses",
			given: given(adaAndKofiSit, dcb.Facts(waits("noor", "algebra")), takesCourses("noor", 10)),
			when:  adaLeaves,
			then:  dcb.Facts(adaLeft),
		},
		{
			name: "also gives away a seat that nobody had room for before",
			given: given(adaAndKofiSit, dcb.Facts(leaves("kofi", "algebra"), waits("noor", "algebra"), waits("mei", "algebra")),
				takesCourses("noor", 10), dcb.Facts(leaves("noor", "elective-1"))),
			when: adaLeaves,
			then: dcb.Causing(adaLeft, given(promoted("noor", "algebra"), promoted("mei", "algebra"))...),
		},
	})
}

func TestUnsubscribeStudentFreesNoSeatOfACourseThatShrank(t *testing.T) {
	run(t, []row{
		{
			name:  "frees no seat when the course shrank below the seats taken",
			given: given(adaAndKofiSit, dcb.Facts(shrunk, waits("noor", "algebra"))),
			when:  adaLeaves,
			then:  dcb.Facts(adaLeft),
		},
	})
}
