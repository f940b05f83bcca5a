package race

import (
	"fmt"
	"strconv"

	"go-crablet/lab"
	"go-crablet/web/ui"
)

// A seatRow draws the seats of a course, or another prize, as things: those that are taken stand
// above the lanes, and those that are free stand beside them.
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
	Wrong     bool   // there was none left to take
	Size      string // "wide" if its number has room on every screen, "" on large ones only, "dot" on none
}

const mostFreeDrawn = 10

// How far apart seats are, in thousandths of the axis.
const (
	roomForNumber       = 27
	roomForNumberOnTiny = 100
	roomForName         = 85
)

// seats draws the seats of a course, or another prize.
func (c canvas) seats(p prize) seatRow {
	row := seatRow{Label: p.label, Sentence: fmt.Sprintf("Nobody has a %s yet.", p.kind)}
	sold := c.taken(p)
	if c.strict {
		row.Taken = c.chairsInARow(sold, p.most)
	} else {
		row.Taken = c.chairsOnAxis(sold)
	}
	row.tellRest(p, sold, c)
	return row
}

// chairsOnAxis puts each chair at the time when it was taken.
func (c canvas) chairsOnAxis(sold []lab.Step) (chairs []chair) {
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
		chairs = append(chairs, chair)
	}
	return chairs
}

// chairsInARow puts chairs beside each other. All contenders appended at the same time, so on the axis
// their chairs would cover each other.
func (c canvas) chairsInARow(sold []lab.Step, most int) (chairs []chair) {
	places := max(len(sold), most)
	for i, step := range sold {
		x := 100 * (float64(i) + 0.5) / float64(places)
		chairs = append(chairs, chair{X: fmt.Sprintf("%.1f%%", x), Number: strconv.Itoa(i + 1), Wrong: c.tooMany(step)})
	}
	return chairs
}

// tellRest says what is free, unless others may have changed that.
func (r *seatRow) tellRest(p prize, sold []lab.Step, c canvas) {
	var names []string
	for _, step := range sold {
		names = append(names, c.contender(step).Name)
	}
	if len(names) > 0 {
		r.Sentence = fmt.Sprintf("Seats were taken by %s, in this order.", ui.And(names))
		if p.kind == "course" {
			r.Sentence = fmt.Sprintf("The student took %s, in this order.", ui.And(names))
		}
	}
	free := p.most - len(sold)
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
	if c.strict && free < 0 {
		r.Rest = fmt.Sprintf("%d too many", -free)
		r.Sentence += fmt.Sprintf(" That is %d too many.", -free)
		return
	}
	r.Sentence += fmt.Sprintf(" %d of %d are free.", max(free, 0), p.most)
}
