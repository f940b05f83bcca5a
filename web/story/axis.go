package story

import (
	"strings"

	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/web/ui"
)

// An Axis draws the attempts of a decision below each other, on the same positions of the
// log. So an event that made one attempt conflict stands right above the place where the next
// attempt read it.
type Axis struct {
	Columns []AxisColumn
	Rows    []AxisRow
}

// An AxisColumn is a place on the log, for all attempts.
type AxisColumn struct {
	Kind     columnKind
	From, To int64 // the positions that it stands for; 0 if it is not in the log
	Hot      bool  // its event got inside the boundary of an attempt
	Spare    bool  // a narrow page leaves it out
}

// A columnKind says what a column stands for.
type columnKind string

const (
	columnBefore columnKind = "before" // the start of the log, up to the first event that is drawn
	columnEvent  columnKind = "event"  // one event
	columnGap    columnKind = "gap"    // events between those that are drawn
	columnMark   columnKind = "mark"   // where an attempt ended reading
	columnOwn    columnKind = "own"    // an event that the decision wanted to append
)

// An AxisRow is an attempt. A row with a number of Folded attempts stands for these instead.
type AxisRow struct {
	Number  int
	Outcome ui.Outcome
	Held    string // how long the attempt was held: "held 4.1 s", or ""
	Cells   []Tile // one for each column; a zero tile is an empty place
	Same    bool   // it counts the same at the start of the log as the row before
	Folded  int
}

const (
	mostRows      = 3 // attempts that are drawn; if there are more, those in the middle are counted
	mostOfOneKind = 2 // events that an attempt read anew or conflicted with, each drawn; more are counted
	mostOwn       = 3 // events to append that are drawn; more are counted
	roomyColumns  = 6 // columns that a narrow page has room for
)

// AxisOf draws a decision that has ended. Attempts before a change of the log are left out,
// because their positions belong to another log.
func AxisOf(names readmodel.Names, record receipt.Receipt) Axis {
	return newAxis(names, sightsOf(record.Attempts), "")
}

// AxisOfHeld draws a decision whose last attempt is held before its append. inside are the
// events that got inside its boundary meanwhile, and head is the end of the log.
func AxisOfHeld(names readmodel.Names, record receipt.Receipt, inside []receipt.Event, head int64) Axis {
	sights := sightsOf(record.Attempts)
	last := &sights[len(sights)-1]
	last.after, last.seenTo = inside, head
	if len(inside) >= MostConflicting {
		last.seenTo = inside[len(inside)-1].Position
	}
	return newAxis(names, sights, TileHeld)
}

// newAxis draws attempts. wanted is the kind of the tiles for what the last of them wants to
// append; if it is "", the attempt itself says so.
func newAxis(names readmodel.Names, sights []sight, wanted tileKind) Axis {
	shown := sights
	if len(sights) > mostRows {
		shown = append([]sight{sights[0]}, sights[len(sights)-mostRows+1:]...)
	}
	b := axisBuilder{names: names, all: sights, shown: shown, held: wanted}
	if len(sights) == 1 && sights[0].reading() {
		return Axis{}
	}
	b.layOut()
	for i, s := range shown {
		if i > 0 && shown[i-1].number < s.number-1 {
			b.axis.Rows = append(b.axis.Rows, AxisRow{Folded: s.number - shown[i-1].number - 1})
		}
		row := b.row(s)
		if n := len(b.axis.Rows); n > 0 && b.axis.Rows[n-1].Folded == 0 && len(row.Cells) > 0 {
			first, before := row.Cells[0], b.axis.Rows[n-1].Cells[0]
			row.Same = first.Kind == TileStretch && first.To == before.To && first.Inside == before.Inside
		}
		b.axis.Rows = append(b.axis.Rows, row)
	}
	b.spare()
	return b.axis
}

// row draws an attempt.
func (b *axisBuilder) row(s sight) AxisRow {
	row, own := AxisRow{Number: s.number, Outcome: b.outcome(s), Held: heldFor(s.attempt.Hold)}, 0
	var before Tile
	for _, column := range b.axis.Columns {
		var cell Tile
		if column.Kind == columnOwn {
			cell = b.ownCell(s, own)
			own++
		} else {
			cell = b.cell(s, column)
		}
		cell.SameNote = cell.one() && before.one() && cell.Kind == before.Kind
		row.Cells, before = append(row.Cells, cell), cell
	}
	return row
}

// An axisBuilder lays out an axis, and fills it in.
type axisBuilder struct {
	names readmodel.Names
	all   []sight // of all attempts on this log
	shown []sight // of those that have a row
	held  tileKind
	axis  Axis
}

// outcome says in a word or two how an attempt ended.
func (b *axisBuilder) outcome(s sight) ui.Outcome {
	o := attemptOutcome(s.attempt)
	switch {
	case b.held != "" && s.number == b.all[len(b.all)-1].number && len(s.after) > 0:
		return ui.Outcome{Colour: "conflict", Icon: "i-hold", Words: "held"}
	case b.held != "" && s.number == b.all[len(b.all)-1].number:
		return ui.Outcome{Colour: "you", Icon: "i-hold", Words: "held"}
	case o.Colour == "conflict" && s.attempt.Conflict != nil:
		o.Words = "conflict"
	case len(s.appended()) > 0:
		o.Words = Done(s.attempt.Wanted)
	}
	o.Words = strings.ToLower(o.Words)
	return o
}

// tall reports whether there are so many rows that each has to be low.
func (a Axis) tall() bool { return len(a.Rows) >= mostRows }
