package race

import (
	"cmp"
	"fmt"
	"slices"

	"go-crablet/lab"
)

// A courseLanes is a course with its seats and the lanes of its contenders.
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
	v.Lanes = v.Scrub.lanePages(all, attempts)

	last := -1
	for _, who := range all[v.Lanes.First-1 : v.Lanes.Last] {
		i := place[string(who.Course)]
		course := c.lineup.Courses[i]
		if i != last {
			v.Courses = append(v.Courses, courseLanes{Title: course.Title, Seats: c.seats(course), SeatLines: c.seatLines(course)})
			last = i
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

// seatLines is a path with a line for every seat of a course that was taken.
func (c canvas) seatLines(course lab.Course) (path string) {
	for _, step := range c.shown {
		if step.Kind == lab.Appended && c.contender(step).Course == course.ID {
			path += fmt.Sprintf("M%d 0v10", c.x(step.At))
		}
	}
	return path
}

// playhead is a path at the time that is shown.
func (c canvas) playhead() string { return fmt.Sprintf("M%d 0v10", c.x(c.now)) }
