package courses

import (
	"context"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
)

// RegisterStudent lets a student subscribe to courses.
type RegisterStudent struct {
	Student StudentID
	Name    sealed.Text // from [SealName]; a student named in plain text can never be forgotten
	Request RequestID   // optional
}

// registration is all that the decision knows.
type registration struct {
	request
	idTaken bool
}

// Boundary names what the decision looks at, before anybody decides.
func (cmd RegisterStudent) Boundary() dcb.Boundary { return cmd.boundary(new(registration)) }

// Decide carries the command out, by the rules of [RegisterStudent.decide].
func (cmd RegisterStudent) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, once(cmd.Request, cmd, cmd.decide))
}

// boundary names all that the decision looks at: whether the id is taken.
func (cmd RegisterStudent) boundary(s *registration) dcb.Boundary {
	return dcb.Boundary{
		dcb.Into(&s.request, earlier(cmd.Request, cmd)),
		dcb.Into(&s.idTaken, StudentIDTaken(cmd.Student)),
	}
}

func (cmd RegisterStudent) decide(s registration) ([]dcb.Fact, error) {
	switch {
	case !cmd.Student.Valid():
		return nil, ErrStudentIDInvalid
	case !validName(cmd.Name):
		return nil, ErrNameInvalid
	case s.idTaken:
		return nil, ErrStudentExists
	}
	return dcb.Facts(StudentRegistered{Student: cmd.Student, Name: cmd.Name}), nil
}
