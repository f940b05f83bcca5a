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

// A check says whether a neighbour's command would get inside the boundary, both as the page
// draws it and as it exactly is.
type check struct {
	does         string
	drawn, exact Match
}

// checkAll rehearses what the neighbours could do, and checks the events that they would
// append. Commands that would be refused append nothing, and are left out.
func checkAll(ctx context.Context, rehearsal Rehearsal, neighbours []Neighbour, drawn, exact dcb.Query) ([]check, error) {
	var all []check
	for _, neighbour := range neighbours {
		theirs, err := rehearsal.Try(ctx, neighbour.Command)
		if err != nil {
			return nil, err
		}
		if len(theirs.Events) > 0 {
			all = append(all, check{neighbour.Does, FindMatch(drawn, theirs.Events), FindMatch(exact, theirs.Events)})
		}
	}
	return all, nil
}

// tagsIn returns the tags of all events that the checks name.
func tagsIn(all []check) dcb.Tags {
	var events []dcb.Event
	for _, m := range all {
		events = append(events, m.drawn.Event)
	}
	return story.TagsOf(events)
}

// A neighbourView is what somebody could do in the same moment, and whether that conflicts.
type neighbourView struct {
	Does  string
	Why   string
	Type  string // of the event that decides, and its tags
	Tags  []string
	Wrong ui.Outcome // a false or a missed conflict, or the zero outcome
}

// fillNeighbours sorts the neighbours into those who conflict and those who do not.
func (v *pageView) fillNeighbours(names readmodel.Names, all []check) {
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

// why says why the event is inside the boundary, or outside.
func why(names readmodel.Names, m Match) string {
	what, asked := story.Kinds([]string{m.Event.Type}), story.Subject(names, m.Item.Tags)
	switch {
	case m.Inside && len(m.Item.Types) == 0:
		return "Inside: the boundary looks at whatever happens to " + asked + "."
	case m.Inside:
		return fmt.Sprintf("Inside: the boundary looks at %s of %s.", what, asked)
	case m.NearMiss:
		return fmt.Sprintf("Outside: the boundary looks at %s, and not at its %s.", asked, what)
	default:
		var subjects []string
		for _, tag := range m.Event.Tags {
			subjects = append(subjects, story.Subject(names, dcb.Tags{tag}))
		}
		return "Outside: the boundary does not look at " + strings.Join(subjects, " or ") + "."
	}
}
