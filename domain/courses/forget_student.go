package courses

import (
	"context"

	"go-crablet/dcb"
)

// ForgetStudent says that a student's names can't be read any more. Give it to
// [go-crablet/dcb/sealed.Keys.Forget], which makes it true: it deletes the key of the
// names in the same transaction.
type ForgetStudent struct {
	Student StudentID
	Request RequestID // optional
}

// forgetting is all that the decision knows.
type forgetting struct {
	request
	idTaken          bool
	studentExists    bool
	namedInPlainText bool
	coursesTaken     int
	coursesWaitedFor int
}

// Boundary names what the decision looks at, before anybody decides.
func (cmd ForgetStudent) Boundary() dcb.Boundary { return cmd.boundary(new(forgetting)) }

// Decide carries the command out, by the rules of [ForgetStudent.decide].
func (cmd ForgetStudent) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, once(cmd.Request, cmd, cmd.decide))
}

// boundary names all that the decision looks at: the student's names, seats and places on
// waitlists.
func (cmd ForgetStudent) boundary(s *forgetting) dcb.Boundary {
	return dcb.Boundary{
		dcb.Into(&s.request, earlier(cmd.Request, cmd)),
		dcb.Into(&s.idTaken, StudentIDTaken(cmd.Student)),
		dcb.Into(&s.studentExists, StudentExists(cmd.Student)),
		dcb.Into(&s.namedInPlainText, NamedInPlainText(cmd.Student)),
		dcb.Into(&s.coursesTaken, CoursesTaken(cmd.Student)),
		dcb.Into(&s.coursesWaitedFor, CoursesWaitedFor(cmd.Student)),
	}
}

func (cmd ForgetStudent) decide(s forgetting) ([]dcb.Fact, error) {
	switch {
	case !s.idTaken:
		return nil, ErrNoSuchStudent
	case !s.studentExists:
		return nil, ErrAlreadyForgotten
	// The log never changes, so a name in plain text stays readable.
	case s.namedInPlainText:
		return nil, ErrNamedInPlainText
	case s.coursesTaken > 0:
		return nil, ErrStillSubscribed
	case s.coursesWaitedFor > 0:
		return nil, ErrStillWaiting
	}
	return dcb.Facts(StudentForgotten{Student: cmd.Student}), nil
}
