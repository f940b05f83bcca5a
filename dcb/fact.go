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

// Causing makes the list of a fact and of what follows from it in the same append.
// The events of the consequences will name that of the cause, see [WithCausationID].
// A consequence may have some of its own:
//
//	Causing(left, Causing(promoted, waitsNoLonger)...)
func Causing(cause Fact, consequences ...Fact) []Fact {
	list := Facts(cause)
	for _, fact := range consequences {
		n := noteOn(fact)
		n.depth++
		list = append(list, n)
	}
	return list
}

// WithTags makes the list of the same facts with more tags than their own: for what
// a fact does not say, such as the request that it answers.
func WithTags(facts []Fact, tags ...Tag) []Fact {
	list := make([]Fact, len(facts))
	for i, fact := range facts {
		n := noteOn(fact)
		n.more = slices.Concat(n.more, tags)
		list[i] = n
	}
	return list
}

// noted is a fact with what was noted about it.
type noted struct {
	Fact
	more  Tags // beside its own
	depth int  // 0, or how many causes it has in its list, one behind the other
}

func noteOn(fact Fact) noted {
	if n, ok := fact.(noted); ok {
		return n
	}
	return noted{Fact: fact}
}

// Tags implements [Fact].
func (n noted) Tags() Tags { return slices.Concat(n.Fact.Tags(), n.more) }

// Encode turns facts into events that can be appended.
func Encode(facts []Fact) ([]InputEvent, error) {
	events := make([]InputEvent, len(facts))
	var causes []string // the IDs of the last event of each depth
	for i, fact := range facts {
		n := noteOn(fact)
		data, err := json.Marshal(n.Fact)
		if err != nil {
			return nil, fmt.Errorf("encode %s: %w", fact.EventType(), err)
		}
		if n.depth > len(causes) {
			return nil, fmt.Errorf("encode %s: its cause does not stand before it", fact.EventType())
		}
		e := NewInputEvent(fact.EventType(), n.Tags(), data)
		if n.depth > 0 {
			e.CausationID = causes[n.depth-1]
		}
		causes = append(causes[:n.depth], e.ID)
		events[i] = e
	}
	return events, nil
}
