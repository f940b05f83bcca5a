package dcb

import (
	"encoding/json"
	"sync/atomic"
)

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
