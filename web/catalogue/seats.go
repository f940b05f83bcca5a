package catalogue

import (
	"fmt"

	"go-crablet/readmodel"
	"go-crablet/web/ui"
)

// A SeatMap draws the seats of a course, as dots if there are few and as a bar if there are
// many. Its sizes are SVG attributes, so the drawing needs no inline style. They are in em, which .seats
// sets to the size of the root, because WebKit does not know rem in an svg inside another one.
type SeatMap struct {
	Taken, Capacity int
	Yours           bool // one of the seats taken is the visitor's
	Waiting         int  // how many wait for a seat
	Place           int  // the visitor's place on the waitlist, from 1, or 0
	Archived        bool
}

const (
	mostDots   = 60
	mostPerRow = 15
	dotPitch   = 1.05 // em
)

// SeatsOf returns the seat map of a course, as a student with these places sees it.
func SeatsOf(course readmodel.Course, places []readmodel.Place) SeatMap {
	m := SeatMap{Taken: course.SeatsTaken, Capacity: course.Capacity, Waiting: course.Waiting, Archived: course.Archived}
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

// seatLooks are the looks of a seat: its classes, and the most seats of it in a row.
//
// Every visitor gets the same drawing. Its last taken seat has a look of its own, which the
// stylesheet highlights only on a page whose visitor has a seat in the course.
var seatLooks = []struct {
	Name, Class string
	Seats       int
}{
	{"taken", "seat seat--taken", mostPerRow},
	{"over", "seat seat--taken seat--over", mostPerRow},
	{"last", "seat seat--taken seat--last", 1},
	{"free", "seat", mostPerRow},
}

// A run is seats side by side that look the same. It shows the beginning of the row of that
// look in the sprite, so a page with hundreds of seats does not have hundreds of circles.
type run struct{ Look, X, Y, Width string }

// rows returns in how many rows the dots are drawn, and how many are in each. The rows are as even
// as they can be: 16 seats are two rows of eight, and no seat is alone in its row.
func (m SeatMap) rows() (rows, perRow int) {
	dots := max(m.Taken, m.Capacity)
	rows = max(1, (dots+mostPerRow-1)/mostPerRow)
	return rows, (dots + rows - 1) / rows
}

// Runs returns the seats, taken ones first, or nil if there are too many to draw as dots. A
// course whose capacity shrank may have more seats taken than it offers; all are drawn.
func (m SeatMap) Runs() []run {
	if max(m.Taken, m.Capacity) > mostDots {
		return nil
	}
	within := min(m.Taken, m.Capacity)
	_, perRow := m.rows()
	var runs []run
	runs = appendRuns(runs, perRow, "taken", 0, within-1)
	runs = appendRuns(runs, perRow, "last", max(0, within-1), within)
	runs = appendRuns(runs, perRow, "over", m.Capacity, m.Taken)
	return appendRuns(runs, perRow, "free", m.Taken, m.Capacity)
}

// appendRuns adds the seats with the numbers from up to, but not including, to, row by row.
func appendRuns(runs []run, perRow int, look string, from, to int) []run {
	for from < to {
		row, column := from/perRow, from%perRow
		n := min(to-from, perRow-column)
		runs = append(runs, run{look, em(dotPitch * float64(column)), em(dotPitch * float64(row)), em(dotPitch * float64(n))})
		from += n
	}
	return runs
}

// Height returns the height of the drawing.
func (m SeatMap) Height() string {
	rows, _ := m.rows()
	return em(dotPitch * float64(rows))
}

// Share returns the share of the seats that are taken, as a percentage.
func (m SeatMap) Share() string {
	return fmt.Sprintf("%.1f%%", min(100, 100*float64(m.Taken)/float64(m.Capacity)))
}

// Count words the drawing for those who see it.
func (m SeatMap) Count() string { return fmt.Sprintf("%d of %d seats", m.Taken, m.Capacity) }

// Label words the drawing for screen readers.
func (m SeatMap) Label() string { return fmt.Sprintf("%d of %s taken", m.Taken, ui.Seats(m.Capacity)) }

// IsLast reports whether one seat is free.
func (m SeatMap) IsLast() bool { return m.Capacity-m.Taken == 1 && !m.Archived }

// Full reports whether no seat is free.
func (m SeatMap) Full() bool { return m.Taken >= m.Capacity }

// Queue words how many students wait, or "".
func (m SeatMap) Queue() string {
	if m.Waiting == 0 {
		return ""
	}
	return fmt.Sprintf("%d %s", m.Waiting, ui.Plural(m.Waiting, "waits", "wait"))
}

// A seatState is a word with its icon, about a course or the visitor's place in it.
type seatState struct{ Class, Icon, Word string }

// State words how full the course is.
func (m SeatMap) State() seatState {
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

// Own words the visitor's place in the course. Its word is "" if there is none.
func (m SeatMap) Own() seatState {
	switch {
	case m.Yours:
		return seatState{"state state--seated", "i-check", "You have a seat"}
	case m.Place > 0:
		return seatState{"state state--you", "i-wait", "You are " + ui.Ordinal(m.Place) + " in line"}
	default:
		return seatState{}
	}
}

func em(n float64) string { return fmt.Sprintf("%.2fem", n) }
