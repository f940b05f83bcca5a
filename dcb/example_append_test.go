package dcb_test

import (
	"context"
	"errors"
	"fmt"

	"go-crablet/dcb"
)

// Read, decide, append what follows: on the condition that what was read still holds.
func ExampleStore_AppendAfter() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()
	seat := dcb.NewQuery(dcb.NewTags("seat", "12A"))
	book := func(who string, known dcb.Checkpoint) error {
		event := dcb.NewInputEvent("SeatBooked", dcb.NewTags("seat", "12A"), fmt.Appendf(nil, `{"by":%q}`, who))
		_, err := store.AppendAfter(ctx, []dcb.InputEvent{event}, seat, known)
		return err
	}

	// Both see that the seat is free, as of the same moment.
	events, known, err := store.ReadSince(ctx, seat, dcb.Checkpoint{})
	fmt.Println(len(events), known.Position, err)

	fmt.Println(book("ada", known))
	err = book("kofi", known)
	fmt.Println(errors.Is(err, dcb.ErrConflict))

	// The error tells who was first.
	if conflict, ok := errors.AsType[*dcb.ConflictError](err); ok {
		first := conflict.Events[0]
		fmt.Println(first.Type, "at", first.Position, string(first.Data))
	}
	// Output:
	// 0 0 <nil>
	// <nil>
	// true
	// SeatBooked at 1 {"by":"ada"}
}

// All events of an append are stored, or none.
func ExampleStore_AppendEvents_several() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()
	moved := []dcb.InputEvent{
		dcb.NewInputEvent("MoneyTaken", dcb.NewTags("account", "a"), []byte(`{"amount":50}`)),
		dcb.NewInputEvent("MoneyGiven", dcb.NewTags("account", "b"), []byte(`{"amount":50}`)),
	}
	accounts := dcb.NewQuery(dcb.NewTags("account", "a")).Or(dcb.NewQuery(dcb.NewTags("account", "b")))

	last, err := store.AppendEvents(ctx, moved, accounts, 0)
	fmt.Println("the last one stands at", last, err)
	// Output: the last one stands at 2 <nil>
}

// Append once, however many ask: a user name is taken by the first.
func ExampleStore_AppendEventsIfNotExists() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()
	taken := dcb.StateReducer{ReducerFn: func(any, dcb.Event) any { return true }}
	name := dcb.NewQuery(dcb.NewTags("name", "gopher"), "NameTaken")

	for _, who := range []string{"ada", "kofi"} {
		event := dcb.NewInputEvent("NameTaken", dcb.NewTags("name", "gopher"), []byte(`"`+who+`"`))
		if _, err := store.AppendEventsIfNotExists(ctx, []dcb.InputEvent{event}, name, 0, taken); err != nil {
			panic(err)
		}
	}
	for e, err := range store.Read(ctx, dcb.AllEvents(), dcb.ReadOptions{}) {
		fmt.Println(e.Type, string(e.Data), err)
	}
	// Output: NameTaken "ada" <nil>
}

// A closed store has finished what it accepted, and refuses the rest. The pool is
// still its owner's.
func ExampleStore_Close() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()
	store.Close()

	event := dcb.NewInputEvent("TooLate", nil, []byte(`{}`))
	_, err := store.AppendEvents(ctx, []dcb.InputEvent{event}, dcb.Query{}, 0)
	fmt.Println(err)
	// Output: append events: the event store is closed
}
