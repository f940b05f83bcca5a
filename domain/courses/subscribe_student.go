package courses

import (
	"context"

	"go-crablet/dcb"
)

// SubscribeStudent gives a student a seat in a course. A student who waited for the seat
// waits no longer.
type SubscribeStudent struct {
	Student StudentID
	Course  CourseID
	Request RequestID // optional
}

// subscription is all that the decision knows.
type subscription struct {
	request
	courseExists  bool
	studentExists bool
	archived      bool
	subscribed    bool
	waits         bool
	capacity      int
	seatsTaken    int
	coursesTaken  int
}

// Boundary names what the decision looks at, before anybody decides.
func (cmd SubscribeStudent) Boundary() dcb.Boundary { return cmd.boundary(new(subscription)) }

// Decide carries the command out, by the rules of [SubscribeStudent.decide].
func (cmd SubscribeStudent) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, once(cmd.Request, cmd, cmd.decide))
}

// boundary names all that the decision looks at: one course and one student.
// Both limits hold at once because the boundary has both counts.
func (cmd SubscribeStudent) boundary(s *subscription) dcb.Boundary {
	return dcb.Boundary{
		dcb.Into(&s.request, earlier(cmd.Request, cmd)),
		dcb.Into(&s.courseExists, CourseExists(cmd.Course)),
		dcb.Into(&s.studentExists, StudentExists(cmd.Student)),
		dcb.Into(&s.archived, Archived(cmd.Course)),
		dcb.Into(&s.subscribed, Subscribed(cmd.Student, cmd.Course)),
		dcb.Into(&s.waits, Waits(cmd.Student, cmd.Course)),
		dcb.Into(&s.capacity, Capacity(cmd.Course)),
		dcb.Into(&s.seatsTaken, SeatsTaken(cmd.Course)),
		dcb.Into(&s.coursesTaken, CoursesTaken(cmd.Student)),
	}
}

func (cmd SubscribeStudent) decide(s subscription) ([]dcb.Fact, error) {
	switch {
	case !s.courseExists:
		return nil, ErrNoSuchCourse
	case !s.studentExists:
		return nil, ErrNoSuchStudent
	case s.archived:
		return nil, ErrCourseArchived
	case s.subscribed:
		return nil, ErrAlreadySubscribed
	case s.seatsTaken >= s.capacity: // not ==: it may have shrunk
		return nil, ErrCourseFull
	case s.coursesTaken >= MaxCourses:
		return nil, ErrTooManyCourses
	}
	if s.waits {
		return seatAfterWaiting(cmd.Student, cmd.Course), nil
	}
	return dcb.Facts(StudentSubscribedToCourse{Student: cmd.Student, Course: cmd.Course}), nil
}
