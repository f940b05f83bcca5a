package dcb

import (
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
)

// A Fact is an event in the words of the domain: a struct that says what
// happened, marshals to JSON, and knows its type name and its tags. Because the
// fact owns them, no call site can forget a tag.
//
// Implement it on the struct, not on a pointer to it: the type name is also
// asked of the zero value.
type Fact interface {
	EventType() string
	Tags() Tags
}

// Facts makes the list that a decision returns.
func Facts(facts ...Fact) []Fact { return facts }

// Encode turns facts into events that can be appended.
func Encode(facts []Fact) ([]InputEvent, error) {
	events := make([]InputEvent, len(facts))
	for i, fact := range facts {
		data, err := json.Marshal(fact)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", fact.EventType(), err)
		}
		events[i] = NewInputEvent(fact.EventType(), fact.Tags(), data)
	}
	return events, nil
}

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

// A Boundary is all that one decision rests on: the projections it looks at, and
// so, by their queries, the events that must not change behind its back.
type Boundary []Part

// A Part is one projection of a boundary, bound to the variable that it fills.
// Make it with [Into].
type Part struct {
	query Query
	apply func(Event) error
	into  any // a pointer, to tell the parts of a struct apart
}

// Into binds a projection to the variable that takes its value, most often a
// field of the struct that holds all that a decision knows. The variable starts
// as the projection's initial value.
func Into[S any](value *S, p Projection[S]) Part {
	*value = p.initial
	query := p.Query()
	return Part{
		query: query,
		into:  value,
		apply: func(e Event) (err error) {
			for _, handler := range p.handlers {
				if handler.eventType == e.Type && query.Matches(e) {
					*value, err = handler.apply(*value, e)
					return err
				}
			}
			return nil
		},
	}
}

// Query matches every event that one of the projections looks at. It is both
// what the decision reads and what its append is conditional on.
func (b Boundary) Query() Query {
	var q Query
	for _, part := range b {
		q = q.Or(part.query)
	}
	return q.simplified()
}

// apply shows events, in order, to every projection.
func (b Boundary) apply(events []Event) error {
	for _, e := range events {
		for _, part := range b {
			if err := part.apply(e); err != nil {
				return err
			}
		}
	}
	return nil
}

// madeStale returns the names of the fields of *state whose projections look at
// one of the events. A part that fills no field of *state goes by no name and is
// left out.
func (b Boundary) madeStale(state any, events []Event) []string {
	var stale []string
	for _, part := range b {
		if slices.ContainsFunc(events, part.query.Matches) {
			if name := fieldName(state, part.into); name != "" {
				stale = append(stale, name)
			}
		}
	}
	return stale
}

// fieldName returns the name of the field of *structure that pointer points at.
func fieldName(structure, pointer any) string {
	s, p := reflect.ValueOf(structure).Elem(), reflect.ValueOf(pointer)
	if s.Kind() != reflect.Struct {
		return ""
	}
	for i := range s.NumField() {
		field := s.Field(i)
		if field.Type() == p.Type().Elem() && field.Addr().Pointer() == p.Pointer() {
			return s.Type().Field(i).Name
		}
	}
	return ""
}
