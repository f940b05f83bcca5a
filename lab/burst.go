package lab

import (
	"context"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/permalink"
)

// A Burst is the load that strategies are compared under. All its contenders meet in the
// window of the strategy, so that whatever can go wrong there goes wrong. They are those of a
// [Cast]: a rush, a collector who asks for fifteen courses, and five quiet students.
type Burst struct {
	Contenders int    `json:"contenders"` // in the rush, 2 to 60
	Seats      int    `json:"seats"`      // for the rush, fewer than its contenders
	Rounds     int    `json:"rounds"`     // bursts under each strategy, 1 to 25
	Seed       uint32 `json:"seed"`       // decides the order in which contenders start
}

// The limits of a burst.
const (
	MaxRush   = 60
	MaxRounds = 25
)

// quietCourses is how many quiet courses a burst has.
const quietCourses = 5

// Check says what is wrong with the numbers. Its error is [Problems].
func (b Burst) Check() error {
	var p Problems
	p.within("contenders", "contenders", b.Contenders, MinContenders, MaxRush)
	p.within("seats", "seats", b.Seats, 1, MaxSeats)
	p.within("rounds", "bursts", b.Rounds, 1, MaxRounds)
	if len(p) == 0 && b.Seats >= b.Contenders {
		p.add("seats", "nobody can oversell %s to %d contenders: choose fewer seats", counted(b.Seats, "seat"), b.Contenders)
	}
	return p.orNil()
}

// lineup makes the contenders and the courses, and returns the quiet courses beside them.
func (b Burst) lineup(id string) (l Lineup, quiet []courses.CourseID) {
	return Cast{Rush: b.Contenders, Seats: b.Seats, Collector: Electives, Quiet: quietCourses}.lineup(id, b.Seed)
}

// run carries out the burst at a site. All contenders meet in the window.
func (b Burst) run(ctx context.Context, site *Site) (Lineup, []Step, Result, error) {
	id := permalink.NewID()
	lineup, quiet := b.lineup(id)
	p := meetingAt(site, id, lineup, func(ctx context.Context) error { return rename(ctx, site.Log, quiet) })
	result, err := p.run(ctx)
	return lineup, p.steps.all(), result, err
}

// meetingAt prepares a burst whose contenders meet in the window of the site's strategy.
// When all are there, inWindow is called, and then they go on.
func meetingAt(site *Site, id string, lineup Lineup, inWindow func(context.Context) error) *performance {
	window := site.Strategy.Window
	return &performance{
		id: id, lineup: lineup, log: site.Log, steps: &recording{}, stepwise: true,
		barrier: newBarrier(len(lineup.Contenders), window == BetweenEventsAndPosition),
		window:  window, inWindow: inWindow,
	}
}

// freely carries out the burst at a site as fast as it goes, to measure that. No contender
// waits for others, and the registrar renames nothing. It takes luck for something to go
// wrong.
func (b Burst) freely(ctx context.Context, site *Site) (perSecond float64, err error) {
	id := permalink.NewID()
	lineup, _ := b.lineup(id)
	p := performance{id: id, lineup: lineup, log: site.Log, steps: &recording{}}
	result, err := p.run(ctx)
	return result.PerSecond, err
}

// rename is what the registrar does while all contenders are in the window.
func rename(ctx context.Context, log dcb.Log, quiet []courses.CourseID) error {
	for _, course := range quiet {
		if err := (courses.RenameCourse{Course: course, NewTitle: "Renamed"}).Decide(ctx, log); err != nil {
			return err
		}
	}
	return nil
}
