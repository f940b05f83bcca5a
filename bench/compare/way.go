package main

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
)

// A way is one way to give out seats. Its tables are in a schema of its own, which is the
// search path of its connections. The oracle looks only at its table or view seat, which has
// a row (course, student) for each given seat.
type way struct {
	name   string
	schema string
	kind   kind
	tables string // the SQL that makes them
	open   func(ctx context.Context, pool *pgxpool.Pool, r rules) (taker, error)
}

// A kind says what to expect of a way.
type kind int

const (
	right  kind = iota // it never gives too many seats
	broken             // it may give too many seats
	floor              // it has no rules
)

// A taker takes seats in one of the ways. Many callers use it at once.
type taker interface {
	// fill stores the past.
	fill(ctx context.Context, past []wish) error

	// define makes the courses and students of wishes. It is called before the wishes, and is
	// not measured.
	define(ctx context.Context, soon []wish) error

	// take takes the seat, or refuses it with an error that isRefusal knows. If it gives up,
	// its error matches errLostRace. It returns how many times it began again.
	take(ctx context.Context, w wish) (retries int, err error)

	// close ends what open has started.
	close()
}

// ways returns all ways, in the order in which they are shown. stores is how many dcb gets.
func ways(stores int) []way {
	return []way{
		wayFloor, wayDCB(stores), wayLockCheck, wayLockRead, waySerializable,
		wayArray, wayRowLocks, wayCounters, wayUnchecked,
	}
}
