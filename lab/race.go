package lab

import (
	"fmt"
	"strings"
	"time"
)

// A Race is a number of contenders who all want a seat at the same moment.
type Race struct {
	Contenders int           `json:"contenders"` // 2 to 200
	Courses    int           `json:"courses"`    // 1 to 10; each has about as many contenders as the others
	Seats      int           `json:"seats"`      // of each course, 1 to 60
	Think      time.Duration `json:"think"`      // between deciding and appending, in every attempt; up to 5 s
	Spread     time.Duration `json:"spread"`     // the time within which the contenders start; up to 5 s
	Seed       uint32        `json:"seed"`       // decides who wants which course, and who starts when
}

// The limits of a race.
const (
	MinContenders = 2
	MaxContenders = 200
	MaxCourses    = 10
	MaxThink      = 5 * time.Second
	MaxSpread     = 5 * time.Second

	// MaxSeats makes the result of a race exact. A decision gives up after 64 attempts, and
	// each seat that somebody else gets costs it one attempt at most. So with 60 seats every
	// contender is told either "seated" or "full".
	MaxSeats = 60

	// maxLength is how long a race may last. The seats of a course are sold one after
	// another, and each takes a contender's time to think.
	maxLength = time.Minute
)

// Check says what is wrong with the numbers. Its error is [Problems].
func (r Race) Check() error {
	var p Problems
	p.within("contenders", "contenders", r.Contenders, MinContenders, MaxContenders)
	p.within("courses", "courses", r.Courses, 1, MaxCourses)
	p.within("seats", "seats of a course", r.Seats, 1, MaxSeats)
	p.lasting("think", "the time to think", r.Think, MaxThink)
	p.lasting("spread", "the spread of the starts", r.Spread, MaxSpread)
	if len(p) == 0 && r.length() > maxLength {
		p.add("think", "this race would take %s, because seats of a course are sold one after the other: keep it below a minute with fewer seats or less time to think", inWords(r.length().Round(time.Second)))
	}
	return p.orNil()
}

// length estimates how long the race lasts: the time to think for each seat that is sold in a
// course, and once more for those who come too late.
func (r Race) length() time.Duration {
	inOneCourse := (r.Contenders + r.Courses - 1) / r.Courses
	rounds := min(r.Seats, inOneCourse) + 1
	return r.Spread + time.Duration(rounds)*r.Think
}

// Problems say what is wrong with the numbers of a [Race] or a [Burst]. The text of this error
// is one sentence for each, and may be shown to whoever chose the numbers.
type Problems []Problem

// A Problem says in a sentence what is wrong with one number.
type Problem struct {
	Field string // its name in JSON
	Text  string
}

// Error implements error.
func (p Problems) Error() string {
	texts := make([]string, len(p))
	for i, problem := range p {
		texts[i] = problem.Text
	}
	return strings.Join(texts, "; ")
}

// Of returns what is wrong with a field, or "" if nothing is.
func (p Problems) Of(field string) string {
	for _, problem := range p {
		if problem.Field == field {
			return problem.Text
		}
	}
	return ""
}

func (p Problems) orNil() error {
	if len(p) == 0 {
		return nil
	}
	return p
}

func (p *Problems) add(field, format string, args ...any) {
	*p = append(*p, Problem{field, fmt.Sprintf(format, args...)})
}

func (p *Problems) within(field, what string, n, least, most int) {
	if n < least || n > most {
		p.add(field, "there can be %d to %d %s, not %d", least, most, what, n)
	}
}

func (p *Problems) lasting(field, what string, d, most time.Duration) {
	if d < 0 || d > most {
		p.add(field, "%s is 0 to %s, not %s", what, inWords(most), inWords(d))
	}
}

// inWords writes a duration as people do: "5.001 s", "27 h 46 min". It leaves out the seconds
// of a duration that has hours.
func inWords(d time.Duration) string {
	switch hours, minutes, rest := d/time.Hour, d%time.Hour/time.Minute, d%time.Minute; {
	case d < 0:
		return "-" + inWords(-d)
	case hours > 0:
		return fmt.Sprintf("%d h %d min", hours, minutes)
	case minutes > 0:
		return fmt.Sprintf("%d min %g s", minutes, rest.Seconds())
	case d >= time.Second || d == 0:
		return fmt.Sprintf("%g s", d.Seconds())
	default:
		return fmt.Sprintf("%g ms", float64(d)/float64(time.Millisecond))
	}
}
