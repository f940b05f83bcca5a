package main

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// wayLockRead is the simplest right way: one transaction takes the only lock, reads, decides and
// inserts. Nothing can get in between, so no decision begins again. All other decisions wait
// meanwhile, also those that will be refused.
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
	return 0, t.readAndInsert(ctx, w, func(look *pgx.Batch) {
		look.Queue(`begin isolation level read committed`)
		look.Queue(takeTheLock)
	})
}
