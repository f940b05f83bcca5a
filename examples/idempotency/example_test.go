package idempotency_test

import (
	"context"
	"fmt"

	"go-crablet/dcb"
	"go-crablet/examples/idempotency"
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

	// The second click sends the same token. The server makes a new id for it, in vain.
	fmt.Println(idempotency.PlaceOrder{Order: "o12345", Token: "11111"}.Decide(ctx, store))
	fmt.Println(idempotency.PlaceOrder{Order: "o54321", Token: "11111"}.Decide(ctx, store))
	// Output:
	// <nil>
	// this was ordered already, as o12345
}
