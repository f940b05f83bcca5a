package story

import (
	"slices"
	"strings"

	"go-crablet/receipt"
)

// A StaleAnswer is a field of a decision's state that a conflict made out of date.
type StaleAnswer struct {
	Name, From string
	To         string // its value in the next attempt, or "" if no attempt read it again
	Same       bool   // the next attempt read the same value
}

// An Intruder is an event that got inside the boundary of an attempt before its append, and
// the decision that appended it.
type Intruder struct {
	Position int64
	Sentence string
	Decided  string // the title of that decision's receipt, or ""
	URL      string // the address of the receipt, or ""
	Request  string // the end of the event's correlation ID, or ""
}

// eventURL is the address of the event's page.
func (i Intruder) eventURL() string { return EventURL(i.Position) }

// StaleOf lists what the conflict of attempt i made out of date, with the values that the next
// attempt read.
func StaleOf(attempts []receipt.Attempt, i int) []StaleAnswer {
	conflict := attempts[i].Conflict
	if conflict == nil {
		return nil
	}
	line := func(attempt receipt.Attempt, name string) string {
		return strings.Join(answerOf(Known(attempt.Knew, name)).shortened(), ", ")
	}
	var stale []StaleAnswer
	for _, name := range conflict.Stale {
		answer := StaleAnswer{Name: humanised(name), From: line(attempts[i], name)}
		if i+1 < len(attempts) && attempts[i+1].Knew != nil {
			answer.To = line(attempts[i+1], name)
			before, after := Known(attempts[i].Knew, name), Known(attempts[i+1].Knew, name)
			answer.Same = slices.Equal(answerOf(before), answerOf(after))
		}
		stale = append(stale, answer)
	}
	return stale
}
