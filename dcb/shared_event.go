package dcb

import (
	"encoding/json"
	"sync/atomic"
)

// A sharedEvent is an event that several decisions look at. None of them changes it.
type sharedEvent struct {
	Event
	fact     atomic.Pointer[any] // the decoded fact; see factOf
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

// owned returns copies of the events that their owner may keep and change.
func owned(shared []*sharedEvent) (events []Event) {
	for _, e := range shared {
		events = append(events, e.own())
	}
	return events
}

// mostBytesOfAFact bounds the facts that are kept: a memory does not count how large a fact is, but
// the data of its event twice.
const mostBytesOfAFact = 256

// factOf returns the fact in the data of an event. With keep it is decoded once and kept for the
// next call: use that for facts whose copies share nothing that could be changed.
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
