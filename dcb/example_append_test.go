package dcb_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
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

// A seat is taken and a mail is written in one transaction: both are stored, or neither.
func ExampleStore_InTx() {
	ctx := context.Background()
	pool := pgtest.Open()
	defer pool.Close()
	store, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		panic(err)
	}
	defer store.Close()
	if _, err := pool.Exec(ctx, `create table mail (welcome text not null)`); err != nil {
		panic(err)
	}

	takeSeat := func(who, mail string) error {
		return pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
			if _, err := tx.Exec(ctx, `insert into mail values ($1)`, mail); err != nil {
				return err
			}
			return dcb.Decide(ctx, store.InTx(tx),
				func(taken *bool) dcb.Boundary {
					return dcb.Boundary{dcb.Into(taken, dcb.Project(false, dcb.NewTags("room", "blue"), dcb.Sets[seatTaken](true)))}
				},
				func(taken bool) ([]dcb.Fact, error) {
					if taken {
						return nil, errFull
					}
					return dcb.Facts(seatTaken{Room: "blue", Who: who}), nil
				})
		})
	}
	fmt.Println(takeSeat("ada", "Welcome, Ada"))
	fmt.Println(takeSeat("kofi", "Welcome, Kofi"))
	var mails int
	fmt.Println(pool.QueryRow(ctx, `select count(*) from mail`).Scan(&mails), mails)
	// Output:
	// <nil>
	// the room is full
	// <nil> 1
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
