package dcb_test

import (
	"context"
	"fmt"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

// What metrics count of decisions: the command, and how the decision ended. The hooks are those
// of the store, so no caller of Decide has to know of them.
func ExampleTrace() {
	pool := pgtest.Open()
	defer pool.Close()
	store, err := dcb.Open(context.Background(), pool, dcb.Options{
		Trace: func(ctx context.Context) *dcb.Trace {
			command := dcb.CommandName(ctx)
			return &dcb.Trace{Ended: func(end dcb.TraceEnded) { fmt.Println(command, "ended with", end.Err) }}
		},
	})
	if err != nil {
		panic(err)
	}
	defer store.Close()

	ctx := dcb.WithCommandName(context.Background(), "TakeSeat")
	err = dcb.Decide(ctx, store,
		func(*struct{}) dcb.Boundary { return nil },
		func(struct{}) ([]dcb.Fact, error) { return nil, errFull })
	fmt.Println(err)
	// Output:
	// TakeSeat ended with the room is full
	// the room is full
}

// How often decisions had to ask only for what is new.
func ExampleStore_MemoryStat() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()
	happened(ctx, store, "RoomOpened", dcb.NewTags("room", "blue"), `{"room":"blue","seats":1}`)
	for range 3 {
		err := dcb.Decide(ctx, store,
			func(seats *int) dcb.Boundary {
				return dcb.Boundary{dcb.Into(seats, dcb.Project(0, dcb.NewTags("room", "blue"),
					dcb.On(func(_ int, e roomOpened) int { return e.Seats })))}
			},
			func(int) ([]dcb.Fact, error) { return nil, nil })
		if err != nil {
			panic(err)
		}
	}
	stat := store.MemoryStat()
	fmt.Println("hits", stat.Hits, "misses", stat.Misses, "items", stat.Items)
	// Output:
	// hits 2 misses 1 items 1
}

// How many events the slowest tail is behind the end of the log.
func ExampleStore_TailStat() {
	ctx := context.Background()
	store, done := openExample(ctx)
	defer done()
	for range 3 {
		happened(ctx, store, "RoomOpened", dcb.NewTags("room", "blue"), `{"room":"blue","seats":1}`)
	}
	for progress, err := range store.Tail(ctx, dcb.AllEvents(), dcb.Checkpoint{}) {
		if err != nil {
			panic(err)
		}
		head, err := store.Head(ctx)
		stat := store.TailStat()
		fmt.Println("running", stat.Running, "lag", head.Position-stat.Slowest, "in hand", len(progress.Events), err)
		break
	}
	fmt.Println("running", store.TailStat().Running)
	// Output:
	// running 1 lag 3 in hand 3 <nil>
	// running 0
}
