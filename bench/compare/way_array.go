package main

import (
	"context"

	"github.com/jackc/pgx/v5/pgxpool"
)

// wayArray keeps the tags in the event, in an array with a GIN index. There is one table, with
// one row for an event. The rest is as in wayLockCheck. Such an index can't find the events
// with a tag after a position, so the check looks at all events after it. That is why the
// position is the last of the whole log, and not of the boundary.
var wayArray = way{
	name:   "array with GIN, lock and check",
	schema: "compare_array",
	tables: `
		create table event (
			position bigint generated always as identity primary key,
			type     text   not null,
			tags     text[] not null,
			data     json   not null
		);
		create index event_tags on event using gin (tags);
		create view seat as
		select data ->> 'course' as course, data ->> 'student' as student
		from event`,
	open: func(_ context.Context, pool *pgxpool.Pool, r rules) (taker, error) {
		return arrayTaker{pool, r}, nil
	},
}

const (
	// readArray counts the events with the tags $1 and $2, and finds the last event of all.
	readArray = `
		select count(*) filter (where tags @> array[$1::text]), count(*) filter (where tags @> array[$2::text]),
		       (select coalesce(max(position), 0) from event)
		from event
		where tags @> array[$1::text] or tags @> array[$2::text]`

	// insertArrayUnless stores an event with the data $1 and the tags $2 and $3, unless there
	// is one with either tag after $4.
	insertArrayUnless = `
		insert into event (type, tags, data)
		select 'SeatTaken', array[$2::text, $3], $1
		where not exists (
			select from event
			where (tags @> array[$2::text] or tags @> array[$3::text]) and position > $4
		)`
)

type arrayTaker struct {
	pool  *pgxpool.Pool
	rules rules
}

func (t arrayTaker) take(ctx context.Context, w wish) (retries int, err error) {
	return again(ctx, func() error { return lockAndCheck(ctx, t.pool, t.rules, w, readArray, insertArrayUnless) })
}

func (t arrayTaker) fill(ctx context.Context, past []wish) error {
	return fillWith(ctx, t.pool, past, `
		insert into event (type, tags, data)
		select 'SeatTaken', array['course:' || course, 'student:' || student], json_build_object('course', course, 'student', student)
		from past
		order by n`)
}

func (arrayTaker) define(context.Context, []wish) error { return nil }
func (arrayTaker) close()                               {}
