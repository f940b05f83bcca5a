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

// A Scenario is one decision: what had happened, what was asked, what followed. It may go
// on with another one.
//
// A scenario that fails says in a sentence what was wanted and what came instead, and below it
// what was given, what was asked, and what the append was conditional on. Facts stand there as Go
// code that can be pasted.
type Scenario struct {
	t     testing.TB
	log   *Memory
	facts map[string]dcb.Fact  // of the log, by the IDs of their events
	times map[string]time.Time // that [At] gave them

	// Of the last When:
	command dcb.Command
	checked bool      // by Then or ThenRefused
	before  int       // events that were there
	guard   dcb.Query // the boundary of the decision, except what is [dcb.Unguarded]
	refusal error
	failed  bool // the refusal is none: the decision ended without one
}

// Given starts a scenario with the facts that have happened so far, in order: now, or each
// at the time that [At] says. They have to be facts that a log would store.
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
		s.log.store(t.Context(), e, at, 0)
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

// encode turns facts into events, and remembers which facts these are.
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

// remember remembers the facts of a step by their events. It takes them from a trace, for what is
// returned by [dcb.Causing] and [dcb.WithTags] is of no type that can be told.
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

// requireStorable requires that a log would not refuse the event for what it is.
func (s *Scenario) requireStorable(e dcb.InputEvent) {
	s.t.Helper()
	if err := dcb.CheckAppend(s.t.Context(), []dcb.InputEvent{e}, dcb.Query{}, dcb.Checkpoint{}); err != nil {
		s.t.Fatalf("no log would store %s: %v", s.code(e), err)
	}
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
	if err != nil {
		t.Fatal(told(fmt.Sprintf("the projection can't read what was given: %v", err), given.given()))
	}
	return value
}

// When lets the command take its decision. What comes after it is about this decision.
//
// A scenario may have several: for the next one, the facts that followed are facts that
// have happened. What became of a decision has to be said, by Then or ThenRefused, before
// the next is taken.
func (s *Scenario) When(command dcb.Command) *Scenario {
	s.t.Helper()
	if s.command != nil && !s.checked {
		s.t.Fatal(s.toldOf("the scenario goes on with another When, and nothing was said of what followed the last one: say it by Then or ThenRefused",
			s.outcome()))
	}
	s.command, s.checked, s.before, s.guard, s.failed = command, false, len(s.log.events), dcb.Query{}, false
	s.refusal = command.Decide(dcb.WithTrace(s.t.Context(), &dcb.Trace{
		Read:    func(step dcb.TraceRead) { s.guard = step.Condition },
		Decided: s.remember,
		Failed:  func(dcb.TraceFailed) { s.failed = true },
	}), s.log)
	return s
}

// Then requires that exactly these facts followed, in this order and for these
// causes (see [dcb.Causing]), and no refusal.
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

// difference says how what followed differs from what was wanted, or nothing if it does not.
func (s *Scenario) difference(wanted, got []dcb.InputEvent) string {
	switch {
	case s.failed:
		return fmt.Sprintf("%s was to be followed by %s, and failed: %v", s.name(), howMany(wanted), s.refusal)
	case s.refusal != nil:
		return fmt.Sprintf("%s was to be followed by %s, and was refused: %v", s.name(), howMany(wanted), s.refusal)
	case len(got) != len(wanted):
		return fmt.Sprintf("%s was to be followed by %s, and was followed by %s", s.name(), howMany(wanted), howMany(got))
	}
	ids := map[string]string{"": ""} // of the events that were wanted, as they turned out
	for i, e := range wanted {
		what := ""
		switch {
		case e.Type != got[i].Type || !sameJSON(e.Data, got[i].Data):
			what = "is another one than was wanted"
		case !slices.Equal(sorted(e.Tags), sorted(got[i].Tags)):
			what = "has other tags than were wanted"
		case ids[e.CausationID] != got[i].CausationID:
			what = "has another cause than was wanted"
		}
		if what != "" {
			return fmt.Sprintf("fact %d that followed %s %s", i+1, s.name(), what)
		}
		ids[e.ID] = got[i].ID
	}
	return ""
}

func sorted(tags dcb.Tags) dcb.Tags { return slices.Sorted(slices.Values(tags)) }

// sameJSON compares two texts, whatever the order in which objects have their fields.
// Numbers are the same if they are written in the same way: as floats, large ones would be
// the same that differ.
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

// ThenRefused requires that the command was refused for this reason, and that
// nothing followed.
func (s *Scenario) ThenRefused(want error) *Scenario {
	s.t.Helper()
	s.follows("ThenRefused")
	if want == nil {
		s.t.Fatal("ThenRefused needs the reason: a decision that nothing followed from is not refused, which Then() says")
	}
	s.checked = true
	difference := ""
	switch {
	case s.failed && !errors.Is(s.refusal, want):
		difference = fmt.Sprintf("%s was to be refused, and failed: %v", s.name(), s.refusal)
	case s.refusal == nil:
		difference = fmt.Sprintf("%s was to be refused, and was followed by %s", s.name(), howMany(s.followed()))
	case !errors.Is(s.refusal, want):
		difference = fmt.Sprintf("%s was refused for another reason than was wanted", s.name())
	case len(s.followed()) > 0:
		difference = fmt.Sprintf("%s was refused, as was wanted, and was followed by %s all the same", s.name(), howMany(s.followed()))
	}
	if difference != "" {
		s.t.Fatal(s.toldOf(difference, part{"wanted", []string{"the refusal " + reason(want)}}, s.outcome()))
	}
	return s
}

// ConflictsWith requires that each of the facts lies inside the decision's
// boundary: had it happened meanwhile, the decision would have been taken again.
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
		s.t.Error(s.toldOf(fmt.Sprintf("%s would not have noticed these facts: they are outside of what its append is conditional on", s.name()),
			part{"outside", outside}))
	}
	return s
}

// IgnoresMeanwhile requires that each of the facts lies outside the decision's
// boundary: it may happen meanwhile and changes nothing.
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
		s.t.Error(s.toldOf(fmt.Sprintf("%s would have been decided again because of these facts: they are inside of what its append is conditional on", s.name()),
			part{"inside", inside}))
	}
	return s
}

// follows requires that there is a decision that the call of this name can be about.
func (s *Scenario) follows(call string) {
	s.t.Helper()
	if s.command == nil {
		s.t.Fatalf("%s is about a decision, and none was taken: call When first", call)
	}
}

// meanwhile returns what of facts counts for a boundary. They need not have a form in JSON.
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
func (s *Scenario) followed() []dcb.InputEvent { return inputs(s.log.events[s.before:]) }

// inputs returns events as what they were before they were stored.
func inputs(events []dcb.Event) (inputs []dcb.InputEvent) {
	for _, e := range events {
		inputs = append(inputs, dcb.InputEvent{ID: e.ID, Type: e.Type, Tags: e.Tags, Data: e.Data, CausationID: e.CausationID})
	}
	return inputs
}
