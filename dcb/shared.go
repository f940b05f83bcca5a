package dcb

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"sync/atomic"
)

// Decisions share their first read, in three ways. Each of them still reads: what it knows
// is of one snapshot, which the database took after the decision had begun.
//
//  1. A statement. Whoever begins to read while others are being answered waits for the
//     next statement, which asks for all who wait (shared_read.go).
//  2. Events. What was read is remembered for each query item, with the checkpoint up to
//     which it was read (memory.go). The next statement asks for what came after that, and
//     whether the checkpoint is still of this log. A log grows at its end, and a failover
//     or a restore takes away its end. So if the checkpoint is of this log, all before it
//     is as it was. What is remembered and what the statement returns are together what a
//     read from the beginning would have returned.
//  3. Facts. An event is decoded once for all who look at it.
//
// A boundary that is too long for a shared statement is read alone, as by [Store.ReadSince].

// readFirst is the first read of a decision. It is [Store.ReadSince] from the beginning,
// but the events are shared, and a long boundary is handed to take page by page.
func (s *Store) readFirst(ctx context.Context, query Query, take func([]*sharedEvent) error) (head Checkpoint, err error) {
	if err := s.readable(query); err != nil {
		return Checkpoint{}, err
	}
	return s.reads.read(ctx, query, take)
}

// A sharedEvent is an event that several decisions look at. None of them changes it.
type sharedEvent struct {
	Event
	fact     atomic.Pointer[any] // what it was decoded to; see factOf
	unstored bool                // its batch is not committed yet, so it has no recorded time
}

func share(events []Event) []*sharedEvent {
	shared := make([]*sharedEvent, len(events))
	for i := range events {
		shared[i] = &sharedEvent{Event: events[i]}
	}
	return shared
}

func unshared(shared []*sharedEvent) (events []Event) {
	for _, e := range shared {
		events = append(events, e.Event)
	}
	return events
}

// own returns the event for somebody to keep, who may change it then.
func (e *Event) own() Event {
	own := *e
	own.Tags, own.Data, own.Metadata = slices.Clone(e.Tags), slices.Clone(e.Data), maps.Clone(e.Metadata)
	return own
}

// owned returns the events for somebody to keep.
func owned(shared []*sharedEvent) (events []Event) {
	for _, e := range shared {
		events = append(events, e.own())
	}
	return events
}

// mostBytesOfAFact bounds the facts that are kept: a memory counts the data of an event
// twice, and not how large a fact is made of it.
const mostBytesOfAFact = 256

// factOf returns what an event says. keep has it decoded once for all who ask, and is for
// facts whose copies share nothing that could be changed.
func factOf[E Fact](e *sharedEvent, keep bool) (E, error) {
	if known := e.fact.Load(); known != nil {
		if fact, ok := (*known).(E); ok {
			return fact, nil
		}
	}
	var fact E
	if err := json.Unmarshal(e.Data, &fact); err != nil {
		return fact, &DecodeError{Type: e.Type, Position: e.Position, Err: err}
	}
	if keep {
		var known any = fact
		e.fact.Store(&known)
	}
	return fact, nil
}
