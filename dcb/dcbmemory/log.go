package dcbmemory

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"go-crablet/dcb"
)

// A Log is an event log in memory. The zero value is an empty log. It keeps the promises of
// [dcb.Log], and shows on one screen how an append keeps them. It is safe for concurrent use.
type Log struct {
	// Now tells the times of events, if it is not nil. Otherwise the clock does.
	Now func() time.Time

	mu     sync.Mutex // held for all of a read or an append, so nobody gets in between
	events []dcb.Event
	known  map[string]place // by the ID of each event; see repeated.go
}

// AppendAfter implements [dcb.Log].
func (l *Log) AppendAfter(ctx context.Context, events []dcb.InputEvent, condition dcb.Query, known dcb.Checkpoint) (int64, error) {
	if err := cmp.Or(ctx.Err(), dcb.CheckAppend(ctx, events, condition, known)); err != nil {
		return 0, err
	}
	l.mu.Lock() // 1. Whoever appends is alone.
	defer l.mu.Unlock()
	if last, err := l.repeated(events); last > 0 || err != nil {
		return last, err
	}
	if err := l.check(condition, known); err != nil {
		return 0, err
	}
	inside := matching(l.events[known.Position:], condition) // 2. Is anything new inside the boundary?
	if len(inside) > 0 {
		return 0, &dcb.ConflictError{Query: condition, After: known.Position, Events: inside[:min(len(inside), 10)]}
	}
	l.store(ctx, events) // 3. No: all events are stored.
	return l.head().Position, nil
}

// ReadSince implements [dcb.Log].
func (l *Log) ReadSince(_ context.Context, query dcb.Query, after dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.check(query, after); err != nil {
		return nil, dcb.Checkpoint{}, err
	}
	return matching(l.events[after.Position:], query), l.head(), nil
}

// ReadUpTo implements [dcb.Log].
func (l *Log) ReadUpTo(_ context.Context, query dcb.Query, upTo dcb.Checkpoint) ([]dcb.Event, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.check(query, upTo); err != nil {
		return nil, err
	}
	return matching(l.events[:upTo.Position], query), nil
}

// check returns an error if the query is invalid, or if the checkpoint is not one of this log.
func (l *Log) check(query dcb.Query, known dcb.Checkpoint) error {
	if err := cmp.Or(query.Check(), known.Check()); err != nil {
		return err
	}
	head := l.head()
	beyond := known.Position > head.Position
	switch {
	case known.EventID != "" && (beyond || l.events[known.Position-1].Checkpoint() != known):
		return &dcb.OtherHistoryError{Known: known, Head: head}
	case beyond:
		return fmt.Errorf("%w: it ends at %d, before %d", dcb.ErrBeyondHead, head.Position, known.Position)
	}
	return nil
}

// store puts the events at the end of the log, at the positions that follow.
func (l *Log) store(ctx context.Context, events []dcb.InputEvent) {
	now := time.Now()
	if l.Now != nil {
		now = l.Now()
	}
	for _, e := range events {
		l.events = append(l.events, own(dcb.Event{
			ID: strings.ToLower(cmp.Or(e.ID, dcb.NewID())), Type: e.Type, Tags: e.Tags, Data: e.Data,
			Position:    int64(len(l.events) + 1),
			CausationID: cmp.Or(e.CausationID, dcb.CausationID(ctx)), CorrelationID: dcb.CorrelationID(ctx),
			Metadata: dcb.Metadata(ctx), RecordedAt: now,
		}))
	}
	l.remember(len(events))
}

// Events returns all events, in order. They are the caller's.
func (l *Log) Events() []dcb.Event {
	l.mu.Lock()
	defer l.mu.Unlock()
	return matching(l.events, dcb.AllEvents())
}

// LoseEnd makes the log end at a position, as a restore of a backup does.
func (l *Log) LoseEnd(position int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.events[position:] {
		delete(l.known, e.ID)
	}
	l.events = l.events[:position:position]
}

// head returns the checkpoint of the last event.
func (l *Log) head() dcb.Checkpoint {
	if len(l.events) == 0 {
		return dcb.Checkpoint{}
	}
	return l.events[len(l.events)-1].Checkpoint()
}

// matching returns the events that the query matches, in order, for the caller to keep.
func matching(events []dcb.Event, query dcb.Query) (found []dcb.Event) {
	for _, e := range events {
		if query.Matches(e) {
			found = append(found, own(e))
		}
	}
	return found
}

// own returns a copy of the event that shares no memory with it.
func own(e dcb.Event) dcb.Event {
	e.Tags, e.Data, e.Metadata = slices.Clone(e.Tags), slices.Clone(e.Data), maps.Clone(e.Metadata)
	return e
}
