// Package page is the eleventh step: a page may be behind the log, so nobody decides from a page.
package page

import (
	"context"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A Page says how many seats of each course are free. It is made from the log, and may be behind it.
type Page map[courses.CourseID]int

// SubscribeStudent gives a student a seat in a course.
type SubscribeStudent struct {
	Student courses.StudentID
	Course  courses.CourseID
	Page    Page // what the student saw
}

// seats is all that the decision knows.
type seats struct{ offered, taken int }

// Decide carries the command out.
func (cmd SubscribeStudent) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, cmd.decide)
}

func (cmd SubscribeStudent) boundary(s *seats) dcb.Boundary {
	return dcb.Boundary{
		//workshop:write read from the log what the decision has to know
		dcb.Into(&s.offered, courses.Capacity(cmd.Course)),
		dcb.Into(&s.taken, courses.SeatsTaken(cmd.Course)),
		//workshop:instead
		//workshop:end
	}
}

func (cmd SubscribeStudent) decide(s seats) ([]dcb.Fact, error) {
	//workshop:write decide from that, and not from the page
	if s.taken >= s.offered {
		return nil, courses.ErrCourseFull
	}
	//workshop:instead
	// if cmd.Page[cmd.Course] <= 0 {
	// 	return nil, courses.ErrCourseFull
	// }
	//workshop:end
	return dcb.Facts(courses.StudentSubscribedToCourse{Student: cmd.Student, Course: cmd.Course}), nil
}
