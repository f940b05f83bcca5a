package lens

import (
	"context"
	"slices"
	"sort"

	"go-crablet/dcb"
)

// A Stretch is a part of the log, read into memory. It finds events by their tags, so a long
// interval costs no more than the events that match in it.
type Stretch struct {
	events []dcb.Event // without a hole in their positions
	byTag  map[dcb.Tag][]int64
}

// NewStretch makes a stretch of events that follow each other in the log.
func NewStretch(events []dcb.Event) Stretch {
	s := Stretch{events: events, byTag: map[dcb.Tag][]int64{}}
	for _, e := range events {
		for _, tag := range e.Tags {
			s.byTag[tag] = append(s.byTag[tag], e.Position)
		}
	}
	return s
}

// ReadStretch reads the last events up to the position upTo, at most most of them.
func ReadStretch(ctx context.Context, log *dcb.Store, upTo int64, most int) (Stretch, error) {
	events := make([]dcb.Event, 0, most)
	for e, err := range log.Read(ctx, dcb.AllEvents(), dcb.ReadOptions{Before: upTo + 1, Limit: most, Backwards: true}) {
		if err != nil {
			return Stretch{}, err
		}
		events = append(events, e)
	}
	slices.Reverse(events)
	return NewStretch(events), nil
}

// Len returns how many events it has.
func (s Stretch) Len() int { return len(s.events) }

// After returns the position before its first event.
func (s Stretch) After() int64 {
	if len(s.events) == 0 {
		return 0
	}
	return s.events[0].Position - 1
}

// Before returns the position after its last event.
func (s Stretch) Before() int64 { return s.After() + int64(len(s.events)) + 1 }

// Matches reports whether the query matches an event between the positions after and before.
// Both must lie within the stretch.
func (s Stretch) Matches(query dcb.Query, after, before int64) bool {
	for _, item := range query.Items() {
		if len(item.Tags) == 0 {
			if slices.ContainsFunc(s.events[after-s.After():before-1-s.After()], query.Matches) {
				return true
			}
			continue
		}
		// Follow the index of the first tag, and ask the query about each event there.
		positions := s.byTag[item.Tags[0]]
		first := sort.Search(len(positions), func(i int) bool { return positions[i] > after })
		for _, position := range positions[first:] {
			if position >= before {
				break
			}
			if query.Matches(s.events[position-1-s.After()]) {
				return true
			}
		}
	}
	return false
}
