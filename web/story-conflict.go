package web

import (
	"slices"
	"strings"

	"go-crablet/receipt"
)

// A staleAnswer is what a decision knew and a conflict made out of date.
type staleAnswer struct {
	Name, From string
	To         string // in the next attempt, or "" when there was none, or it failed while it read
	Same       bool   // it came to the same in the end
}

// An intruder is an event that got inside the boundary of an attempt before its append,
// and the decision that it was.
type intruder struct {
	Position int64
	Sentence string
	Decided  string // the title of the decision's receipt, or ""
	URL      string // its address, or ""
	Request  string // the end of the correlation ID, or ""
}

// EventURL is the address of the event's page.
func (i intruder) EventURL() string { return eventURL(i.Position) }

// staleOf compares what the conflict of an attempt made out of date with what the next
// attempt knew of it.
func staleOf(attempts []receipt.Attempt, i int) []staleAnswer {
	conflict := attempts[i].Conflict
	if conflict == nil {
		return nil
	}
	line := func(attempt receipt.Attempt, name string) string {
		return strings.Join(answerOf(known(attempt.Knew, name)).shortened(), ", ")
	}
	var stale []staleAnswer
	for _, name := range conflict.Stale {
		answer := staleAnswer{Name: humanised(name), From: line(attempts[i], name)}
		if i+1 < len(attempts) && attempts[i+1].Knew != nil {
			answer.To = line(attempts[i+1], name)
			before, after := known(attempts[i].Knew, name), known(attempts[i+1].Knew, name)
			answer.Same = slices.Equal(answerOf(before), answerOf(after))
		}
		stale = append(stale, answer)
	}
	return stale
}
