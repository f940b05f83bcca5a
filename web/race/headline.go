package race

import (
	"fmt"

	"go-crablet/lab"
	"go-crablet/web/ui"
)

// A headline says who wanted in, and what holds at the moment that is shown.
type headline struct {
	Wanted string
	Says   ui.Outcome
}

// headline says how many seats are taken by now.
func (c canvas) headline() headline {
	seats := 0
	for _, course := range c.lineup.Courses {
		seats += course.Seats
	}
	says := ui.Outcome{Colour: "you", Icon: "i-wait", Words: fmt.Sprintf("%d of %s %s taken.", len(c.sold), ui.Seats(seats), ui.Plural(len(c.sold), "is", "are"))}
	return headline{Wanted: fmt.Sprintf("%d want in.", len(c.lineup.Contenders)), Says: says}
}

// headlineOf says how a race ended.
func headlineOf(race lab.Summary, contenders int) headline {
	result := *race.Result
	says := outcomeOf(result)
	switch says.Words = result.Sentence; {
	case race.Guest != nil:
		return headline{Says: says} // the sentence says who wanted what
	case !result.Exact || result.Others > 0: // the sentence says what else there was
	case result.Sold == contenders:
		says.Words = fmt.Sprintf("All %d got a seat.", contenders)
	default:
		says.Words = fmt.Sprintf("Exactly %d got a seat.", result.Sold)
	}
	return headline{Wanted: fmt.Sprintf("%d wanted in.", contenders), Says: says}
}

// brief counts what has happened by now.
func (c canvas) brief() string {
	attempts, conflicts, falsely := 0, 0, 0
	for _, step := range c.shown {
		if step.Kind == lab.Read {
			attempts++
		}
		if step.Kind == lab.Conflicted {
			conflicts++
		}
		if step.False {
			falsely++
		}
	}
	return fmt.Sprintf("%d %s · %d %s, %d false · %s", attempts, ui.Plural(attempts, "attempt", "attempts"),
		conflicts, ui.Plural(conflicts, "conflict", "conflicts"), falsely, ui.Duration(c.now))
}
