package lab_test

import (
	"context"
	"fmt"
	"time"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
	"go-crablet/lab"
)

// Twelve contenders think for five milliseconds each, and there are three seats.
func Example() {
	ctx := context.Background()
	pool := pgtest.Open()
	defer pool.Close()
	store, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		panic(err)
	}
	defer store.Close()

	run, err := lab.NewRun(lab.Race{Contenders: 12, Courses: 1, Seats: 3, Think: 5 * time.Millisecond})
	if err != nil {
		panic(err)
	}
	result, err := run.Do(ctx, store)
	if err != nil {
		panic(err)
	}
	fmt.Println(result.Sentence)
	// Output:
	// Exactly 3 of 3 seats sold to 12 contenders.
}

// The same burst under every strategy: twelve contenders after three seats, one student
// after fifteen courses, and five courses that are renamed meanwhile.
func ExampleComparison() {
	ctx := context.Background()
	pool := pgtest.Open()
	defer pool.Close()

	comparison, err := lab.NewComparison(lab.Burst{Contenders: 12, Seats: 3, Rounds: 1})
	if err != nil {
		panic(err)
	}
	if err := comparison.Do(ctx, pool); err != nil {
		panic(err)
	}
	fmt.Println("oversold  over limit  false conflicts")
	for _, row := range comparison.Record().Rows {
		fmt.Printf("%8d  %10d  %15d  %s\n", row.Oversold, row.OverLimit, row.FalseConflicts, row.Strategy)
	}
	// Output:
	// oversold  over limit  false conflicts
	//        9           1                0  no-condition
	//        9           1                0  check-without-lock
	//        9           1                0  or-as-and
	//        9           1                0  read-apart
	//        0           1                5  stream-per-course
	//        0           0                0  correct
}
