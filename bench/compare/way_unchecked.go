package main

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
)

// wayUnchecked is wrong: it reads, decides and inserts, and other decisions can get in between.
// It shows that the oracle finds what is wrong.
var wayUnchecked = way{
	name:   "tags, unchecked (wrong)",
	schema: "compare_unchecked",
	kind:   broken,
	tables: tagTables,
	open: func(_ context.Context, pool *pgxpool.Pool, r rules) (taker, error) {
		return unchecked{tagTable{pool, r}}, nil
	},
}

type unchecked struct{ tagTable }

func (t unchecked) take(ctx context.Context, w wish) (retries int, err error) {
	var seats, courses int
	var last int64
	if err := t.pool.QueryRow(ctx, readTags, w.courseTag(), w.studentTag()).Scan(&seats, &courses, &last); err != nil {
		return 0, err
	}
	if err := t.rules.allow(seats, courses); err != nil {
		return 0, err
	}
	_, err = t.pool.Exec(ctx, insertTagged, w.data(), w.courseTag(), w.studentTag())
	return 0, err
}
