package see_test

import (
	"context"
	"fmt"

	"go-crablet/dcb/dcbmemory"
	"go-crablet/lab"
	"go-crablet/workshop/see"
	condition "go-crablet/workshop/steps/03-condition"
)

// The function of the third step, on a log in memory. All four have decided before one of them appends.
func ExampleSeatTakers() {
	guest := see.SeatTakers("workshop/steps/03-condition", condition.TakeSeat, condition.ErrFull, lab.Cast{Rush: 4, Seats: 1})
	replay, err := guest.Race(context.Background(), &dcbmemory.Log{}, nil)
	if err != nil {
		panic(err)
	}
	fmt.Println(replay.Result.Sentence)
	fmt.Println("conflicts:", replay.Result.Conflicts)
	// Output:
	// 4 students wanted 1 seat, and 1 got one.
	// conflicts: 3
}
