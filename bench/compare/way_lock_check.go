package main

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// wayLockCheck is an event store in its shortest form: read and decide, and then, in one
// transaction, take the only lock, check that no new event is inside the boundary, and
// insert. If there is one, begin again.
//
// The transaction is one round trip. Its check is right because the lock is taken in a
// statement of its own, and positions are given while it is held.
var wayLockCheck = way{
	name:   "tags, lock and check",
	schema: "compare_lock_check",
	tables: tagTables,
	open: func(_ context.Context, pool *pgxpool.Pool, r rules) (taker, error) {
		return lockCheck{tagTable{pool, r}}, nil
	},
}

const (
	takeTheLock = `select pg_advisory_xact_lock(1)`

	// insertTaggedUnless is insertTagged, unless there is an event with one of the tags after $4.
	insertTaggedUnless = `
		with stored as (
			insert into event (type, data)
			select 'SeatTaken', $1
			where not exists (select from event_tag where tag in ($2, $3) and position > $4)
			returning position
		)
		insert into event_tag (tag, position)
		select tag, position
		from stored
		cross join unnest(array[$2::text, $3]) as tag`
)

type lockCheck struct{ tagTable }

func (t lockCheck) take(ctx context.Context, w wish) (retries int, err error) {
	return again(ctx, func() error { return lockAndCheck(ctx, t.pool, t.rules, w, readTags, insertTaggedUnless) })
}

// lockAndCheck tries once to take a seat: it reads with one statement, and inserts with another
// one, which stores nothing if there is a new event.
func lockAndCheck(ctx context.Context, pool *pgxpool.Pool, r rules, w wish, read, insertUnless string) error {
	var seats, courses int
	var known int64
	if err := pool.QueryRow(ctx, read, w.courseTag(), w.studentTag()).Scan(&seats, &courses, &known); err != nil {
		return err
	}
	if err := r.allow(seats, courses); err != nil {
		return err
	}
	stored := false
	var all pgx.Batch
	all.Queue(`begin isolation level read committed`)
	all.Queue(takeTheLock)
	all.Queue(insertUnless, w.data(), w.courseTag(), w.studentTag(), known).Exec(func(tag pgconn.CommandTag) error {
		stored = tag.RowsAffected() > 0
		return nil
	})
	all.Queue(`commit`)
	if err := inOneTrip(ctx, pool, &all); err != nil {
		return err
	}
	if !stored {
		return errLostRace
	}
	return nil
}
