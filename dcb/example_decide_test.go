package dcb_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go-crablet/dcb"
)

// Seats in a room: the facts, what the decision knows, and the rule.
func ExampleDecide() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()
	happened(ctx, store, "RoomOpened", dcb.NewTags("room", "blue"), `{"room":"blue","seats":1}`)

	type knowledge struct{ seats, taken int }
	takeSeat := func(who string) error {
		blue := dcb.NewTags("room", "blue")
		return dcb.Decide(ctx, store,
			func(s *knowledge) dcb.Boundary { // what it looks at
				return dcb.Boundary{
					dcb.Into(&s.seats, dcb.Project(0, blue,
						dcb.On(func(_ int, e roomOpened) int { return e.Seats }))),
					dcb.Into(&s.taken, dcb.Project(0, blue,
						dcb.On(func(n int, _ seatTaken) int { return n + 1 }))),
				}
			},
			func(s knowledge) ([]dcb.Fact, error) { // the rule, then the facts
				if s.taken >= s.seats {
					return nil, errFull
				}
				return dcb.Facts(seatTaken{Room: "blue", Who: who}), nil
			})
	}
	fmt.Println(takeSeat("ada"))
	fmt.Println(takeSeat("kofi"))
	// Output:
	// <nil>
	// the room is full
}

// Each ticket has the next number, without a gap, and the last one tells which that is. The
// number that is returned is the one in the fact that was appended, however often the
// decision was taken again.
func ExampleDecideValue() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()

	draw := func(who string) (number int, position int64, err error) {
		return dcb.DecideValue(ctx, store,
			func(drawn *int) dcb.Boundary {
				return dcb.Boundary{dcb.Latest(dcb.Into(drawn, dcb.Project(0, nil,
					dcb.On(func(_ int, e ticketDrawn) int { return e.Number }))))}
			},
			func(drawn int) (int, []dcb.Fact, error) {
				next := ticketDrawn{Number: drawn + 1, Who: who}
				return next.Number, dcb.Facts(next), nil
			})
	}
	fmt.Println(draw("ada"))
	fmt.Println(draw("kofi"))
	// Output:
	// 1 1 <nil>
	// 2 2 <nil>
}

type ticketDrawn struct {
	Number int
	Who    string
}

func (ticketDrawn) EventType() string { return "TicketDrawn" }
func (ticketDrawn) Tags() dcb.Tags    { return nil }

// A fact knows its type and its tags, so an event made of it can't lack one.
func ExampleEncode() {
	events, err := dcb.Encode(dcb.Facts(seatTaken{Room: "blue", Who: "ada"}))
	if err != nil {
		panic(err)
	}
	fmt.Println(events[0].Type, events[0].Tags, string(events[0].Data))
	// Output: SeatTaken [room:blue who:ada] {"room":"blue","who":"ada"}
}

// A projection is a noun with a query that follows from its handlers.
func ExampleProject() {
	seats := dcb.Project(0, dcb.NewTags("room", "blue"),
		dcb.On(func(_ int, e roomOpened) int { return e.Seats }))
	for _, item := range seats.Query().Items() {
		fmt.Println(item.Types, item.Tags)
	}
	// Output: [RoomOpened] [room:blue]
}

// A tour takes a seat in each of its rooms, or none. How many rooms there are is known when
// the command comes, so they are one projection with a map.
func ExampleProjectAny() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()

	tour := []string{"blue", "green"}
	var tags []dcb.Tags
	for _, room := range tour {
		tags = append(tags, dcb.NewTags("room", room))
	}
	book := func(who string) error {
		return dcb.Decide(ctx, store,
			func(taken *map[string]int) dcb.Boundary {
				return dcb.Boundary{dcb.Into(taken, dcb.ProjectAny(map[string]int{}, tags,
					dcb.On(func(taken map[string]int, e seatTaken) map[string]int {
						taken[e.Room]++
						return taken
					})))}
			},
			func(taken map[string]int) (facts []dcb.Fact, err error) {
				for _, room := range tour {
					if taken[room] == 1 {
						return nil, errFull
					}
					facts = append(facts, seatTaken{Room: room, Who: who})
				}
				return facts, nil
			})
	}
	fmt.Println(book("ada"))
	fmt.Println(book("kofi"))
	// Output:
	// <nil>
	// the room is full
}

// Yes or no: the last fact says which.
func ExampleSets() {
	open := dcb.Project(false, dcb.NewTags("room", "blue"), dcb.Sets[roomOpened](true), dcb.Sets[roomClosed](false))
	for _, item := range open.Query().Items() {
		fmt.Println(item.Types, item.Tags)
	}
	// Output: [RoomOpened RoomClosed] [room:blue]
}

type roomClosed struct{ Room string }

func (roomClosed) EventType() string { return "RoomClosed" }
func (e roomClosed) Tags() dcb.Tags  { return dcb.NewTags("room", e.Room) }

// Some questions are about events of any type: whether a request was answered before,
// by whatever it brought about.
func ExampleOnAny() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()
	happened(ctx, store, "SeatTaken", dcb.NewTags("room", "blue", "request", "7f3a"), `{"room":"blue","who":"ada"}`)

	type knowledge struct{ answer string }
	err := dcb.Decide(ctx, store,
		func(s *knowledge) dcb.Boundary {
			return dcb.Boundary{dcb.Into(&s.answer, dcb.Project("", dcb.NewTags("request", "7f3a"),
				dcb.OnAny(func(_ string, e dcb.Event) string { return fmt.Sprint(e.Type, " at ", e.Position) })))}
		},
		func(s knowledge) ([]dcb.Fact, error) {
			fmt.Println("answered by", s.answer)
			return nil, nil
		})
	fmt.Println(err)
	// Output:
	// answered by SeatTaken at 1
	// <nil>
}

// A seat that is held becomes free after a quarter of an hour. What time it is comes as an
// argument, so the decision says the same whenever it is taken again.
func ExampleOnEvent() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()
	happened(ctx, store, "SeatHeld", dcb.NewTags("room", "blue"), `{"who":"ada"}`)

	type knowledge struct{ freeAt time.Time }
	takeSeat := func(who string, now time.Time) error {
		return dcb.Decide(ctx, store,
			func(s *knowledge) dcb.Boundary {
				return dcb.Boundary{dcb.Into(&s.freeAt, dcb.Project(time.Time{}, dcb.NewTags("room", "blue"),
					dcb.OnEvent(func(_ time.Time, _ seatHeld, e dcb.Event) time.Time {
						return e.RecordedAt.Add(15 * time.Minute)
					})))}
			},
			func(s knowledge) ([]dcb.Fact, error) {
				if now.Before(s.freeAt) {
					return nil, errors.New("the seat is held")
				}
				return dcb.Facts(seatTaken{Room: "blue", Who: who}), nil
			})
	}
	fmt.Println(takeSeat("kofi", time.Now()))
	fmt.Println(takeSeat("kofi", time.Now().Add(time.Hour)))
	// Output:
	// the seat is held
	// <nil>
}

type seatHeld struct {
	Who string `json:"who"`
}

func (seatHeld) EventType() string { return "SeatHeld" }
func (seatHeld) Tags() dcb.Tags    { return dcb.NewTags("room", "blue") }

// A boundary is projections bound to variables. It knows what has to be read, and
// what must not change meanwhile. That a room is open can't be taken back here, so
// it is read without being guarded.
func ExampleBoundary_Condition() {
	blue := dcb.NewTags("room", "blue")
	var seats, taken int
	boundary := dcb.Boundary{
		dcb.Unguarded(dcb.Into(&seats, dcb.Project(0, blue, dcb.On(func(_ int, e roomOpened) int { return e.Seats })))),
		dcb.Into(&taken, dcb.Project(0, blue, dcb.On(func(n int, _ seatTaken) int { return n + 1 }))),
	}
	fmt.Println("reads", boundary.Query().Items()[0].Types)
	fmt.Println("minds", boundary.Condition().Items()[0].Types)
	// Output:
	// reads [RoomOpened SeatTaken]
	// minds [SeatTaken]
}

// Whom a decision has to look at may depend on what it reads: here, on who holds the
// seat. Both reads are of one moment, and the append is conditional on both.
func ExampleThen() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()
	for _, seat := range []seatTaken{{"red", "ada"}, {"blue", "ada"}, {"blue", "kofi"}} {
		happened(ctx, store, seat.EventType(), seat.Tags(), fmt.Sprintf(`{"room":%q,"who":%q}`, seat.Room, seat.Who))
	}

	type knowledge struct {
		who   string // took the red room's seat
		seats int    // in all rooms, of that person
	}
	err := dcb.Decide(ctx, store,
		func(s *knowledge) dcb.Boundary {
			return dcb.Boundary{
				dcb.Into(&s.who, dcb.Project("", dcb.NewTags("room", "red"),
					dcb.On(func(_ string, e seatTaken) string { return e.Who }))),
				dcb.Then(func() dcb.Boundary {
					return dcb.Boundary{dcb.Into(&s.seats, dcb.Project(0, dcb.NewTags("who", s.who),
						dcb.On(func(n int, _ seatTaken) int { return n + 1 })))}
				}),
			}
		},
		func(s knowledge) ([]dcb.Fact, error) {
			fmt.Println(s.who, "has", s.seats, "seats")
			return nil, nil // nothing follows
		})
	fmt.Println(err)
	// Output:
	// ada has 2 seats
	// <nil>
}

// A trace watches a decision from the inside, and may hold it up.
func ExampleWithTrace() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()
	happened(ctx, store, "RoomOpened", dcb.NewTags("room", "blue"), `{"room":"blue","seats":2}`)

	traced := dcb.WithTrace(ctx, &dcb.Trace{
		Stepwise: true,
		Decided: func(step dcb.TraceDecided) {
			if step.Attempt == 1 { // somebody gets in between
				happened(ctx, store, "SeatTaken", dcb.NewTags("room", "blue"), `{"room":"blue","who":"kofi"}`)
			}
		},
		Conflicted: func(step dcb.TraceConflicted) {
			e := step.Conflict.Events[0]
			fmt.Printf("attempt %d lost to %s at %d, which made %v stale\n", step.Attempt, e.Type, e.Position, step.Stale)
		},
		Appended: func(step dcb.TraceAppended) {
			fmt.Printf("attempt %d appended at %d\n", step.Attempt, step.Position)
		},
	})
	if err := (takeSeat{Room: "blue", Who: "ada"}).run(traced, store); err != nil {
		panic(err)
	}
	// Output:
	// attempt 1 lost to SeatTaken at 2, which made [taken] stale
	// attempt 2 appended at 3
}
