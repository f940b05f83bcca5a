package race

import (
	"fmt"
	"time"

	"go-crablet/lab"
)

// A canvas is what lanes are drawn on: what has happened up to now, and the time axis.
type canvas struct {
	lineup lab.Lineup
	shown  []lab.Step    // what has happened up to now
	now    time.Duration // where the playhead is
	axis   time.Duration // the time at the right edge

	others bool                    // events of others are known to have come into the race
	meet   bool                    // after deciding, contenders wait until all have decided
	prizes map[int]prize           // of contenders, by number
	strict bool                    // what is taken beyond a prize is too many
	sold   map[int64]time.Duration // when each event that gave a seat was stored, by its position
	seat   map[int64]int           // the number of the seat that it gave
}

// newCanvas returns the canvas of a race at the moment that the scrub is at.
func newCanvas(replay lab.Replay, at scrub) canvas {
	c := canvas{lineup: replay.Lineup, shown: replay.Steps[:at.Step], now: at.Now, axis: at.Axis}
	c.others = replay.Result != nil && replay.Result.Others > 0
	c.prizes, c.strict = prizesOf(replay), replay.Guest != nil
	c.number()
	return c
}

// number gives numbers to the seats that were sold, in the order in which they were sold.
// Each prize is counted by itself.
func (c *canvas) number() {
	c.sold, c.seat = map[int64]time.Duration{}, map[int64]int{}
	counts := map[string]int{}
	for _, step := range c.shown {
		if step.Kind == lab.Appended {
			of := c.prizes[step.Contender]
			counts[of.key]++
			c.sold[step.Position], c.seat[step.Position] = step.At, counts[of.key]
		}
	}
}

// tooMany reports whether a seat was sold that there is not.
func (c canvas) tooMany(step lab.Step) bool {
	return c.strict && c.seat[step.Position] > c.prizes[step.Contender].most
}

func (c canvas) contender(step lab.Step) lab.Contender { return c.lineup.Contenders[step.Contender-1] }

const thousandths = 1000

func (c canvas) x(at time.Duration) int { return int(thousandths * at / c.axis) }

// percent is x as a percentage, for elements that are placed by an attribute and not by a path.
func (c canvas) percent(at time.Duration) string {
	return fmt.Sprintf("%.1f%%", 100*float64(at)/float64(c.axis))
}

// winner names the contender whose event turned an append away.
func winner(lineup lab.Lineup, step lab.Step) string {
	if len(step.By) == 0 || step.By[0].Contender == 0 {
		return "somebody else"
	}
	return lineup.Contenders[step.By[0].Contender-1].Name
}
