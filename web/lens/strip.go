package lens

import (
	"fmt"
	"strconv"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

// mostShown is how many events of the log are drawn.
const mostShown = 9

// A strip is the log as the decision reads it: a tile for each of the last events that a switch
// can have inside the boundary, and counts for the rest. Then comes the event that somebody else
// may append first, and then what the decision would append.
type strip struct {
	Caption, Whose string
	Tiles          []tile
}

// A tile is one mark of the strip: an event, several events that are counted, or the end of reading.
type tile struct {
	Class    string // of the stylesheet
	Sentence string // says what the tile shows
	Position string
	URL      string // of the event's page, if it is in the log
	Icon     string // of an event
	Label    string
	Note     ui.Outcome // what is written below the tile
	Switches string     // the ids of the switches that have the event inside
	Put      bool       // the visitor has put it there

	Inside, Outside int // of events that are counted
}

// The classes of tiles.
const (
	tileInside  = "inside"
	tileOut     = "out"
	tileCount   = "stretch"
	tileAfter   = "after"
	tileReadTo  = "read-to"
	tilePlanned = "planned"
)

// stripOf draws the log up to head. near are the events that a switch can have inside, planned is
// what the decision would append, and put is what comes first, if anything does.
func stripOf(names readmodel.Names, s switches, near []dcb.Event, head int64, planned []dcb.Event, put *possible) strip {
	drawn := s.query()
	shown := lastOf(near, mostShown)
	var tiles []tile
	last := int64(0)
	if folded := near[:len(near)-len(shown)]; len(folded) > 0 {
		last = shown[0].Position - 1
		tiles = append(tiles, countTile(0, last, countInside(drawn, folded)))
	}
	for _, e := range shown {
		if e.Position > last+1 {
			tiles = append(tiles, countTile(last, e.Position-1, 0))
		}
		tiles = append(tiles, eventTile(names, s, drawn, e))
		last = e.Position
	}
	if head > last {
		tiles = append(tiles, countTile(last, head, 0))
	}
	tiles = append(tiles, endTile(head, len(planned) > 0))
	if put != nil {
		tiles = append(tiles, put.tile())
	}
	return strip{
		Caption: fmt.Sprintf("%d of %d inside", countInside(drawn, near), head),
		Tiles:   append(tiles, plannedTiles(names, planned, put)...),
	}
}

func countInside(drawn dcb.Query, events []dcb.Event) (inside int) {
	for _, e := range events {
		if drawn.Matches(e) {
			inside++
		}
	}
	return inside
}

// countTile stands for the events after a position up to another one.
func countTile(after, upTo int64, inside int) tile {
	t := tile{Class: tileCount, Inside: inside, Outside: int(upTo-after) - inside}
	t.Sentence = fmt.Sprintf("%d to %d: %d inside the boundary, %d outside", after+1, upTo, t.Inside, t.Outside)
	if upTo == after+1 {
		t.Sentence = fmt.Sprintf("%d: outside the boundary", upTo)
	}
	return t
}

func eventTile(names readmodel.Names, s switches, drawn dcb.Query, e dcb.Event) tile {
	words := story.Words(names, e.Type, e.Data)
	t := tile{
		Class: tileOut, Sentence: fmt.Sprintf("%d: %s, outside the boundary", e.Position, words.Sentence),
		Position: strconv.FormatInt(e.Position, 10), URL: story.EventURL(e.Position),
		Icon: words.Icon, Label: words.Label, Switches: s.idsFor(e),
	}
	if drawn.Matches(e) {
		t.Class, t.Sentence = tileInside, fmt.Sprintf("%d: %s, inside the boundary", e.Position, words.Sentence)
	}
	return t
}

// isStep reports whether the arrow keys of stage mode stop at the tile: how far the decision has
// read, who gets in before it, and what it will append.
func (t tile) isStep() bool {
	return t.Put || t.Class == tileReadTo || t.Class == tileAfter || t.Class == tilePlanned
}

// Slim reports whether the tile has no label: nobody's registration is told from another's.
func (t tile) Slim() bool { return t.Icon == "t-registered" }

// endTile is where reading ended. With something to append it is where the condition begins.
func endTile(head int64, appends bool) tile {
	t := tile{Class: tileReadTo, Position: strconv.FormatInt(head, 10), Sentence: fmt.Sprintf("The log was read up to %d", head)}
	if appends {
		t.Class = tileAfter
		t.Sentence += ". Nothing inside the boundary may come after it"
	}
	return t
}

// plannedTiles are what the decision would append. Somebody may be faster, so the events have no
// position yet.
func plannedTiles(names readmodel.Names, planned []dcb.Event, put *possible) (tiles []tile) {
	for i, e := range planned {
		words := story.Words(names, e.Type, e.Data)
		t := tile{Class: tilePlanned, Position: "?", Sentence: "Not appended yet: " + words.Sentence, Icon: words.Icon, Label: words.Label}
		if i == 0 { // the first tile says it for all
			t.Note = noteOn(put)
		}
		tiles = append(tiles, t)
	}
	return tiles
}

// noteOn says what becomes of the append.
func noteOn(put *possible) ui.Outcome {
	switch {
	case put == nil:
		return ui.Outcome{Words: "if sent"}
	case put.drawn.Inside:
		return ui.Outcome{Colour: "conflict", Words: "turned away"}
	case put.exact.Inside:
		return ui.Outcome{Colour: "refused", Icon: "i-refused", Words: "stored"}
	default:
		return ui.Outcome{Colour: "seated", Icon: "i-check", Words: "stored"}
	}
}

// lastOf returns the last events, at most most of them.
func lastOf(events []dcb.Event, most int) []dcb.Event { return events[max(0, len(events)-most):] }

// nearOf returns the tags of those events that the strip draws.
func nearOf(events []dcb.Event) dcb.Tags { return story.TagsOf(lastOf(events, mostShown)) }

// ownTags returns the tags of the courses and students in a query.
func ownTags(query dcb.Query) (tags dcb.Tags) {
	for _, item := range query.Items() {
		for _, tag := range item.Tags {
			if !courses.OfRequest(tag) {
				tags = append(tags, tag)
			}
		}
	}
	return tags
}
