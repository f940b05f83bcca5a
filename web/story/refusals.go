package story

import (
	"strconv"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// Refusal words a refusal of a command for whoever asked: "you have no seat in Algebra", or
// with the name of the student if somebody else asked. Receipts show the refusal as it is.
func (v Voice) Refusal(refusal courses.Refusal, cmd dcb.Command) string {
	student, course := Parties(cmd)
	who := func(you, other string) string { return v.Someone(student, you, other) }
	in := v.course(course)
	switch refusal {
	case courses.ErrAlreadySubscribed:
		return who("you have", "has") + " a seat in " + in + " already"
	case courses.ErrNotSubscribed:
		if swap, ok := cmd.(courses.SwapSeats); ok {
			in = v.course(swap.From)
		}
		return who("you have", "has") + " no seat in " + in
	case courses.ErrCourseFull:
		return "every seat in " + in + " is taken"
	case courses.ErrTooManyCourses:
		return who("you have", "has") + " " + strconv.Itoa(courses.MaxCourses) + " courses, and nobody takes more at once"
	case courses.ErrCourseNotFull:
		return in + " has a free seat, there is nothing to wait for"
	case courses.ErrAlreadyWaiting:
		return who("you are", "is") + " on the waitlist of " + in + " already"
	case courses.ErrNotWaiting:
		return who("you are", "is") + " not on the waitlist of " + in
	case courses.ErrSameName:
		return who("you are", "is") + " called that already"
	case courses.ErrStillSubscribed:
		return who("you have", "has") + " a seat in a course: give it back first"
	case courses.ErrStillWaiting:
		return who("you wait", "waits") + " for a course: leave its waitlist first"
	default:
		return refusal.Error()
	}
}

// Parties returns the student and the course that a command changes, or "" where it changes
// none.
func Parties(cmd dcb.Command) (student courses.StudentID, course courses.CourseID) {
	for _, tag := range ChangedBy(cmd) {
		if id, ok := courses.StudentIn(tag); ok {
			student = id
		}
		if id, ok := courses.CourseIn(tag); ok {
			course = id
		}
	}
	return student, course
}
