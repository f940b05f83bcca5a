package courses

import (
	"context"

	"go-crablet/dcb"
)

// LeaveWaitlist takes a student off the waitlist of a course.
type LeaveWaitlist struct {
	Student StudentID
	Course  CourseID
	Request RequestID // optional
}

// leaving is all that the decision knows.
type leaving struct {
	request
	courseExists  bool
	studentExists bool
	waits         bool
}

// Boundary names what the decision looks at, before anybody decides.
func (cmd LeaveWaitlist) Boundary() dcb.Boundary { return cmd.boundary(new(leaving)) }

// Decide carries the command out, by the rules of [LeaveWaitlist.decide].
func (cmd LeaveWaitlist) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, once(cmd.Request, cmd, cmd.decide))
}

// boundary names all that the decision looks at: this student on this waitlist, and no
// other student on it.
func (cmd LeaveWaitlist) boundary(s *leaving) dcb.Boundary {
	return dcb.Boundary{
		dcb.Into(&s.request, earlier(cmd.Request, cmd)),
		dcb.Into(&s.courseExists, CourseExists(cmd.Course)),
		dcb.Into(&s.studentExists, StudentExists(cmd.Student)),
		dcb.Into(&s.waits, Waits(cmd.Student, cmd.Course)),
	}
}

func (cmd LeaveWaitlist) decide(s leaving) ([]dcb.Fact, error) {
	switch {
	case !s.courseExists:
		return nil, ErrNoSuchCourse
	case !s.studentExists:
		return nil, ErrNoSuchStudent
	case !s.waits:
		return nil, ErrNotWaiting
	}
	return dcb.Facts(StudentLeftWaitlist{Student: cmd.Student, Course: cmd.Course}), nil
}
