package dcb_test

import (
	"context"
	"errors"
	"fmt"
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
