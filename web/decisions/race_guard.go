package decisions

import (
	"context"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// LeaveToRace denies a command about a course or a student of a race that is not over: only
// the race may change them. Call it before the decision, which knows nothing of races. That
// is early enough: nobody knows the ids of a race before the race has made them.
func (p *Pages) LeaveToRace(ctx context.Context, cmd dcb.Command) error {
	for _, tag := range subjectsOf(cmd) {
		race, err := p.theatre.UnderWay(ctx, tag)
		if err != nil {
			return err
		}
		if race != "" {
			return site.Denial(
				"A race is under way",
				"This course or this student was made for a race. Nobody but the race changes them until it is over.",
				ui.Link{URL: story.RaceURL(race), Words: "To the race"},
			)
		}
	}
	return nil
}

// subjectsOf returns the tags of the course and the student that a command changes. One
// that makes a course or a student changes none.
func subjectsOf(cmd dcb.Command) dcb.Tags {
	switch cmd := cmd.(type) {
	case courses.RenameCourse:
		return dcb.Tags{cmd.Course.Tag()}
	case courses.ChangeCapacity:
		return dcb.Tags{cmd.Course.Tag()}
	case courses.ArchiveCourse:
		return dcb.Tags{cmd.Course.Tag()}
	case courses.RenameStudent:
		return dcb.Tags{cmd.Student.Tag()}
	case courses.ForgetStudent:
		return dcb.Tags{cmd.Student.Tag()}
	case courses.SubscribeStudent:
		return dcb.Tags{cmd.Course.Tag(), cmd.Student.Tag()}
	case courses.UnsubscribeStudent:
		return dcb.Tags{cmd.Course.Tag(), cmd.Student.Tag()}
	case courses.JoinWaitlist:
		return dcb.Tags{cmd.Course.Tag(), cmd.Student.Tag()}
	case courses.LeaveWaitlist:
		return dcb.Tags{cmd.Course.Tag(), cmd.Student.Tag()}
	default:
		return nil
	}
}
