package dcbtest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"go-crablet/dcb"
)

// A Scenario is one decision: what had happened, what was asked, and what followed. It may
// go on with another decision.
//
// A scenario that fails says what was wanted and what followed instead. Below that it shows
// the given facts, the command, and the condition of its append. Facts are Go code that can
// be pasted.
type Scenario struct {
	t     testing.TB
	log   *Memory
	facts map[string]dcb.Fact  // of the log, by the IDs of their events
	times map[string]time.Time // the times that [At] gave events, by their IDs

	// Of the last When:
	command dcb.Command
	checked bool      // by Then or ThenRefused
	before  int       // the number of events before it
	guard   dcb.Query // the boundary of the decision, except what is [dcb.Unguarded]
	refusal error
	failed  bool // refusal is not a refusal: the decision failed
}

// Given starts a scenario with the facts that have happened so far, in order. They happened
// now, or at the time that [At] says. They must be facts that a log would store.
func Given(t testing.TB, facts ...dcb.Fact) *Scenario {
	t.Helper()
	s := &Scenario{t: t, log: &Memory{}, facts: map[string]dcb.Fact{}, times: map[string]time.Time{}}
	untimed := slices.Clone(facts)
	for i, fact := range facts {
		if r, ok := fact.(Recorded); ok {
			untimed[i] = r.Fact
		}
	}
	for i, e := range s.encode(untimed) {
		s.requireStorable(e)
		at := time.Now()
		if r, ok := facts[i].(Recorded); ok {
			at, s.times[e.ID] = r.at, r.at
		}
		s.log.Now = func() time.Time { return at }
		if _, err := s.log.AppendAfter(t.Context(), []dcb.InputEvent{e}, dcb.Query{}, dcb.Checkpoint{}); err != nil {
			t.Fatal(err)
		}
	}
	s.log.Now = time.Now
	return s
}

// A Recorded is a fact with the time when it was recorded. Make it with [At].
type Recorded struct {
	dcb.Fact
	at time.Time
}

// At says when a fact of [Given] was recorded, for rules about times (see [dcb.OnEvent]).
func At(at time.Time, fact dcb.Fact) Recorded { return Recorded{fact, at} }

// MarshalJSON fails, because only [Given] can use the time.
func (Recorded) MarshalJSON() ([]byte, error) {
	return nil, errors.New("dcbtest.At is for dcbtest.Given, outside dcb.Causing and dcb.WithTags")
}

// encode makes events of facts, and remembers which event is which fact.
func (s *Scenario) encode(facts []dcb.Fact) (events []dcb.InputEvent) {
	s.t.Helper()
	decided := func(step dcb.TraceDecided) {
		events = step.Events
		s.remember(step)
	}
	err := dcb.Decide(dcb.WithTrace(s.t.Context(), &dcb.Trace{Decided: decided}), nowhere{},
		func(*struct{}) dcb.Boundary { return nil },
		func(struct{}) ([]dcb.Fact, error) { return facts, nil })
	if err != nil {
		s.t.Fatalf("these facts can't be stored: %v", err)
	}
	return events
}

// remember remembers the facts of a step by the IDs of their events. Only a trace has the
// plain facts that [dcb.Causing] and [dcb.WithTags] wrap.
func (s *Scenario) remember(step dcb.TraceDecided) {
	for i, e := range step.Events {
		s.facts[e.ID] = step.Facts[i]
	}
}

// nowhere is a log that stores nothing.
type nowhere struct{}

func (nowhere) ReadSince(context.Context, dcb.Query, dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	return nil, dcb.Checkpoint{}, nil
}

func (nowhere) ReadUpTo(context.Context, dcb.Query, dcb.Checkpoint) ([]dcb.Event, error) {
	return nil, nil
}

func (nowhere) AppendAfter(context.Context, []dcb.InputEvent, dcb.Query, dcb.Checkpoint) (int64, error) {
	return 0, nil
}

// requireStorable requires that a log would store the event.
func (s *Scenario) requireStorable(e dcb.InputEvent) {
	s.t.Helper()
	if err := dcb.CheckAppend(s.t.Context(), []dcb.InputEvent{e}, dcb.Query{}, dcb.Checkpoint{}); err != nil {
		s.t.Fatalf("no log would store %s: %v", s.code(e), err)
	}
}

// Project returns the value of a projection after facts, as [Given] takes them. The
// projection need not look at all of them.
func Project[S any](t testing.TB, projection dcb.Projection[S], facts ...dcb.Fact) (value S) {
	t.Helper()
	given := Given(t, facts...)
	err := dcb.Decide(t.Context(), given.log,
		func(s *S) dcb.Boundary { return dcb.Boundary{dcb.Into(s, projection)} },
		func(s S) ([]dcb.Fact, error) {
			value = s
			return nil, nil
		})
	if err != nil {
		t.Fatal(told(fmt.Sprintf("the projection can't read the given facts: %v", err), given.given()))
	}
	return value
}

// When decides the command. The calls after it are about this decision.
//
// A scenario may have several decisions: for the next one, the facts that followed have
// happened. Check each decision with Then or ThenRefused before the next When.
func (s *Scenario) When(command dcb.Command) *Scenario {
	s.t.Helper()
	if s.command != nil && !s.checked {
		s.t.Fatal(s.toldOf("another When needs to know what followed the last one: say it with Then or ThenRefused",
			s.outcome()))
	}
	s.command, s.checked, s.before, s.guard, s.failed = command, false, len(s.log.Events()), dcb.Query{}, false
	s.refusal = command.Decide(dcb.WithTrace(s.t.Context(), &dcb.Trace{
		Read:    func(step dcb.TraceRead) { s.guard = step.Condition },
		Decided: s.remember,
		Failed:  func(dcb.TraceFailed) { s.failed = true },
	}), s.log)
	return s
}

// Then requires that exactly these facts followed, in this order and with these causes (see
// [dcb.Causing]), and that nothing was refused.
func (s *Scenario) Then(want ...dcb.Fact) *Scenario {
	s.t.Helper()
	s.follows("Then")
	s.checked = true
	wanted, got := s.encode(want), s.followed()
	if difference := s.difference(wanted, got); difference != "" {
		a, b := s.pasteable(wanted), s.pasteable(got)
		for i := range min(len(a), len(b)) {
			if a[i] == b[i] && !sameJSON(wanted[i].Data, got[i].Data) {
				a[i] += " // stored as " + string(wanted[i].Data)
				b[i] += " // stored as " + string(got[i].Data)
			}
		}
		s.t.Fatal(s.toldOf(difference, part{"wanted", a}, part{"followed", b}))
	}
	return s
}

// difference says how the facts that followed differ from those wanted, or "" if they do not.
func (s *Scenario) difference(wanted, got []dcb.InputEvent) string {
	switch {
	case s.failed:
		return fmt.Sprintf("%s failed, and %s should follow it: %v", s.name(), howMany(wanted), s.refusal)
	case s.refusal != nil:
		return fmt.Sprintf("%s was refused, and %s should follow it: %v", s.name(), howMany(wanted), s.refusal)
	case len(got) != len(wanted):
		return fmt.Sprintf("%s followed %s, and %s should", howMany(got), s.name(), howMany(wanted))
	}
	ids := map[string]string{"": ""} // of the events that followed, by those of the events wanted
	for i, e := range wanted {
		what := ""
		switch {
		case e.Type != got[i].Type || !sameJSON(e.Data, got[i].Data):
			what = "is not the one that was wanted"
		case !slices.Equal(sorted(e.Tags), sorted(got[i].Tags)):
			what = "has other tags than wanted"
		case ids[e.CausationID] != got[i].CausationID:
			what = "has another cause than wanted"
		}
		if what != "" {
			return fmt.Sprintf("fact %d that followed %s %s", i+1, s.name(), what)
		}
		ids[e.ID] = got[i].ID
	}
	return ""
}

func sorted(tags dcb.Tags) dcb.Tags { return slices.Sorted(slices.Values(tags)) }

// sameJSON compares two JSON texts. The order of the fields of an object does not matter.
// Numbers are compared as they are written: as floats, different large numbers would be
// equal.
func sameJSON(a, b []byte) bool {
	var values [2]any
	for i, text := range [][]byte{a, b} {
		decoder := json.NewDecoder(bytes.NewReader(text))
		decoder.UseNumber()
		if decoder.Decode(&values[i]) != nil {
			return false
		}
	}
	return reflect.DeepEqual(values[0], values[1])
}

// ThenRefused requires that the command was refused with this error (see [errors.Is]), and
// that no fact followed.
func (s *Scenario) ThenRefused(want error) *Scenario {
	s.t.Helper()
	s.follows("ThenRefused")
	if want == nil {
		s.t.Fatal("ThenRefused needs a reason: if nothing followed and nothing was refused, say Then()")
	}
	s.checked = true
	difference := ""
	switch {
	case s.failed && !errors.Is(s.refusal, want):
		difference = fmt.Sprintf("%s failed, and should be refused: %v", s.name(), s.refusal)
	case s.refusal == nil:
		difference = fmt.Sprintf("%s was not refused, and should be: %s followed", s.name(), howMany(s.followed()))
	case !errors.Is(s.refusal, want):
		difference = fmt.Sprintf("%s was refused for another reason than wanted", s.name())
	case len(s.followed()) > 0:
		difference = fmt.Sprintf("%s was refused as wanted, but %s followed", s.name(), howMany(s.followed()))
	}
	if difference != "" {
		s.t.Fatal(s.toldOf(difference, part{"wanted", []string{"the refusal " + reason(want)}}, s.outcome()))
	}
	return s
}

// ConflictsWith requires that each of the facts lies inside the decision's boundary: if it
// happened meanwhile, the decision would be taken again.
func (s *Scenario) ConflictsWith(facts ...dcb.Fact) *Scenario {
	s.t.Helper()
	s.follows("ConflictsWith")
	var outside []string
	for _, e := range s.meanwhile(facts) {
		if !s.guard.Matches(dcb.Event{Type: e.Type, Tags: e.Tags}) {
			outside = append(outside, s.code(e)+", // "+itemInWords(dcb.QueryItem{Types: []string{e.Type}, Tags: e.Tags}))
		}
	}
	if len(outside) > 0 {
		s.t.Error(s.toldOf(fmt.Sprintf("%s would not notice these facts: they are outside the condition of its append", s.name()),
			part{"outside", outside}))
	}
	return s
}

// IgnoresMeanwhile requires that each of the facts lies outside the decision's boundary: it
// may happen meanwhile without a conflict.
func (s *Scenario) IgnoresMeanwhile(facts ...dcb.Fact) *Scenario {
	s.t.Helper()
	s.follows("IgnoresMeanwhile")
	var inside []string
	for _, e := range s.meanwhile(facts) {
		for _, item := range s.guard.Items() {
			if dcb.QueryOf(item).Matches(dcb.Event{Type: e.Type, Tags: e.Tags}) {
				inside = append(inside, s.code(e)+", // by "+itemInWords(item))
				break
			}
		}
	}
	if len(inside) > 0 {
		s.t.Error(s.toldOf(fmt.Sprintf("%s would be decided again because of these facts: they are inside the condition of its append", s.name()),
			part{"inside", inside}))
	}
	return s
}

// follows requires that there is a decision. call is the name of the method that needs it.
func (s *Scenario) follows(call string) {
	s.t.Helper()
	if s.command == nil {
		s.t.Fatalf("%s needs a decision: call When first", call)
	}
}

// meanwhile returns events with the types and tags of facts. The facts need no form in JSON.
func (s *Scenario) meanwhile(facts []dcb.Fact) (events []dcb.InputEvent) {
	s.t.Helper()
	for _, fact := range facts {
		e := dcb.InputEvent{ID: dcb.NewID(), Type: fact.EventType(), Tags: fact.Tags(), Data: []byte(`{}`)}
		s.facts[e.ID] = fact
		s.requireStorable(e)
		events = append(events, e)
	}
	return events
}

// followed returns the events that followed the last command.
func (s *Scenario) followed() []dcb.InputEvent { return inputs(s.log.Events()[s.before:]) }

// inputs returns events as they were before they were stored.
func inputs(events []dcb.Event) (inputs []dcb.InputEvent) {
	for _, e := range events {
		inputs = append(inputs, dcb.InputEvent{ID: e.ID, Type: e.Type, Tags: e.Tags, Data: e.Data, CausationID: e.CausationID})
	}
	return inputs
}
