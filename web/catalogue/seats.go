package catalogue

import (
	"fmt"

	"go-crablet/readmodel"
	"go-crablet/web/ui"
)

// A seatMap draws the seats of a course: dots while they can be told apart, then
// a bar. All of it is SVG attributes, in rem, so it needs no inline style.
type seatMap struct {
	Taken, Capacity int
	Yours           bool // one of the seats taken is the visitor's
	Waiting         int  // how many wait for a seat
	Place           int  // the visitor's among them, 1 for who waits longest, or 0
	Archived        bool
}

const (
	mostDots   = 60
	dotsPerRow = 15
	dotPitch   = 1.05 // rem
)

// SeatsOf returns the seats of a course as one sees them who has places.
func SeatsOf(course readmodel.Course, places []readmodel.Place) seatMap {
	m := seatMap{Taken: course.SeatsTaken, Capacity: course.Capacity, Waiting: course.Waiting, Archived: course.Archived}
	for _, place := range places {
		switch {
		case place.Course != course.ID:
		case place.Waiting:
			m.Place = place.InFront + 1
		default:
			m.Yours = true
		}
	}
	return m
}

// seatLooks are how a seat can look, the classes for it, and how many there can be of
// it in a row. The last that is taken stands for the visitor's own: it looks like the
// others, but where the page says that one is theirs. So everybody sees the same drawing.
var seatLooks = []struct {
	Name, Class string
	Seats       int
}{
	{"taken", "seat seat--taken", dotsPerRow},
	{"over", "seat seat--taken seat--over", dotsPerRow},
	{"last", "seat seat--taken seat--last", 1},
	{"free", "seat", dotsPerRow},
}

// A run is some seats side by side that look the same. There is a row of each look in
// the sprite, of which a run shows the beginning: a page with hundreds of seats would
// else consist of little but circles.
type run struct{ Look, X, Y, Width string }

// Runs returns the seats, taken ones first, or nil when there are too many. A course
// that shrank may have more taken than it offers; all are drawn.
func (m seatMap) Runs() []run {
	if max(m.Taken, m.Capacity) > mostDots {
		return nil
	}
	within := min(m.Taken, m.Capacity)
	var runs []run
	runs = appendRuns(runs, "taken", 0, within-1)
	runs = appendRuns(runs, "last", max(0, within-1), within)
	runs = appendRuns(runs, "over", m.Capacity, m.Taken)
	return appendRuns(runs, "free", m.Taken, m.Capacity)
}

// appendRuns adds the seats from one number up to before another, row by row.
func appendRuns(runs []run, look string, from, to int) []run {
	for from < to {
		row, column := from/dotsPerRow, from%dotsPerRow
		n := min(to-from, dotsPerRow-column)
		runs = append(runs, run{look, rem(dotPitch * float64(column)), rem(dotPitch * float64(row)), rem(dotPitch * float64(n))})
		from += n
	}
	return runs
}

// Height returns the height of the drawing.
func (m seatMap) Height() string {
	rows := (max(m.Taken, m.Capacity) + dotsPerRow - 1) / dotsPerRow
	return rem(dotPitch * float64(rows))
}

// Share returns how much of the course is taken, as a percentage.
func (m seatMap) Share() string {
	return fmt.Sprintf("%.1f%%", min(100, 100*float64(m.Taken)/float64(m.Capacity)))
}

// Count words the drawing.
func (m seatMap) Count() string { return fmt.Sprintf("%d of %d seats", m.Taken, m.Capacity) }

// Label words the drawing for those who do not see it.
func (m seatMap) Label() string { return fmt.Sprintf("%d of %s taken", m.Taken, ui.Seats(m.Capacity)) }

// IsLast reports whether there is one seat to be had.
func (m seatMap) IsLast() bool { return m.Capacity-m.Taken == 1 && !m.Archived }

// Full reports whether a seat has to be waited for.
func (m seatMap) Full() bool { return m.Taken >= m.Capacity }

// Queue words how many wait, or "".
func (m seatMap) Queue() string {
	if m.Waiting == 0 {
		return ""
	}
	return fmt.Sprintf("%d %s", m.Waiting, ui.Plural(m.Waiting, "waits", "wait"))
}

// A seatState is the word and the icon for how full a course is.
type seatState struct{ Class, Icon, Word string }

// State words how full the course is.
func (m seatMap) State() seatState {
	switch {
	case m.Archived:
		return seatState{"state state--outside", "t-archived", "Archived"}
	case m.IsLast():
		return seatState{"state", "i-last", "Last seat"}
	case m.Full():
		return seatState{"state", "i-full", "Full"}
	default:
		return seatState{"state", "i-open", "Open"}
	}
}

// Own words the visitor's place in the course. It has no word when there is none.
func (m seatMap) Own() seatState {
	switch {
	case m.Yours:
		return seatState{"state state--seated", "i-check", "You have a seat"}
	case m.Place > 0:
		return seatState{"state state--you", "i-wait", "You are " + ui.Ordinal(m.Place) + " in line"}
	default:
		return seatState{}
	}
}

func rem(n float64) string { return fmt.Sprintf("%.2frem", n) }
