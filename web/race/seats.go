package race

import (
	"fmt"
	"strconv"

	"go-crablet/lab"
	"go-crablet/web/ui"
)

// A seatRow draws the seats of a course as things: those that are taken stand at the time when
// they were taken, and those that are free stand beside the lanes.
type seatRow struct {
	Label    string
	Taken    []chair
	Free     []struct{} // each one is drawn, if they are few
	Rest     string     // or they are counted
	Sentence string     // the row in words, for screen readers
}

// A chair is a seat that is taken.
type chair struct {
	X, Number string
	Name      string // of the student who has it, if there is room for the name
	Size      string // "wide" if its number has room on every screen, "" on large ones only, "dot" on none
}

const mostFreeDrawn = 10

// How far apart seats are, in thousandths of the axis.
const (
	roomForNumber       = 27
	roomForNumberOnTiny = 100
	roomForName         = 85
)

// seats draws the seats of a course.
func (c canvas) seats(course lab.Course) seatRow {
	row := seatRow{Label: ui.Seats(course.Seats), Sentence: "Nobody has a seat yet."}
	if len(c.lineup.Courses) > 1 {
		row.Label = course.Title
	}
	var sold []lab.Step
	for _, step := range c.shown {
		if step.Kind == lab.Appended && c.contender(step).Course == course.ID {
			sold = append(sold, step)
		}
	}
	numbered, numberedOnTiny := -thousandths, -thousandths
	for i, step := range sold {
		x, next := c.x(step.At), thousandths+roomForName/2
		if i+1 < len(sold) {
			next = c.x(sold[i+1].At)
		}
		chair := chair{X: c.percent(step.At), Number: strconv.Itoa(i + 1), Size: "dot"}
		if x-numbered >= roomForNumber {
			chair.Size, numbered = "", x
			if next-x >= roomForName {
				chair.Name = c.contender(step).Name
			}
		}
		if chair.Size == "" && x-numberedOnTiny >= roomForNumberOnTiny {
			chair.Size, numberedOnTiny = "wide", x
		}
		row.Taken = append(row.Taken, chair)
	}
	row.tellRest(course, sold, c)
	return row
}

// tellRest says what is free, unless others may have changed that.
func (r *seatRow) tellRest(course lab.Course, sold []lab.Step, c canvas) {
	var names []string
	for _, step := range sold {
		names = append(names, c.contender(step).Name)
	}
	if len(names) > 0 {
		r.Sentence = fmt.Sprintf("Seats were taken by %s, in this order.", ui.And(names))
	}
	free := course.Seats - len(sold)
	switch {
	case c.others:
		return
	case free <= 0:
		r.Rest = "none left"
	case free <= mostFreeDrawn:
		r.Free = make([]struct{}, free)
	default:
		r.Rest = strconv.Itoa(free) + " free"
	}
	r.Sentence += fmt.Sprintf(" %d of %d are free.", max(free, 0), course.Seats)
}
