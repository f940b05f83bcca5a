package courses

import (
	"context"

	"go-crablet/dcb"
)

// LeaveArchivedCourses gives all seats of a student in archived courses back: they count to
// the ten courses that a student may take. Nobody waits for these seats. But the student gains
// room: for free seats in other courses that the student waits for.
type LeaveArchivedCourses struct {
	Student StudentID
	Request RequestID // optional
}

// clearance is all that the decision knows.
type clearance struct {
	request
	studentExists bool
	seatsIn       []CourseID
	waitsFor      []CourseID
	archived      []CourseID // found only if the student has a seat
	lines                    // found only if the student waits
}

// Boundary names what the decision looks at, before anybody decides.
func (cmd LeaveArchivedCourses) Boundary() dcb.Boundary { return cmd.boundary(new(clearance)) }

// Decide carries the command out, by the rules of [LeaveArchivedCourses.decide].
func (cmd LeaveArchivedCourses) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, once(cmd.Request, cmd, cmd.decide))
}

// boundary names all that the decision looks at: the student's seats, which of these courses
// are archived, and the waitlists on which the student is.
func (cmd LeaveArchivedCourses) boundary(s *clearance) dcb.Boundary {
	return dcb.Boundary{
		dcb.Into(&s.request, earlier(cmd.Request, cmd)),
		dcb.Into(&s.studentExists, StudentExists(cmd.Student)),
		dcb.Into(&s.seatsIn, seatsOf(cmd.Student)),
		dcb.Into(&s.waitsFor, waitsFor(cmd.Student)),
		dcb.Then(func() dcb.Boundary {
			s.archived, s.lines = nil, lines{} // an earlier attempt may have found some
			if len(s.seatsIn) == 0 {
				return nil
			}
			return append(s.find(s.waitsFor, nil), dcb.Into(&s.archived, archivedAmong(s.seatsIn)))
		}),
	}
}

func (cmd LeaveArchivedCourses) decide(s clearance) ([]dcb.Fact, error) {
	switch {
	case !s.studentExists:
		return nil, ErrNoSuchStudent
	case len(s.archived) == 0:
		return nil, ErrNoArchivedCourse
	}
	left := leaveSeats(cmd.Student, s.archived)
	return withPromotions(left, s.serve(cmd.Student, s.archived...)), nil
}
