package stage

import (
	"fmt"
	"strconv"
	"strings"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/lab/stage"
	"go-crablet/web/ui"
)

// A boardView is the log, with what both actors have read of it and want to append to it.
type boardView struct {
	Seats   []circles
	Columns []column
}

// A column is one place of the board: an event, some events as one, pins, or the place of the
// next event. What is Ada's stands above the log, and what is the other actor's below it.
type column struct {
	Kind string // "tile", "slim", "bar", "pins", "slot"

	// Of an event:
	ID                 string // of the event that a wish becomes
	Position           string
	Icon, Label, Small string
	Sentence           string
	State              string    // "new", "over", or ""
	Lit                bool      // inside a boundary
	Rails              [2]string // "in": inside the boundary, "line": read, "": not read
	Whose, RailNames   [2]string // of the first column: "Ada’s", "boundary"
	Notes              [2]note

	Pins   []pinView
	Wishes [2]*wishView
}

// Says says all that stands at the column.
func (c column) Says() string {
	all := []string{c.Sentence}
	for _, note := range c.Notes {
		if note.Words != "" {
			all = append(all, note.Words+note.Last)
		}
	}
	return strings.Join(all, ", ")
}

// Bounced reports whether a wish has just been turned away.
func (c column) Bounced() bool {
	return c.Wishes[0] != nil && c.Wishes[0].Bounced || c.Wishes[1] != nil && c.Wishes[1].Bounced
}

// A note stands above or below an event. A phone has no room for its last words.
type note struct{ Icon, Words, Last string }

// A pinView marks how far an actor has read.
type pinView struct {
	ID, Letter string
	Says       string // "read to 6"
	Sentence   string
}

// A wishView is an event that an actor wants to append.
type wishView struct {
	ID                 string
	Icon, Label, Small string
	What, Since        string // the condition, in two lines
	Sentence           string
	Bounced            bool
}

func boardOf(r stage.Record) boardView {
	b := boardView{Seats: circlesInLog(r), Columns: []column{pinsAt(r, 0)}}
	for i := 0; i < len(r.Events); {
		run := r.Events[i:][:runLength(r.Events[i:])]
		c := eventColumn(r, run)
		if i == 0 {
			c.Whose[stage.A], c.RailNames[stage.A] = railName(r, stage.A)
			c.Whose[stage.B], c.RailNames[stage.B] = railName(r, stage.B)
		}
		b.Columns = append(b.Columns, c)
		i += len(run)
		if pins := pinsAt(r, int64(i)); len(pins.Pins) > 0 {
			b.Columns = append(b.Columns, pins)
		}
	}
	if slot := slotOf(r); slot.Wishes != [2]*wishView{} {
		b.Columns = append(b.Columns, slot)
	}
	return b
}

// runLength returns how many events are shown as one: several courses of one student in a row.
func runLength(events []dcb.Event) int {
	const atLeast = 4
	n := 0
	for n < len(events) && events[n].Type == (courses.StudentSubscribedToCourse{}).EventType() && events[n].Tags[0] == events[0].Tags[0] {
		n++
	}
	if n < atLeast {
		return 1
	}
	return min(n, courses.MaxCourses-1) // what is appended stands by itself
}

func eventColumn(r stage.Record, run []dcb.Event) column {
	e := run[0]
	words := wordsOf(e)
	c := column{Kind: "tile", Icon: words.Icon, Sentence: words.Sentence, Position: strconv.FormatInt(e.Position, 10)}
	c.Label, c.Small = labelOf(r.Setting.Beside, e)
	appended := e.Position > int64(r.Given)
	switch {
	case len(run) > 1:
		last := run[len(run)-1].Position
		c.Position += fmt.Sprintf("–%d", last)
		c.Label, c.Small = fmt.Sprintf("%d courses", len(run)), ""
		c.Sentence = fmt.Sprintf("Ada took a seat in %d courses", len(run))
	case appended:
		c.mark(r, e)
	case !r.Rests[stage.A].Matches(e) && !r.Rests[stage.B].Matches(e):
		c.Kind = "bar"
		c.Sentence += ": outside both boundaries"
	case e.Type == (courses.StudentRegistered{}).EventType():
		c.Kind, c.Label, c.Small = "slim", words.Label[:1], ""
	}
	for _, who := range []stage.Who{stage.A, stage.B} {
		c.Rails[who] = railAt(r, who, e)
		c.Lit = c.Lit || c.Rails[who] == "in"
	}
	return c
}

// labelOf returns the two lines of a tile. The second one can be left out.
func labelOf(beside stage.Beside, e dcb.Event) (label, small string) {
	label = wordsOf(e).Label
	fact, _ := courses.Decode(e.Type, e.Data)
	switch fact := fact.(type) {
	case courses.CourseDefined:
		return ui.Seats(fact.Capacity), fact.Title
	case courses.StudentSubscribedToCourse:
		if beside == stage.OtherCourse || beside == stage.SecondTab { // the seats are in two courses
			small = names.Course(fact.Course)
		}
	}
	return label, small
}

// railAt returns whether an actor has read an event, and whether it is inside the boundary.
func railAt(r stage.Record, who stage.Who, e dcb.Event) string {
	last, begun := r.Last(who)
	switch {
	case !begun || e.Position > last.After:
		return ""
	case last.Query.Matches(e):
		return "in"
	}
	return "line"
}

// guarded is the name of a rail whose append guards all that was read.
const guarded = "boundary"

// railName names the rail of an actor: whose it is, and what. The condition of an append may
// guard less than was read.
func railName(r stage.Record, who stage.Who) (whose, what string) {
	me := roleOf(r.Setting.Beside, who)
	last, begun := r.Last(who)
	switch {
	case !begun:
		return "", ""
	case last.Query.IsZero():
		return me.Name + " ", "guards nothing"
	case !sameTags(last.Query.Items(), r.Rests[who].Items()):
		return me.Name + " ", "guards less"
	}
	return me.Name + "’s ", guarded
}

// mark says whether an appended event was right to append, and who has not read it yet.
func (c *column) mark(r stage.Record, e dcb.Event) {
	for _, m := range r.Moments {
		if m.Kind != stage.HasAppended || m.Position != e.Position {
			continue
		}
		c.ID = "event-" + actorIDs[m.Who]
		c.Notes[m.Who] = note{"i-check", doneWords(r.Setting.Beside, m.Who), ""}
		if oversoldBy(r, e) {
			c.State, c.Notes[m.Who] = "over", note{"i-refused", tooMany(r.Setting.Beside), ""}
		}
	}
	for _, who := range []stage.Who{stage.A, stage.B} {
		for _, found := range newTo(r, who) {
			if found.Position == e.Position && c.State != "over" {
				c.State, c.Notes[who] = "new", newNote(r, who)
			}
		}
	}
}

// doneWords says what an actor has got by its append.
func doneWords(beside stage.Beside, who stage.Who) string {
	if roleOf(beside, who) == registrar {
		return "renamed"
	}
	return "seated"
}

func newNote(r stage.Record, who stage.Who) note {
	me := roleOf(r.Setting.Beside, who)
	if last, _ := r.Last(who); last.Kind == stage.HasAppended {
		return note{"", "not read", ""}
	}
	return note{"", "new", " to " + me.Inner}
}

// oversoldBy reports whether an event gave away what there was not.
func oversoldBy(r stage.Record, e dcb.Event) bool {
	before, after := r, r
	before.Events, after.Events = r.Events[:e.Position-1], r.Events[:e.Position]
	return after.Oversold() > before.Oversold()
}

func tooMany(beside stage.Beside) string {
	if beside == stage.SecondTab {
		return "eleventh"
	}
	return "same seat"
}

// pinsAt returns the pins of those who have read up to a position, and no further.
func pinsAt(r stage.Record, position int64) column {
	c := column{Kind: "pins"}
	for _, who := range []stage.Who{stage.A, stage.B} {
		last, begun := r.Last(who)
		if last.After != position {
			continue
		}
		me := roleOf(r.Setting.Beside, who)
		pin := pinView{ID: "pin-" + actorIDs[who], Letter: me.Letter, Sentence: me.Heading + " has not read"}
		if begun {
			pin.Says = fmt.Sprintf("read to %d", position)
			pin.Sentence = me.Heading + " has read up to here"
		}
		c.Pins = append(c.Pins, pin)
		c.Rails[who] = map[bool]string{true: "end"}[begun]
	}
	for _, who := range []stage.Who{stage.A, stage.B} {
		if last, _ := r.Last(who); last.After > position && position > 0 {
			c.Rails[who] = "line"
		}
	}
	return c
}

// slotOf returns the place of the next event, with what the actors want to put there.
func slotOf(r stage.Record) column {
	c := column{Kind: "slot"}
	for _, who := range []stage.Who{stage.A, stage.B} {
		last, _ := r.Last(who)
		switch last.Kind {
		case stage.HasDecided, stage.HasChecked, stage.IsTurnedAway:
			c.Wishes[who] = wishOf(r, last)
		}
		if last.Kind == stage.IsTurnedAway {
			c.Notes[who.Other()] = note{"", "turned away", ""}
		}
	}
	return c
}

func wishOf(r stage.Record, m stage.Moment) *wishView {
	event := dcb.Event{Type: m.Wish[0].Type, Tags: m.Wish[0].Tags, Data: m.Wish[0].Data}
	words := wordsOf(event)
	w := &wishView{ID: "event-" + actorIDs[m.Who], Icon: words.Icon, Bounced: m.Kind == stage.IsTurnedAway}
	w.Label, w.Small = labelOf(r.Setting.Beside, event)
	w.What, w.Since = condition(r, m)
	w.Sentence = fmt.Sprintf("%s wants to append: %s, %s %s", roleOf(r.Setting.Beside, m.Who).Heading, words.Sentence, w.What, w.Since)
	if m.Kind == stage.HasChecked {
		w.What, w.Since = "checked: nothing", fmt.Sprintf("new inside after %d", m.After)
	}
	return w
}
