package main

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// waySerializable lets PostgreSQL find conflicts: a transaction reads, decides and inserts at
// the isolation level serializable, without a lock. If the transactions can't be put into one
// order, PostgreSQL returns an error (40001), and the decision begins again. That may also
// happen to unrelated decisions, because PostgreSQL watches whole pages of the index.
var waySerializable = way{
	name:   "tags, serializable",
	schema: "compare_serializable",
	tables: tagTables,
	open: func(_ context.Context, pool *pgxpool.Pool, r rules) (taker, error) {
		return serializable{tagTable{pool, r}}, nil
	},
}

type serializable struct{ tagTable }

func (t serializable) take(ctx context.Context, w wish) (retries int, err error) {
	return again(ctx, func() error {
		return t.readAndInsert(ctx, w, func(look *pgx.Batch) { look.Queue(`begin isolation level serializable`) })
	})
}
