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

// line is the waitlists of some courses as one: their places, the longest held first.
func line(courses []CourseID) dcb.Projection[[]place] {
	return dcb.ProjectAny[[]place](nil, tagsOf(courses),
		dcb.On(func(line []place, e StudentJoinedWaitlist) []place {
			return append(line, place{e.Student, e.Course})
		}),
		dcb.On(func(line []place, e StudentLeftWaitlist) []place {
			return slices.DeleteFunc(line, func(p place) bool { return p == place{e.Student, e.Course} })
		}))
}

// archivedAmong is which of some courses are over, in the order in which they were archived.
func archivedAmong(courses []CourseID) dcb.Projection[[]CourseID] {
	return dcb.ProjectAny[[]CourseID](nil, tagsOf(courses),
		dcb.On(func(archived []CourseID, e CourseArchived) []CourseID { return append(archived, e.Course) }))
}

// tagsOf returns the tags of the facts about each of the courses.
func tagsOf(courses []CourseID) []dcb.Tags {
	tags := make([]dcb.Tags, len(courses))
	for i, course := range courses {
		tags[i] = dcb.Tags{course.Tag()}
	}
	return tags
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

// seatsOf is the courses in which a student has a seat, the one held longest first.
func seatsOf(id StudentID) dcb.Projection[[]CourseID] {
	return dcb.Project[[]CourseID](nil, dcb.Tags{id.Tag()},
		dcb.On(func(seats []CourseID, e StudentSubscribedToCourse) []CourseID { return append(seats, e.Course) }),
		dcb.On(func(seats []CourseID, e StudentUnsubscribedFromCourse) []CourseID { return without(seats, e.Course) }))
}

// waitsFor is the courses for which a student waits, the one waited for longest first.
func waitsFor(id StudentID) dcb.Projection[[]CourseID] {
	return dcb.Project[[]CourseID](nil, dcb.Tags{id.Tag()},
		dcb.On(func(places []CourseID, e StudentJoinedWaitlist) []CourseID { return append(places, e.Course) }),
		dcb.On(func(places []CourseID, e StudentLeftWaitlist) []CourseID { return without(places, e.Course) }))
}

// without returns the courses except one. It changes the list that it is given.
func without(courses []CourseID, course CourseID) []CourseID {
	return slices.DeleteFunc(courses, func(id CourseID) bool { return id == course })
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
