package dcbtest

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"go-crablet/dcb"
)

// log is a log for a single decision: a slice that nobody else appends to. It passes
// [TestLog].
type log struct{ events []dcb.Event }

func (l *log) store(ctx context.Context, e dcb.InputEvent) {
	l.events = append(l.events, clone(dcb.Event{
		ID: strings.ToLower(cmp.Or(e.ID, dcb.NewID())), Type: e.Type, Tags: e.Tags, Data: e.Data, Position: int64(len(l.events) + 1),
		CausationID: cmp.Or(e.CausationID, dcb.CausationID(ctx)), CorrelationID: dcb.CorrelationID(ctx), RecordedAt: time.Now(),
	}))
}

// ReadSince implements [dcb.Log].
func (l *log) ReadSince(_ context.Context, query dcb.Query, after int64) ([]dcb.Event, int64, error) {
	if err := query.Check(); err != nil {
		return nil, 0, err
	}
	if after > int64(len(l.events)) {
		return nil, 0, fmt.Errorf("read after %d: %w", after, dcb.ErrBeyondHead)
	}
	var found []dcb.Event
	for _, e := range l.events {
		if e.Position > after && query.Matches(e) {
			found = append(found, clone(e))
		}
	}
	return found, int64(len(l.events)), nil
}

// AppendEvents implements [dcb.Log].
func (l *log) AppendEvents(ctx context.Context, events []dcb.InputEvent, query dcb.Query, latestKnownPosition int64) (int64, error) {
	if err := dcb.CheckAppend(ctx, events, query, latestKnownPosition); err != nil {
		return 0, err
	}
	meanwhile, _, err := l.ReadSince(ctx, query, latestKnownPosition)
	if err != nil {
		return 0, err
	}
	if len(meanwhile) > 0 {
		return 0, &dcb.ConflictError{Query: query, After: latestKnownPosition, Events: meanwhile[:min(len(meanwhile), 10)]}
	}
	for _, e := range events {
		l.store(ctx, e)
	}
	return int64(len(l.events)), nil
}

// clone returns an event that shares no memory with e.
func clone(e dcb.Event) dcb.Event {
	e.Tags, e.Data = slices.Clone(e.Tags), slices.Clone(e.Data)
	return e
}
