package main

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// wayLockRead is the simplest way that is right: one transaction takes the one lock there
// is, reads, decides and inserts. Nothing can get in between, so no decision begins again.
// All other decisions wait meanwhile, also those that will be refused.
var wayLockRead = way{
	name:   "tags, lock and read",
	schema: "compare_lock_read",
	tables: tagTables,
	open: func(_ context.Context, pool *pgxpool.Pool, r rules) (taker, error) {
		return lockRead{tagTable{pool, r}}, nil
	},
}

type lockRead struct{ tagTable }

func (t lockRead) take(ctx context.Context, w wish) (retries int, err error) {
	var seats, courses int
	var last int64
	var look, store pgx.Batch
	look.Queue(`begin isolation level read committed`)
	look.Queue(takeTheLock)
	look.Queue(readTags, w.courseTag(), w.studentTag()).
		QueryRow(func(row pgx.Row) error { return row.Scan(&seats, &courses, &last) })
	store.Queue(insertTagged, w.data(), w.courseTag(), w.studentTag())
	store.Queue(`commit`)
	decide := func() error { return t.rules.allow(seats, courses) }
	return 0, inTwoTrips(ctx, t.pool, &look, decide, &store)
}
