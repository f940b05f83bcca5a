package lens

import (
	"fmt"
	"slices"
	"strconv"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// mostInside is how many of the events inside the boundary are drawn and listed.
const mostInside = 6

// An insideLine is an event inside the boundary.
type insideLine struct {
	Position int64
	Words    story.EventWords
}

func insideLines(names readmodel.Names, events []dcb.Event) []insideLine {
	var lines []insideLine
	for _, e := range slices.Backward(events) {
		lines = append(lines, insideLine{e.Position, story.Words(names, e.Type, e.Data)})
	}
	return lines
}

// EarlierSentence counts the events inside that are not listed, or is "".
func (v lensView) EarlierSentence() string {
	if v.Earlier == 0 {
		return ""
	}
	return fmt.Sprintf("And %d before %s.", v.Earlier, ui.Plural(len(v.Inside), "it", "them"))
}

// drawingWords say what a drawing is, and what is wrong with it.
type drawingWords struct{ Is, Wrong string }

func wordsOfDrawing(d Drawing, student, course string) drawingWords {
	switch d.Name {
	case "tag":
		return drawingWords{
			fmt.Sprintf("Whatever happens to %s or to %s is inside, whether a rule looks at it or not.", course, student),
			"Too large: nothing is missed, and a new title is a conflict.",
		}
	case "stream":
		return drawingWords{
			fmt.Sprintf("An aggregate’s stream: whatever happens to %s is inside, and what %s does elsewhere is not. How many courses that makes is still read, but nothing guards it.", course, student),
			fmt.Sprintf("Too large and too small: a new title is a conflict, and the limit of %d courses can be broken.", courses.MaxCourses),
		}
	default:
		return drawingWords{
			fmt.Sprintf("What the rules look at: of %s what decides about its seats, of %s what decides about courses taken. This is what the application does.", course, student),
			"Exact: whatever changes an answer is inside, and nothing else.",
		}
	}
}

// Subject is whom the page speaks of.
func (v lensView) Subject() string {
	if v.You {
		return "You"
	}
	return v.Student.Name
}

// Possessive is whose boundary it is.
func (v lensView) Possessive() string {
	if v.You {
		return "your"
	}
	return v.Student.Name + "’s"
}

// verdict words what the decision would say.
func (v lensView) verdict(d Rehearsed) (ui.Outcome, story.Verdict) {
	number := func(name string) string { return story.Known(d.Receipt.Last().Knew, name).Value }
	if d.Refusal != nil {
		return ui.Outcome{Colour: "refused", Icon: "i-refused", Words: "Would be refused"}, story.Verdict{
			Strong: "Refused: " + d.Refusal.Error() + ".",
			Text:   "That is what a rule would say now. Nothing would be appended.",
		}
	}
	taken, _ := strconv.Atoi(number("seatsTaken")) // it is an int of the decision's state
	return ui.Outcome{Colour: "seated", Icon: "i-check", Words: "Would be seated"}, story.Verdict{
		Strong: fmt.Sprintf("%s would get seat %d of %s.", v.Subject(), taken+1, number("capacity")),
		Text: fmt.Sprintf("%s of %s seats are taken, and %s of %d courses. That would be stored, unless something gets inside the boundary after %d.",
			number("seatsTaken"), number("capacity"), number("coursesTaken"), courses.MaxCourses, v.Head),
	}
}

// Refused reports whether the decision would append nothing.
func (v lensView) Refused() bool { return v.Would.Colour == "refused" }

// stripBefore draws the log before a decision is sent: the last events inside its
// boundary, up to the end, and what it would append.
func stripBefore(names readmodel.Names, inside []dcb.Event, head int64, planned []dcb.Event) story.Strip {
	shown := lastOf(inside, mostInside)
	var s story.Strip
	if folded := len(inside) - len(shown); folded > 0 {
		s.Count(shown[0].Position-1, folded)
	}
	for _, e := range shown {
		s.Event(names, story.TileInside, kept(e))
	}
	s.OutsideUpTo(head)
	end := story.TileReadTo
	if len(planned) > 0 {
		end = story.TileAfter
	}
	s.Tiles = append(s.Tiles, story.Tile{Kind: end, From: head, To: head})
	for i, e := range planned {
		e.Position, e.Tags = 0, withoutRequest(e.Tags) // somebody may come first, and the key is the form's
		s.Event(names, story.TilePlanned, kept(e))
		s.Tiles[len(s.Tiles)-1].Another = i > 0
	}
	return s
}

// withoutRequest returns what an event is about.
func withoutRequest(tags dcb.Tags) dcb.Tags {
	return slices.DeleteFunc(slices.Clone(tags), courses.OfRequest)
}

// kept is an event as a receipt keeps it.
func kept(e dcb.Event) receipt.Event {
	return receipt.Event{Position: e.Position, ID: e.ID, CausationID: e.CausationID, Type: e.Type, Tags: e.Tags, Data: e.Data}
}
