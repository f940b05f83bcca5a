// Command compare measures several ways to give out seats with PostgreSQL: dcb, and the ways
// that one would write by hand.
//
//	go run ./bench/compare
//
// All ways get the same wishes, in the same order: a student wants a seat in a course. A
// course has a number of seats, and a student may have ten courses. Each way decides by what
// is stored: it takes the seat or refuses it. The ways take turns, so that their ratios mean
// something on a machine that does other work, too. One of the ways is the floor: a plain
// insert and its commit. After the turns an oracle looks at all stored seats, and counts the
// seats beyond the limits.
//
// Each way has a file, which begins with its idea:
//
//	way_dcb.go          dcb
//	way_lock_check.go   a table of tags: read, then lock, check and insert
//	way_lock_read.go    the same table: lock, then read and insert
//	way_serializable.go the same table: serializable, and no lock
//	way_array.go        tags in an array with a GIN index: read, then lock, check and insert
//	way_row_locks.go    the table of tags again, and a row to lock for each tag
//	way_counters.go     no events: a counter in each course and in each student
//	way_unchecked.go    the table of tags without any protection: wrong on purpose
//	way_floor.go        the floor
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	if err := run(ctx, os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "compare:", err)
		os.Exit(1)
	}
}
