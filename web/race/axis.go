package race

import (
	"strconv"
	"time"

	"go-crablet/lab"
)

// shortestAxis is the axis of a race that is over at once.
const shortestAxis = 20 * time.Millisecond

// axisOf returns the time at the right edge of a race. last is when its last step was. The axis
// is there before the race begins, and stays while the race runs: it has room for a race that
// takes a fifth longer than the time to think alone does. A race that takes longer still makes
// the axis longer, by a quarter each time.
func axisOf(race lab.Race, last time.Duration) time.Duration {
	inOneCourse := (race.Contenders + race.Courses - 1) / race.Courses
	rounds := min(race.Seats+1, inOneCourse) // one for each seat, and one for those who come too late
	expected := max(race.Spread+race.Think, time.Duration(rounds)*race.Think)
	axis := max(expected+expected/5, shortestAxis)
	for axis < last {
		axis += axis / 4
	}
	return axis
}

// A tick is a word at a point in time.
type tick struct{ X, Words string }

// ticks returns four to six round times to write below the lanes.
func (c canvas) ticks() []tick {
	const most = 5
	step := time.Millisecond
	for factor := 0; c.axis/step > most; factor++ {
		step = step * []time.Duration{2, 5, 2}[factor%3] / []time.Duration{1, 2, 1}[factor%3]
	}
	var ticks []tick
	for at := time.Duration(0); at <= c.axis-c.axis/20; at += step {
		words := strconv.FormatInt(at.Milliseconds(), 10) + " ms"
		if c.axis > time.Second {
			words = strconv.FormatFloat(at.Seconds(), 'f', -1, 64) + " s"
		}
		ticks = append(ticks, tick{c.percent(at), words})
	}
	return ticks
}
