package courses

import (
	"context"

	"go-crablet/dcb"
)

// UnsubscribeStudent gives a student's seat in a course back. That frees one of the
// student's ten places, and a seat of the course. The seat goes to the student who has
// waited longest and has room.
type UnsubscribeStudent struct {
	Student StudentID
	Course  CourseID
	Request RequestID // optional
}

// unsubscription is all that the decision knows.
type unsubscription struct {
	request
	courseExists  bool
	studentExists bool
	subscribed    bool
	waiting       []StudentID
	// Found only if somebody waits:
	capacity   int
	seatsTaken int
	waiters    []waiter
}

// Boundary names what the decision looks at, before anybody decides.
func (cmd UnsubscribeStudent) Boundary() dcb.Boundary { return cmd.boundary(new(unsubscription)) }

// Decide carries the command out, by the rules of [UnsubscribeStudent.decide].
func (cmd UnsubscribeStudent) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, once(cmd.Request, cmd, cmd.decide))
}

// boundary names all that the decision looks at: this student in this course, and the
// waitlist. While nobody waits it counts no seats, so other students who come and go
// cause no conflict.
func (cmd UnsubscribeStudent) boundary(s *unsubscription) dcb.Boundary {
	return dcb.Boundary{
		dcb.Into(&s.request, earlier(cmd.Request, cmd)),
		dcb.Into(&s.courseExists, CourseExists(cmd.Course)),
		dcb.Into(&s.studentExists, StudentExists(cmd.Student)),
		dcb.Into(&s.subscribed, Subscribed(cmd.Student, cmd.Course)),
		dcb.Into(&s.waiting, Waiting(cmd.Course)),
		dcb.Then(func() dcb.Boundary {
			s.capacity, s.seatsTaken, s.waiters = 0, 0, nil // an earlier attempt may have found some
			if len(s.waiting) == 0 {
				return nil
			}
			return append(findWaiters(&s.waiters, s.waiting),
				dcb.Into(&s.capacity, Capacity(cmd.Course)),
				dcb.Into(&s.seatsTaken, SeatsTaken(cmd.Course)))
		}),
	}
}

func (cmd UnsubscribeStudent) decide(s unsubscription) ([]dcb.Fact, error) {
	switch {
	case !s.courseExists:
		return nil, ErrNoSuchCourse
	case !s.studentExists:
		return nil, ErrNoSuchStudent
	case !s.subscribed:
		return nil, ErrNotSubscribed
	}
	left := StudentUnsubscribedFromCourse{Student: cmd.Student, Course: cmd.Course}
	freeSeats := s.capacity - (s.seatsTaken - 1)
	return dcb.Causing(left, promotions(cmd.Course, freeSeats, s.waiters)...), nil
}
