package dcbtest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
)

// The domain of these examples is seats of a flight. A seat that was given back can be taken
// an hour later.
type (
	seatTaken     struct{ Seat, Who string }
	seatGivenBack struct{ Seat string }
	takeSeat      struct {
		Seat, Who string
		Now       time.Time
	}
)

func (seatTaken) EventType() string     { return "SeatTaken" }
func (seatGivenBack) EventType() string { return "SeatGivenBack" }
func (e seatTaken) Tags() dcb.Tags      { return dcb.NewTags("seat", e.Seat) }
func (e seatGivenBack) Tags() dcb.Tags  { return dcb.NewTags("seat", e.Seat) }

var errTaken = errors.New("the seat is taken")

// taken is whether a seat can't be taken now.
func taken(seat string, now time.Time) dcb.Projection[bool] {
	return dcb.Project(false, dcb.NewTags("seat", seat),
		dcb.Sets[seatTaken](true),
		dcb.OnEvent(func(_ bool, _ seatGivenBack, e dcb.Event) bool { return now.Sub(e.RecordedAt) < time.Hour }))
}

func (cmd takeSeat) Decide(ctx context.Context, log dcb.Log) error {
	boundary := func(isTaken *bool) dcb.Boundary {
		return dcb.Boundary{dcb.Into(isTaken, taken(cmd.Seat, cmd.Now))}
	}
	return dcb.Decide(ctx, log, boundary, func(isTaken bool) ([]dcb.Fact, error) {
		if isTaken {
			return nil, errTaken
		}
		return dcb.Facts(seatTaken{cmd.Seat, cmd.Who}), nil
	})
}

// A printer takes the place of a *testing.T, and prints what the test would say.
type printer struct{ testing.TB }

func (printer) Helper()                  {}
func (printer) Context() context.Context { return context.Background() }
func (printer) Error(args ...any)        { fmt.Println(args...) }
func (printer) Fatal(args ...any)        { fmt.Println(args...) }

// A scenario says in the words of the domain what had happened, what was asked and what
// followed. It may go on with another decision.
func ExampleGiven() {
	t := printer{}
	dcbtest.Given(t, seatTaken{"1A", "ada"}).
		When(takeSeat{Seat: "1A", Who: "kofi"}).ThenRefused(errTaken).
		When(takeSeat{Seat: "1B", Who: "kofi"}).Then(seatTaken{"1B", "kofi"})
	fmt.Println("ok")
	// Output: ok
}

// A scenario that fails shows what was wanted and what followed, as code that can be pasted.
func ExampleScenario_Then() {
	t := printer{}
	dcbtest.Given(t, seatTaken{"1A", "ada"}).
		When(takeSeat{Seat: "1B", Who: "kofi"}).
		Then(seatTaken{"1B", "ada"})
	// Output:
	// fact 1 that followed takeSeat is not the one that was wanted
	// given:
	// 	seatTaken{Seat: "1A", Who: "ada"},
	// when:
	// 	takeSeat{Seat: "1B", Who: "kofi"}
	// wanted:
	// 	seatTaken{Seat: "1B", Who: "ada"},
	// followed:
	// 	seatTaken{Seat: "1B", Who: "kofi"},
	// condition of its append:
	// 	SeatTaken or SeatGivenBack tagged "seat:1B"
}

// Refusals are compared with errors.Is.
func ExampleScenario_ThenRefused() {
	t := printer{}
	dcbtest.Given(t).
		When(takeSeat{Seat: "1A", Who: "kofi"}).
		ThenRefused(errTaken)
	// Output:
	// takeSeat was not refused, and should be: 1 fact followed
	// given: nothing
	// when:
	// 	takeSeat{Seat: "1A", Who: "kofi"}
	// wanted:
	// 	the refusal "the seat is taken"
	// followed:
	// 	seatTaken{Seat: "1A", Who: "kofi"},
	// condition of its append:
	// 	SeatTaken or SeatGivenBack tagged "seat:1A"
}

// A boundary that is too small breaks a rule under concurrency. One that is too large makes
// unrelated decisions conflict. A scenario finds both without a race.
func ExampleScenario_ConflictsWith() {
	t := printer{}
	dcbtest.Given(t).
		When(takeSeat{Seat: "1A", Who: "kofi"}).
		ConflictsWith(seatTaken{"1A", "ada"}, seatGivenBack{"1A"}).
		IgnoresMeanwhile(seatTaken{"1B", "ada"}).
		ConflictsWith(seatTaken{"1C", "ada"})
	// Output:
	// takeSeat would not notice these facts: they are outside the condition of its append
	// given: nothing
	// when:
	// 	takeSeat{Seat: "1A", Who: "kofi"}
	// outside:
	// 	seatTaken{Seat: "1C", Who: "ada"}, // SeatTaken tagged "seat:1C"
	// condition of its append:
	// 	SeatTaken or SeatGivenBack tagged "seat:1A"
}

// If a rule asks when something happened, the given facts have times.
func ExampleAt() {
	t := printer{}
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	dcbtest.Given(t, seatTaken{"1A", "ada"}, dcbtest.At(noon, seatGivenBack{"1A"})).
		When(takeSeat{Seat: "1A", Who: "kofi", Now: noon.Add(59 * time.Minute)}).ThenRefused(errTaken).
		When(takeSeat{Seat: "1A", Who: "kofi", Now: noon.Add(60 * time.Minute)}).Then(seatTaken{"1A", "kofi"})
	fmt.Println("ok")
	// Output: ok
}

// A projection is tested alone.
func ExampleProject() {
	t := printer{}
	fmt.Println(dcbtest.Project(t, taken("1A", time.Now())))
	fmt.Println(dcbtest.Project(t, taken("1A", time.Now()), seatTaken{"1A", "ada"}, seatTaken{"1B", "kofi"}))
	// Output:
	// false
	// true
}

// A log in memory is for tests of the code around decisions.
func ExampleMemory() {
	ctx := context.Background()
	log := &dcbtest.Memory{}
	fmt.Println(takeSeat{Seat: "1A", Who: "ada"}.Decide(ctx, log))
	fmt.Println(takeSeat{Seat: "1A", Who: "kofi"}.Decide(ctx, log))

	events, known, err := log.ReadSince(ctx, dcb.NewQuery(dcb.NewTags("seat", "1A")), dcb.Checkpoint{})
	fmt.Println(len(events), known.Position, err)
	before, err := log.ReadUpTo(ctx, dcb.AllEvents(), dcb.Checkpoint{})
	fmt.Println(len(before), err)

	// An append after a decision on an older state comes too late.
	late := dcb.NewInputEvent("SeatTaken", dcb.NewTags("seat", "1A"), []byte(`{}`))
	_, err = log.AppendAfter(ctx, []dcb.InputEvent{late}, dcb.NewQuery(late.Tags), dcb.Checkpoint{})
	fmt.Println(errors.Is(err, dcb.ErrConflict))
	// Output:
	// <nil>
	// the seat is taken
	// 1 1 <nil>
	// 0 <nil>
	// true
}

// A log loses its end when an older backup is restored.
func ExampleMemory_LoseEnd() {
	ctx := context.Background()
	log := &dcbtest.Memory{}
	fmt.Println(takeSeat{Seat: "1A", Who: "ada"}.Decide(ctx, log))
	_, known, _ := log.ReadSince(ctx, dcb.AllEvents(), dcb.Checkpoint{})

	log.LoseEnd(0)
	fmt.Println(takeSeat{Seat: "1A", Who: "kofi"}.Decide(ctx, log))
	_, _, err := log.ReadSince(ctx, dcb.AllEvents(), known)
	fmt.Println(errors.Is(err, dcb.ErrOtherHistory))
	// Output:
	// <nil>
	// <nil>
	// true
}
