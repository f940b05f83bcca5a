package lab

import (
	"context"
	"fmt"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/permalink"
)

// A Burst is the load that strategies are compared under. All its contenders meet in the
// window of the strategy, so that whatever can go wrong there goes wrong. They are of three
// kinds:
//
//   - The rush: many students who want a seat in one course.
//   - The collector: one student who asks for fifteen courses at once.
//   - The quiet ones: five students, each alone in a course. The registrar renames these
//     courses while all contenders are in the window.
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

// The parts of a burst that are always the same.
const (
	electives    = courses.MaxCourses + 5 // the courses that the collector asks for
	quietCourses = 5
)

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
	order := seeded(b.Seed).Perm(b.Contenders + electives + quietCourses)
	l.Contenders = make([]Contender, len(order))
	student := func(kind string, n int) courses.StudentID {
		return courses.StudentID(fmt.Sprintf("%s%s-%s-%d", idPrefix, id, kind, n))
	}
	add := func(name string, student courses.StudentID, course courses.CourseID) {
		place := order[0]
		order = order[1:]
		l.Contenders[place] = Contender{Number: place + 1, Name: name, Student: student, Course: course}
	}
	rush := l.addCourse(id, "The rush", b.Seats)
	for i := range b.Contenders {
		add(names[i%len(names)], student("rush", i+1), rush)
	}
	for i := range electives {
		add("Collector", student("collector", 1), l.addCourse(id, fmt.Sprint("Elective ", i+1), 1))
	}
	for i := range quietCourses {
		course := l.addCourse(id, fmt.Sprint("Quiet ", i+1), 1)
		add(fmt.Sprint("Quiet ", i+1), student("quiet", i+1), course)
		quiet = append(quiet, course)
	}
	return l, quiet
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
