package dcbtest

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"go-crablet/dcb"
)

// A Memory is a log in memory, for tests of decisions. It passes [TestLog]. The zero value is
// an empty log. It is safe for concurrent use.
type Memory struct {
	mu     sync.Mutex
	events []dcb.Event
	rest   []int          // for each event, how many of the same append come after it
	places map[string]int // the positions of events by their IDs
}

// LoseEnd makes the log end at a position, as a restore of a backup does.
func (l *Memory) LoseEnd(position int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, e := range l.events[position:] {
		delete(l.places, e.ID)
	}
	l.events, l.rest = l.events[:position], l.rest[:position]
}

// store appends an event. rest is how many of the same append come after it.
func (l *Memory) store(ctx context.Context, e dcb.InputEvent, recordedAt time.Time, rest int) {
	stored := clone(dcb.Event{
		ID: strings.ToLower(cmp.Or(e.ID, dcb.NewID())), Type: e.Type, Tags: e.Tags, Data: e.Data, Position: int64(len(l.events) + 1),
		CausationID: cmp.Or(e.CausationID, dcb.CausationID(ctx)), CorrelationID: dcb.CorrelationID(ctx), Metadata: dcb.Metadata(ctx), RecordedAt: recordedAt,
	})
	if l.places == nil {
		l.places = map[string]int{}
	}
	l.events, l.rest, l.places[stored.ID] = append(l.events, stored), append(l.rest, rest), int(stored.Position)
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
	if err := cmp.Or(ctx.Err(), dcb.CheckAppend(ctx, events, query, known)); err != nil {
		return 0, err
	}
	if position, err := l.repeated(events); position > 0 || err != nil {
		return position, err
	}
	if err := l.check(query, known); err != nil {
		return 0, err
	}
	if meanwhile := matching(l.events[known.Position:], query); len(meanwhile) > 0 {
		return 0, &dcb.ConflictError{Query: query, After: known.Position, Events: meanwhile[:min(len(meanwhile), 10)]}
	}
	for i, e := range events {
		l.store(ctx, e, time.Now(), len(events)-1-i)
	}
	return l.head().Position, nil
}

// repeated returns the position of the last event if an append of exactly these events is
// stored, and 0 if none of them is.
func (l *Memory) repeated(events []dcb.InputEvent) (last int64, err error) {
	if first := l.places[strings.ToLower(events[0].ID)]; first > 0 && l.isAppend(first, events) {
		return int64(first - 1 + len(events)), nil
	}
	seen := map[string]bool{}
	for _, e := range events {
		id := strings.ToLower(e.ID)
		if id != "" && (l.places[id] > 0 || seen[id]) {
			return 0, errTaken
		}
		seen[id] = true
	}
	return 0, nil
}

// isAppend reports whether an append of exactly these events begins at a position.
func (l *Memory) isAppend(first int, events []dcb.InputEvent) bool {
	begins := first == 1 || l.rest[first-2] == 0
	if !begins || l.rest[first-1] != len(events)-1 {
		return false
	}
	for i, e := range events {
		stored := l.events[first-1+i]
		if stored.ID != strings.ToLower(e.ID) || stored.Type != e.Type || string(stored.Data) != string(e.Data) ||
			!slices.Equal(slices.Compact(sorted(stored.Tags)), slices.Compact(sorted(e.Tags))) {
			return false
		}
	}
	return true
}

var errTaken = errors.New("the ID of one of the events is taken by another event")

// check returns an error if the query is invalid or the log does not have the checkpoint.
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

// head returns the checkpoint of the last event.
func (l *Memory) head() dcb.Checkpoint {
	if len(l.events) == 0 {
		return dcb.Checkpoint{}
	}
	return l.events[len(l.events)-1].Checkpoint()
}

// matching returns copies of the events that the query matches.
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
