package courses

import (
	"context"

	"go-crablet/dcb"
)

// ArchiveCourse ends a course: it changes no more, takes no students, and its waitlist
// ends. Students who have a seat keep it, and may leave.
type ArchiveCourse struct {
	Course  CourseID
	Request RequestID // optional
}

// archival is all that the decision knows.
type archival struct {
	request
	courseExists bool
	archived     bool
	waiting      []StudentID
}

// Boundary names what the decision looks at, before anybody decides.
func (cmd ArchiveCourse) Boundary() dcb.Boundary { return cmd.boundary(new(archival)) }

// Decide carries the command out, by the rules of [ArchiveCourse.decide].
func (cmd ArchiveCourse) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, once(cmd.Request, cmd, cmd.decide))
}

// boundary names all that the decision looks at: one course and its waitlist.
func (cmd ArchiveCourse) boundary(s *archival) dcb.Boundary {
	return dcb.Boundary{
		dcb.Into(&s.request, earlier(cmd.Request, cmd)),
		dcb.Into(&s.courseExists, CourseExists(cmd.Course)),
		dcb.Into(&s.archived, Archived(cmd.Course)),
		dcb.Into(&s.waiting, Waiting(cmd.Course)),
	}
}

func (cmd ArchiveCourse) decide(s archival) ([]dcb.Fact, error) {
	switch {
	case !s.courseExists:
		return nil, ErrNoSuchCourse
	case s.archived:
		return nil, ErrAlreadyArchived
	}
	archived := CourseArchived{Course: cmd.Course}
	var waitNoLonger []dcb.Fact
	for _, student := range s.waiting {
		waitNoLonger = append(waitNoLonger, StudentLeftWaitlist{Student: student, Course: cmd.Course})
	}
	return dcb.Causing(archived, waitNoLonger...), nil
}
