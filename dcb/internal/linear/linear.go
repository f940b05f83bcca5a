// Package linear checks that a log is linearizable: whatever many callers do at once, one caller
// could have done it, one operation after the other, with the same results.
package linear

import (
	"encoding/json"
	"slices"

	"github.com/anishathalye/porcupine"

	"go-crablet/dcb"
)

// An operation is an append if it has facts, otherwise a read. A decision is both at once.
type operation struct {
	facts    []dcb.Fact
	query    dcb.Query
	after    int64 // 0 for a decision, which reads all that the query matches
	decision bool
}

// A result is the result of an operation.
type result struct {
	position int64
	read     []string // names of the events that were read, or that the append conflicted with
	conflict bool
}

// named is a fact with a name of its own. Its tags are letters of one text and not a slice, so that
// a store keeps it decoded.
type named struct {
	Name string `json:"name"`
	tags string
}

// Tags implements [dcb.Fact].
func (n named) Tags() (tags dcb.Tags) {
	for _, letter := range n.tags {
		tags = append(tags, dcb.Tag(letter))
	}
	return tags
}

type (
	factA struct{ named }
	factB struct{ named }
)

// EventType implements [dcb.Fact].
func (factA) EventType() string { return "A" }

// EventType implements [dcb.Fact].
func (factB) EventType() string { return "B" }

// nameOf returns the name of an event, as it is stored.
func nameOf(e dcb.Event) string {
	var n named
	_ = json.Unmarshal(e.Data, &n) // without a name it is not one of these facts, and the empty name matches no operation
	return n.Name
}

// A logged event is an event as the model knows it.
type logged struct {
	name  string
	event dcb.Event // its type and tags
}

// sequential is the log as one caller at a time would see it: a state is the events
// so far.
var sequential = porcupine.Model{
	Init: func() any { return []logged(nil) },
	Step: func(state, input, output any) (bool, any) {
		log, op, got := state.([]logged), input.(operation), output.(result)
		var matching []string
		for _, e := range log[min(op.after, int64(len(log))):] {
			if op.query.Matches(e.event) {
				matching = append(matching, e.name)
			}
		}
		switch {
		case op.facts == nil:
			return got.position == int64(len(log)) && slices.Equal(got.read, matching), log
		case op.decision && !slices.Equal(got.read, matching):
			return false, log
		case !op.decision && len(matching) > 0:
			return got.conflict && slices.Equal(got.read, matching[:min(len(matching), 10)]), log
		}
		after := slices.Clone(log)
		for _, fact := range op.facts {
			after = append(after, logged{nameOfFact(fact), dcb.Event{Type: fact.EventType(), Tags: fact.Tags()}})
		}
		return !got.conflict && got.position == int64(len(after)), after
	},
	Equal: func(a, b any) bool {
		sameName := func(a, b logged) bool { return a.name == b.name }
		return slices.EqualFunc(a.([]logged), b.([]logged), sameName)
	},
}

func nameOfFact(fact dcb.Fact) string {
	switch fact := fact.(type) {
	case factA:
		return fact.Name
	case factB:
		return fact.Name
	}
	return ""
}
