// Package limits is the fifth step: a decision with two limits in one boundary.
package limits

import (
	"context"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// SubscribeStudent gives a student a seat in a course.
type SubscribeStudent struct {
	Student courses.StudentID
	Course  courses.CourseID
}

// subscription is all that the decision knows.
type subscription struct {
	capacity     int
	seatsTaken   int
	coursesTaken int
}

// Decide carries the command out.
func (cmd SubscribeStudent) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, cmd.decide)
}

// boundary names all that the decision looks at.
func (cmd SubscribeStudent) boundary(s *subscription) dcb.Boundary {
	return dcb.Boundary{
		dcb.Into(&s.capacity, courses.Capacity(cmd.Course)),
		dcb.Into(&s.seatsTaken, courses.SeatsTaken(cmd.Course)),
		//workshop:write the decision has to know how many courses the student takes
		dcb.Into(&s.coursesTaken, courses.CoursesTaken(cmd.Student)),
		//workshop:instead
		//workshop:end
	}
}

// decide is the rules.
func (cmd SubscribeStudent) decide(s subscription) ([]dcb.Fact, error) {
	switch {
	case s.seatsTaken >= s.capacity:
		return nil, courses.ErrCourseFull
	//workshop:write refuse with courses.ErrTooManyCourses whoever takes courses.MaxCourses already
	case s.coursesTaken >= courses.MaxCourses:
		return nil, courses.ErrTooManyCourses
		//workshop:instead
		//workshop:end
	}
	return dcb.Facts(courses.StudentSubscribedToCourse{Student: cmd.Student, Course: cmd.Course}), nil
}
