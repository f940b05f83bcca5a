package web

import (
	"context"
	"slices"
	"strings"

	"go-crablet/readmodel"
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

// intrudersOf returns what got inside the boundary of an attempt, and who decided that:
// whoever wrote an event has a receipt by its correlation ID, if it is kept.
func (s *server) intrudersOf(ctx context.Context, names readmodel.Names, attempt receipt.Attempt) ([]intruder, error) {
	if attempt.Conflict == nil {
		return nil, nil
	}
	var ids []string
	for _, e := range attempt.Conflict.Events {
		ids = append(ids, e.ID)
	}
	stored, err := s.Log.Find(ctx, ids...)
	if err != nil {
		return nil, err
	}
	requests, err := s.requestsOf(ctx, stored)
	if err != nil {
		return nil, err
	}
	var receipts []string
	for _, request := range requests {
		receipts = append(receipts, request.Receipt)
	}
	titles, err := s.Receipts.Titles(ctx, receipts)
	if err != nil {
		return nil, err
	}
	var list []intruder
	for _, e := range attempt.Conflict.Events {
		request := requests[e.ID]
		list = append(list, intruder{
			Position: e.Position, Sentence: words(names, e.Type, e.Data).Sentence,
			Decided: titles[request.Receipt], URL: request.URL(), Request: request.ID,
		})
	}
	return list, nil
}
