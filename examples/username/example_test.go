package username_test

import (
	"context"
	"fmt"
	"time"

	"go-crablet/dcb"
	"go-crablet/examples/username"
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

	fmt.Println(username.RegisterAccount{Username: "JamesBond", Now: time.Now()}.Decide(ctx, store))
	fmt.Println(username.RegisterAccount{Username: "jamesbond", Now: time.Now()}.Decide(ctx, store))
	fmt.Println(username.RegisterAccount{Username: "moneypenny", Now: time.Now()}.Decide(ctx, store))
	// Output:
	// <nil>
	// the username is taken
	// <nil>
}
