package courses

import (
	"context"

	"go-crablet/dcb"
)

// LeaveAltogether gives all seats of a student back, and all places on waitlists. Each seat
// goes to the student who has waited longest for it and has room. Afterwards the student can
// be forgotten ([ForgetStudent]).
type LeaveAltogether struct {
	Student StudentID
	Request RequestID // optional
}

// departure is all that the decision knows.
type departure struct {
	request
	studentExists bool
	seatsIn       []CourseID
	waitsFor      []CourseID
	lines         // found only if the student has a seat
}

// Boundary names what the decision looks at, before anybody decides.
func (cmd LeaveAltogether) Boundary() dcb.Boundary { return cmd.boundary(new(departure)) }

// Decide carries the command out, by the rules of [LeaveAltogether.decide].
func (cmd LeaveAltogether) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, once(cmd.Request, cmd, cmd.decide))
}

// boundary names all that the decision looks at: the student's seats and places, and the
// waitlists of the courses in which the student has a seat. It counts the seats of a course only
// if somebody waits for one.
func (cmd LeaveAltogether) boundary(s *departure) dcb.Boundary {
	return dcb.Boundary{
		dcb.Into(&s.request, earlier(cmd.Request, cmd)),
		dcb.Into(&s.studentExists, StudentExists(cmd.Student)),
		dcb.Into(&s.seatsIn, seatsOf(cmd.Student)),
		dcb.Into(&s.waitsFor, waitsFor(cmd.Student)),
		dcb.Then(func() dcb.Boundary {
			s.lines = lines{} // an earlier attempt may have found some
			if len(s.seatsIn) == 0 {
				return nil
			}
			return dcb.Boundary{
				dcb.Into(&s.line, line(s.seatsIn)),
				dcb.Then(func() dcb.Boundary { return s.count(s.courses(), s.seatsIn) }),
			}
		}),
	}
}

func (cmd LeaveAltogether) decide(s departure) ([]dcb.Fact, error) {
	switch {
	case !s.studentExists:
		return nil, ErrNoSuchStudent
	case len(s.seatsIn) == 0 && len(s.waitsFor) == 0:
		return nil, ErrNothingToLeave
	}
	left := leaveSeats(cmd.Student, s.seatsIn)
	for _, course := range s.waitsFor {
		left = append(left, StudentLeftWaitlist{Student: cmd.Student, Course: course})
	}
	return withPromotions(left, s.serve(cmd.Student, s.seatsIn...)), nil
}

// leaveSeats gives the seats of a student in some courses back.
func leaveSeats(student StudentID, courses []CourseID) (left []dcb.Fact) {
	for _, course := range courses {
		left = append(left, StudentUnsubscribedFromCourse{Student: student, Course: course})
	}
	return left
}
