package dcbtest

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

// A Scenario is one decision: what had happened, what was asked, what followed. It may go
// on with another one.
type Scenario struct {
	t   testing.TB
	log *Memory

	// Of the last When:
	asked   bool
	checked bool      // by Then or ThenRefused
	before  int       // events that were there
	guard   dcb.Query // the boundary of the decision, except what is [dcb.Unguarded]
	refusal error
}

// Given starts a scenario with the facts that have happened so far, in order: now, or each
// at the time that [At] says. They have to be facts that a log would store.
func Given(t testing.TB, facts ...dcb.Fact) *Scenario {
	t.Helper()
	s := &Scenario{t: t, log: &Memory{}}
	untimed, times := make([]dcb.Fact, len(facts)), make([]time.Time, len(facts))
	for i, fact := range facts {
		untimed[i], times[i] = fact, time.Now()
		if r, ok := fact.(Recorded); ok {
			untimed[i], times[i] = r.Fact, r.at
		}
	}
	events, err := dcb.Encode(untimed)
	require.NoError(t, err)
	for i, e := range events {
		requireStorable(t, e)
		s.log.store(t.Context(), e, times[i])
	}
	return s
}

// A Recorded is a fact that has happened, with its time. Make it with [At].
type Recorded struct {
	dcb.Fact
	at time.Time
}

// At says for [Given] when a fact was recorded, for rules that ask for it (see
// [dcb.OnEvent]). Other facts were recorded now.
func At(at time.Time, fact dcb.Fact) Recorded { return Recorded{fact, at} }

// MarshalJSON fails, because nothing but [Given] knows what to do with the time.
func (Recorded) MarshalJSON() ([]byte, error) {
	return nil, errors.New("dcbtest.At is for dcbtest.Given, outside of dcb.Causing and dcb.WithTags")
}

// requireStorable requires that a log would not refuse the event for what it is.
func requireStorable(t testing.TB, e dcb.InputEvent) {
	t.Helper()
	err := dcb.CheckAppend(t.Context(), []dcb.InputEvent{e}, dcb.Query{}, dcb.Checkpoint{})
	require.NoError(t, err, "no log would store %s %s", e.Type, e.Data)
}

// Project returns the value of a projection after these facts, which are as those of
// [Given]. Facts that the projection does not look at may be among them.
func Project[S any](t testing.TB, projection dcb.Projection[S], facts ...dcb.Fact) (value S) {
	t.Helper()
	given := Given(t, facts...)
	err := dcb.Decide(t.Context(), given.log,
		func(s *S) dcb.Boundary { return dcb.Boundary{dcb.Into(s, projection)} },
		func(s S) ([]dcb.Fact, error) {
			value = s
			return nil, nil
		})
	require.NoError(t, err)
	return value
}

// When lets the command take its decision. What comes after it is about this decision.
//
// A scenario may have several: for the next one, the facts that followed are facts that
// have happened. What became of a decision has to be said, by Then or ThenRefused, before
// the next is taken.
func (s *Scenario) When(command dcb.Command) *Scenario {
	s.t.Helper()
	if s.asked && !s.checked {
		require.FailNow(s.t, "the scenario goes on with another When, and nothing was said of what followed the last one: say it by Then or ThenRefused",
			"the last decision was refused for: %v", s.refusal)
	}
	s.asked, s.checked, s.before, s.guard = true, false, len(s.log.events), dcb.Query{}
	ctx := dcb.WithTrace(s.t.Context(), &dcb.Trace{
		Read: func(step dcb.TraceRead) { s.guard = step.Condition },
	})
	s.refusal = command.Decide(ctx, s.log)
	return s
}

// Then requires that exactly these facts followed, in this order and for these
// causes (see [dcb.Causing]), and no refusal.
func (s *Scenario) Then(want ...dcb.Fact) *Scenario {
	s.t.Helper()
	s.follows("Then")
	s.checked = true
	require.NoError(s.t, s.refusal)
	events, err := dcb.Encode(want)
	require.NoError(s.t, err)
	got := s.log.events[s.before:]
	require.Len(s.t, got, len(want), "facts that followed")
	ids := map[string]string{"": ""} // of the events that were wanted, as they turned out
	for i, e := range events {
		assert.Equal(s.t, e.Type, got[i].Type)
		assert.ElementsMatch(s.t, e.Tags, got[i].Tags)
		assert.True(s.t, sameJSON(s.t, e.Data, got[i].Data), "the data of %s: wanted %s, and got %s", e.Type, e.Data, got[i].Data)
		assert.Equal(s.t, ids[e.CausationID], got[i].CausationID, "the cause of %s", e.Type)
		ids[e.ID] = got[i].ID
	}
	return s
}

// sameJSON compares two texts, whatever the order in which objects have their fields.
// Numbers are the same if they are written in the same way: as floats, large ones would be
// the same that differ.
func sameJSON(t testing.TB, a, b []byte) bool {
	t.Helper()
	values := make([]any, 2)
	for i, text := range [][]byte{a, b} {
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		require.NoError(t, decoder.Decode(&values[i]))
	}
	return reflect.DeepEqual(values[0], values[1])
}

// ThenRefused requires that the command was refused for this reason, and that
// nothing followed.
func (s *Scenario) ThenRefused(want error) *Scenario {
	s.t.Helper()
	s.follows("ThenRefused")
	if want == nil {
		require.FailNow(s.t, "ThenRefused needs the reason: a decision that nothing followed from is not refused, which Then() says")
	}
	s.checked = true
	require.ErrorIs(s.t, s.refusal, want)
	require.Empty(s.t, s.log.events[s.before:], "facts that followed a refusal")
	return s
}

// ConflictsWith requires that each of the facts lies inside the decision's
// boundary: had it happened meanwhile, the decision would have been taken again.
func (s *Scenario) ConflictsWith(facts ...dcb.Fact) *Scenario {
	s.t.Helper()
	s.follows("ConflictsWith")
	for _, fact := range facts {
		assert.True(s.t, s.guard.Matches(s.event(fact)), "%s %v is outside the boundary", fact.EventType(), fact)
	}
	return s
}

// IgnoresMeanwhile requires that each of the facts lies outside the decision's
// boundary: it may happen meanwhile and changes nothing.
func (s *Scenario) IgnoresMeanwhile(facts ...dcb.Fact) *Scenario {
	s.t.Helper()
	s.follows("IgnoresMeanwhile")
	for _, fact := range facts {
		assert.False(s.t, s.guard.Matches(s.event(fact)), "%s %v is inside the boundary", fact.EventType(), fact)
	}
	return s
}

// follows requires that there is a decision that the call of this name can be about.
func (s *Scenario) follows(call string) {
	s.t.Helper()
	if !s.asked {
		require.FailNow(s.t, call+" is about a decision, and none was taken: call When first")
	}
}

// event returns what of a fact counts for a boundary.
func (s *Scenario) event(fact dcb.Fact) dcb.Event {
	s.t.Helper()
	requireStorable(s.t, dcb.InputEvent{Type: fact.EventType(), Tags: fact.Tags(), Data: []byte(`{}`)})
	return dcb.Event{Type: fact.EventType(), Tags: fact.Tags()}
}
