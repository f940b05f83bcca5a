package stage

import (
	"fmt"
	"strings"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/lab/stage"
)

// circles draws a count: a circle for each seat of a course, or for each course that a student
// may take, and who is in it.
type circles struct {
	Label         string // all of it, for those who do not see it
	Width, Height int
	Circles       []circle
	Rows          bool // they stand in two rows
}

type circle struct {
	State  string // "taken", "free", "unknown", "over"
	Letter string
	X, Y   int
}

const (
	pitch     = 32 // from one circle to the next
	inOneRow  = 5
	diameter  = 28
	beyondOne = 19 // one too many hides a part of the last one
)

// circlesOf draws what an actor knows.
func circlesOf(r stage.Record, who stage.Who, known []dcb.Event, begun bool) *circles {
	me := roleOf(r.Setting.Beside, who)
	count, all := countFor(r.Setting.Beside, who, known), countFor(r.Setting.Beside, who, r.Events)
	switch {
	case me == registrar:
		return nil
	case !begun:
		drawn := draw(stage.Count{Limit: all.Limit}, "unknown", "?")
		drawn.Label = me.Heading + " has not read"
		return &drawn
	}
	drawn := draw(count, "free", "")
	drawn.Label = fmt.Sprintf("%s knows: %s", me.Heading, taken(count))
	return &drawn
}

// circlesInLog draws what is true: the seats that both want, or that each of them wants.
func circlesInLog(r stage.Record) (all []circles) {
	about := []stage.Who{stage.A}
	if r.Setting.Beside == stage.OtherCourse {
		about = append(about, stage.B)
	}
	for _, who := range about {
		count := countFor(r.Setting.Beside, who, r.Events)
		drawn := draw(count, "free", "")
		drawn.Label = "In the log: " + taken(count)
		if r.Setting.Beside == stage.OtherCourse {
			drawn.Label += " in " + names.Course(courseOf(r.Setting.Beside, who))
		}
		all = append(all, drawn)
	}
	return all
}

func countFor(beside stage.Beside, who stage.Who, events []dcb.Event) stage.Count {
	if beside == stage.SecondTab {
		return stage.CoursesOf(events, stage.Ada)
	}
	return stage.Seats(events, courseOf(beside, who))
}

func taken(c stage.Count) string {
	if c.Limit == courses.MaxCourses {
		return fmt.Sprintf("%d courses of %d", len(c.Taken), c.Limit)
	}
	return fmt.Sprintf("%d of %d seats taken", len(c.Taken), c.Limit)
}

// draw places the circles. rest is the state of those that nobody has, and mark their letter.
func draw(c stage.Count, rest, mark string) circles {
	d := circles{Rows: c.Limit > inOneRow}
	for i := range max(c.Limit, len(c.Taken)) {
		seat := circle{State: rest, Letter: mark}
		if i < len(c.Taken) {
			seat = circle{State: "taken", Letter: strings.ToUpper(c.Taken[i][:1])}
		}
		seat.X, seat.Y = diameter/2+i%inOneRow*pitch, diameter/2+i/inOneRow*pitch
		if i >= c.Limit {
			before := d.Circles[i-1]
			seat.State, seat.X, seat.Y = "over", before.X+beyondOne, before.Y
		}
		d.Circles = append(d.Circles, seat)
		d.Width, d.Height = max(d.Width, seat.X+diameter/2), max(d.Height, seat.Y+diameter/2)
	}
	return d
}
