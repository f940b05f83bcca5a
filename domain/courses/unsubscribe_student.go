package courses

import (
	"context"
	"slices"

	"go-crablet/dcb"
)

// UnsubscribeStudent gives a student's seat in a course back. That frees a seat of the course,
// which goes to the student who has waited longest and has room. It also gives the student
// room: for a free seat in another course that the student waits for.
type UnsubscribeStudent struct {
	Student StudentID
	Course  CourseID
	Request RequestID // optional
}

// unsubscription is all that the decision knows.
type unsubscription struct {
	request
	courseExists  bool
	studentExists bool
	subscribed    bool
	waiting       []StudentID
	waitsFor      []CourseID
	lines         // found only if somebody waits for the course, or the student for another
}

// Boundary names what the decision looks at, before anybody decides.
func (cmd UnsubscribeStudent) Boundary() dcb.Boundary { return cmd.boundary(new(unsubscription)) }

// Decide carries the command out, by the rules of [UnsubscribeStudent.decide].
func (cmd UnsubscribeStudent) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, once(cmd.Request, cmd, cmd.decide))
}

// boundary names all that the decision looks at: this student in this course, the waitlist,
// and what the student waits for. While nobody waits it counts no seats, so other students who
// come and go cause no conflict.
func (cmd UnsubscribeStudent) boundary(s *unsubscription) dcb.Boundary {
	return dcb.Boundary{
		dcb.Into(&s.request, earlier(cmd.Request, cmd)),
		dcb.Into(&s.courseExists, CourseExists(cmd.Course)),
		dcb.Into(&s.studentExists, StudentExists(cmd.Student)),
		dcb.Into(&s.subscribed, Subscribed(cmd.Student, cmd.Course)),
		dcb.Into(&s.waiting, Waiting(cmd.Course)),
		dcb.Into(&s.waitsFor, waitsFor(cmd.Student)),
		dcb.Then(func() dcb.Boundary {
			s.lines = lines{} // an earlier attempt may have found some
			if len(s.waitsFor) == 0 {
				return s.findFor(cmd.Course, s.waiting)
			}
			courses := s.waitsFor
			if len(s.waiting) > 0 {
				courses = append(slices.Clip(courses), cmd.Course)
			}
			return s.find(courses, []CourseID{cmd.Course})
		}),
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
	left := StudentUnsubscribedFromCourse{Student: cmd.Student, Course: cmd.Course}
	return withPromotions(dcb.Facts(left), s.serve(cmd.Student, cmd.Course)), nil
}
