package dcbtest_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
)

// full is a refusal with a field.
type full struct{ Things int }

func (e full) Error() string { return fmt.Sprintf("%d things are enough", e.Things) }

// secret is stored as the result of a function, which no literal shows.
type secret struct{ Say func() string }

func (secret) EventType() string              { return "Told" }
func (secret) Tags() dcb.Tags                 { return nil }
func (s secret) MarshalJSON() ([]byte, error) { return json.Marshal(s.Say()) }

func says(word string) secret { return secret{func() string { return word }} }

// appends is a command that appends an event without a fact.
type appends struct{}

func (appends) Decide(ctx context.Context, log dcb.Log) error {
	_, err := log.AppendAfter(ctx, []dcb.InputEvent{dcb.NewInputEvent("Told", nil, []byte(`7`))}, dcb.Query{}, dcb.Checkpoint{})
	return err
}

// puzzled is a command that can't decode the facts of the box.
type puzzled struct{}

func (puzzled) Decide(ctx context.Context, log dcb.Log) error {
	boundary := func(n *int) dcb.Boundary {
		return dcb.Boundary{dcb.Into(n, dcb.Project(0, nil, dcb.On(func(int, numbered) int { return 0 })))}
	}
	return dcb.Decide(ctx, log, boundary, func(int) ([]dcb.Fact, error) { return nil, nil })
}

type numbered struct{ Thing int }

func (numbered) EventType() string { return "Put" }
func (numbered) Tags() dcb.Tags    { return nil }

// looksAt is a command that looks at events of any type.
type looksAt struct{ Query dcb.Query }

func (cmd looksAt) Decide(ctx context.Context, log dcb.Log) error {
	boundary := func(n *int) dcb.Boundary {
		var b dcb.Boundary
		for _, item := range cmd.Query.Items() {
			b = append(b, dcb.Into(new(int), dcb.Project(0, item.Tags, dcb.OnAny(func(n int, _ dcb.Event) int { return n + 1 }))))
		}
		return b
	}
	return dcb.Decide(ctx, log, boundary, func(int) ([]dcb.Fact, error) { return nil, nil })
}

// A telling is a scenario that fails, and the whole text with which it does. The reader of
// that text has not seen the scenario before, and wants to paste the facts that followed.
type telling struct {
	name     string
	scenario func(t testing.TB)
	says     string
}

func runTellings(t *testing.T, tests []telling) {
	t.Parallel()
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, strings.TrimPrefix(test.says, "\n"), failures(t, test.scenario))
		})
	}
}

func TestAFailingScenarioShowsTheFactsThatFollowed(t *testing.T) {
	runTellings(t, []telling{
		{name: "when another fact followed", scenario: func(t testing.TB) {
			dcbtest.Given(t, ball).When(putIn{"cup"}).Then(ball)
		}, says: `
fact 1 that followed putIn is not the one that was wanted
given:
	put{Thing: "ball"},
when:
	putIn{Thing: "cup"}
wanted:
	put{Thing: "ball"},
followed:
	put{Thing: "cup"},
condition of its append:
	Put tagged "box:1"`},
		{name: "when more facts followed", scenario: func(t testing.TB) {
			dcbtest.Given(t).When(carried{facts: dcb.Facts(ball, cup)}).Then(ball)
		}, says: `
2 facts followed carried, and 1 fact should
given: nothing
when:
	carried{facts: []dcb.Fact{put{Thing: "ball"}, put{Thing: "cup"}}}
wanted:
	put{Thing: "ball"},
followed:
	put{Thing: "ball"},
	put{Thing: "cup"},
condition of its append: nothing`},
		{name: "when nothing followed", scenario: func(t testing.TB) {
			dcbtest.Given(t, dcbtest.At(monday, ball)).When(nothing{}).Then(ball)
		}, says: `
nothing followed nothing, and 1 fact should
given:
	dcbtest.At(time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC), put{Thing: "ball"}),
when:
	nothing{}
wanted:
	put{Thing: "ball"},
followed: nothing
condition of its append: nothing`},
	})
}

func TestAFailingScenarioShowsWhatFactsDoNotSay(t *testing.T) {
	runTellings(t, []telling{
		{name: "when the facts have other tags", scenario: func(t testing.TB) {
			dcbtest.Given(t, dcb.WithTags(dcb.Facts(ball), "request:1")...).When(putIn{"cup"}).
				Then(dcb.WithTags(dcb.Facts(cup), "request:2", "x")...)
		}, says: `
fact 1 that followed putIn has other tags than wanted
given:
	put{Thing: "ball"}, // also tagged "request:1"
when:
	putIn{Thing: "cup"}
wanted:
	put{Thing: "cup"}, // also tagged "request:2" and "x"
followed:
	put{Thing: "cup"},
condition of its append:
	Put tagged "box:1"`},
		{name: "when the facts have other causes", scenario: func(t testing.TB) {
			dcbtest.Given(t).When(carried{facts: dcb.Facts(ball, cup)}).Then(dcb.Causing(ball, cup)...)
		}, says: `
fact 2 that followed carried has another cause than wanted
given: nothing
when:
	carried{facts: []dcb.Fact{put{Thing: "ball"}, put{Thing: "cup"}}}
wanted:
	put{Thing: "ball"},
	put{Thing: "cup"}, // because of fact 1
followed:
	put{Thing: "ball"},
	put{Thing: "cup"},
condition of its append: nothing`},
		{name: "when the difference is in what is stored", scenario: func(t testing.TB) {
			dcbtest.Given(t).When(carried{facts: dcb.Facts(says("a"))}).Then(says("b"))
		}, says: `
fact 1 that followed carried is not the one that was wanted
given: nothing
when:
	carried{facts: []dcb.Fact{secret{Say: nil /* func() string */}}}
wanted:
	secret{Say: nil /* func() string */}, // stored as "b"
followed:
	secret{Say: nil /* func() string */}, // stored as "a"
condition of its append: nothing`},
		{name: "when an event followed that is not a fact", scenario: func(t testing.TB) {
			dcbtest.Given(t).When(appends{}).Then()
		}, says: `
1 fact followed appends, and nothing should
given: nothing
when:
	appends{}
wanted: nothing
followed:
	dcb.InputEvent{Type: "Told", Data: []byte(` + "`7`" + `)},
condition of its append: nothing`},
	})
}

func TestAFailingScenarioShowsWhyNoFactsFollowed(t *testing.T) {
	runTellings(t, []telling{
		{name: "when it was refused", scenario: func(t testing.TB) {
			dcbtest.Given(t, ball).When(putIn{"cup"}).Then(cup).When(putIn{"hat"}).Then(put{"hat"})
		}, says: `
putIn was refused, and 1 fact should follow it: the box is full
given:
	put{Thing: "ball"},
	put{Thing: "cup"},
when:
	putIn{Thing: "hat"}
wanted:
	put{Thing: "hat"},
followed: nothing
condition of its append:
	Put tagged "box:1"`},
		{name: "when it failed", scenario: func(t testing.TB) {
			dcbtest.Given(t, ball).When(puzzled{}).Then()
		}, says: `
puzzled failed, and nothing should follow it: decode Put at position 1: json: cannot unmarshal string into Go struct field numbered.Thing of type int
given:
	put{Thing: "ball"},
when:
	puzzled{}
wanted: nothing
followed: nothing
condition of its append: nothing`},
	})
}

func TestAFailingScenarioShowsTheRefusalThatWasWanted(t *testing.T) {
	runTellings(t, []telling{
		{name: "when it was not refused", scenario: func(t testing.TB) {
			dcbtest.Given(t, ball).When(putIn{"cup"}).ThenRefused(errBoxFull)
		}, says: `
putIn was not refused, and should be: 1 fact followed
given:
	put{Thing: "ball"},
when:
	putIn{Thing: "cup"}
wanted:
	the refusal "the box is full"
followed:
	put{Thing: "cup"},
condition of its append:
	Put tagged "box:1"`},
		{name: "when it was refused for another reason", scenario: func(t testing.TB) {
			dcbtest.Given(t).When(carried{err: dcb.InputError("the box is wet")}).ThenRefused(full{2})
		}, says: `
carried was refused for another reason than wanted
given: nothing
when:
	carried{err: dcb.InputError("the box is wet")}
wanted:
	the refusal full{Things: 2} // "2 things are enough"
followed:
	the refusal dcb.InputError("the box is wet")
condition of its append: nothing`},
		{name: "when facts followed a refusal", scenario: func(t testing.TB) {
			dcbtest.Given(t).When(carried{facts: dcb.Facts(ball), err: full{2}}).ThenRefused(full{2})
		}, says: `
carried was refused as wanted, but 1 fact followed
given: nothing
when:
	carried{facts: []dcb.Fact{put{Thing: "ball"}}, err: full{Things: 2}}
wanted:
	the refusal full{Things: 2} // "2 things are enough"
followed:
	the refusal full{Things: 2} // "2 things are enough"
	put{Thing: "ball"},
condition of its append: nothing`},
		{name: "when it failed, and should be refused", scenario: func(t testing.TB) {
			dcbtest.Given(t, ball).When(puzzled{}).ThenRefused(errBoxFull)
		}, says: `
puzzled failed, and should be refused: decode Put at position 1: json: cannot unmarshal string into Go struct field numbered.Thing of type int
given:
	put{Thing: "ball"},
when:
	puzzled{}
wanted:
	the refusal "the box is full"
followed:
	the failure "decode Put at position 1: json: cannot unmarshal string into Go struct field numbered.Thing of type int"
condition of its append: nothing`},
	})
}

func TestAFailingScenarioShowsTheCondition(t *testing.T) {
	runTellings(t, []telling{
		{name: "when facts are outside the boundary", scenario: func(t testing.TB) {
			dcbtest.Given(t, ball).When(putIn{"cup"}).ConflictsWith(cup, elsewhere{}, thrownOut{})
		}, says: `
putIn would not notice these facts: they are outside the condition of its append
given:
	put{Thing: "ball"},
when:
	putIn{Thing: "cup"}
outside:
	elsewhere{}, // Put tagged "box:2"
	thrownOut{}, // ThrownOut tagged "box:1"
condition of its append:
	Put tagged "box:1"`},
		{name: "when facts are inside the boundary", scenario: func(t testing.TB) {
			dcbtest.Given(t).When(looksAt{dcb.NewQuery(put{}.Tags()).Or(dcb.NewQuery(dcb.Tags{"account:1"}))}).
				IgnoresMeanwhile(cup, elsewhere{}, paid{7})
		}, says: `
looksAt would be decided again because of these facts: they are inside the condition of its append
given: nothing
when:
	looksAt{Query: dcb.Query{}}
inside:
	put{Thing: "cup"}, // by any event tagged "box:1"
	paid{Cents: 7}, // by any event tagged "account:1"
condition of its append:
	any event tagged "box:1"
	or any event tagged "account:1"`},
		{name: "when a decision is not checked", scenario: func(t testing.TB) {
			dcbtest.Given(t).When(putIn{"ball"}).When(putIn{"cup"})
		}, says: `
another When needs to know what followed the last one: say it with Then or ThenRefused
given: nothing
when:
	putIn{Thing: "ball"}
followed:
	put{Thing: "ball"},
condition of its append:
	Put tagged "box:1"`},
	})
}

func TestAFailingScenarioShowsTheFactsThatCannotBeUsed(t *testing.T) {
	runTellings(t, []telling{
		{name: "when a fact is given that no log would store", scenario: func(t testing.TB) {
			dcbtest.Given(t, tagged{""})
		}, says: `
no log would store tagged{}: event 1 of 1: its tag "" is empty`},
		{name: "when a fact is given that can't be written", scenario: func(t testing.TB) {
			dcbtest.Given(t, unwritable{})
		}, says: `
these facts can't be stored: encode Put: json: error calling MarshalJSON for type dcbtest_test.unwritable: not to be written`},
		{name: "when a projection can't read the given facts", scenario: func(t testing.TB) {
			dcbtest.Project(t, dcb.Project(0, nil, dcb.On(func(int, numbered) int { return 0 })), ball)
		}, says: `
the projection can't read the given facts: decode Put at position 1: json: cannot unmarshal string into Go struct field numbered.Thing of type int
given:
	put{Thing: "ball"},`},
	})
}
