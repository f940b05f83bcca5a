package log

import (
	"context"
	"slices"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/readmodel"
	"go-crablet/web/story"
)

// causesOf returns the events that caused the given events, by their IDs.
func (p *Pages) causesOf(ctx context.Context, events []dcb.Event) (map[string]dcb.Event, error) {
	var ids []string
	for _, e := range events {
		if e.CausationID != "" {
			ids = append(ids, e.CausationID)
		}
	}
	found, err := p.LogOf(ctx).Find(ctx, ids...)
	causes := map[string]dcb.Event{}
	for _, e := range found {
		causes[e.ID] = e
	}
	return causes, err
}

// mostTogether is how many events a command appends at most: one that was asked for, and two
// for every student who moves up from the waitlist.
const mostTogether = 1 + 2*courses.MaxWaiting

// effectsOf returns the events up to a position that name the given one as their cause. They
// were appended together with it, so they come soon after it in the log.
func (p *Pages) effectsOf(ctx context.Context, cause dcb.Event, upTo int64) ([]dcb.Event, error) {
	var effects []dcb.Event
	behind := dcb.ReadOptions{After: cause.Position, Before: upTo + 1, Limit: mostTogether}
	for e, err := range p.LogOf(ctx).Read(ctx, dcb.AllEvents(), behind) {
		if err != nil {
			return nil, err
		}
		if e.CausationID == cause.ID {
			effects = append(effects, e)
		}
	}
	return effects, nil
}

// A cause is the event that caused another one, in words, with its address.
type cause struct{ Sentence, URL string }

func causeOf(over readmodel.NamesOver, e dcb.Event, onPage []dcb.Event) cause {
	c := cause{Sentence: story.Words(over.At(e.Position), e.Type, e.Data).Sentence}
	if slices.ContainsFunc(onPage, func(other dcb.Event) bool { return other.ID == e.ID }) {
		c.URL = "#" + story.Anchor(e.Position)
		return c
	}
	c.URL = story.EventURL(e.Position)
	return c
}
