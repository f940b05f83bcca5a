package aggregate_test

import (
	"context"
	"fmt"

	"go-crablet/dcb"
	"go-crablet/examples/aggregate"
	"go-crablet/internal/pgtest"
)

func Example() {
	ctx := context.Background()
	pool := pgtest.Open()
	defer pool.Close()
	store, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		panic(err)
	}
	defer store.Close()

	update := func(do func(aggregate.Course) ([]dcb.Fact, error)) error {
		return aggregate.Update{Course: "c1", Do: do}.Decide(ctx, store)
	}
	fmt.Println(update(func(c aggregate.Course) ([]dcb.Fact, error) { return c.Define("Course 01", 10) }))
	fmt.Println(update(func(c aggregate.Course) ([]dcb.Fact, error) { return c.ChangeCapacity(15) }))
	fmt.Println(update(func(c aggregate.Course) ([]dcb.Fact, error) { return c.ChangeCapacity(15) }))
	// Output:
	// <nil>
	// <nil>
	// the course has this many seats already
}
