package courses

import (
	"context"

	"go-crablet/dcb"
)

// UnsubscribeStudent gives a student's seat in a course back. It frees both
// sides: a seat of the course, and one of the student's ten.
type UnsubscribeStudent struct {
	Student StudentID
	Course  CourseID
}

// unsubscription is all that the decision knows.
type unsubscription struct {
	courseExists  bool
	studentExists bool
	subscribed    bool
}

// Decide takes the decision. It refuses as [UnsubscribeStudent.decide] does.
func (cmd UnsubscribeStudent) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, cmd.decide)
}

// boundary names all that the decision looks at: this student in this course. It
// takes no count, so others who come and go do not disturb it.
func (cmd UnsubscribeStudent) boundary(s *unsubscription) dcb.Boundary {
	return dcb.Boundary{
		dcb.Into(&s.courseExists, CourseExists(cmd.Course)),
		dcb.Into(&s.studentExists, StudentExists(cmd.Student)),
		dcb.Into(&s.subscribed, Subscribed(cmd.Student, cmd.Course)),
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
	return dcb.Facts(StudentUnsubscribedFromCourse{Student: cmd.Student, Course: cmd.Course}), nil
}
