package courses

import (
	"go-crablet/dcb"
)

// A CourseID names a course: 1 to 64 letters, digits, dots, dashes and
// underscores, so that it can stand in an address.
type CourseID string

// Tag is carried by every fact about the course.
func (id CourseID) Tag() dcb.Tag { return dcb.NewTags("course_id", string(id))[0] }

// A StudentID names a student, in the same alphabet as a [CourseID].
type StudentID string

// Tag is carried by every fact about the student.
func (id StudentID) Tag() dcb.Tag { return dcb.NewTags("student_id", string(id))[0] }

// CourseDefined says that a course is on offer, with a number of seats.
type CourseDefined struct {
	Course   CourseID `json:"course_id"`
	Title    string   `json:"title"`
	Capacity int      `json:"capacity"`
}

// CourseCapacityChanged says that a course has another number of seats from now on.
type CourseCapacityChanged struct {
	Course      CourseID `json:"course_id"`
	NewCapacity int      `json:"new_capacity"`
}

// StudentRegistered says that a student may subscribe to courses.
type StudentRegistered struct {
	Student StudentID `json:"student_id"`
	Name    string    `json:"name"`
}

// StudentSubscribedToCourse says that a student has a seat in a course. It is one
// fact about two things, and carries the tags of both.
type StudentSubscribedToCourse struct {
	Student StudentID `json:"student_id"`
	Course  CourseID  `json:"course_id"`
}

// StudentUnsubscribedFromCourse says that a student gave a seat back.
type StudentUnsubscribedFromCourse struct {
	Student StudentID `json:"student_id"`
	Course  CourseID  `json:"course_id"`
}

// EventType implements [dcb.Fact].
func (CourseDefined) EventType() string { return "CourseDefined" }

// EventType implements [dcb.Fact].
func (CourseCapacityChanged) EventType() string { return "CourseCapacityChanged" }

// EventType implements [dcb.Fact].
func (StudentRegistered) EventType() string { return "StudentRegistered" }

// EventType implements [dcb.Fact].
func (StudentSubscribedToCourse) EventType() string { return "StudentSubscribedToCourse" }

// EventType implements [dcb.Fact].
func (StudentUnsubscribedFromCourse) EventType() string { return "StudentUnsubscribedFromCourse" }

// Tags implements [dcb.Fact].
func (e CourseDefined) Tags() dcb.Tags { return dcb.Tags{e.Course.Tag()} }

// Tags implements [dcb.Fact].
func (e CourseCapacityChanged) Tags() dcb.Tags { return dcb.Tags{e.Course.Tag()} }

// Tags implements [dcb.Fact].
func (e StudentRegistered) Tags() dcb.Tags { return dcb.Tags{e.Student.Tag()} }

// Tags implements [dcb.Fact].
func (e StudentSubscribedToCourse) Tags() dcb.Tags {
	return dcb.Tags{e.Student.Tag(), e.Course.Tag()}
}

// Tags implements [dcb.Fact].
func (e StudentUnsubscribedFromCourse) Tags() dcb.Tags {
	return dcb.Tags{e.Student.Tag(), e.Course.Tag()}
}
