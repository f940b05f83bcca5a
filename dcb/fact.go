package dcb

import (
	"encoding/json"
	"fmt"
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

// Causing makes a list of a fact and its consequences in the same append. The events of the
// consequences name the event of the cause, see [WithCausationID]. A consequence that has a cause
// already keeps it, so consequences may have consequences:
//
//	Causing(left, Causing(promoted, waitsNoLonger)...)
func Causing(cause Fact, consequences ...Fact) []Fact {
	if len(consequences) == 0 {
		return Facts(cause)
	}
	first := noteOn(cause)
	if first.self == nil {
		first.self = new(mark)
	}
	list := Facts(first)
	for _, fact := range consequences {
		n := noteOn(fact)
		if n.cause == nil {
			n.cause = first.self
		}
		list = append(list, n)
	}
	return list
}

// WithTags makes a list of the same facts with more tags: for something that the facts do not
// say, such as the request that they answer.
func WithTags(facts []Fact, tags ...Tag) []Fact {
	list := make([]Fact, len(facts))
	for i, fact := range facts {
		n := noteOn(fact)
		n.more = slices.Concat(n.more, tags)
		list[i] = n
	}
	return list
}

// noted is a fact with notes about it.
type noted struct {
	Fact
	more  Tags  // beside its own
	self  *mark // by which its consequences know it; nil if it has none
	cause *mark // of the fact that it follows from, or nil
}

// A mark tells a fact from all others, even from an equal one in the same list. It has a size
// because pointers to values of no size may be equal.
type mark struct{ _ byte }

func noteOn(fact Fact) noted {
	if n, ok := fact.(noted); ok {
		return n
	}
	return noted{Fact: fact}
}

// Tags implements [Fact].
func (n noted) Tags() Tags { return slices.Concat(n.Fact.Tags(), n.more) }

// unnoted returns the facts as values of their own types.
func unnoted(facts []Fact) []Fact {
	own := make([]Fact, len(facts))
	for i, fact := range facts {
		own[i] = noteOn(fact).Fact
	}
	return own
}

// Encode turns facts into events that can be appended.
func Encode(facts []Fact) ([]InputEvent, error) {
	events := make([]InputEvent, len(facts))
	ids := map[*mark]string{} // of the events so far
	for i, fact := range facts {
		n := noteOn(fact)
		data, err := json.Marshal(n.Fact)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", fact.EventType(), err)
		}
		e := NewInputEvent(fact.EventType(), n.Tags(), data)
		if n.cause != nil {
			cause, ok := ids[n.cause]
			if !ok {
				return nil, fmt.Errorf("encode %s: its cause does not stand before it", fact.EventType())
			}
			e.CausationID = cause
		}
		if n.self != nil {
			ids[n.self] = e.ID
		}
		events[i] = e
	}
	return events, nil
}
