package lab

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A Result is the result of a run. Seats are counted in the log, and not by what contenders
// were told. Whether a seat was free, or a contender could have had one, is judged as of the
// position at which that was decided.
type Result struct {
	Sentence string `json:"sentence"`

	// Exact is set if both limits held, every contender who could have a seat got one, and all
	// contenders were told what the log says. The correct strategy is always exact, whatever
	// others do during the run.
	Exact bool `json:"exact"`

	Seats     int `json:"seats"`      // the seats of all courses together, as the run defined them
	Sold      int `json:"sold"`       // events that gave a seat to a contender
	Oversold  int `json:"oversold"`   // seats that were given out when their course had none free
	OverLimit int `json:"over_limit"` // students who had more than ten courses at once
	Missed    int `json:"missed"`     // contenders without a seat who could have had one

	// MostCourses is the number of courses that the student with the most of them had.
	MostCourses int `json:"most_courses"`

	// Others counts the events about these seats that are not the run's: somebody else took
	// one, gave one back, or changed how many there are.
	Others int `json:"others,omitempty"`

	Seated  int `json:"seated"` // contenders by how they ended
	Refused int `json:"refused"`
	Lost    int `json:"lost"`

	Attempts       int   `json:"attempts"`
	Conflicts      int   `json:"conflicts"`
	FalseConflicts int   `json:"false_conflicts"` // see [Step]
	Retries        []int `json:"retries"`         // at n: how many contenders made n attempts after their first

	P50       time.Duration `json:"p50"` // of the time that a contender takes from its start to its end
	P99       time.Duration `json:"p99"`
	Took      time.Duration `json:"took"`
	PerSecond float64       `json:"per_second"` // decisions, over the time that the run took
}

// newResult makes the result of a run. events are those about the seats of the lineup, in the
// order of the log, and own reports whether an event is the run's.
func newResult(lineup Lineup, steps []Step, events []dcb.Event, own func(dcb.Event) bool) Result {
	var r Result
	started := make(map[int]time.Duration, len(lineup.Contenders))
	ended := make(map[int]ending, len(lineup.Contenders))
	readTo := make(map[int]int64, len(lineup.Contenders))
	var took []time.Duration
	for _, step := range steps {
		switch step.Kind {
		case Started:
			started[step.Contender] = step.At
		case Read:
			r.Attempts++
			readTo[step.Contender] = step.Position
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
			ended[step.Contender] = ending{step.Kind, readTo[step.Contender]}
			took = append(took, step.At-started[step.Contender])
			r.retried(step.Attempt - 1)
			r.Took = max(r.Took, step.At)
		}
	}
	slices.Sort(took)
	r.P50, r.P99 = percentile(took, 50), percentile(took, 99)
	r.PerSecond = float64(len(took)) / r.Took.Seconds()
	r.judge(lineup, ended, events, own)
	r.Sentence = r.sentence(len(lineup.Contenders))
	return r
}

func (r *Result) retried(n int) {
	for len(r.Retries) <= n {
		r.Retries = append(r.Retries, 0)
	}
	r.Retries[n]++
}

// An ending is how a contender ended, and the position up to which it had read the log then.
type ending struct {
	kind   Kind
	readTo int64
}

// judgedAt returns the position as of which it is judged whether a contender without a seat
// could have had one. If a rule refused it, that is the position at which the rule did.
// Otherwise it is the end of the run.
func (e ending) judgedAt() int64 {
	if e.kind == Refused {
		return e.readTo
	}
	return math.MaxInt64
}

// judge compares what happened to the seats with the rules, event by event.
func (r *Result) judge(lineup Lineup, ended map[int]ending, events []dcb.Event, own func(dcb.Event) bool) {
	for _, course := range lineup.Courses {
		r.Seats += course.Seats
	}
	var away []Contender
	for _, who := range lineup.Contenders {
		if ended[who.Number].kind != Seated {
			away = append(away, who)
		}
	}
	slices.SortStableFunc(away, func(a, b Contender) int {
		return cmp.Compare(ended[a.Number].judgedAt(), ended[b.Number].judgedAt())
	})
	book := newLedger(lineup)
	judgeUpTo := func(position int64) {
		for len(away) > 0 && ended[away[0].Number].judgedAt() <= position {
			if book.hasRoom(away[0]) {
				r.Missed++
			}
			away = away[1:]
		}
	}
	for _, e := range events {
		judgeUpTo(e.Position - 1)
		book.apply(e)
		_, isSeat := seatIn(e)
		switch {
		case !own(e):
			r.Others++
		case isSeat:
			r.Sold++
		}
	}
	judgeUpTo(math.MaxInt64)
	r.Oversold, r.OverLimit, r.MostCourses = book.oversold, len(book.overLimit), book.most
	r.Exact = r.Oversold == 0 && r.OverLimit == 0 && r.Missed == 0 && r.Seated == r.Sold
}

// sentence says the result in words.
func (r *Result) sentence(contenders int) string {
	var wrong []string
	if r.Oversold > 0 {
		wrong = append(wrong, fmt.Sprintf("%d too many", r.Oversold))
	}
	if r.OverLimit > 0 {
		wrong = append(wrong, fmt.Sprintf("%s with more than %d courses", counted(r.OverLimit, "student"), courses.MaxCourses))
	}
	const tookPart = " Somebody else took part."
	sold := r.soldTo(contenders)
	switch {
	case r.Exact && r.Others > 0:
		return "Exactly right: " + sold + ", and nobody was turned away who had room." + tookPart
	case r.Exact && r.Sold == r.Seats:
		return "Exactly " + sold + "."
	case r.Exact:
		return "Exactly " + sold + ", and nobody was turned away who had room."
	case len(wrong) > 0:
		sold += ": " + strings.Join(wrong, ", and ") + "."
	case r.Missed > 0:
		sold += ", but somebody was turned away who had room."
	default:
		sold += ", but contenders were told something else."
	}
	if r.Others > 0 {
		sold += tookPart
	}
	return sold
}

// soldTo says how many seats were sold. It leaves out how many there were if others took part:
// they may have changed that.
func (r *Result) soldTo(contenders int) string {
	if r.Others > 0 {
		return fmt.Sprintf("%s sold to %d contenders", counted(r.Sold, "seat"), contenders)
	}
	return fmt.Sprintf("%d of %s sold to %d contenders", r.Sold, counted(r.Seats, "seat"), contenders)
}

func counted(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return fmt.Sprintf("%d %ss", n, what)
}

// percentile returns the smallest of the sorted values that p percent of them do not exceed.
func percentile(sorted []time.Duration, p int) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[(len(sorted)*p+99)/100-1]
}
