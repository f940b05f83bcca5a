package price_test

import (
	"context"
	"fmt"
	"time"

	"go-crablet/dcb"
	"go-crablet/examples/price"
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

	// Tea costs 450, and a moment later 500.
	shown, raised := price.Item{Product: "tea", Price: 450}, price.Item{Product: "tea", Price: 500}
	events, err := dcb.Encode(dcb.Facts(price.ProductDefined{Item: shown}, price.ProductPriceChanged{Item: raised}))
	if err != nil {
		panic(err)
	}
	if _, err := store.AppendEvents(ctx, events, dcb.Query{}, 0); err != nil {
		panic(err)
	}

	cart := []price.Item{shown}
	fmt.Println(price.OrderProducts{Items: cart, Now: time.Now()}.Decide(ctx, store))
	fmt.Println(price.OrderProducts{Items: cart, Now: time.Now().Add(20 * time.Minute)}.Decide(ctx, store))
	// Output:
	// <nil>
	// a price is not valid, or no longer
}
