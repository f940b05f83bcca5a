package race

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"go-crablet/lab"
	"go-crablet/web/ui"
)

// A courseLanes is a course with the lanes of its contenders.
type courseLanes struct {
	Title, Sold string
	SeatLines   string // a path with a line for every seat that was sold
	SeatLabels  []tick
	Lanes       []lane
}

// A tick is a word below or above a point in time.
type tick struct{ X, Words string }

// drawLanes draws one page of lanes, course by course, in the order of their starts.
func (v *pageView) drawLanes(s stage) {
	steps := map[int][]lab.Step{}
	for _, step := range s.shown {
		steps[step.Contender] = append(steps[step.Contender], step)
	}
	attempts := map[int]int{} // of the whole race, so that a lane stays on its page
	for _, step := range s.replay.Steps {
		if step.Kind == lab.Read {
			attempts[step.Contender]++
		}
	}
	place := map[string]int{}
	for i, course := range s.replay.Courses {
		place[string(course.ID)] = i
	}
	all := slices.SortedStableFunc(slices.Values(s.replay.Contenders), func(a, b lab.Contender) int {
		return cmp.Or(cmp.Compare(place[string(a.Course)], place[string(b.Course)]), cmp.Compare(a.Start, b.Start))
	})
	v.Lanes = v.Scrub.lanePages(all, attempts)

	v.Courses = nil
	last := -1
	for _, who := range all[v.Lanes.First-1 : v.Lanes.Last] {
		i := place[string(who.Course)]
		if i != last {
			v.Courses = append(v.Courses, s.course(s.replay.Courses[i]))
			last = i
		}
		course := &v.Courses[len(v.Courses)-1]
		drawn := s.lane(who, s.replay.Courses[i].Seats, steps[who.Number])
		for _, attempt := range drawn.Attempts {
			v.HasSpots = v.HasSpots || attempt.OnTheSpot
		}
		course.Lanes = append(course.Lanes, drawn)
	}
}

// course returns a course without its lanes yet, with a line for every seat that was sold.
func (s stage) course(course lab.Course) courseLanes {
	const apart = 65 // thousandths between labels
	c := courseLanes{Title: course.Title}
	sold, labelled := 0, -apart
	for _, step := range s.shown {
		if step.Kind != lab.Appended || s.replay.Contenders[step.Contender-1].Course != course.ID {
			continue
		}
		sold++
		c.SeatLines += fmt.Sprintf("M%d 0v10", s.x(step.At))
		if x := s.x(step.At); x-labelled >= apart && x < thousandths-apart/2 {
			c.SeatLabels = append(c.SeatLabels, tick{s.percent(step.At), strconv.Itoa(sold)})
			labelled = x
		}
	}
	c.Sold = fmt.Sprintf("%d of %d %s sold", sold, course.Seats, ui.Plural(course.Seats, "seat", "seats"))
	if s.othersTookPart() { // others may have taken seats, or changed how many there are
		c.Sold = fmt.Sprintf("%d %s sold", sold, ui.Plural(sold, "seat", "seats"))
	}
	return c
}

// ticks returns four to six round times to write below the lanes.
func (s stage) ticks() []tick {
	const most = 5
	step := time.Millisecond
	for factor := 0; s.until/step > most; factor++ {
		step = step * []time.Duration{2, 5, 2}[factor%3] / []time.Duration{1, 2, 1}[factor%3]
	}
	var ticks []tick
	for at := time.Duration(0); at <= s.until-s.until/20; at += step {
		words := strconv.FormatInt(at.Milliseconds(), 10) + " ms"
		if s.until > time.Second {
			words = strconv.FormatFloat(at.Seconds(), 'f', -1, 64) + " s"
		}
		ticks = append(ticks, tick{s.percent(at), words})
	}
	return ticks
}
