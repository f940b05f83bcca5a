package lens

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"go-crablet/dcb"
	"go-crablet/readmodel"
	"go-crablet/web/site"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// A possible event is what a neighbour could do first. The rehearsal has decided it, and the two
// matches say whether it is inside the boundary, as drawn and as it exactly is.
type possible struct {
	Neighbour
	words        story.EventWords
	drawn, exact Match
	refused      bool // the decision that it would come before appends nothing

	Current bool // it is put on the strip
}

// checkAll rehearses what the neighbours could do, and checks the events that they would
// append. Commands that would be refused append nothing, and are left out.
func checkAll(ctx context.Context, rehearsal Rehearsal, neighbours []Neighbour, drawn, exact dcb.Query) ([]possible, error) {
	var all []possible
	for _, neighbour := range neighbours {
		theirs, err := rehearsal.Try(ctx, neighbour.Command)
		if err != nil {
			return nil, err
		}
		if len(theirs.Events) > 0 {
			all = append(all, possible{Neighbour: neighbour, drawn: FindMatch(drawn, theirs.Events), exact: FindMatch(exact, theirs.Events)})
		}
	}
	return all, nil
}

// tagsIn returns the tags of all events that decide about what is possible.
func tagsIn(all []possible) dcb.Tags {
	var events []dcb.Event
	for _, p := range all {
		events = append(events, p.drawn.Event, p.exact.Event)
	}
	return story.TagsOf(events)
}

// event is the one that decides. If the boundary misses something, it is that.
func (p possible) event() dcb.Event {
	if p.missed() {
		return p.exact.Event
	}
	return p.drawn.Event
}

func (p possible) missed() bool { return p.exact.Inside && !p.drawn.Inside }

// Outcome says what the event does to the decision. A refused decision appends nothing, so
// nothing conflicts with it.
func (p possible) Outcome() ui.Outcome {
	switch {
	case p.missed():
		return ui.Outcome{Colour: "refused", Icon: "i-refused", Words: "missed"}
	case !p.drawn.Inside:
		return ui.Outcome{Colour: "outside", Icon: "i-open", Words: "outside"}
	case p.refused:
		return ui.Outcome{Colour: "you", Icon: "i-check", Words: "inside"}
	case p.exact.Inside:
		return ui.Outcome{Colour: "conflict", Icon: "i-conflict", Words: "conflict"}
	default:
		return ui.Outcome{Colour: "conflict", Icon: "i-conflict", Words: "false conflict"}
	}
}

// Put is how the address names the event after the press: a second press takes it off the strip.
func (p possible) Put() string {
	if p.Current {
		return ""
	}
	return p.Name
}

// Icon is the symbol of the event.
func (p possible) Icon() string { return p.words.Icon }

// tile is the event on the strip.
func (p possible) tile() tile {
	outcome := p.Outcome()
	class := map[string]string{"conflict": "conflict", "false conflict": "false", "missed": "missed", "inside": tileInside, "outside": tileOut}[outcome.Words]
	return tile{
		Class: class, Sentence: "Put here: " + p.words.Sentence + ", " + outcome.Words, Position: "?",
		Icon: p.words.Icon, Label: p.words.Label, Note: outcome, Put: true,
	}
}

// says is the verdict if the event comes before the decision's append, and alone is the verdict if
// nothing does. whose is the owner of the append: "Ada's". A refused decision has no append.
func (p possible) says(names readmodel.Names, whose string, alone verdict) verdict {
	if p.refused {
		alone.Why = fmt.Sprintf("%s first: that is %s. %s", p.Does, p.Outcome().Words, why(names, p.drawn))
		return alone
	}
	outcome := p.Outcome()
	v := verdict{Colour: outcome.Colour, Icon: outcome.Icon, Text: p.Does + " first."}
	switch {
	case p.missed():
		v.Strong = "Missed."
		v.Why = fmt.Sprintf("A rule looks at that: %s append is stored, although what it rests on is no longer true.", whose)
	case !p.drawn.Inside:
		v.Strong = "No conflict."
		v.Why = fmt.Sprintf("So %s append is stored.", whose)
	case p.exact.Inside:
		v.Strong = "Conflict."
		v.Why = fmt.Sprintf("So %s append is turned away, and the decision is taken again.", whose)
	default:
		v.Strong = "False conflict."
		v.Why = fmt.Sprintf("No rule looks at that: %s append is turned away for nothing.", whose)
	}
	v.Why = why(names, p.drawn) + " " + v.Why
	return v
}

// putIn returns the possible event that the address puts on the strip, or nil. It may be nil
// although the address names one: what would be refused now can't come first.
func putIn(all []possible, name string) *possible {
	for i := range all {
		if all[i].Name == name {
			all[i].Current = true
			return &all[i]
		}
	}
	return nil
}

// checkPut says whether the address names something that a neighbour can do.
func checkPut(name string, neighbours []Neighbour) error {
	var known []string
	for _, neighbour := range neighbours {
		if name == "" || neighbour.Name == name {
			return nil
		}
		known = append(known, neighbour.Name)
	}
	return site.BadRequest(http.StatusBadRequest, "There is no such event to put on the log. There are "+ui.And(known)+".")
}

// why says why the event is inside the boundary, or outside.
func why(names readmodel.Names, m Match) string {
	what, asked := story.Kinds([]string{m.Event.Type}), story.Subject(names, m.Item.Tags)
	switch {
	case m.Inside && len(m.Item.Types) == 0:
		return "The boundary looks at whatever happens to " + asked + "."
	case m.Inside:
		return fmt.Sprintf("The boundary looks at %s of %s.", what, asked)
	case m.NearMiss:
		return fmt.Sprintf("The boundary looks at %s, and not at its %s.", asked, what)
	default:
		var subjects []string
		for _, tag := range m.Event.Tags {
			subjects = append(subjects, story.Subject(names, dcb.Tags{tag}))
		}
		return "The boundary does not look at " + strings.Join(subjects, " or ") + "."
	}
}
