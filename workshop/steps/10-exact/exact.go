// Package exact is the tenth step: a boundary that is neither too wide nor too narrow.
package exact

import (
	"context"
	"fmt"

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
	title        string // for the refusals
	capacity     int
	seatsTaken   int
	coursesTaken int
}

// Decide carries the command out.
func (cmd SubscribeStudent) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, cmd.decide)
}

func (cmd SubscribeStudent) boundary(s *subscription) dcb.Boundary {
	return dcb.Boundary{
		//workshop:write guard exactly what can make a yes wrong
		dcb.Unguarded(dcb.Into(&s.title, courses.Title(cmd.Course))),
		dcb.Into(&s.capacity, courses.Capacity(cmd.Course)),
		dcb.Into(&s.seatsTaken, courses.SeatsTaken(cmd.Course)),
		dcb.Into(&s.coursesTaken, courses.CoursesTaken(cmd.Student)),
		//workshop:instead
		// dcb.Into(&s.title, courses.Title(cmd.Course)),
		// dcb.Into(&s.capacity, courses.Capacity(cmd.Course)),
		// dcb.Into(&s.seatsTaken, courses.SeatsTaken(cmd.Course)),
		// dcb.Unguarded(dcb.Into(&s.coursesTaken, courses.CoursesTaken(cmd.Student))),
		//workshop:end
	}
}

func (cmd SubscribeStudent) decide(s subscription) ([]dcb.Fact, error) {
	switch {
	case s.seatsTaken >= s.capacity:
		return nil, fmt.Errorf("%s: %w", s.title, courses.ErrCourseFull)
	case s.coursesTaken >= courses.MaxCourses:
		return nil, fmt.Errorf("%s: %w", s.title, courses.ErrTooManyCourses)
	}
	return dcb.Facts(courses.StudentSubscribedToCourse{Student: cmd.Student, Course: cmd.Course}), nil
}
