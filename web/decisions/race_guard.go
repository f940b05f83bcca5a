package decisions

import (
	"context"

	"go-crablet/dcb"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// DenyDuringRace denies a command about a course or a student of a race that is not over: only
// the race may change them. Call it before the decision, which knows nothing of races. That
// is early enough: nobody knows the ids of a race before the race has made them.
func (p *Pages) DenyDuringRace(ctx context.Context, cmd dcb.Command) error {
	for _, tag := range story.ChangedBy(cmd) {
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
