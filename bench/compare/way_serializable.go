package main

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// waySerializable leaves it to PostgreSQL: a transaction reads, decides and inserts at the
// isolation level serializable, without a lock. If it can't stand in one order with the
// others, PostgreSQL says so (40001), and it begins again. Strangers may be told so, too,
// since PostgreSQL notes pages of the index that were read.
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
		var seats, courses int
		var last int64
		var look, store pgx.Batch
		look.Queue(`begin isolation level serializable`)
		look.Queue(readTags, w.courseTag(), w.studentTag()).
			QueryRow(func(row pgx.Row) error { return row.Scan(&seats, &courses, &last) })
		store.Queue(insertTagged, w.data(), w.courseTag(), w.studentTag())
		store.Queue(`commit`)
		decide := func() error { return t.rules.allow(seats, courses) }
		return inTwoTrips(ctx, t.pool, &look, decide, &store)
	})
}
