package dcb_test

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbschema"
	"go-crablet/internal/pgtest"
)

// A process with little memory, or with decisions that hardly ever look at the same things,
// may do with less.
func ExampleOpen() {
	pool := pgtest.Open()
	defer pool.Close()
	store, err := dcb.Open(context.Background(), pool, dcb.Options{Memory: 8 << 20})
	if err != nil {
		panic(err)
	}
	defer store.Close()
	head, err := store.Head(context.Background())
	fmt.Println(head.Position, err)
	// Output:
	// 0 <nil>
}

// Two logs in one database, each in a schema of its own.
func ExampleOpen_severalLogs() {
	ctx := context.Background()
	pool := pgtest.Open()
	defer pool.Close()
	for _, schema := range []string{"north", "south"} {
		config := pool.Config()
		config.ConnConfig.RuntimeParams["search_path"] = schema
		pool, err := pgxpool.NewWithConfig(ctx, config)
		if err != nil {
			panic(err)
		}
		defer pool.Close()
		if _, err := pool.Exec(ctx, "create schema "+schema+"; "+dcbschema.SQL()); err != nil {
			panic(err)
		}
		store, err := dcb.Open(ctx, pool, dcb.Options{})
		if err != nil {
			panic(err)
		}
		defer store.Close()
		opened := dcb.NewInputEvent("BranchOpened", dcb.NewTags("branch", schema), []byte(`{}`))
		fmt.Println(store.AppendEvents(ctx, []dcb.InputEvent{opened}, dcb.Query{}, 0))
	}
	// Output:
	// 1 <nil>
	// 1 <nil>
}

// What metrics count: here, how many events each transaction stored.
func ExampleBatch() {
	ctx := context.Background()
	pool := pgtest.Open()
	defer pool.Close()
	store, err := dcb.Open(ctx, pool, dcb.Options{Committed: func(batch dcb.Batch) {
		fmt.Println(batch.Events, "events,", batch.Conflicts, "conflicts")
	}})
	if err != nil {
		panic(err)
	}
	seat := dcb.NewTags("seat", "12A")
	for range 2 {
		taken := dcb.NewInputEvent("SeatTaken", seat, []byte(`{}`))
		_, _ = store.AppendEvents(ctx, []dcb.InputEvent{taken}, dcb.NewQuery(seat), 0)
	}
	store.Close() // which waits until the hook was told of all
	// Output:
	// 1 events, 0 conflicts
	// 0 events, 1 conflicts
}

// A health check can tell that appends wait for somebody.
func ExampleStore_OldestAppend() {
	store, done := openExample(context.Background())
	defer done()
	fmt.Println(store.OldestAppend())
	// Output:
	// 0s
}
