package story

import (
	"fmt"

	"go-crablet/web/ui"
)

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

// position is what stands above the column.
func (c AxisColumn) position() string {
	if c.To == 0 {
		return "?"
	}
	if c.From < c.To {
		return fmt.Sprintf("–%d", c.To)
	}
	return fmt.Sprint(c.To)
}

func (c AxisColumn) class() string {
	if c.Spare {
		return "axis__" + string(c.Kind) + " axis__spare"
	}
	return "axis__" + string(c.Kind)
}

// tileClass says how the tile in a row and a column looks. An event that is read right below
// the conflict with it is marked as such.
func (a Axis) tileClass(row, column int) string {
	t := a.Rows[row].Cells[column]
	if t.Kind == "" {
		return ""
	}
	class := "axis--" + string(t.Kind)
	if t.Kind == tileNew && row > 0 && a.Rows[row-1].Folded == 0 && a.Rows[row-1].Cells[column].Kind == TileConflict {
		class += " axis--moved"
	}
	return class
}

func (r AxisRow) foldedWords() string {
	return fmt.Sprintf("%d more %s turned away", r.Folded, ui.Plural(r.Folded, "was", "were"))
}

// axisNote is the word below a tile, or "".
func (t Tile) axisNote() string {
	if t.SameNote {
		return ""
	}
	switch t.Kind {
	case tileNew:
		return "now read"
	case TileGhost:
		return "turned away"
	case tileRefused:
		return "refused"
	default:
		return t.note()
	}
}

// isLink reports whether the tile leads to the page of its event.
func (t Tile) isLink() bool { return t.one() && t.url() != "" }

// isStep reports whether the tile is a step of the decision: what it read to, what got in its
// way, and what came of its append.
func (t Tile) isStep() bool {
	switch t.Kind {
	case TileAfter, TileReadTo, TileConflict, TileGhost, TileHeld, TileFailed, tileNew, TileOwn, tileRefused:
		return true
	default:
		return false
	}
}
