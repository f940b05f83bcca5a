package courses

import "go-crablet/dcb"

// CourseExists is whether a course was ever defined.
func CourseExists(id CourseID) dcb.Projection[bool] {
	return dcb.Project(false, dcb.Tags{id.Tag()},
		dcb.On(func(_ bool, _ CourseDefined) bool { return true }))
}

// Capacity is the number of seats a course offers.
func Capacity(id CourseID) dcb.Projection[int] {
	return dcb.Project(0, dcb.Tags{id.Tag()},
		dcb.On(func(_ int, e CourseDefined) int { return e.Capacity }),
		dcb.On(func(_ int, e CourseCapacityChanged) int { return e.NewCapacity }))
}

// SeatsTaken is the number of students who have a seat in a course.
func SeatsTaken(id CourseID) dcb.Projection[int] {
	return dcb.Project(0, dcb.Tags{id.Tag()},
		dcb.On(func(n int, _ StudentSubscribedToCourse) int { return n + 1 }),
		dcb.On(func(n int, _ StudentUnsubscribedFromCourse) int { return n - 1 }))
}

// StudentExists is whether a student was ever registered.
func StudentExists(id StudentID) dcb.Projection[bool] {
	return dcb.Project(false, dcb.Tags{id.Tag()},
		dcb.On(func(_ bool, _ StudentRegistered) bool { return true }))
}

// CoursesTaken is the number of courses in which a student has a seat.
func CoursesTaken(id StudentID) dcb.Projection[int] {
	return dcb.Project(0, dcb.Tags{id.Tag()},
		dcb.On(func(n int, _ StudentSubscribedToCourse) int { return n + 1 }),
		dcb.On(func(n int, _ StudentUnsubscribedFromCourse) int { return n - 1 }))
}

// Subscribed is whether a student has a seat in a course.
func Subscribed(student StudentID, course CourseID) dcb.Projection[bool] {
	return dcb.Project(false, dcb.Tags{student.Tag(), course.Tag()},
		dcb.On(func(_ bool, _ StudentSubscribedToCourse) bool { return true }),
		dcb.On(func(_ bool, _ StudentUnsubscribedFromCourse) bool { return false }))
}
