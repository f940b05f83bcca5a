package story

import (
	"slices"

	"go-crablet/receipt"
)

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
