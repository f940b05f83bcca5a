package lens

import (
	"context"
	"fmt"
	"strings"

	"go-crablet/dcb"
	"go-crablet/readmodel"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// A met is a neighbour's command, and whether it would get inside the boundary as it is
// drawn and as it should be.
type met struct {
	does         string
	drawn, exact Match
}

// checkNeighbours rehearses what the neighbours could do, and asks of what they would append
// whether it gets inside. What would be refused appends nothing, and is left out.
func checkNeighbours(ctx context.Context, rehearsal Rehearsal, neighbours []Neighbour, drawn, exact dcb.Query) ([]met, error) {
	var all []met
	for _, neighbour := range neighbours {
		theirs, err := rehearsal.Try(ctx, neighbour.Command)
		if err != nil {
			return nil, err
		}
		if len(theirs.Events) > 0 {
			all = append(all, met{neighbour.Does, FindMatch(drawn, theirs.Events), FindMatch(exact, theirs.Events)})
		}
	}
	return all, nil
}

func tagsOfChecks(all []met) dcb.Tags {
	var events []dcb.Event
	for _, m := range all {
		events = append(events, m.drawn.Event)
	}
	return story.TagsOf(events)
}

// A neighbourView is what somebody could do in the same moment, and what would come of it.
type neighbourView struct {
	Does  string
	Why   string
	Type  string // of the event that tells
	Tags  []string
	Wrong ui.Outcome // what is wrong with that, or the zero outcome
}

func (v *pageView) meet(names readmodel.Names, all []met) {
	for _, m := range all {
		view := neighbourView{Does: m.does, Why: why(names, m.drawn), Type: m.drawn.Event.Type, Tags: story.TagTexts(m.drawn.Event.Tags)}
		switch {
		case m.drawn.Inside && !m.exact.Inside:
			view.Wrong = ui.Outcome{Colour: "conflict", Icon: "i-conflict", Words: "A false conflict: the decision would come out the same."}
		case !m.drawn.Inside && m.exact.Inside:
			view.Wrong = ui.Outcome{Colour: "refused", Icon: "i-refused", Words: "Missed: " + v.Possessive() + " append would go through on what is no longer true."}
		}
		if m.drawn.Inside {
			v.Conflicts = append(v.Conflicts, view)
		} else {
			v.Passes = append(v.Passes, view)
		}
	}
}

// why says what makes an event lie inside the boundary or outside.
func why(names readmodel.Names, m Match) string {
	what, asked := story.Kinds([]string{m.Event.Type}), story.Subject(names, m.Item.Tags)
	switch {
	case m.Inside && len(m.Item.Types) == 0:
		return "Inside: the boundary looks at whatever happens to " + asked + "."
	case m.Inside:
		return fmt.Sprintf("Inside: the boundary looks at %s of %s.", what, asked)
	case m.Close:
		return fmt.Sprintf("Outside: the boundary looks at %s, and not at its %s.", asked, what)
	default:
		var subjects []string
		for _, tag := range m.Event.Tags {
			subjects = append(subjects, story.Subject(names, dcb.Tags{tag}))
		}
		return "Outside: the boundary does not look at " + strings.Join(subjects, " or ") + "."
	}
}
