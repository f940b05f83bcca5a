package news

import (
	"context"
	"slices"
	"sync"
	"time"

	"go-crablet/dcb"
	"go-crablet/web/site"
	"go-crablet/web/story"
)

// A receipt is kept a moment after the events of its decision, and pages lead from an event to
// its receipt. So viewers who were told of an event before that are invited once more when the
// receipt is kept. Events of other programs have no receipts, so the wait is limited.
const (
	longestLate = 10 * time.Second
	mostLate    = 1000
)

// lateReceipts are events that were told before their receipts were kept.
type lateReceipts struct {
	mu     sync.Mutex
	events []lateEvent // in the order in which they were told
}

type lateEvent struct {
	dcb.Event
	until time.Time
}

// expect adds events whose receipts are not kept yet.
func (l *lateReceipts) expect(events []dcb.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range events {
		e.Data = nil // which may be large
		l.events = append(l.events, lateEvent{e, time.Now().Add(longestLate)})
	}
	l.events = l.events[max(0, len(l.events)-mostLate):]
}

// take removes and returns the events that are still waited for.
func (l *lateReceipts) take() []lateEvent {
	l.mu.Lock()
	defer l.mu.Unlock()
	taken := l.events
	l.events = nil
	return slices.DeleteFunc(taken, func(e lateEvent) bool { return time.Now().After(e.until) })
}

// put gives back events of take that still have no receipt.
func (l *lateReceipts) put(events []lateEvent) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = append(events, l.events...)
}

// inviteLate invites the viewers of the events whose receipts were kept since they were told.
func (p *Pages) inviteLate(ctx context.Context) {
	expected := p.late.take()
	if len(expected) == 0 {
		return
	}
	events := make([]dcb.Event, len(expected))
	for i, e := range expected {
		events[i] = e.Event
	}
	missing := p.withoutReceipt(ctx, events)
	isMissing := func(id string) bool {
		return slices.ContainsFunc(missing, func(e dcb.Event) bool { return e.ID == id })
	}
	p.late.put(slices.DeleteFunc(expected, func(e lateEvent) bool { return !isMissing(e.ID) }))
	if kept := slices.DeleteFunc(events, func(e dcb.Event) bool { return isMissing(e.ID) }); len(kept) > 0 {
		p.Viewers.Invite(topicsOf(kept)...)
	}
}

// withoutReceipt returns the events whose decisions have no receipt yet. While the database
// does not answer it returns all of them.
func (p *Pages) withoutReceipt(ctx context.Context, events []dcb.Event) []dcb.Event {
	ctx, answered := context.WithTimeout(ctx, site.LongestRequest)
	defer answered()
	var ids []string
	for _, e := range events {
		ids = append(ids, story.ReceiptsOf(e)...)
	}
	kept, err := p.Receipts.Kept(ctx, ids)
	if err != nil {
		return events
	}
	return slices.DeleteFunc(slices.Clone(events), func(e dcb.Event) bool {
		return slices.ContainsFunc(story.ReceiptsOf(e), func(id string) bool { return slices.Contains(kept, id) })
	})
}
