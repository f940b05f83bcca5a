package dcb

import (
	"reflect"
	"slices"
)

// A Boundary is all that one decision rests on: the projections it looks at. By their queries
// it says which events must not be appended between its read and its append.
type Boundary []Part

// A Part is one projection of a boundary, bound to the variable that it fills.
// Make it with [Into]; [Latest], [Unguarded] and [Then] make parts of a special kind.
type Part struct {
	query     Query
	apply     func(*sharedEvent) error // folds an event that the query matches into the value
	reset     func()                   // makes the value what it is without any event
	save      func() (restore func())  // remembers the value, as often as it is restored
	into      any                      // a pointer, to tell the parts of a struct apart
	latest    bool
	unguarded bool

	find func() Boundary // makes more parts, if this is one of Then
}

// Into binds a projection to the variable that takes its value, most often a
// field of the struct that holds all that a decision knows; but it may be anything that
// can be pointed to, such as an element of a slice. The variable starts as a copy of
// the projection's initial value. No other part of the boundary may fill it.
func Into[S any](value *S, p Projection[S]) Part {
	reset := func() { *value = clone(p.initial) }
	reset()
	return Part{
		query: p.Query(),
		into:  value,
		reset: reset,
		apply: func(e *sharedEvent) (err error) {
			*value, err = p.apply(*value, e)
			return err
		},
		save: func() (restore func()) {
			saved := clone(*value)
			return func() { *value = clone(saved) }
		},
	}
}

// Latest makes a part that looks at one event: the last one that its projection's query matches.
// Its value is what the handler makes of the initial value and that event. So the next
// number after 50,000 invoices takes the reading of one. The append is conditional on it
// as on every other part.
//
// A [Store] reads only that event. Another [Log] reads all and takes the last.
func Latest(part Part) Part {
	part.latest = true
	apply, reset := part.apply, part.reset
	part.apply = func(e *sharedEvent) error {
		reset()
		return apply(e)
	}
	return part
}

// Unguarded makes a part that the decision reads, while its append is not
// conditional on it: an event that this part looks at is not a conflict.
//
// That is safe only if no event that the part looks at can turn what was accepted
// into something that would have been refused: a student, once registered, stays
// registered. It is not safe for anything that is counted, or that can be taken
// back. In doubt leave Unguarded out: one guarded part too many costs a retry at worst, one too
// few breaks the rule.
func Unguarded(part Part) Part {
	part.unguarded = true
	return part
}

// Then makes a part that is found only when the others have been read. What to look at next may
// depend on their values: the student who waits longest for a seat, say.
//
// find is called in each attempt, when the variables of the parts that are not
// found hold their values. The parts it returns are read as of the same position of
// the log, so all that a decision knows is of one moment, and its append is
// conditional on all of it. find must bind new variables each time, such as those
// of a new slice; it may return parts of Then in its turn.
//
// While such a part finds nothing, it costs nothing. A decision that found something and loses a
// race reads again. It is not taken again on the spot, because it would have to read while the
// log is locked.
func Then(find func() Boundary) Part {
	return Part{find: find}
}

// Query matches every event that one of the projections looks at: it is what the
// decision reads. The parts of [Then] are not in it before they are found.
func (b Boundary) Query() Query {
	return b.queryOf(everyPart)
}

// Condition matches the events that must not get in between: those of [Boundary.Query]
// except those of [Unguarded] parts. It is what the decision's append is conditional on.
func (b Boundary) Condition() Query {
	return b.queryOf(guardedPart)
}

func (b Boundary) queryOf(wanted func(Part) bool) Query {
	var queries []Query
	for _, part := range b {
		if wanted(part) {
			queries = append(queries, part.query)
		}
	}
	return Query{}.Or(queries...).simplified()
}

// save remembers the values of all parts. restore puts them back, as often as it is
// called.
func (b Boundary) save() (restore func()) {
	var restores []func()
	for _, part := range b {
		if part.save != nil {
			restores = append(restores, part.save())
		}
	}
	return func() {
		for _, restore := range restores {
			restore()
		}
	}
}

// grows reports whether there are parts yet to be found.
func (b Boundary) grows() bool {
	return slices.ContainsFunc(b, func(p Part) bool { return p.find != nil })
}

// found returns what is found now.
func (b Boundary) found() Boundary {
	var more Boundary
	for _, part := range b {
		if part.find != nil {
			more = append(more, part.find()...)
		}
	}
	return more
}

// fieldName returns the name of the field of *structure that pointer points into: at the
// field, at something in it, or at an element of its slice. If there is none, it is empty. The
// fields of an embedded struct count as fields of *structure.
func fieldName(structure, pointer any) string {
	s := reflect.ValueOf(structure).Elem()
	if s.Kind() != reflect.Struct {
		return ""
	}
	return fieldAt(s, reflect.ValueOf(pointer).Pointer())
}

func fieldAt(s reflect.Value, p uintptr) string {
	for i := range s.NumField() {
		field := s.Field(i)
		if s.Type().Field(i).Anonymous && field.Kind() == reflect.Struct {
			if name := fieldAt(field, p); name != "" {
				return name
			}
			continue
		}
		start, size := field.Addr().Pointer(), field.Type().Size()
		inField := p >= start && p < start+size
		if field.Kind() == reflect.Slice {
			start, size = field.Pointer(), uintptr(field.Len())*field.Type().Elem().Size()
			inField = inField || p >= start && p < start+size
		}
		if inField {
			return s.Type().Field(i).Name
		}
	}
	return ""
}
