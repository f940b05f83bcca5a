package dcb

import (
	"encoding/json"
	"fmt"
)

// A Projection computes one value from the events that carry certain tags. Its
// query follows from its tags and its handlers; nobody restates it.
type Projection[S any] struct {
	initial  S
	tags     Tags
	handlers []Handler[S]
}

// A Handler says how a projection's value changes with one type of event.
type Handler[S any] struct {
	eventType string
	apply     func(S, Event) (S, error)
}

// Project makes a projection of the events that carry all of the tags and have
// a handler. The initial value is the answer of an empty log; it should be a
// plain value, since all uses of the projection share what it points to.
func Project[S any](initial S, tags Tags, handlers ...Handler[S]) Projection[S] {
	return Projection[S]{initial: initial, tags: tags, handlers: handlers}
}

// On makes the handler for facts of type E. next is pure: it returns the new
// value and leaves the old one as it was. Fields of the event that E does not
// know are passed over, so older code can read newer events.
func On[S any, E Fact](next func(S, E) S) Handler[S] {
	var zero E
	return Handler[S]{
		eventType: zero.EventType(),
		apply: func(s S, e Event) (S, error) {
			var fact E
			if err := json.Unmarshal(e.Data, &fact); err != nil {
				return s, fmt.Errorf("decode %s at position %d: %w", e.Type, e.Position, err)
			}
			return next(s, fact), nil
		},
	}
}

// Query returns the events that the projection looks at.
func (p Projection[S]) Query() Query {
	if len(p.handlers) == 0 {
		return Query{}
	}
	types := make([]string, len(p.handlers))
	for i, handler := range p.handlers {
		types[i] = handler.eventType
	}
	return NewQuery(p.tags, types...)
}
