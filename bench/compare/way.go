package main

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
)

// A way is one way to hand out seats. Its tables are in a schema of its own, which is first
// in the search path of its connections. There, a table or a view named seat has a row
// (course, student) for each seat that was given: the oracle looks at nothing else.
type way struct {
	name   string
	schema string
	kind   kind
	tables string // the SQL that makes them
	open   func(ctx context.Context, pool *pgxpool.Pool, r rules) (taker, error)
}

// A kind says what is to be expected of a way.
type kind int

const (
	right  kind = iota // it never gives a seat too many
	broken             // it does
	floor              // it has no rules
)

// A taker takes seats in one of the ways. Many callers use it at once.
type taker interface {
	// fill stores the past.
	fill(ctx context.Context, past []wish) error

	// define makes known that the courses and students of these wishes exist. It is called
	// before they are wished for, and is not measured.
	define(ctx context.Context, soon []wish) error

	// take takes the seat, or refuses it with an error that isRefusal knows. If it gives
	// up, its error matches errLostRace. It returns how often it had to begin again.
	take(ctx context.Context, w wish) (retries int, err error)

	// close ends what open has started.
	close()
}

// ways returns all ways, in the order in which they are shown. dcb gets as many stores as
// it says.
func ways(stores int) []way {
	return []way{
		wayFloor, wayDCB(stores), wayLockCheck, wayLockRead, waySerializable,
		wayArray, wayRowLocks, wayCounters, wayUnchecked,
	}
}
