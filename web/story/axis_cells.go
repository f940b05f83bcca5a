package story

import (
	"slices"

	"go-crablet/receipt"
)

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
	return b.eventTile(kind, wanted[i])
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
