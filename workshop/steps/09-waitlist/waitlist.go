// Package waitlist is the ninth step: what a decision has to look at may depend on what it reads.
package waitlist

import (
	"context"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// GiveSeatBack gives a student's seat to the student who has waited longest for it and has room. It takes
// for granted that the course is no smaller than before; the application has a rule for that, too.
type GiveSeatBack struct {
	Student courses.StudentID
	Course  courses.CourseID
}

// leaving is all that the decision knows.
type leaving struct {
	subscribed bool
	waiting    []courses.StudentID // the longest waiting first
	taken      []int               // how many courses each of them takes
}

// Decide carries the command out.
func (cmd GiveSeatBack) Decide(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, cmd.decide)
}

func (cmd GiveSeatBack) boundary(s *leaving) dcb.Boundary {
	return dcb.Boundary{
		dcb.Into(&s.subscribed, courses.Subscribed(cmd.Student, cmd.Course)),
		dcb.Into(&s.waiting, courses.Waiting(cmd.Course)),
		//workshop:write then find how many courses each of those who wait takes
		dcb.Then(func() (found dcb.Boundary) {
			s.taken = make([]int, len(s.waiting)) // an earlier attempt may have found others
			for i, student := range s.waiting {
				found = append(found, dcb.Into(&s.taken[i], courses.CoursesTaken(student)))
			}
			return found
		}),
		//workshop:instead
		//workshop:end
	}
}

func (cmd GiveSeatBack) decide(s leaving) ([]dcb.Fact, error) {
	if !s.subscribed {
		return nil, courses.ErrNotSubscribed
	}
	facts := dcb.Facts(courses.StudentUnsubscribedFromCourse{Student: cmd.Student, Course: cmd.Course})
	//workshop:write whoever takes courses.MaxCourses already is passed over
	for i, student := range s.waiting {
		if s.taken[i] >= courses.MaxCourses {
			continue
		}
		//workshop:instead
		// for _, student := range s.waiting {
		//workshop:end
		return append(facts,
			courses.StudentSubscribedToCourse{Student: student, Course: cmd.Course},
			courses.StudentLeftWaitlist{Student: student, Course: cmd.Course}), nil
	}
	return facts, nil
}
