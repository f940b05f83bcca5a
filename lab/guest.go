package lab

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/permalink"
)

// A Guest is a decision model that is not the application's. In a race of its own it decides in
// the place of [courses.SubscribeStudent]. All contenders of that race meet between decide and
// append, so a model that is wrong goes wrong each time.
type Guest struct {
	Model string // whose it is: "mine/05-limits"
	Cast  Cast

	// Command returns the command by which a student asks for a seat in a course, which has
	// that many seats.
	Command func(student courses.StudentID, course courses.CourseID, seats int) dcb.Command

	// Plain is set if the command reads and appends by itself and not with [dcb.Decide]. Then
	// its calls of the log tell its steps. A refusal is a [courses.Refusal] in any case.
	Plain bool
}

// A GuestNote says of a race that a guest decided in it.
type GuestNote struct {
	Model string `json:"model"`

	// Beside is set if the race took place beside the log of the application: in a schema of
	// its own. Then its positions are those of another log, and there are no receipts.
	Beside bool `json:"beside,omitempty"`
}

// ErrDidNotMeet is the error if some contenders of a guest never come to their append.
var ErrDidNotMeet = errors.New("not all contenders decided before the first append: something makes them wait for each other")

// patience is how long the contenders of a guest wait in the window while none of them takes
// a step.
const patience = 5 * time.Second

// RaceBeside carries out the guest's race beside the log of the application, in a schema of
// its own in the pool's database. Its errors are those of [OpenSite] and [Guest.Race].
func (g Guest) RaceBeside(ctx context.Context, pool *pgxpool.Pool) (Replay, error) {
	strategy := correct()
	strategy.Name = "guest"
	site, err := OpenSite(ctx, pool, strategy)
	if err != nil {
		return Replay{}, err
	}
	defer site.Close()
	replay, err := g.Race(ctx, site.Log, nil)
	if err != nil {
		return Replay{}, err
	}
	replay.Guest.Beside = true
	return replay, nil
}

// Race carries out the guest's race on a log, and returns it as it can be kept. record makes a
// receipt of each decision; it may be nil. The error is [ErrDidNotMeet], or what a command
// returned that is neither a refusal nor a conflict.
func (g Guest) Race(ctx context.Context, log dcb.Log, record Recorder) (Replay, error) {
	id, started := permalink.NewID(), time.Now()
	lineup, quiet := g.Cast.lineup(id, 0)
	p := meetingAt(&Site{Strategy: correct(), Log: log}, id, lineup, func(ctx context.Context) error { return rename(ctx, log, quiet) })
	p.record, p.correlation, p.patience, p.plain = record, "race-"+id, patience, g.Plain
	seats := map[courses.CourseID]int{}
	for _, course := range lineup.Courses {
		seats[course.ID] = course.Seats
	}
	p.command = func(who Contender) dcb.Command { return g.Command(who.Student, who.Course, seats[who.Course]) }

	result, err := p.run(courses.AProgram.Noted(dcb.WithCorrelationID(ctx, p.correlation)))
	if err != nil {
		return Replay{}, err
	}
	steps := p.steps.withReceipts()
	result.Sentence = g.Cast.sentence(lineup, steps, result)
	return Replay{
		Summary: Summary{
			ID: id, StartedAt: started, Result: &result, Guest: &GuestNote{Model: g.Model},
			Race: Race{Contenders: len(lineup.Contenders), Courses: len(lineup.Courses), Seats: max(g.Cast.Seats, 1)},
		},
		Lineup: lineup, Steps: steps,
	}, nil
}

// sentence says in words what each part of the cast got.
func (c Cast) sentence(lineup Lineup, steps []Step, result Result) string {
	var says []string
	if c.Rush > 0 {
		says = append(says, fmt.Sprintf("%d students wanted %s, and %d got one.", c.Rush, counted(c.Seats, "seat"), seatsGiven(lineup, steps, lineup.Courses[0].ID)))
	}
	if c.Collector > 0 {
		got := fmt.Sprintf("One student asked for %d courses, and got %d", c.Collector, result.MostCourses)
		if over := result.MostCourses - courses.MaxCourses; over > 0 {
			got += fmt.Sprintf(": %d too many", over)
		}
		says = append(says, got+".")
	}
	if c.Quiet > 0 {
		says = append(says, fmt.Sprintf("New titles turned %s away.", counted(turnedAwayByTitles(steps), "append")))
	}
	return strings.Join(says, " ")
}

// seatsGiven counts the seats of a course that the contenders got.
func seatsGiven(lineup Lineup, steps []Step, course courses.CourseID) (n int) {
	for _, step := range steps {
		if step.Kind == Appended && lineup.Contenders[step.Contender-1].Course == course {
			n++
		}
	}
	return n
}

// turnedAwayByTitles counts the appends that were turned away by nothing but new titles.
func turnedAwayByTitles(steps []Step) (n int) {
	for _, step := range steps {
		other := func(by Cause) bool { return by.Type != courses.CourseRenamed{}.EventType() }
		if step.Kind == Conflicted && !slices.ContainsFunc(step.By, other) {
			n++
		}
	}
	return n
}
