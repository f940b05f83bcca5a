// Package prerequisites is a variant: a course takes only students who have passed other courses. Of the
// other rules of the application it has only the limit of the course.
package prerequisites

import (
	"context"
	"slices"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// ErrNotPassed refuses a seat to whoever lacks a course that has to be passed before.
const ErrNotPassed = courses.Refusal("you have not passed all courses that this one requires")

// SubscribeStudent gives a student a seat in a course.
type SubscribeStudent struct {
	Student courses.StudentID
	Course  courses.CourseID
}

// subscription is all that the decision knows.
type subscription struct {
	capacity   int
	seatsTaken int
	required   []courses.CourseID // by the course
	passed     []courses.CourseID // by the student
}

// Required is the courses that have to be passed before a course.
func Required(course courses.CourseID) dcb.Projection[[]courses.CourseID] {
	return dcb.Project[[]courses.CourseID](nil, dcb.Tags{course.Tag()},
		dcb.On(func(required []courses.CourseID, e PrerequisiteAdded) []courses.CourseID {
			return append(slices.Clip(required), e.Required)
		}))
}

// Passed is the courses that a student has passed.
func Passed(student courses.StudentID) dcb.Projection[[]courses.CourseID] {
	return dcb.Project[[]courses.CourseID](nil, dcb.Tags{student.Tag()},
		dcb.On(func(passed []courses.CourseID, e CoursePassed) []courses.CourseID {
			return append(slices.Clip(passed), e.Course)
		}),
		//workshop:write a pass that is taken back does not count any more
		dcb.On(func(passed []courses.CourseID, e PassTakenBack) []courses.CourseID {
			return slices.DeleteFunc(slices.Clone(passed), func(course courses.CourseID) bool { return course == e.Course })
		}),
		//workshop:instead
		//workshop:end
	)
}

// Decide carries the command out.
func (cmd SubscribeStudent) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, cmd.decide)
}

func (cmd SubscribeStudent) boundary(s *subscription) dcb.Boundary {
	return dcb.Boundary{
		dcb.Into(&s.capacity, courses.Capacity(cmd.Course)),
		dcb.Into(&s.seatsTaken, courses.SeatsTaken(cmd.Course)),
		//workshop:write what the course requires, and what the student has passed
		dcb.Into(&s.required, Required(cmd.Course)),
		dcb.Into(&s.passed, Passed(cmd.Student)),
		//workshop:instead
		//workshop:end
	}
}

func (cmd SubscribeStudent) decide(s subscription) ([]dcb.Fact, error) {
	switch {
	case s.seatsTaken >= s.capacity:
		return nil, courses.ErrCourseFull
		//workshop:write refuse with ErrNotPassed whoever lacks a course that is required
	case slices.ContainsFunc(s.required, func(course courses.CourseID) bool { return !slices.Contains(s.passed, course) }):
		return nil, ErrNotPassed
		//workshop:instead
		//workshop:end
	}
	return dcb.Facts(courses.StudentSubscribedToCourse{Student: cmd.Student, Course: cmd.Course}), nil
}

// PrerequisiteAdded says that a course requires another one from now on. Whoever has a seat already
// keeps it.
type PrerequisiteAdded struct {
	Course   courses.CourseID `json:"course_id"`
	Required courses.CourseID `json:"required_id"`
}

// EventType implements [dcb.Fact].
func (PrerequisiteAdded) EventType() string { return "PrerequisiteAdded" }

// Tags implements [dcb.Fact]. The two courses have tags of two kinds, so nobody takes one for the other.
func (e PrerequisiteAdded) Tags() dcb.Tags {
	return append(dcb.Tags{e.Course.Tag()}, dcb.NewTags("required_id", string(e.Required))...)
}

// CoursePassed says that a student has passed a course.
type CoursePassed struct {
	Student courses.StudentID `json:"student_id"`
	Course  courses.CourseID  `json:"course_id"`
}

// EventType implements [dcb.Fact].
func (CoursePassed) EventType() string { return "CoursePassed" }

// Tags implements [dcb.Fact].
func (e CoursePassed) Tags() dcb.Tags { return dcb.Tags{e.Student.Tag(), e.Course.Tag()} }

// PassTakenBack says that a pass does not count any more, because its exam is not valid, say.
type PassTakenBack struct {
	Student courses.StudentID `json:"student_id"`
	Course  courses.CourseID  `json:"course_id"`
}

// EventType implements [dcb.Fact].
func (PassTakenBack) EventType() string { return "PassTakenBack" }

// Tags implements [dcb.Fact].
func (e PassTakenBack) Tags() dcb.Tags { return dcb.Tags{e.Student.Tag(), e.Course.Tag()} }
