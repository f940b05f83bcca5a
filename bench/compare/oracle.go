package main

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
)

// A verdict is what the oracle found in the tables of a way.
type verdict struct {
	seats    int // all that were given
	oversold int // those beyond the seats of their course
	overTen  int // those beyond the courses that their student may have
}

// judge looks at every stored seat, and not at the counts by which the way itself decides.
func judge(ctx context.Context, pool *pgxpool.Pool, r rules) (v verdict, err error) {
	const count = `
		with course as (
			select greatest(count(*) - $1, 0) as beyond
			from seat
			group by course
		), student as (
			select greatest(count(*) - $2, 0) as beyond
			from seat
			group by student
		)
		select (select count(*) from seat),
		       (select coalesce(sum(beyond), 0) from course)::bigint,
		       (select coalesce(sum(beyond), 0) from student)::bigint`
	err = pool.QueryRow(ctx, count, r.seats, r.courses).Scan(&v.seats, &v.oversold, &v.overTen)
	return v, err
}

// sizeOf returns how many bytes the tables of a way take, with their indexes.
func sizeOf(ctx context.Context, pool *pgxpool.Pool) (bytes int64, err error) {
	const sum = `
		select sum(pg_total_relation_size(oid))::bigint
		from pg_class
		where relnamespace = current_schema()::regnamespace and relkind = 'r'`
	err = pool.QueryRow(ctx, sum).Scan(&bytes)
	return bytes, err
}
