package linear

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/assert"

	"go-crablet/dcb"
)

// A Log is a log that also appends after a position.
type Log interface {
	dcb.Log
	AppendEvents(ctx context.Context, events []dcb.InputEvent, query dcb.Query, latestKnownPosition int64) (int64, error)
}

// Check lets several callers work on one empty log, through several stores. The seed says what
// each of them does; how they meet is chance. It requires that one caller could have done the same
// operations one after the other, with the same results. An operation that began after
// another one had ended comes after it in that order.
func Check(t *testing.T, seed uint64, stores ...Log) {
	t.Helper()
	history := randomHistory(t, seed, stores)
	switch porcupine.CheckOperationsTimeout(sequential, history, 10*time.Second) {
	case porcupine.Illegal:
		t.Errorf("no order explains this history of seed %d:\n%s", seed, written(history))
	case porcupine.Unknown:
		t.Errorf("there was no time to judge the history of seed %d", seed)
	}
}

func randomHistory(t *testing.T, seed uint64, stores []Log) []porcupine.Operation {
	const callers = 8
	began := time.Now()
	histories := make([][]porcupine.Operation, callers)
	var all sync.WaitGroup
	for number := range callers {
		all.Go(func() {
			c := caller{random: rand.New(rand.NewPCG(seed, uint64(number)))}
			c.query = c.randomQuery()
			for range 12 {
				op := c.next()
				call := time.Since(began)
				got := carryOut(t, stores[c.random.IntN(len(stores))], op)
				histories[number] = append(histories[number], porcupine.Operation{
					ClientId: number, Input: op, Output: got, Call: int64(call), Return: int64(time.Since(began)),
				})
				if op.facts == nil && !op.decision {
					c.known = got.position
				}
			}
		})
	}
	all.Wait()
	return slices.Concat(histories...)
}

// A caller does one thing after the other.
type caller struct {
	random *rand.Rand
	query  dcb.Query
	known  int64 // the position of the last read, whose query that is
}

// next returns what the caller does next. Half of the appends without a decision have the
// condition that the last read still holds.
func (c *caller) next() operation {
	switch c.random.IntN(8) {
	case 0: // read on
		return operation{query: c.query, after: c.known}
	case 1: // read something else from the start
		c.query, c.known = c.randomQuery(), 0
		return operation{query: c.query}
	case 2: // append on no condition
		return operation{facts: c.randomFacts()}
	case 3, 4:
		return operation{facts: c.randomFacts(), query: c.query, after: c.known}
	case 5: // decide that there is nothing to do
		return operation{decision: true, query: names(c.randomTags(), c.randomTags()).Query()}
	default:
		return operation{decision: true, query: names(c.randomTags(), c.randomTags()).Query(), facts: c.randomFacts()}
	}
}

// names projects the names of the events that carry all tags of any of these.
func names(anyOf ...dcb.Tags) dcb.Projection[[]string] {
	return dcb.ProjectAny([]string(nil), anyOf,
		dcb.On(func(names []string, a factA) []string { return append(names, a.Name) }),
		dcb.On(func(names []string, b factB) []string { return append(names, b.Name) }))
}

func carryOut(t *testing.T, log Log, op operation) (got result) {
	var err error
	var events []dcb.Event
	switch {
	case op.decision:
		got.read, got.position, err = decide(t.Context(), log, op)
	case op.facts == nil:
		var head dcb.Checkpoint
		events, head, err = log.ReadSince(t.Context(), op.query, dcb.At(op.after))
		got.position = head.Position
	default:
		var given []dcb.InputEvent
		given, err = dcb.Encode(op.facts)
		assert.NoError(t, err)
		got.position, err = log.AppendEvents(t.Context(), given, op.query, op.after)
		if conflict, ok := errors.AsType[*dcb.ConflictError](err); ok {
			got.conflict, events, err = true, conflict.Events, nil
		}
	}
	assert.NoError(t, err)
	for _, e := range events {
		got.read = append(got.read, nameOf(e))
	}
	return got
}

// decide takes a decision on the events that its query matches. Its facts are always the same.
func decide(ctx context.Context, log Log, op operation) (read []string, position int64, err error) {
	var anyOf []dcb.Tags
	for _, item := range op.query.Items() {
		anyOf = append(anyOf, item.Tags)
	}
	return dcb.DecideValue(ctx, log,
		func(read *[]string) dcb.Boundary { return dcb.Boundary{dcb.Into(read, names(anyOf...))} },
		func(read []string) ([]string, []dcb.Fact, error) { return read, op.facts, nil })
}

func (c *caller) randomFacts() (facts []dcb.Fact) {
	for range 1 + c.random.IntN(3) {
		name := named{dcb.NewID(), ""}
		for _, tag := range c.randomTags() {
			name.tags += string(tag)
		}
		if c.random.IntN(2) == 0 {
			facts = append(facts, factA{name})
		} else {
			facts = append(facts, factB{name})
		}
	}
	return facts
}

func (c *caller) randomQuery() dcb.Query {
	switch c.random.IntN(6) {
	case 0:
		return dcb.AllEvents()
	case 1:
		return dcb.NewQuery(nil, c.randomType())
	case 2:
		return dcb.NewQuery(c.randomTags(), c.randomType())
	case 3:
		return dcb.NewQuery(c.randomTags()).Or(dcb.NewQuery(c.randomTags()))
	default:
		return dcb.NewQuery(c.randomTags())
	}
}

func (c *caller) randomType() string { return []string{"A", "B"}[c.random.IntN(2)] }

func (c *caller) randomTags() dcb.Tags {
	tags := dcb.Tags{"x", "y", "z"}
	c.random.Shuffle(len(tags), func(i, j int) { tags[i], tags[j] = tags[j], tags[i] })
	return tags[:1+c.random.IntN(2)]
}

// written writes a history line by line, in the order of calls.
func written(history []porcupine.Operation) string {
	slices.SortFunc(history, func(a, b porcupine.Operation) int { return int(a.Call - b.Call) })
	var lines strings.Builder
	for _, op := range history {
		fmt.Fprintf(&lines, "%v to %v, caller %d: %+v -> %+v\n", time.Duration(op.Call), time.Duration(op.Return), op.ClientId, op.Input, op.Output)
	}
	return lines.String()
}
