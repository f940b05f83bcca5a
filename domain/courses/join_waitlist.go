package courses

import (
	"context"
	"slices"

	"go-crablet/dcb"
)

// JoinWaitlist lets a student wait for a seat in a course that has none left: every seat is
// taken, or goes to somebody who waits already.
type JoinWaitlist struct {
	Student StudentID
	Course  CourseID
	Request RequestID // optional
}

// joining is all that the decision knows.
type joining struct {
	request
	courseExists  bool
	studentExists bool
	archived      bool
	subscribed    bool
	waiting       []StudentID
	capacity      int
	seatsTaken    int
	// Found only if a seat is free and somebody waits:
	waiters []waiter
}

// Boundary names what the decision looks at, before anybody decides.
func (cmd JoinWaitlist) Boundary() dcb.Boundary { return cmd.boundary(new(joining)) }

// Decide carries the command out, by the rules of [JoinWaitlist.decide].
func (cmd JoinWaitlist) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, once(cmd.Request, cmd, cmd.decide))
}

// boundary names all that the decision looks at: the course, its waitlist, and whether
// the student has a seat in it. It does not count the student's courses, because a
// student with ten may wait for an eleventh. Those of the others who wait count only if there
// is a seat that they could get.
func (cmd JoinWaitlist) boundary(s *joining) dcb.Boundary {
	return dcb.Boundary{
		dcb.Into(&s.request, earlier(cmd.Request, cmd)),
		dcb.Into(&s.courseExists, CourseExists(cmd.Course)),
		dcb.Into(&s.studentExists, StudentExists(cmd.Student)),
		dcb.Into(&s.archived, Archived(cmd.Course)),
		dcb.Into(&s.subscribed, Subscribed(cmd.Student, cmd.Course)),
		dcb.Into(&s.waiting, Waiting(cmd.Course)),
		dcb.Into(&s.capacity, Capacity(cmd.Course)),
		dcb.Into(&s.seatsTaken, SeatsTaken(cmd.Course)),
		dcb.Then(func() dcb.Boundary {
			s.waiters = nil // an earlier attempt may have found some
			if len(s.waiting) == 0 || s.seatsTaken >= s.capacity {
				return nil
			}
			return findWaiters(&s.waiters, s.waiting)
		}),
	}
}

func (cmd JoinWaitlist) decide(s joining) ([]dcb.Fact, error) {
	free := map[CourseID]int{cmd.Course: s.capacity - s.seatsTaken}
	served := giveSeats(lineOf(cmd.Course, s.waiting), free, roomOf(s.waiters))
	switch {
	case !s.courseExists:
		return nil, ErrNoSuchCourse
	case !s.studentExists:
		return nil, ErrNoSuchStudent
	case s.archived:
		return nil, ErrCourseArchived
	case s.subscribed:
		return nil, ErrAlreadySubscribed
	case slices.Contains(s.waiting, cmd.Student):
		return nil, ErrAlreadyWaiting
	case s.seatsTaken+len(served) < s.capacity:
		return nil, ErrCourseNotFull
	case len(s.waiting) >= MaxWaiting:
		return nil, ErrWaitlistFull
	}
	joined := StudentJoinedWaitlist{Student: cmd.Student, Course: cmd.Course}
	return withPromotions(dcb.Facts(joined), served), nil
}
