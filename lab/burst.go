package lab

import (
	"context"
	"fmt"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A Burst is what every strategy has to cope with. Its contenders all meet in the gap
// of the strategy, wherever that has one, so that what can go wrong there does. They
// are of three kinds:
//
//   - The rush: so many contenders after the seats of one course.
//   - The collector: one student who asks for fifteen courses at once.
//   - The quiet ones: five students, each alone in a course whose title the registrar
//     changes while all are in the gap.
type Burst struct {
	Contenders int    `json:"contenders"` // in the rush, 2 to 60
	Seats      int    `json:"seats"`      // for them, fewer than there are contenders
	Rounds     int    `json:"rounds"`     // bursts under each strategy, 1 to 25
	Seed       uint32 `json:"seed"`       // in which order they set off
}

// The limits of a burst.
const (
	MaxRush   = 60
	MaxRounds = 25
)

// The parts of a burst that are always the same.
const (
	electives    = courses.MaxCourses + 5 // that the collector asks for
	quietCourses = 5
)

// Check says, by [Problems], what is wrong with the numbers.
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

// lineup makes who takes part, and says which courses are the quiet ones.
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

// run carries out the burst at a site, with everybody meeting in the gap.
func (b Burst) run(ctx context.Context, site *Site) (Lineup, []Step, Result, error) {
	id := newID()
	lineup, quiet := b.lineup(id)
	p := meetingAt(site, id, lineup)
	p.inGap = func(ctx context.Context) error { return rename(ctx, site.Log, quiet) }
	result, err := p.run(ctx)
	return lineup, p.steps.all(), result, err
}

// meetingAt makes the schedule of a burst: where a strategy can be overtaken, it is.
func meetingAt(site *Site, id string, lineup Lineup) *performance {
	gap := site.Strategy.Gap
	return &performance{
		id: id, lineup: lineup, log: site.Log, steps: &recording{}, stepwise: true,
		meeting: newMeeting(len(lineup.Contenders), gap == BetweenEventsAndPosition), gap: gap,
	}
}

// freely carries out the burst at a site as fast as it goes, to see how fast that is:
// nobody waits for anybody, and the registrar stays away. What goes wrong in it is a
// matter of luck.
func (b Burst) freely(ctx context.Context, site *Site) (perSecond float64, err error) {
	id := newID()
	lineup, _ := b.lineup(id)
	p := performance{id: id, lineup: lineup, log: site.Log, steps: &recording{}}
	result, err := p.run(ctx)
	return result.PerSecond, err
}

// rename is what the registrar does meanwhile.
func rename(ctx context.Context, log dcb.Log, quiet []courses.CourseID) error {
	for _, course := range quiet {
		if err := (courses.RenameCourse{Course: course, NewTitle: "Renamed"}).Decide(ctx, log); err != nil {
			return err
		}
	}
	return nil
}
