package courses

import (
	"strings"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
)

// The keys of the tags of courses and students.
const (
	courseKey  = "course_id"
	studentKey = "student_id"
)

// A CourseID names a course: 1 to 64 letters, digits, dots, dashes and
// underscores, so that it can stand in an address.
type CourseID string

// Tag is carried by every fact about the course.
func (id CourseID) Tag() dcb.Tag { return dcb.NewTags(courseKey, string(id))[0] }

// CourseIn returns the course that a tag names, and whether the tag is that of a course.
// The id need not be valid: tags may come from anywhere.
func CourseIn(tag dcb.Tag) (CourseID, bool) {
	id, ok := strings.CutPrefix(string(tag), courseKey+":")
	return CourseID(id), ok
}

// A StudentID names a student, in the same alphabet as a [CourseID].
type StudentID string

// Tag is carried by every fact about the student.
func (id StudentID) Tag() dcb.Tag { return dcb.NewTags(studentKey, string(id))[0] }

// StudentIn does for students what [CourseIn] does for courses.
func StudentIn(tag dcb.Tag) (StudentID, bool) {
	id, ok := strings.CutPrefix(string(tag), studentKey+":")
	return StudentID(id), ok
}

// CourseDefined says that a course is on offer, with a number of seats.
type CourseDefined struct {
	Course   CourseID `json:"course_id"`
	Title    string   `json:"title"`
	Capacity int      `json:"capacity"`
}

// CourseRenamed says that a course has another title from now on.
type CourseRenamed struct {
	Course   CourseID `json:"course_id"`
	NewTitle string   `json:"new_title"`
}

// CourseCapacityChanged says that a course has another number of seats from now on.
type CourseCapacityChanged struct {
	Course      CourseID `json:"course_id"`
	NewCapacity int      `json:"new_capacity"`
}

// CourseArchived says that a course is over: it stays as it is, and takes no students.
type CourseArchived struct {
	Course CourseID `json:"course_id"`
}

// StudentRegistered says that a student may subscribe to courses. The name is sealed with
// the student's key; older versions stored it in plain text.
type StudentRegistered struct {
	Student StudentID   `json:"student_id"`
	Name    sealed.Text `json:"name"`
}

// StudentRenamed says that a student has another name from now on.
type StudentRenamed struct {
	Student StudentID   `json:"student_id"`
	NewName sealed.Text `json:"new_name"`
}

// StudentForgotten says that nobody can read a student's names any more: their key is
// deleted. The student has no seat, waits for none, and does nothing any more.
type StudentForgotten struct {
	Student StudentID `json:"student_id"`
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

// StudentJoinedWaitlist says that a student waits for a seat in a course, as the last one.
type StudentJoinedWaitlist struct {
	Student StudentID `json:"student_id"`
	Course  CourseID  `json:"course_id"`
}

// StudentLeftWaitlist says that a student waits no longer: the student gave up or got a
// seat, or the course was archived. So the two facts of the waitlist tell who waits.
type StudentLeftWaitlist struct {
	Student StudentID `json:"student_id"`
	Course  CourseID  `json:"course_id"`
}

// EventType implements [dcb.Fact].
func (CourseDefined) EventType() string { return "CourseDefined" }

// EventType implements [dcb.Fact].
func (CourseRenamed) EventType() string { return "CourseRenamed" }

// EventType implements [dcb.Fact].
func (CourseCapacityChanged) EventType() string { return "CourseCapacityChanged" }

// EventType implements [dcb.Fact].
func (CourseArchived) EventType() string { return "CourseArchived" }

// EventType implements [dcb.Fact].
func (StudentRegistered) EventType() string { return "StudentRegistered" }

// EventType implements [dcb.Fact].
func (StudentRenamed) EventType() string { return "StudentRenamed" }

// EventType implements [dcb.Fact].
func (StudentForgotten) EventType() string { return "StudentForgotten" }

// EventType implements [dcb.Fact].
func (StudentSubscribedToCourse) EventType() string { return "StudentSubscribedToCourse" }

// EventType implements [dcb.Fact].
func (StudentUnsubscribedFromCourse) EventType() string { return "StudentUnsubscribedFromCourse" }

// EventType implements [dcb.Fact].
func (StudentJoinedWaitlist) EventType() string { return "StudentJoinedWaitlist" }

// EventType implements [dcb.Fact].
func (StudentLeftWaitlist) EventType() string { return "StudentLeftWaitlist" }

// Tags implements [dcb.Fact].
func (e CourseDefined) Tags() dcb.Tags { return dcb.Tags{e.Course.Tag()} }

// Tags implements [dcb.Fact].
func (e CourseRenamed) Tags() dcb.Tags { return dcb.Tags{e.Course.Tag()} }

// Tags implements [dcb.Fact].
func (e CourseCapacityChanged) Tags() dcb.Tags { return dcb.Tags{e.Course.Tag()} }

// Tags implements [dcb.Fact].
func (e CourseArchived) Tags() dcb.Tags { return dcb.Tags{e.Course.Tag()} }

// Tags implements [dcb.Fact].
func (e StudentRegistered) Tags() dcb.Tags { return dcb.Tags{e.Student.Tag()} }

// Tags implements [dcb.Fact].
func (e StudentRenamed) Tags() dcb.Tags { return dcb.Tags{e.Student.Tag()} }

// Tags implements [dcb.Fact].
func (e StudentForgotten) Tags() dcb.Tags { return dcb.Tags{e.Student.Tag()} }

// Tags implements [dcb.Fact].
func (e StudentSubscribedToCourse) Tags() dcb.Tags {
	return dcb.Tags{e.Student.Tag(), e.Course.Tag()}
}

// Tags implements [dcb.Fact].
func (e StudentUnsubscribedFromCourse) Tags() dcb.Tags {
	return dcb.Tags{e.Student.Tag(), e.Course.Tag()}
}

// Tags implements [dcb.Fact].
func (e StudentJoinedWaitlist) Tags() dcb.Tags {
	return dcb.Tags{e.Student.Tag(), e.Course.Tag()}
}

// Tags implements [dcb.Fact].
func (e StudentLeftWaitlist) Tags() dcb.Tags {
	return dcb.Tags{e.Student.Tag(), e.Course.Tag()}
}
