package courses

import (
	"context"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
)

// RenameStudent gives a student another name.
type RenameStudent struct {
	Student StudentID
	NewName sealed.Text // as in [RegisterStudent]
	Seen    sealed.Text `json:",omitempty"` // the name that was seen, as it is stored; see [ChangeCapacity]
	Request RequestID   // optional
}

// studentRenaming is all that the decision knows.
type studentRenaming struct {
	request
	studentExists bool
	name          sealed.Text
}

// Boundary names what the decision looks at, before anybody decides.
func (cmd RenameStudent) Boundary() dcb.Boundary { return cmd.boundary(new(studentRenaming)) }

// Decide carries the command out, by the rules of [RenameStudent.decide].
func (cmd RenameStudent) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, once(cmd.Request, cmd, cmd.decide))
}

// boundary names all that the decision looks at: one student's name.
func (cmd RenameStudent) boundary(s *studentRenaming) dcb.Boundary {
	return dcb.Boundary{
		dcb.Into(&s.request, earlier(cmd.Request, cmd)),
		dcb.Into(&s.studentExists, StudentExists(cmd.Student)),
		dcb.Into(&s.name, Name(cmd.Student)),
	}
}

func (cmd RenameStudent) decide(s studentRenaming) ([]dcb.Fact, error) {
	switch {
	case !s.studentExists:
		return nil, ErrNoSuchStudent
	case !validName(cmd.NewName):
		return nil, ErrNameInvalid
	case cmd.NewName == s.name:
		return nil, ErrSameName
	case cmd.Seen != "" && cmd.Seen != s.name:
		return nil, ErrOtherName
	}
	return dcb.Facts(StudentRenamed{Student: cmd.Student, NewName: cmd.NewName}), nil
}
