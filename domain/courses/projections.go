package courses

import (
	"slices"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
)

// CourseExists is whether a course was ever defined.
func CourseExists(id CourseID) dcb.Projection[bool] {
	return dcb.Project(false, dcb.Tags{id.Tag()},
		dcb.Sets[CourseDefined](true))
}

// Capacity is the number of seats a course offers.
func Capacity(id CourseID) dcb.Projection[int] {
	return dcb.Project(0, dcb.Tags{id.Tag()},
		dcb.On(func(_ int, e CourseDefined) int { return e.Capacity }),
		dcb.On(func(_ int, e CourseCapacityChanged) int { return e.NewCapacity }))
}

// Title is what a course is called.
func Title(id CourseID) dcb.Projection[string] {
	return dcb.Project("", dcb.Tags{id.Tag()},
		dcb.On(func(_ string, e CourseDefined) string { return e.Title }),
		dcb.On(func(_ string, e CourseRenamed) string { return e.NewTitle }))
}

// Archived is whether a course is over.
func Archived(id CourseID) dcb.Projection[bool] {
	return dcb.Project(false, dcb.Tags{id.Tag()},
		dcb.Sets[CourseArchived](true))
}

// SeatsTaken is the number of students who have a seat in a course.
func SeatsTaken(id CourseID) dcb.Projection[int] {
	return dcb.Project(0, dcb.Tags{id.Tag()},
		dcb.On(func(n int, _ StudentSubscribedToCourse) int { return n + 1 }),
		dcb.On(func(n int, _ StudentUnsubscribedFromCourse) int { return n - 1 }))
}

// Waiting is the waitlist of a course: its students, the longest waiting first.
func Waiting(id CourseID) dcb.Projection[[]StudentID] {
	return dcb.Project[[]StudentID](nil, dcb.Tags{id.Tag()},
		dcb.On(func(waiting []StudentID, e StudentJoinedWaitlist) []StudentID {
			return append(slices.Clip(waiting), e.Student)
		}),
		dcb.On(func(waiting []StudentID, e StudentLeftWaitlist) []StudentID {
			return slices.DeleteFunc(slices.Clone(waiting), func(id StudentID) bool { return id == e.Student })
		}))
}

// StudentExists is whether a student is registered, and not forgotten.
func StudentExists(id StudentID) dcb.Projection[bool] {
	return dcb.Project(false, dcb.Tags{id.Tag()},
		dcb.Sets[StudentRegistered](true),
		dcb.Sets[StudentForgotten](false))
}

// StudentIDTaken is whether a student was ever registered, forgotten or not.
func StudentIDTaken(id StudentID) dcb.Projection[bool] {
	return dcb.Project(false, dcb.Tags{id.Tag()},
		dcb.Sets[StudentRegistered](true))
}

// Name is what a student is called. Two sealed names of one student are equal if the names
// are, so decisions compare them without a key.
func Name(id StudentID) dcb.Projection[sealed.Text] {
	return dcb.Project[sealed.Text]("", dcb.Tags{id.Tag()},
		dcb.On(func(_ sealed.Text, e StudentRegistered) sealed.Text { return e.Name }),
		dcb.On(func(_ sealed.Text, e StudentRenamed) sealed.Text { return e.NewName }))
}

// NamedInPlainText is whether any name that a student ever had can be read without a key.
func NamedInPlainText(id StudentID) dcb.Projection[bool] {
	return dcb.Project(false, dcb.Tags{id.Tag()},
		dcb.On(func(plain bool, e StudentRegistered) bool { return plain || !e.Name.IsSealed() }),
		dcb.On(func(plain bool, e StudentRenamed) bool { return plain || !e.NewName.IsSealed() }))
}

// CoursesTaken is the number of courses in which a student has a seat.
func CoursesTaken(id StudentID) dcb.Projection[int] {
	return dcb.Project(0, dcb.Tags{id.Tag()},
		dcb.On(func(n int, _ StudentSubscribedToCourse) int { return n + 1 }),
		dcb.On(func(n int, _ StudentUnsubscribedFromCourse) int { return n - 1 }))
}

// CoursesWaitedFor is the number of courses for which a student waits.
func CoursesWaitedFor(id StudentID) dcb.Projection[int] {
	return dcb.Project(0, dcb.Tags{id.Tag()},
		dcb.On(func(n int, _ StudentJoinedWaitlist) int { return n + 1 }),
		dcb.On(func(n int, _ StudentLeftWaitlist) int { return n - 1 }))
}

// Subscribed is whether a student has a seat in a course.
func Subscribed(student StudentID, course CourseID) dcb.Projection[bool] {
	return dcb.Project(false, dcb.Tags{student.Tag(), course.Tag()},
		dcb.Sets[StudentSubscribedToCourse](true),
		dcb.Sets[StudentUnsubscribedFromCourse](false))
}

// Waits is whether a student waits for a seat in a course.
func Waits(student StudentID, course CourseID) dcb.Projection[bool] {
	return dcb.Project(false, dcb.Tags{student.Tag(), course.Tag()},
		dcb.Sets[StudentJoinedWaitlist](true),
		dcb.Sets[StudentLeftWaitlist](false))
}
