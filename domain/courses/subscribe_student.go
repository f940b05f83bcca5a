package courses

import (
	"context"

	"go-crablet/dcb"
)

// SubscribeStudent gives a student a seat in a course. Those who wait for one come first, if
// they have room. A student who waited for the seat waits no longer.
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
	waiting       []StudentID
	capacity      int
	seatsTaken    int
	coursesTaken  int
	// Found only if a seat is free and somebody waits:
	waiters []waiter
}

// Boundary names what the decision looks at, before anybody decides.
func (cmd SubscribeStudent) Boundary() dcb.Boundary { return cmd.boundary(new(subscription)) }

// Decide carries the command out, by the rules of [SubscribeStudent.decide].
func (cmd SubscribeStudent) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, once(cmd.Request, cmd, cmd.decide))
}

// boundary names all that the decision looks at: one course and one student.
// Both limits hold at once because the boundary has both counts. The courses of those who wait
// count only if there is a seat that they could get.
func (cmd SubscribeStudent) boundary(s *subscription) dcb.Boundary {
	return dcb.Boundary{
		dcb.Into(&s.request, earlier(cmd.Request, cmd)),
		dcb.Into(&s.courseExists, CourseExists(cmd.Course)),
		dcb.Into(&s.studentExists, StudentExists(cmd.Student)),
		dcb.Into(&s.archived, Archived(cmd.Course)),
		dcb.Into(&s.subscribed, Subscribed(cmd.Student, cmd.Course)),
		dcb.Into(&s.waiting, Waiting(cmd.Course)),
		dcb.Into(&s.capacity, Capacity(cmd.Course)),
		dcb.Into(&s.seatsTaken, SeatsTaken(cmd.Course)),
		dcb.Into(&s.coursesTaken, CoursesTaken(cmd.Student)),
		dcb.Then(func() dcb.Boundary {
			s.waiters = nil // an earlier attempt may have found some
			if len(s.waiting) == 0 || s.seatsTaken >= s.capacity {
				return nil
			}
			return findWaiters(&s.waiters, s.waiting)
		}),
	}
}

func (cmd SubscribeStudent) decide(s subscription) ([]dcb.Fact, error) {
	others, seated := cmd.serve(s)
	switch {
	case !s.courseExists:
		return nil, ErrNoSuchCourse
	case !s.studentExists:
		return nil, ErrNoSuchStudent
	case s.archived:
		return nil, ErrCourseArchived
	case s.subscribed:
		return nil, ErrAlreadySubscribed
	// A capacity may have shrunk below the seats taken, so this is not ==.
	case s.seatsTaken >= s.capacity:
		return nil, ErrCourseFull
	case s.coursesTaken >= MaxCourses:
		return nil, ErrTooManyCourses
	case !seated:
		return nil, ErrSeatsSpokenFor
	}
	return withPromotions(seat(cmd.Student, cmd.Course, s.waiting), others), nil
}

// serve gives the free seats to those who wait and to the student, who stands at the end of the
// line unless the student waits already. It returns who else gets a seat, and whether the student
// does.
func (cmd SubscribeStudent) serve(s subscription) (others []place, seated bool) {
	mine := place{cmd.Student, cmd.Course}
	line := withLast(lineOf(cmd.Course, s.waiting), mine)
	free := map[CourseID]int{cmd.Course: s.capacity - s.seatsTaken}
	room := roomOf(s.waiters)
	room[cmd.Student] = MaxCourses - s.coursesTaken
	return apart(giveSeats(line, free, room), mine)
}
