package courses

import (
	"context"

	"go-crablet/dcb"
)

// DefineCourse puts a course on offer.
type DefineCourse struct {
	Course   CourseID
	Title    string
	Capacity int
	Request  RequestID // optional
}

// courseDefinition is all that the decision knows.
type courseDefinition struct {
	request
	courseExists bool
}

// Boundary names what the decision looks at, before anybody decides.
func (cmd DefineCourse) Boundary() dcb.Boundary { return cmd.boundary(new(courseDefinition)) }

// Decide carries the command out, by the rules of [DefineCourse.decide].
func (cmd DefineCourse) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, once(cmd.Request, cmd, cmd.decide))
}

// boundary names all that the decision looks at: whether the id is taken.
func (cmd DefineCourse) boundary(s *courseDefinition) dcb.Boundary {
	return dcb.Boundary{
		dcb.Into(&s.request, earlier(cmd.Request, cmd)),
		dcb.Into(&s.courseExists, CourseExists(cmd.Course)),
	}
}

func (cmd DefineCourse) decide(s courseDefinition) ([]dcb.Fact, error) {
	switch {
	case !cmd.Course.Valid():
		return nil, ErrCourseIDInvalid
	case !ValidText(cmd.Title):
		return nil, ErrTitleInvalid
	case !validCapacity(cmd.Capacity):
		return nil, ErrCapacityOutOfRange
	case s.courseExists:
		return nil, ErrCourseExists
	}
	return dcb.Facts(CourseDefined{Course: cmd.Course, Title: cmd.Title, Capacity: cmd.Capacity}), nil
}
