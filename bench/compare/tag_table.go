package main

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// A tagTable has events and the tags that find them, in their simplest form. Several ways use
// it. They differ in how they keep other decisions from getting in between.
//
// A reader counts in the index, and fetches no event.
type tagTable struct {
	pool  *pgxpool.Pool
	rules rules
}

const (
	tagTables = `
		create table event (
			position bigint generated always as identity primary key,
			type     text   not null,
			data     json   not null
		);
		create table event_tag (
			tag      text collate "C" not null,
			position bigint           not null,
			primary key (tag, position)
		);
		create view seat as
		select data ->> 'course' as course, data ->> 'student' as student
		from event`

	// readTags counts the events with the tags $1 and $2, and finds the last of them.
	readTags = `
		select count(*) filter (where tag = $1), count(*) filter (where tag = $2), coalesce(max(position), 0)
		from event_tag
		where tag in ($1, $2)`

	// insertTagged stores an event with the data $1 and the tags $2 and $3.
	insertTagged = `
		with stored as (
			insert into event (type, data)
			values ('SeatTaken', $1)
			returning position
		)
		insert into event_tag (tag, position)
		select tag, position
		from stored
		cross join unnest(array[$2::text, $3]) as tag`
)

// readAndInsert takes a seat in one transaction: it reads, decides and inserts. begin sends the
// first statements, which begin the transaction and may take locks.
func (t tagTable) readAndInsert(ctx context.Context, w wish, begin func(look *pgx.Batch)) error {
	var seats, courses int
	var last int64
	var look, store pgx.Batch
	begin(&look)
	look.Queue(readTags, w.courseTag(), w.studentTag()).
		QueryRow(func(row pgx.Row) error { return row.Scan(&seats, &courses, &last) })
	store.Queue(insertTagged, w.data(), w.courseTag(), w.studentTag())
	store.Queue(`commit`)
	decide := func() error { return t.rules.allow(seats, courses) }
	return inTwoTrips(ctx, t.pool, &look, decide, &store)
}

func (t tagTable) fill(ctx context.Context, past []wish) error {
	return fillWith(ctx, t.pool, past, `
		insert into event (type, data)
		select 'SeatTaken', json_build_object('course', course, 'student', student)
		from past
		order by n;
		insert into event_tag (tag, position)
		select 'course:' || (data ->> 'course'), position from event
		union all
		select 'student:' || (data ->> 'student'), position from event`)
}

func (tagTable) define(context.Context, []wish) error { return nil }
func (tagTable) close()                               {}
