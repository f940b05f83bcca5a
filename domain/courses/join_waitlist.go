package courses

import (
	"context"
	"slices"

	"go-crablet/dcb"
)

// JoinWaitlist lets a student wait for a seat in a course that is full.
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
}

// Boundary names what the decision looks at, before anybody decides.
func (cmd JoinWaitlist) Boundary() dcb.Boundary { return cmd.boundary(new(joining)) }

// Decide carries the command out, by the rules of [JoinWaitlist.decide].
func (cmd JoinWaitlist) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, once(cmd.Request, cmd, cmd.decide))
}

// boundary names all that the decision looks at: the course, its waitlist, and whether
// the student has a seat in it. It does not count the student's courses, because a
// student with ten may wait for an eleventh.
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
	}
}

func (cmd JoinWaitlist) decide(s joining) ([]dcb.Fact, error) {
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
	case s.seatsTaken < s.capacity:
		return nil, ErrCourseNotFull
	case len(s.waiting) >= MaxWaiting:
		return nil, ErrWaitlistFull
	}
	return dcb.Facts(StudentJoinedWaitlist{Student: cmd.Student, Course: cmd.Course}), nil
}
