package story

import (
	"fmt"
	"slices"
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
	for _, column := range b.axis.Columns {
		if column.Kind == columnOwn {
			row.Cells = append(row.Cells, b.ownCell(s, own))
			own++
			continue
		}
		row.Cells = append(row.Cells, b.cell(s, column))
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

// layOut makes the columns, in the order of the log.
func (b *axisBuilder) layOut() {
	places := b.events()
	marks := b.marks()
	end := int64(0)
	fill := func(to int64) {
		if to <= end {
			return
		}
		kind := columnGap
		if end == 0 {
			kind = columnBefore
		}
		b.axis.Columns = append(b.axis.Columns, AxisColumn{Kind: kind, From: end + 1, To: to})
		end = to
	}
	for len(places)+len(marks) > 0 {
		if len(marks) == 0 || len(places) > 0 && places[0] <= marks[0] {
			fill(places[0] - 1)
			b.axis.Columns = append(b.axis.Columns, AxisColumn{Kind: columnEvent, From: places[0], To: places[0], Hot: b.isHot(places[0])})
			end, places = places[0], places[1:]
			continue
		}
		fill(marks[0])
		b.axis.Columns = append(b.axis.Columns, AxisColumn{Kind: columnMark, From: marks[0], To: marks[0]})
		marks = marks[1:]
	}
	for _, s := range b.shown {
		fill(s.seenTo)
	}
	b.layOutOwn()
}

// layOutOwn makes the columns at the end, for what the decision wants to append. If it
// appended that, they have its positions. A refusal has a column there, too.
func (b *axisBuilder) layOutOwn() {
	n := 0
	for _, s := range b.shown {
		n = max(n, min(len(s.attempt.Wanted), mostOwn+1))
		if s.attempt.Refusal != "" {
			n = max(n, 1)
		}
	}
	own := b.shown[len(b.shown)-1].appended()
	for i := range n {
		column := AxisColumn{Kind: columnOwn}
		if i < len(own) {
			column.From, column.To = own[i].Position, own[i].Position
		}
		if i == mostOwn && len(own) > 0 {
			column.To = own[len(own)-1].Position
		}
		b.axis.Columns = append(b.axis.Columns, column)
	}
}

// events returns the positions of the events that have a column of their own: the last ones
// that the first attempt read, and of each attempt those that it read anew or conflicted with.
func (b *axisBuilder) events() []int64 {
	var positions []int64
	first := mostOfOneKind
	if len(b.shown) > 1 {
		first = 1
	}
	for i, s := range b.shown {
		read := s.inside[max(0, len(s.inside)-first):]
		if i > 0 {
			anew := slices.DeleteFunc(slices.Clone(s.inside), func(e receipt.Event) bool { return !has(s.attempt.LastRead, e.Position) })
			read = anew[max(0, len(anew)-mostOfOneKind):]
		}
		for _, e := range slices.Concat(read, s.after[:min(len(s.after), mostOfOneKind)]) {
			positions = append(positions, e.Position)
		}
	}
	slices.Sort(positions)
	return slices.Compact(positions)
}

// marks returns the positions up to which the attempts read.
func (b *axisBuilder) marks() []int64 {
	var positions []int64
	for _, s := range b.shown {
		if !s.reading() {
			positions = append(positions, s.attempt.ReadTo)
		}
	}
	slices.Sort(positions)
	return slices.Compact(positions)
}

func (b *axisBuilder) isHot(position int64) bool {
	return slices.ContainsFunc(b.shown, func(s sight) bool { return has(s.after, position) })
}

// spare chooses which columns a narrow page leaves out, until there is room for the others: first
// the gaps, then the further events to append, then what was read before the first attempt ended
// reading, and at last what stands beside another event of its kind.
func (b *axisBuilder) spare() {
	room := roomyColumns
	for _, c := range b.axis.Columns {
		if c.Kind != columnBefore {
			room--
		}
	}
	marked := slices.IndexFunc(b.axis.Columns, func(c AxisColumn) bool { return c.Kind == columnMark })
	for _, may := range []func(i int) bool{
		func(i int) bool { return b.axis.Columns[i].Kind == columnGap },
		func(i int) bool { return b.axis.Columns[i].Kind == columnOwn && b.axis.Columns[i-1].Kind == columnOwn },
		func(i int) bool { return b.axis.Columns[i].Kind == columnEvent && i < marked },
		func(i int) bool {
			return i > 0 && b.axis.Columns[i].Kind == columnEvent && b.axis.Columns[i-1].Kind == columnEvent
		},
	} {
		for i := range b.axis.Columns {
			if room < 0 && !b.axis.Columns[i].Spare && may(i) {
				b.axis.Columns[i].Spare = true
				room++
			}
		}
	}
}

// cell draws what an attempt saw at a column.
func (b *axisBuilder) cell(s sight, c AxisColumn) Tile {
	switch {
	case s.reading():
		return Tile{}
	case c.Kind == columnMark && s.attempt.ReadTo != c.To:
		return Tile{}
	case c.Kind == columnMark && len(s.attempt.Wanted) == 0:
		return Tile{Kind: TileReadTo, From: c.From, To: c.To}
	case c.Kind == columnMark:
		return Tile{Kind: TileAfter, From: c.From, To: c.To}
	case c.Kind == columnEvent:
		return b.eventCell(s, c)
	default:
		return b.stretchCell(s, c)
	}
}

func (b *axisBuilder) eventCell(s sight, c AxisColumn) Tile {
	inside, known := b.insideOf(s, c.From, c.To)
	switch {
	case !known && c.To <= s.attempt.ReadTo:
		return Tile{Kind: tileUnkept, From: c.From, To: c.To}
	case !known:
		return Tile{}
	case inside == 0:
		return Tile{Kind: TileOutside, From: c.From, To: c.To}
	}
	kind := TileInside
	switch {
	case c.To > s.attempt.ReadTo:
		kind = TileConflict
	case has(s.attempt.LastRead, c.To) && s.number > b.all[0].number:
		kind = tileNew
	case s.number > b.all[0].number:
		kind = tileKept
	}
	return b.eventTile(kind, b.eventAt(c.To))
}

// stretchCell counts the events of a column that stands for several.
func (b *axisBuilder) stretchCell(s sight, c AxisColumn) Tile {
	inside, known := b.insideOf(s, c.From, c.To)
	if c.Kind == columnBefore && !known && c.To <= s.attempt.ReadTo {
		inside, known = b.insideBefore(s, c)
	}
	t := Tile{Kind: TileStretch, From: c.From, To: c.To, Inside: inside}
	switch more := countWithin(s.after, c.From, c.To); {
	case known && inside == 0 && t.Outside() <= mostBars:
		t.Kind = TileOutside
	case known:
	case c.To <= s.attempt.ReadTo:
		t.Kind = tileUnkept
	case more > 0:
		return Tile{Kind: TileMore, Of: TileConflict, From: c.From, To: c.To, Inside: more}
	default:
		return Tile{}
	}
	return t
}

// insideBefore counts the events inside the boundary in the column at the start of the log:
// all that were read, less those in the other columns.
func (b *axisBuilder) insideBefore(s sight, before AxisColumn) (n int, known bool) {
	n = s.read
	for _, c := range b.axis.Columns {
		if (c.Kind != columnEvent && c.Kind != columnGap) || c.From <= before.To || c.To > s.attempt.ReadTo {
			continue
		}
		inside, known := b.insideOf(s, c.From, c.To)
		if !known {
			return 0, false
		}
		n -= inside
	}
	return n, true
}

// ownCell draws the i-th event that an attempt wanted to append, or its refusal.
func (b *axisBuilder) ownCell(s sight, i int) Tile {
	wanted, kind := s.attempt.Wanted, s.wantedKind()
	if b.held != "" && s.number == b.all[len(b.all)-1].number {
		kind = b.held
	}
	switch {
	case s.attempt.Refusal != "" && i == 0:
		return Tile{Kind: tileRefused, Words: EventWords{Icon: "i-refused", Label: "no", Sentence: s.attempt.Refusal}}
	case i >= len(wanted):
		return Tile{}
	case i == mostOwn:
		return Tile{Kind: TileMore, Of: kind, From: wanted[i].Position, To: wanted[len(wanted)-1].Position, Inside: len(wanted) - mostOwn}
	}
	t := b.eventTile(kind, wanted[i])
	t.Another = i > 0
	return t
}

func (b *axisBuilder) eventTile(kind tileKind, e receipt.Event) Tile {
	return Tile{
		Kind: kind, From: e.Position, To: e.Position, Inside: 1,
		Words: Words(b.names, e.Type, e.Data), Type: e.Type, Tags: e.Tags,
	}
}

// eventAt returns the event at a position that has a column of its own.
func (b *axisBuilder) eventAt(position int64) receipt.Event {
	for _, s := range b.all {
		for _, e := range slices.Concat(s.inside, s.after) {
			if e.Position == position {
				return e
			}
		}
	}
	return receipt.Event{Position: position}
}

// insideOf counts the events inside the boundary of an attempt from one position to another,
// and says whether that is known. A receipt keeps the last events that each attempt read; what
// an earlier attempt kept counts as well, as long as the boundary stayed the same.
func (b *axisBuilder) insideOf(s sight, from, to int64) (n int, known bool) {
	for i := slices.IndexFunc(b.all, func(other sight) bool { return other.number == s.number }); i >= 0; i-- {
		earlier := b.all[i]
		if to <= max(s.attempt.ReadTo, s.seenTo) && from >= earlier.keptFrom && to <= earlier.seenTo {
			return countWithin(earlier.inside, from, to) + countWithin(earlier.after, from, to), true
		}
		if earlier.attempt.Moved != nil {
			break
		}
	}
	return 0, false
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

// says names the column for screen readers.
func (c AxisColumn) says() string {
	switch {
	case c.Kind == columnMark:
		return fmt.Sprintf("read up to %d", c.To)
	case c.Kind == columnOwn && c.To == 0:
		return "to append"
	case c.From < c.To:
		return fmt.Sprintf("%d to %d", c.From, c.To)
	default:
		return fmt.Sprint(c.To)
	}
}
