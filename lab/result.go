package lab

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"go-crablet/domain/courses"
)

// A Result is what came of a run. Seats are counted in the log, not by what the
// contenders were told.
type Result struct {
	Sentence string `json:"sentence"`

	// Exact is set when both limits held, nobody was turned away who had room, and all
	// were told what the log says: it is what the correct strategy always is.
	Exact bool `json:"exact"`

	Seats     int `json:"seats"`      // of all courses together
	Sold      int `json:"sold"`       // events that gave one to somebody
	Oversold  int `json:"oversold"`   // beyond what a course has, over all courses
	OverLimit int `json:"over_limit"` // students with more than ten courses
	Missed    int `json:"missed"`     // contenders who were turned away although there was room

	Seated  int `json:"seated"` // contenders, by how they ended
	Refused int `json:"refused"`
	Lost    int `json:"lost"`

	Attempts       int   `json:"attempts"`
	Conflicts      int   `json:"conflicts"`
	FalseConflicts int   `json:"false_conflicts"` // see [Step]
	Retries        []int `json:"retries"`         // at n: how many contenders took n attempts after their first

	P50       time.Duration `json:"p50"` // of the time from setting off to the end
	P99       time.Duration `json:"p99"`
	Took      time.Duration `json:"took"`
	PerSecond float64       `json:"per_second"` // decisions, over the whole time
}

// newResult counts.
func newResult(lineup Lineup, steps []Step, sold []courses.StudentSubscribedToCourse) Result {
	r := Result{Sold: len(sold)}
	started := make(map[int]time.Duration, len(lineup.Contenders))
	ended := make(map[int]Step, len(lineup.Contenders))
	var took []time.Duration
	for _, step := range steps {
		switch step.Kind {
		case Started:
			started[step.Contender] = step.At
		case Read:
			r.Attempts++
		case Conflicted:
			r.Conflicts++
			if step.False {
				r.FalseConflicts++
			}
		case Seated:
			r.Seated++
		case Refused:
			r.Refused++
		case Lost:
			r.Lost++
		}
		if step.last() {
			ended[step.Contender] = step
			took = append(took, step.At-started[step.Contender])
			r.retried(step.Attempt - 1)
			r.Took = max(r.Took, step.At)
		}
	}
	slices.Sort(took)
	r.P50, r.P99 = percentile(took, 50), percentile(took, 99)
	r.PerSecond = float64(len(took)) / r.Took.Seconds()
	r.judge(lineup, ended, sold)
	r.Sentence = r.sentence(len(lineup.Contenders))
	return r
}

func (r *Result) retried(n int) {
	for len(r.Retries) <= n {
		r.Retries = append(r.Retries, 0)
	}
	r.Retries[n]++
}

// judge holds the seats that were sold against the two rules. Nobody gives a seat back
// during a run, so who was turned away while there was room still sees the room at the
// end.
func (r *Result) judge(lineup Lineup, ended map[int]Step, sold []courses.StudentSubscribedToCourse) {
	inCourse, ofStudent := map[courses.CourseID]int{}, map[courses.StudentID]int{}
	for _, seat := range sold {
		inCourse[seat.Course]++
		ofStudent[seat.Student]++
	}
	seats := map[courses.CourseID]int{}
	for _, course := range lineup.Courses {
		seats[course.ID] = course.Seats
		r.Seats += course.Seats
		r.Oversold += max(0, inCourse[course.ID]-course.Seats)
	}
	for _, n := range ofStudent {
		if n > courses.MaxCourses {
			r.OverLimit++
		}
	}
	for _, who := range lineup.Contenders {
		room := inCourse[who.Course] < seats[who.Course] && ofStudent[who.Student] < courses.MaxCourses
		if ended[who.Number].Kind != Seated && room {
			r.Missed++
		}
	}
	r.Exact = r.Oversold == 0 && r.OverLimit == 0 && r.Missed == 0 && r.Seated == r.Sold
}

// sentence says the result to somebody who sees no numbers.
func (r *Result) sentence(contenders int) string {
	var wrong []string
	if r.Oversold > 0 {
		wrong = append(wrong, fmt.Sprintf("%d too many", r.Oversold))
	}
	if r.OverLimit > 0 {
		wrong = append(wrong, fmt.Sprintf("%s with more than %d courses", counted(r.OverLimit, "student"), courses.MaxCourses))
	}
	sold := fmt.Sprintf("%d of %s sold to %d contenders", r.Sold, counted(r.Seats, "seat"), contenders)
	switch {
	case r.Exact && r.Sold == r.Seats:
		return "Exactly " + sold + "."
	case r.Exact:
		return "Exactly " + sold + ", and nobody was turned away who had room."
	case len(wrong) > 0:
		return sold + ": " + strings.Join(wrong, ", and ") + "."
	case r.Missed > 0:
		return sold + ", but somebody was turned away who had room."
	default:
		return sold + ", but contenders were told something else."
	}
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// percentile returns the smallest of the sorted values that p percent do not exceed.
func percentile(sorted []time.Duration, p int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)*p+99)/100-1]
}
