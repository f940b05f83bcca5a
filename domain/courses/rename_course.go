package courses

import (
	"context"

	"go-crablet/dcb"
)

// RenameCourse gives a course another title.
type RenameCourse struct {
	Course   CourseID
	NewTitle string
	Seen     string    `json:",omitempty"` // the title that was seen, as in [ChangeCapacity]
	Request  RequestID // optional
}

// courseRenaming is all that the decision knows.
type courseRenaming struct {
	request
	courseExists bool
	archived     bool
	title        string
}

// Boundary names what the decision looks at, before anybody decides.
func (cmd RenameCourse) Boundary() dcb.Boundary { return cmd.boundary(new(courseRenaming)) }

// Decide carries the command out, by the rules of [RenameCourse.decide].
func (cmd RenameCourse) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, once(cmd.Request, cmd, cmd.decide))
}

// boundary names all that the decision looks at: one course and its title.
func (cmd RenameCourse) boundary(s *courseRenaming) dcb.Boundary {
	return dcb.Boundary{
		dcb.Into(&s.request, earlier(cmd.Request, cmd)),
		dcb.Into(&s.courseExists, CourseExists(cmd.Course)),
		dcb.Into(&s.archived, Archived(cmd.Course)),
		dcb.Into(&s.title, Title(cmd.Course)),
	}
}

func (cmd RenameCourse) decide(s courseRenaming) ([]dcb.Fact, error) {
	switch {
	case !s.courseExists:
		return nil, ErrNoSuchCourse
	case !ValidText(cmd.NewTitle):
		return nil, ErrTitleInvalid
	case s.archived:
		return nil, ErrCourseArchived
	case cmd.NewTitle == s.title:
		return nil, ErrSameTitle
	case cmd.Seen != "" && cmd.Seen != s.title:
		return nil, ErrOtherTitle
	}
	return dcb.Facts(CourseRenamed{Course: cmd.Course, NewTitle: cmd.NewTitle}), nil
}
