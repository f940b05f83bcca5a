package web

import (
	"fmt"

	"go-crablet/domain/courses"
)

// A seatMap draws the seats of a course: dots while they can be told apart, then
// a bar. All of it is SVG attributes, in rem, so it needs no inline style.
type seatMap struct {
	Taken, Capacity int
	Yours           int // the index of the visitor's seat, or -1
	Waiting         int // how many wait for a seat
	Place           int // the visitor's among them, 1 for who waits longest, or 0
	Archived        bool
}

const (
	mostDots   = 60
	dotsPerRow = 15
	dotPitch   = 1.05 // rem
)

func seatsOf(course courses.Course, acting courses.StudentID) seatMap {
	m := seatMap{
		Taken: len(course.Seats), Capacity: course.Capacity, Yours: -1,
		Waiting: len(course.Waiting), Place: placeIn(course, acting), Archived: course.Archived,
	}
	for i, seat := range course.Seats {
		if seat.Student == acting {
			m.Yours = i
		}
	}
	return m
}

// A dot is one seat.
type dot struct{ Class, X, Y string }

// Dots returns a dot for every seat, taken ones first, or nil when there are too
// many. A course that shrank may have more taken than it offers; all are drawn.
func (m seatMap) Dots() []dot {
	n := max(m.Taken, m.Capacity)
	if n > mostDots {
		return nil
	}
	dots := make([]dot, n)
	for i := range dots {
		class := "seat"
		switch {
		case i == m.Yours:
			class = "seat seat--you"
		case i < m.Taken && i >= m.Capacity:
			class = "seat seat--taken seat--over"
		case i < m.Taken:
			class = "seat seat--taken"
		}
		dots[i] = dot{class, rem(0.4 + dotPitch*float64(i%dotsPerRow)), rem(0.45 + dotPitch*float64(i/dotsPerRow))}
	}
	return dots
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

// Full reports whether a seat has to be waited for.
func (m seatMap) Full() bool { return m.Taken >= m.Capacity }

// Queue words how many wait, or "".
func (m seatMap) Queue() string {
	if m.Waiting == 0 {
		return ""
	}
	return fmt.Sprintf("%d %s", m.Waiting, plural(m.Waiting, "waits", "wait"))
}

// Label words the drawing for those who do not see it.
func (m seatMap) Label() string {
	label := fmt.Sprintf("%d of %s taken", m.Taken, seats(m.Capacity))
	if m.Yours >= 0 {
		label += ", one is yours"
	}
	return label
}

// A seatState is the word and the icon for how full a course is.
type seatState struct{ Class, Icon, Word string }

// State words how full the course is, from the visitor's side.
func (m seatMap) State() seatState {
	switch free := m.Capacity - m.Taken; {
	case m.Yours >= 0:
		return seatState{"state state--seated", "i-check", "You have a seat"}
	case m.Archived:
		return seatState{"state state--outside", "t-archived", "Archived"}
	case m.Place > 0:
		return seatState{"state state--you", "i-wait", "You are " + ordinal(m.Place) + " in line"}
	case free > 1:
		return seatState{"state", "i-open", "Open"}
	case free == 1:
		return seatState{"state", "i-last", "Last seat"}
	default:
		return seatState{"state", "i-full", "Full"}
	}
}

func rem(n float64) string { return fmt.Sprintf("%.2frem", n) }
