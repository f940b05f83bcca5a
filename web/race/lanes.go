package race

import (
	"cmp"
	"fmt"
	"slices"

	"go-crablet/lab"
)

// A courseLanes is a course with its seats and the lanes of its contenders, or another prize with
// what was taken of it.
type courseLanes struct {
	Title     string
	Seats     seatRow
	SeatLines string // a path with a line for every seat that was taken
	Lanes     []lane
}

// drawLanes draws one page of lanes, course by course, in the order of their starts.
func (v *pageView) drawLanes(c canvas) {
	steps := stepsByContender(c.shown)
	attempts := map[int]int{} // of the whole race, so that a lane stays on its page
	for _, step := range v.Scrub.steps {
		if step.Kind == lab.Read {
			attempts[step.Contender]++
		}
	}
	place := map[string]int{}
	for i, course := range c.lineup.Courses {
		place[string(course.ID)] = i
	}
	all := slices.SortedStableFunc(slices.Values(c.lineup.Contenders), func(a, b lab.Contender) int {
		return cmp.Or(cmp.Compare(place[string(a.Course)], place[string(b.Course)]), cmp.Compare(a.Start, b.Start))
	})
	v.Lanes = v.Scrub.lanePages(all, c.prizes, attempts)

	last := ""
	for _, who := range all[v.Lanes.First-1 : v.Lanes.Last] {
		prize, course := c.prizes[who.Number], courseOf(c.lineup, who)
		if prize.key != last {
			v.Courses = append(v.Courses, courseLanes{Title: prize.label, Seats: c.seats(prize), SeatLines: c.seatLines(prize)})
			last = prize.key
		}
		lanes := &v.Courses[len(v.Courses)-1].Lanes
		*lanes = append(*lanes, c.lane(who, course.Seats, steps[who.Number]))
	}
}

func stepsByContender(steps []lab.Step) map[int][]lab.Step {
	by := map[int][]lab.Step{}
	for _, step := range steps {
		by[step.Contender] = append(by[step.Contender], step)
	}
	return by
}

// seatLines is a path with a line for each chair that stands at its time.
func (c canvas) seatLines(p prize) (path string) {
	if c.strict {
		return ""
	}
	for _, step := range c.taken(p) {
		path += fmt.Sprintf("M%d 0v10", c.x(step.At))
	}
	return path
}

// taken returns the steps in which something of a prize was taken.
func (c canvas) taken(p prize) (steps []lab.Step) {
	for _, step := range c.shown {
		if step.Kind == lab.Appended && c.prizes[step.Contender].key == p.key {
			steps = append(steps, step)
		}
	}
	return steps
}

// playhead is a path at the time that is shown.
func (c canvas) playhead() string { return fmt.Sprintf("M%d 0v10", c.x(c.now)) }
