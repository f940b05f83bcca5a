package dcb

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
)

// A Projection computes one value from the events that carry certain tags. Its
// query follows from its tags and its handlers, so the two can't disagree.
type Projection[S any] struct {
	initial  S
	anyOf    []Tags // an event carries all tags of one of them
	handlers []Handler[S]
}

// A Handler says how a projection's value changes with one type of event, or with
// events of any type. Make it with [On], [Sets], [OnEvent] or [OnAny].
type Handler[S any] struct {
	types []string // none for any
	apply func(S, *sharedEvent) (S, error)
}

// Project makes a projection of the events that carry all of the tags and have a handler. The
// initial value is the value for an empty log. Each use of the projection gets a copy of it, so
// it may be a map that the handlers change. For types with several names see [RenamedFact].
//
// Project panics when two handlers are for the same type: only one of them could be
// called. A handler for any type has to be the only one.
func Project[S any](initial S, tags Tags, handlers ...Handler[S]) Projection[S] {
	return project(initial, []Tags{tags}, handlers)
}

// ProjectAny is [Project] for events that carry all tags of any of these: the rooms of a
// tour, or the accounts of a transfer. There is one value for all of them, most often a
// map. An event that carries the tags of several counts once.
//
//	dcb.ProjectAny(map[Room]int{}, []dcb.Tags{blue.Tags(), green.Tags()}, handlers...)
//
// ProjectAny panics when one of the lists is empty, because that would match events with any
// tags. If there are no lists, no event matches.
func ProjectAny[S any](initial S, anyOf []Tags, handlers ...Handler[S]) Projection[S] {
	if slices.ContainsFunc(anyOf, func(tags Tags) bool { return len(tags) == 0 }) {
		panic("dcb.ProjectAny: one of the lists of tags is empty: events of any tags are what dcb.Project with no tags is for")
	}
	return project(initial, slices.Clone(anyOf), handlers)
}

func project[S any](initial S, anyOf []Tags, handlers []Handler[S]) Projection[S] {
	for i, handler := range handlers {
		for _, other := range handlers[:i] {
			if len(handler.types) == 0 || len(other.types) == 0 {
				panic("dcb.Project: there is a handler for any type, and another one")
			}
			for _, name := range handler.types {
				if slices.Contains(other.types, name) {
					panic(fmt.Sprintf("dcb.Project: there are two handlers for %s", name))
				}
			}
		}
	}
	return Projection[S]{initial: initial, anyOf: anyOf, handlers: handlers}
}

// On makes the handler for facts of type E. next returns the new value. It may change the old
// value and return it: a map or a slice need not be copied. Fields of the event that E
// does not know are ignored, so older code can read newer events.
//
// On panics when E is a pointer or an interface: a [Fact] is implemented on its struct.
func On[S any, E Fact](next func(S, E) S) Handler[S] {
	return onFact("dcb.On", func(s S, fact E, _ *sharedEvent) (S, error) { return next(s, fact), nil })
}

// Sets makes the handler for facts of type E that replaces the value by this one, whatever the
// fact says:
//
//	dcb.Project(false, tags, dcb.Sets[Opened](true), dcb.Sets[Closed](false))
func Sets[E Fact, S any](value S) Handler[S] {
	return onFact("dcb.Sets", func(S, E, *sharedEvent) (S, error) { return clone(value), nil })
}

// OnEvent is [On] for a handler that needs more than the fact: when the event was recorded, its
// position, its cause. The handler may keep the event.
//
// Where only the fact counts, use [On]. An event that is being appended at the same moment has no
// recorded time yet, so a decision with such a handler is not taken again on the spot: it reads
// on instead.
func OnEvent[S any, E Fact](next func(S, E, Event) S) Handler[S] {
	return onFact("dcb.OnEvent", func(s S, fact E, e *sharedEvent) (S, error) {
		event, err := e.whole()
		if err != nil {
			return s, err
		}
		return next(s, fact, event), nil
	})
}

// onFact makes the handler for facts of type E, for the function of that name.
func onFact[S any, E Fact](name string, next func(S, E, *sharedEvent) (S, error)) Handler[S] {
	if kind := reflect.TypeFor[E]().Kind(); kind == reflect.Pointer || kind == reflect.Interface {
		panic(fmt.Sprintf("%s: %s is a %s: a fact is the struct itself", name, reflect.TypeFor[E](), kind))
	}
	var zero E
	keep := !shares(reflect.TypeFor[E]()) && reflect.TypeFor[E]().Size() <= mostBytesOfAFact
	return Handler[S]{
		types: TypesOf(zero),
		apply: func(s S, e *sharedEvent) (S, error) {
			fact, err := factOf[E](e, keep)
			if err != nil {
				return s, err
			}
			return next(s, fact, e)
		},
	}
}

// errUnstored is the error of a handler that asks for a whole event before that is stored.
var errUnstored = errors.New("the event is not stored yet")

// whole returns the event for a handler to keep.
func (e *sharedEvent) whole() (Event, error) {
	if e.unstored {
		return Event{}, errUnstored
	}
	return e.own(), nil
}

// A DecodeError says that an event of the log can't be decoded as the fact that a projection
// expects. It ends every read by that projection, and so every decision that looks at it.
type DecodeError struct {
	Type     string
	Position int64
	Err      error // what package json says
}

// Error implements error.
func (e *DecodeError) Error() string {
	return fmt.Sprintf("decode %s at position %d: %v", e.Type, e.Position, e.Err)
}

// Unwrap returns what package json says.
func (e *DecodeError) Unwrap() error { return e.Err }

// OnAny makes a handler for events of any type that carry the projection's tags. It
// gets the event as it is stored, and may keep it in its value; see [OnEvent].
func OnAny[S any](next func(S, Event) S) Handler[S] {
	return Handler[S]{apply: func(s S, e *sharedEvent) (S, error) {
		event, err := e.whole()
		if err != nil {
			return s, err
		}
		return next(s, event), nil
	}}
}

// Query returns the events that the projection looks at.
func (p Projection[S]) Query() Query {
	if len(p.handlers) == 0 {
		return Query{}
	}
	var types []string // none for any
	for _, handler := range p.handlers {
		types = append(types, handler.types...)
	}
	var query Query
	for _, tags := range p.anyOf {
		query = query.Or(NewQuery(tags, types...))
	}
	return query
}

// apply returns the value that follows an event which the query matches.
func (p Projection[S]) apply(value S, e *sharedEvent) (S, error) {
	for _, handler := range p.handlers {
		if len(handler.types) == 0 || slices.Contains(handler.types, e.Type) {
			return handler.apply(value, e)
		}
	}
	return value, nil
}
