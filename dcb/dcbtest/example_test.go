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

// Seats of a flight, each for one passenger. A seat that was given back can be taken an hour later.
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

// taken is whether a seat is not to be had.
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

// A printer stands where a test has its *testing.T: it prints what the test would say.
type printer struct{ testing.TB }

func (printer) Helper()                  {}
func (printer) Context() context.Context { return context.Background() }
func (printer) Error(args ...any)        { fmt.Println(args...) }
func (printer) Fatal(args ...any)        { fmt.Println(args...) }

// A decision in the words of the domain: what had happened, what was asked, what followed. A
// scenario may go on.
func ExampleGiven() {
	t := printer{}
	dcbtest.Given(t, seatTaken{"1A", "ada"}).
		When(takeSeat{Seat: "1A", Who: "kofi"}).ThenRefused(errTaken).
		When(takeSeat{Seat: "1B", Who: "kofi"}).Then(seatTaken{"1B", "kofi"})
	fmt.Println("ok")
	// Output: ok
}

// A scenario that fails says what was wanted and what came, as code that can be pasted.
func ExampleScenario_Then() {
	t := printer{}
	dcbtest.Given(t, seatTaken{"1A", "ada"}).
		When(takeSeat{Seat: "1B", Who: "kofi"}).
		Then(seatTaken{"1B", "ada"})
	// Output:
	// fact 1 that followed takeSeat is another one than was wanted
	// given:
	// 	seatTaken{Seat: "1A", Who: "ada"},
	// when:
	// 	takeSeat{Seat: "1B", Who: "kofi"}
	// wanted:
	// 	seatTaken{Seat: "1B", Who: "ada"},
	// followed:
	// 	seatTaken{Seat: "1B", Who: "kofi"},
	// its append is conditional on:
	// 	SeatTaken or SeatGivenBack tagged "seat:1B"
}

// A refusal is compared as errors.Is does.
func ExampleScenario_ThenRefused() {
	t := printer{}
	dcbtest.Given(t).
		When(takeSeat{Seat: "1A", Who: "kofi"}).
		ThenRefused(errTaken)
	// Output:
	// takeSeat was to be refused, and was followed by 1 fact
	// given: nothing
	// when:
	// 	takeSeat{Seat: "1A", Who: "kofi"}
	// wanted:
	// 	the refusal "the seat is taken"
	// followed:
	// 	seatTaken{Seat: "1A", Who: "kofi"},
	// its append is conditional on:
	// 	SeatTaken or SeatGivenBack tagged "seat:1A"
}

// A boundary that is too small breaks a rule under concurrency, and one that is too large makes
// strangers conflict. Both are said without a race.
func ExampleScenario_ConflictsWith() {
	t := printer{}
	dcbtest.Given(t).
		When(takeSeat{Seat: "1A", Who: "kofi"}).
		ConflictsWith(seatTaken{"1A", "ada"}, seatGivenBack{"1A"}).
		IgnoresMeanwhile(seatTaken{"1B", "ada"}).
		ConflictsWith(seatTaken{"1C", "ada"})
	// Output:
	// takeSeat would not have noticed these facts: they are outside of what its append is conditional on
	// given: nothing
	// when:
	// 	takeSeat{Seat: "1A", Who: "kofi"}
	// outside:
	// 	seatTaken{Seat: "1C", Who: "ada"}, // SeatTaken tagged "seat:1C"
	// its append is conditional on:
	// 	SeatTaken or SeatGivenBack tagged "seat:1A"
}

// Where a rule asks when something happened, the facts that are given have times.
func ExampleAt() {
	t := printer{}
	noon := time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)
	dcbtest.Given(t, seatTaken{"1A", "ada"}, dcbtest.At(noon, seatGivenBack{"1A"})).
		When(takeSeat{Seat: "1A", Who: "kofi", Now: noon.Add(59 * time.Minute)}).ThenRefused(errTaken).
		When(takeSeat{Seat: "1A", Who: "kofi", Now: noon.Add(60 * time.Minute)}).Then(seatTaken{"1A", "kofi"})
	fmt.Println("ok")
	// Output: ok
}

// A projection alone.
func ExampleProject() {
	t := printer{}
	fmt.Println(dcbtest.Project(t, taken("1A", time.Now())))
	fmt.Println(dcbtest.Project(t, taken("1A", time.Now()), seatTaken{"1A", "ada"}, seatTaken{"1B", "kofi"}))
	// Output:
	// false
	// true
}

// A log without a database, for tests of what is around decisions.
func ExampleMemory() {
	ctx := context.Background()
	log := &dcbtest.Memory{}
	fmt.Println(takeSeat{Seat: "1A", Who: "ada"}.Decide(ctx, log))
	fmt.Println(takeSeat{Seat: "1A", Who: "kofi"}.Decide(ctx, log))

	events, known, err := log.ReadSince(ctx, dcb.NewQuery(dcb.NewTags("seat", "1A")), dcb.Checkpoint{})
	fmt.Println(len(events), known.Position, err)
	before, err := log.ReadUpTo(ctx, dcb.AllEvents(), dcb.Checkpoint{})
	fmt.Println(len(before), err)

	// Whoever decided on an older state comes too late.
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

// A log loses its end when a backup is restored.
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
