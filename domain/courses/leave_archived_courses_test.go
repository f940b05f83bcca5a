package courses_test

import (
	"slices"
	"testing"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	. "go-crablet/domain/courses"
)

func TestLeaveArchivedCourses(t *testing.T) {
	var (
		when      = LeaveArchivedCourses{Student: "ada"}
		logicOver = CourseArchived{Course: "logic"}
		knots     = CourseDefined{Course: "knots", Title: "Knots", Capacity: 1}
		adaSits   = dcb.Facts(algebra, logic, knots, ada, takes("ada", "algebra"), takes("ada", "logic"))
		left      = dcb.Facts(leaves("ada", "logic"), leaves("ada", "algebra"))
	)
	run(t, []row{
		{name: "gives the seat in an archived course back, and no other", given: given(adaSits, dcb.Facts(over)), when: when, then: dcb.Facts(adaLeft)},
		{name: "gives all of them back, the first archived first", given: given(adaSits, dcb.Facts(logicOver, over)), when: when, then: left},
		{
			name:  "gives the student a free seat that the student waits for, and no second one without room for it",
			given: given(adaSits, takesCourses("ada", 8), dcb.Facts(over, waits("ada", "knots"), CourseDefined{Course: "sets", Title: "Sets", Capacity: 1}, waits("ada", "sets"))),
			when:  when,
			then:  dcb.Causing(adaLeft, promoted("ada", "knots")...),
		},
		{
			name:  "gives the student two free seats when there is room for two",
			given: given(adaSits, takesCourses("ada", 8), dcb.Facts(logicOver, over, waits("ada", "knots"), CourseDefined{Course: "sets", Title: "Sets", Capacity: 1}, waits("ada", "sets"))),
			when:  when,
			then:  slices.Insert(dcb.Causing(left[0], given(promoted("ada", "knots"), promoted("ada", "sets"))...), 1, left[1]),
		},
		{
			name:  "gives the student no seat for which somebody came first",
			given: given(adaSits, takesCourses("ada", 8), dcb.Facts(over, waits("noor", "knots"), waits("ada", "knots"))),
			when:  when,
			then:  dcb.Causing(adaLeft, promoted("noor", "knots")...),
		},
		{name: "gives the student no seat of a full course", given: given(adaSits, dcb.Facts(over, takes("kofi", "knots"), waits("ada", "knots"))), when: when, then: dcb.Facts(adaLeft)},
		{name: "is refused when there is no such student", when: when, refused: ErrNoSuchStudent},
		{name: "is refused when no course is archived", given: adaSits, when: when, refused: ErrNoArchivedCourse},
		{name: "is refused when the student has no seat in one", given: given(adaSits, dcb.Facts(over, adaLeft)), when: when, refused: ErrNoArchivedCourse},
		{name: "is refused without a seat", given: dcb.Facts(algebra, ada, over), when: when, refused: ErrNoArchivedCourse},
	})
}

// If a course that is archived did not count, archiving would give all its students room at
// once, and would have to give away the seats that any of them waits for.
func TestArchivedCoursesCountToTheTen(t *testing.T) {
	dcbtest.Given(t, given(dcb.Facts(algebra, logic, ada, takes("ada", "algebra"), over), takesCourses("ada", 9))...).
		When(SubscribeStudent{Student: "ada", Course: "logic"}).ThenRefused(ErrTooManyCourses).
		When(LeaveArchivedCourses{Student: "ada"}).Then(adaLeft).
		When(SubscribeStudent{Student: "ada", Course: "logic"}).Then(takes("ada", "logic"))
}
