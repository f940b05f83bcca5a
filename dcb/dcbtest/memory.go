package dcbtest

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

// A Memory is a log without a database, for tests of decisions: it keeps its events in
// memory, and passes [TestLog]. The zero value is an empty log. It is safe for concurrent
// use.
type Memory struct {
	mu     sync.Mutex
	events []dcb.Event
}

// LoseEnd makes the log end at a position, as a restore of a backup does.
func (l *Memory) LoseEnd(position int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.events = l.events[:position]
}

func (l *Memory) store(ctx context.Context, e dcb.InputEvent, recordedAt time.Time) {
	l.events = append(l.events, clone(dcb.Event{
		ID: strings.ToLower(cmp.Or(e.ID, dcb.NewID())), Type: e.Type, Tags: e.Tags, Data: e.Data, Position: int64(len(l.events) + 1),
		CausationID: cmp.Or(e.CausationID, dcb.CausationID(ctx)), CorrelationID: dcb.CorrelationID(ctx), Metadata: dcb.Metadata(ctx), RecordedAt: recordedAt,
	}))
}

// ReadSince implements [dcb.Log].
func (l *Memory) ReadSince(_ context.Context, query dcb.Query, after dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.check(query, after); err != nil {
		return nil, dcb.Checkpoint{}, err
	}
	return matching(l.events[after.Position:], query), l.head(), nil
}

// ReadUpTo implements [dcb.Log].
func (l *Memory) ReadUpTo(_ context.Context, query dcb.Query, upTo dcb.Checkpoint) ([]dcb.Event, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := l.check(query, upTo); err != nil {
		return nil, err
	}
	return matching(l.events[:upTo.Position], query), nil
}

// AppendAfter implements [dcb.Log].
func (l *Memory) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := cmp.Or(ctx.Err(), dcb.CheckAppend(ctx, events, query, known), l.check(query, known)); err != nil {
		return 0, err
	}
	if meanwhile := matching(l.events[known.Position:], query); len(meanwhile) > 0 {
		return 0, &dcb.ConflictError{Query: query, After: known.Position, Events: meanwhile[:min(len(meanwhile), 10)]}
	}
	for _, e := range events {
		l.store(ctx, e, time.Now())
	}
	return l.head().Position, nil
}

// check says why the log cannot be asked.
func (l *Memory) check(query dcb.Query, known dcb.Checkpoint) error {
	switch err := cmp.Or(query.Check(), known.Check()); {
	case err != nil:
		return err
	case known.EventID != "" && !slices.ContainsFunc(l.events, func(e dcb.Event) bool { return e.Checkpoint() == known }):
		return &dcb.OtherHistoryError{Known: known, Head: l.head()}
	case known.Position > l.head().Position:
		return fmt.Errorf("%w: %d", dcb.ErrBeyondHead, known.Position)
	}
	return nil
}

// head returns where the log ends.
func (l *Memory) head() dcb.Checkpoint {
	if len(l.events) == 0 {
		return dcb.Checkpoint{}
	}
	return l.events[len(l.events)-1].Checkpoint()
}

// matching returns those of the events that the query matches.
func matching(events []dcb.Event, query dcb.Query) []dcb.Event {
	var found []dcb.Event
	for _, e := range events {
		if query.Matches(e) {
			found = append(found, clone(e))
		}
	}
	return found
}

// clone returns an event that shares no memory with e.
func clone(e dcb.Event) dcb.Event {
	e.Tags, e.Data, e.Metadata = slices.Clone(e.Tags), slices.Clone(e.Data), maps.Clone(e.Metadata)
	return e
}
