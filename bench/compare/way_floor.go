package main

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
)

// wayFloor is the least that a seat can cost: it inserts one row into a table that has no index
// except its key, and commits. It decides nothing.
var wayFloor = way{
	name:   "floor",
	schema: "compare_floor",
	kind:   floor,
	tables: `create table seat (n bigint generated always as identity primary key, data json not null)`,
	open: func(_ context.Context, pool *pgxpool.Pool, _ rules) (taker, error) {
		return floorTaker{pool}, nil
	},
}

type floorTaker struct{ pool *pgxpool.Pool }

func (floorTaker) fill(context.Context, []wish) error   { return nil }
func (floorTaker) define(context.Context, []wish) error { return nil }
func (floorTaker) close()                               {}

func (t floorTaker) take(ctx context.Context, w wish) (retries int, err error) {
	_, err = t.pool.Exec(ctx, `insert into seat (data) values ($1)`, w.data())
	return 0, err
}
