package dcb_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

// A table of the members of each course. It is right after each commit, whichever process
// does the work and however that ends: the rows and the place change together.
func ExampleStore_Follow() {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	pool := pgtest.Open()
	defer pool.Close()
	store, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		panic(err)
	}
	defer store.Close()
	if _, err := pool.Exec(ctx, `create table membership (course text, student text)`); err != nil {
		panic(err)
	}

	members := dcb.Consumer{
		Name:  "members of courses",
		Query: dcb.NewQuery(nil, "StudentSubscribedToCourse"),
		Handle: func(ctx context.Context, tx pgx.Tx, events []dcb.Event) error {
			var trip pgx.Batch
			for _, e := range events {
				trip.Queue(`insert into membership select $1::json->>'course', $1::json->>'student'`, string(e.Data))
			}
			return tx.SendBatch(ctx, &trip).Close()
		},
	}
	followed := make(chan error)
	go func() { followed <- store.Follow(ctx, members) }() // in each process

	last := happened(ctx, store, "StudentSubscribedToCourse", dcb.NewTags("course_id", "algebra"), `{"course": "algebra", "student": "ada"}`)
	// In any process: wait until the table shows it.
	if err := store.WaitFor(ctx, members.Name, last); err != nil {
		panic(err)
	}
	var n int
	if err := pool.QueryRow(ctx, `select count(*) from membership`).Scan(&n); err != nil {
		panic(err)
	}
	place, lag, err := store.Place(ctx, members.Name)
	fmt.Println("members:", n, "position:", place.Position, "lag:", lag, err)

	stop()
	fmt.Println(errors.Is(<-followed, context.Canceled))
	// Output:
	// members: 1 position: 1 lag: 0 <nil>
	// true
}

// An address that can't be written to holds no other mail up. When it is mended, the mail is
// handed in again.
func ExampleStore_Parked() {
	ctx, stop := context.WithTimeout(context.Background(), time.Minute)
	defer stop()
	store, done := openExample(ctx)
	defer done()

	var mended atomic.Bool
	mailer := dcb.Consumer{
		Name: "mailer", Query: dcb.NewQuery(nil, "StudentRegistered"),
		Handle: func(_ context.Context, _ pgx.Tx, events []dcb.Event) error {
			for _, e := range events { // a real one writes the mails into a table in the transaction
				if !mended.Load() && string(e.Data) == `{"mail": "ada@"}` {
					return errors.New("ada@ is no address")
				}
			}
			return nil
		},
		Tries: 3, Park: true, Logger: slog.New(slog.DiscardHandler),
	}
	happened(ctx, store, "StudentRegistered", dcb.NewTags("student_id", "ada"), `{"mail": "ada@"}`)
	last := happened(ctx, store, "StudentRegistered", dcb.NewTags("student_id", "kofi"), `{"mail": "kofi@example.com"}`)
	go store.Follow(ctx, mailer) //nolint:errcheck // it ends with the example
	if err := store.WaitFor(ctx, mailer.Name, last); err != nil {
		panic(err)
	}

	parked, err := store.Parked(ctx, mailer.Name)
	for _, event := range parked {
		fmt.Println(event.Position, event.Tries, event.Error, err)
	}
	mended.Store(true)
	fmt.Println(store.Retry(ctx, mailer, parked[0].Position))
	parked, err = store.Parked(ctx, mailer.Name)
	fmt.Println(len(parked), err)
	// Output:
	// 1 3 ada@ is no address <nil>
	// <nil>
	// 0 <nil>
}

// A table is rebuilt, because the program computes something else from the events now.
func ExampleStore_MoveTo() {
	ctx := context.Background()
	pool := pgtest.Open()
	defer pool.Close()
	store, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		panic(err)
	}
	defer store.Close()
	if _, err := pool.Exec(ctx, `create table membership (course text, student text)`); err != nil {
		panic(err)
	}

	// Both or neither. A running consumer waits meanwhile, and then begins again.
	err = pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if _, err := store.MoveTo(ctx, tx, "members of courses", dcb.Checkpoint{}); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `delete from membership`)
		return err
	})
	place, lag, _ := store.Place(ctx, "members of courses")
	fmt.Println(place.Position, lag, err)
	// Output: 0 0 <nil>
}
