package dcbtest_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
)

// The domain of these tests is a box that holds two things.
type put struct{ Thing string }

func (put) EventType() string { return "Put" }
func (put) Tags() dcb.Tags    { return dcb.NewTags("box", "1") }

// elsewhere is about another box.
type elsewhere struct{}

func (elsewhere) EventType() string { return "Put" }
func (elsewhere) Tags() dcb.Tags    { return dcb.NewTags("box", "2") }

var errBoxFull, errOther = errors.New("the box is full"), errors.New("another reason")

type putIn struct{ Thing string }

func (cmd putIn) Decide(ctx context.Context, log dcb.Log) error {
	boundary := func(things *int) dcb.Boundary {
		return dcb.Boundary{dcb.Into(things, dcb.Project(0, put{}.Tags(), dcb.On(func(n int, _ put) int { return n + 1 })))}
	}
	return dcb.Decide(ctx, log, boundary, func(things int) ([]dcb.Fact, error) {
		if things == 2 {
			return nil, errBoxFull
		}
		return dcb.Facts(put(cmd)), nil
	})
}

// throwOut empties the box if nobody has put anything in for a day.
type throwOut struct{ Now time.Time }

type thrownOut struct{}

func (thrownOut) EventType() string { return "ThrownOut" }
func (thrownOut) Tags() dcb.Tags    { return put{}.Tags() }

var errFresh = errors.New("something was put in today")

func (cmd throwOut) Decide(ctx context.Context, log dcb.Log) error {
	boundary := func(last *time.Time) dcb.Boundary {
		return dcb.Boundary{dcb.Into(last, dcb.Project(time.Time{}, put{}.Tags(),
			dcb.OnEvent(func(_ time.Time, _ put, e dcb.Event) time.Time { return e.RecordedAt })))}
	}
	return dcb.Decide(ctx, log, boundary, func(last time.Time) ([]dcb.Fact, error) {
		if cmd.Now.Before(last.AddDate(0, 0, 1)) {
			return nil, errFresh
		}
		return dcb.Facts(thrownOut{}), nil
	})
}

// nothing is a command without facts.
type nothing struct{}

func (nothing) Decide(context.Context, dcb.Log) error { return nil }

// paid is about money.
type paid struct{ Cents int64 }

func (paid) EventType() string { return "Paid" }
func (paid) Tags() dcb.Tags    { return dcb.NewTags("account", "1") }

type pay struct{ Cents int64 }

func (cmd pay) Decide(ctx context.Context, log dcb.Log) error {
	nowhere := func(*struct{}) dcb.Boundary { return nil }
	return dcb.Decide(ctx, log, nowhere, func(struct{}) ([]dcb.Fact, error) { return dcb.Facts(paid(cmd)), nil })
}

// carried is a command that appends its facts, and then returns its error.
type carried struct {
	facts []dcb.Fact
	err   error
}

func (cmd carried) Decide(ctx context.Context, log dcb.Log) error {
	nowhere := func(*struct{}) dcb.Boundary { return nil }
	err := dcb.Decide(ctx, log, nowhere, func(struct{}) ([]dcb.Fact, error) { return cmd.facts, nil })
	return cmp.Or(err, cmd.err)
}

// unwritable is a fact that can't be written as JSON.
type unwritable struct{}

func (unwritable) EventType() string            { return "Put" }
func (unwritable) Tags() dcb.Tags               { return nil }
func (unwritable) MarshalJSON() ([]byte, error) { return nil, errors.New("not to be written") }

// tagged and untyped are facts that can't be stored.
type tagged struct{ Tag dcb.Tag }

func (tagged) EventType() string   { return "Put" }
func (fact tagged) Tags() dcb.Tags { return dcb.Tags{fact.Tag} }

type untyped struct{}

func (untyped) EventType() string { return "" }
func (untyped) Tags() dcb.Tags    { return nil }

var (
	ball, cup = put{"ball"}, put{"cup"}
	monday    = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	tuesday   = monday.AddDate(0, 0, 1)
)

// A scenarioTest is a scenario, and a part of the text with which it fails, or "" if it holds.
type scenarioTest struct {
	name     string
	scenario func(t testing.TB)
	fails    string
}

func runScenarios(t *testing.T, tests []scenarioTest) {
	t.Parallel()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			written := failures(t, test.scenario)
			if test.fails == "" {
				require.Empty(t, written)
				return
			}
			require.Contains(t, written, test.fails)
		})
	}
}

func TestAScenarioComparesFacts(t *testing.T) {
	runScenarios(t, []scenarioTest{
		{name: "holds when the facts followed", scenario: func(t testing.TB) {
			dcbtest.Given(t, ball).When(putIn{"cup"}).Then(cup).ConflictsWith(cup).IgnoresMeanwhile(elsewhere{})
		}},
		{name: "fails when other facts followed", fails: "cup", scenario: func(t testing.TB) { dcbtest.Given(t).When(putIn{"cup"}).Then(ball) }},
		{name: "fails when more facts followed", fails: "1 fact followed putIn, and nothing should", scenario: func(t testing.TB) { dcbtest.Given(t).When(putIn{"cup"}).Then() }},
		{name: "tells large numbers apart", fails: "is not the one that was wanted", scenario: func(t testing.TB) { dcbtest.Given(t).When(pay{9007199254740993}).Then(paid{9007199254740992}) }},
		{name: "takes equal large numbers as equal", scenario: func(t testing.TB) { dcbtest.Given(t).When(pay{9007199254740993}).Then(paid{9007199254740993}) }},
		{name: "fails when a fact of another type followed", fails: "is not the one that was wanted", scenario: func(t testing.TB) { dcbtest.Given(t).When(putIn{"cup"}).Then(paid{1}) }},
		{name: "fails when a fact with other tags followed", fails: "has other tags than wanted", scenario: func(t testing.TB) {
			dcbtest.Given(t).When(putIn{"cup"}).Then(dcb.WithTags(dcb.Facts(cup), "x")...)
		}},
		{name: "holds when the facts followed from each other", scenario: func(t testing.TB) {
			dcbtest.Given(t).When(carried{facts: dcb.Causing(ball, cup)}).Then(dcb.Causing(ball, cup)...)
		}},
		{name: "fails when the facts have no cause", fails: "has another cause than wanted", scenario: func(t testing.TB) {
			dcbtest.Given(t).When(carried{facts: dcb.Facts(ball, cup)}).Then(dcb.Causing(ball, cup)...)
		}},
		{name: "fails when facts are wanted that can't be written", fails: "not to be written", scenario: func(t testing.TB) { dcbtest.Given(t).When(putIn{"cup"}).Then(unwritable{}) }},
	})
}

func TestAScenarioComparesRefusals(t *testing.T) {
	runScenarios(t, []scenarioTest{
		{name: "holds when the decision was refused", scenario: func(t testing.TB) { dcbtest.Given(t, ball, ball).When(putIn{"cup"}).ThenRefused(errBoxFull) }},
		{name: "fails when it was refused for another reason", fails: "the box is full", scenario: func(t testing.TB) { dcbtest.Given(t, ball, ball).When(putIn{"cup"}).ThenRefused(errOther) }},
		{name: "fails when it was refused, and facts were wanted", fails: "the box is full", scenario: func(t testing.TB) { dcbtest.Given(t, ball, ball).When(putIn{"cup"}).Then(cup) }},
		{name: "fails when no reason is given", fails: "ThenRefused needs a reason", scenario: func(t testing.TB) { dcbtest.Given(t, ball).When(nothing{}).ThenRefused(nil) }},
		{name: "fails when facts followed a refusal", fails: "was refused as wanted, but 1 fact followed", scenario: func(t testing.TB) {
			dcbtest.Given(t).When(carried{dcb.Facts(ball), errBoxFull}).ThenRefused(errBoxFull)
		}},
	})
}

func TestAScenarioChecksTheBoundary(t *testing.T) {
	runScenarios(t, []scenarioTest{
		{name: "fails when a fact lies outside the boundary", fails: "would not notice", scenario: func(t testing.TB) { dcbtest.Given(t).When(putIn{"cup"}).ConflictsWith(elsewhere{}) }},
		{name: "fails when a fact lies inside the boundary", fails: "would be decided again", scenario: func(t testing.TB) { dcbtest.Given(t).When(putIn{"cup"}).IgnoresMeanwhile(cup) }},
		{name: "fails when a fact that no log would store should conflict", fails: "no log would store", scenario: func(t testing.TB) {
			dcbtest.Given(t).When(putIn{"cup"}).Then(cup).ConflictsWith(tagged{""})
		}},
		{name: "fails when a fact that no log would store should be ignored", fails: "no log would store", scenario: func(t testing.TB) {
			dcbtest.Given(t).When(putIn{"cup"}).Then(cup).IgnoresMeanwhile(tagged{""})
		}},
	})
}

func TestAScenarioIsGivenFactsThatALogStores(t *testing.T) {
	runScenarios(t, []scenarioTest{
		{name: "fails when facts are given that no log would store", fails: `its tag "" is empty`, scenario: func(t testing.TB) { dcbtest.Given(t, ball, tagged{""}).When(putIn{"cup"}).Then(cup) }},
		{name: "fails when a fact without a type is given", fails: "its type is empty", scenario: func(t testing.TB) { dcbtest.Given(t, untyped{}).When(putIn{"cup"}).Then(cup) }},
		{name: "fails when facts are given that can't be written", fails: "not to be written", scenario: func(t testing.TB) { dcbtest.Given(t, unwritable{}) }},
		{name: "keeps causes among facts that are given", scenario: func(t testing.TB) {
			dcbtest.Given(t, dcb.Causing(ball, cup)...).When(putIn{"cup"}).ThenRefused(errBoxFull)
		}},
	})
}

func TestAScenarioGoesOn(t *testing.T) {
	const unchecked = "another When needs to know what followed the last one: say it with Then or ThenRefused"
	runScenarios(t, []scenarioTest{
		{name: "goes on with what followed", scenario: func(t testing.TB) {
			dcbtest.Given(t).
				When(putIn{"ball"}).Then(ball).
				When(putIn{"cup"}).Then(cup).
				When(putIn{"cup"}).ThenRefused(errBoxFull).
				When(putIn{"ball"}).ThenRefused(errBoxFull)
		}},
		{name: "fails when a refusal is not checked", fails: unchecked, scenario: func(t testing.TB) {
			dcbtest.Given(t, ball, ball).When(putIn{"cup"}).When(putIn{"cup"}).ThenRefused(errBoxFull)
		}},
		{name: "says which refusal was not checked", fails: `the refusal "the box is full"`, scenario: func(t testing.TB) { dcbtest.Given(t, ball, ball).When(putIn{"cup"}).When(putIn{"cup"}) }},
		{name: "fails when facts are not checked", fails: unchecked, scenario: func(t testing.TB) {
			dcbtest.Given(t).When(putIn{"ball"}).ConflictsWith(cup).When(putIn{"cup"}).Then(cup)
		}},
		{name: "fails when the second decision is not checked", fails: unchecked, scenario: func(t testing.TB) { dcbtest.Given(t).When(putIn{"ball"}).Then(ball).When(putIn{"cup"}).When(nothing{}) }},
		{name: "has a boundary for each decision", fails: "would not notice", scenario: func(t testing.TB) {
			dcbtest.Given(t).When(putIn{"cup"}).Then(cup).When(nothing{}).Then().ConflictsWith(cup)
		}},
		{name: "goes on after what it ignores", scenario: func(t testing.TB) {
			dcbtest.Given(t).When(putIn{"cup"}).IgnoresMeanwhile(elsewhere{}).ConflictsWith(cup).Then(cup)
		}},
	})
}

func TestAScenarioKnowsTimes(t *testing.T) {
	runScenarios(t, []scenarioTest{
		{name: "knows when facts happened", scenario: func(t testing.TB) {
			dcbtest.Given(t, dcbtest.At(monday, ball)).When(throwOut{tuesday}).Then(thrownOut{})
			dcbtest.Given(t, dcbtest.At(monday, ball), dcbtest.At(tuesday, cup)).When(throwOut{tuesday}).ThenRefused(errFresh)
		}},
		{name: "gives other facts the present time", scenario: func(t testing.TB) {
			dcbtest.Given(t, ball).When(throwOut{time.Now().Add(time.Hour)}).ThenRefused(errFresh)
			dcbtest.Given(t, ball).When(throwOut{time.Now().Add(25 * time.Hour)}).Then(thrownOut{})
		}},
		{name: "fails when a fact that follows has a time", fails: "dcbtest.At is for dcbtest.Given", scenario: func(t testing.TB) { dcbtest.Given(t).When(putIn{"cup"}).Then(dcbtest.At(monday, cup)) }},
		{name: "fails when a time stands inside dcb.WithTags", fails: "outside dcb.Causing and dcb.WithTags", scenario: func(t testing.TB) {
			dcbtest.Given(t, dcb.WithTags(dcb.Facts(dcbtest.At(monday, cup)), "x")...)
		}},
	})
}

func TestAScenarioNeedsAWhen(t *testing.T) {
	t.Parallel()
	for call, scenario := range map[string]func(*dcbtest.Scenario){
		"Then":             func(s *dcbtest.Scenario) { s.Then() },
		"ThenRefused":      func(s *dcbtest.Scenario) { s.ThenRefused(nil) },
		"ConflictsWith":    func(s *dcbtest.Scenario) { s.ConflictsWith(cup) },
		"IgnoresMeanwhile": func(s *dcbtest.Scenario) { s.IgnoresMeanwhile(cup) },
	} {
		written := failures(t, func(t testing.TB) { scenario(dcbtest.Given(t)) })
		require.Equal(t, call+" needs a decision: call When first", written)
	}
}

func TestProjectReturnsTheValueAfterTheFacts(t *testing.T) {
	t.Parallel()
	things := dcb.Project("", put{}.Tags(), dcb.On(func(s string, e put) string { return s + e.Thing + " " }))
	require.Equal(t, "", dcbtest.Project(t, things))
	require.Equal(t, "ball cup ", dcbtest.Project(t, things, put{"ball"}, paid{1}, put{"cup"}))
	require.Contains(t, failures(t, func(t testing.TB) { dcbtest.Project(t, things, untyped{}) }), "its type is empty")

	last := dcb.Project(time.Time{}, put{}.Tags(), dcb.OnEvent(func(_ time.Time, _ put, e dcb.Event) time.Time { return e.RecordedAt }))
	require.Equal(t, monday, dcbtest.Project(t, last, dcbtest.At(monday, put{"ball"})))
	require.Equal(t, time.Time{}, dcbtest.Project(t, last, put{"cup"}, dcbtest.At(time.Time{}, put{"ball"})), "any time")
}

// failures runs a test that may fail, and returns its failure text.
func failures(t *testing.T, test func(t testing.TB)) string {
	t.Helper()
	inner := &innerTest{TB: t}
	done := make(chan struct{})
	go func() { // which FailNow ends
		defer close(done)
		test(inner)
	}()
	<-done
	return inner.written.String()
}

// An innerTest may fail without failing the test around it.
type innerTest struct {
	testing.TB
	written strings.Builder
}

func (t *innerTest) Error(args ...any)                 { fmt.Fprint(&t.written, args...) }
func (t *innerTest) Errorf(format string, args ...any) { fmt.Fprintf(&t.written, format, args...) }
func (t *innerTest) FailNow()                          { runtime.Goexit() }

func (t *innerTest) Fatal(args ...any) {
	t.Error(args...)
	t.FailNow()
}

func (t *innerTest) Fatalf(format string, args ...any) {
	t.Errorf(format, args...)
	t.FailNow()
}
