package dcbmemory

import (
	"bytes"
	"errors"
	"slices"
	"strings"

	"go-crablet/dcb"
)

// An append whose answer was lost may be sent again, with the same IDs. It is stored once.

// A place is where an event stands.
type place struct {
	position int64
	appended int // if the event is the first of its append: how many events that has; otherwise 0
}

var errTaken = errors.New("the ID of one of the events is taken by another event")

// remember notes where the last n events stand, which are one append.
func (l *Log) remember(n int) {
	if l.known == nil {
		l.known = map[string]place{}
	}
	for i, e := range l.events[len(l.events)-n:] {
		at := place{position: e.Position}
		if i == 0 {
			at.appended = n
		}
		l.known[e.ID] = at
	}
}

// repeated returns the position of the last event if exactly this append is stored, and 0 if
// none of its events is. Anything else is an error.
func (l *Log) repeated(events []dcb.InputEvent) (last int64, err error) {
	first := l.known[strings.ToLower(events[0].ID)]
	if first.appended == len(events) {
		stored := l.events[first.position-1:][:len(events)]
		if slices.EqualFunc(stored, events, same) {
			return stored[len(stored)-1].Position, nil
		}
	}
	seen := map[string]bool{}
	for _, e := range events {
		id := strings.ToLower(e.ID)
		if _, taken := l.known[id]; taken || seen[id] {
			return 0, errTaken
		}
		seen[id] = id != ""
	}
	return 0, nil
}

// same reports whether an event is stored as it is given. The order of tags means nothing.
func same(stored dcb.Event, given dcb.InputEvent) bool {
	return stored.ID == strings.ToLower(given.ID) && stored.Type == given.Type && bytes.Equal(stored.Data, given.Data) &&
		slices.Equal(set(stored.Tags), set(given.Tags))
}

// set returns the tags in order, each once.
func set(tags dcb.Tags) dcb.Tags { return slices.Compact(slices.Sorted(slices.Values(tags))) }
