package story

import (
	"slices"
	"strings"

	"go-crablet/receipt"
)

// A StaleAnswer is what a decision knew and a conflict made out of date.
type StaleAnswer struct {
	Name, From string
	To         string // in the next attempt, or "" when there was none, or it failed while it read
	Same       bool   // it came to the same in the end
}

// An Intruder is an event that got inside the boundary of an attempt before its append,
// and the decision that it was.
type Intruder struct {
	Position int64
	Sentence string
	Decided  string // the title of the decision's receipt, or ""
	URL      string // its address, or ""
	Request  string // the end of the correlation ID, or ""
}

// EventURL is the address of the event's page.
func (i Intruder) EventURL() string { return EventURL(i.Position) }

// StaleOf compares what the conflict of an attempt made out of date with what the next
// attempt knew of it.
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
