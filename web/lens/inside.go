package lens

import (
	"fmt"
	"slices"

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
func (v pageView) EarlierSentence() string {
	if v.Earlier == 0 {
		return ""
	}
	return fmt.Sprintf("And %d before %s.", v.Earlier, ui.Plural(len(v.Inside), "it", "them"))
}

// lastOf returns the last events, at most most of them.
func lastOf(events []dcb.Event, most int) []dcb.Event { return events[max(0, len(events)-most):] }

// stripBefore draws the log before a decision is sent: the last events inside its boundary,
// the end of the log, and the events that the decision would append.
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
		e.Position, e.Tags = 0, withoutRequest(e.Tags) // somebody may be faster, so it has no position yet; the tag of the request is only the form's key
		s.Event(names, story.TilePlanned, kept(e))
		s.Tiles[len(s.Tiles)-1].Another = i > 0
	}
	return s
}

// withoutRequest returns the tags without the one of a request.
func withoutRequest(tags dcb.Tags) dcb.Tags {
	return slices.DeleteFunc(slices.Clone(tags), courses.OfRequest)
}

// kept returns an event as a receipt keeps it.
func kept(e dcb.Event) receipt.Event {
	return receipt.Event{Position: e.Position, ID: e.ID, CausationID: e.CausationID, Type: e.Type, Tags: e.Tags, Data: e.Data}
}
