package main

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// wayCounters has no events. A course has a counter of its seats taken, a student has a counter
// of courses, and a seat is a row. One transaction locks the course and then the student,
// compares the counters, and changes them. It is what one would write without events, and is
// here for comparison: it answers only these two questions, and does not know what happened.
var wayCounters = way{
	name:   "counters, no events",
	schema: "compare_counters",
	tables: `
		create table course  (id text collate "C" primary key, taken integer not null default 0);
		create table student (id text collate "C" primary key, taken integer not null default 0);
		create table seat (
			course  text collate "C" not null references course,
			student text collate "C" not null references student,
			primary key (course, student)
		)`,
	open: func(_ context.Context, pool *pgxpool.Pool, r rules) (taker, error) {
		return counters{pool, r}, nil
	},
}

type counters struct {
	pool  *pgxpool.Pool
	rules rules
}

func (t counters) take(ctx context.Context, w wish) (retries int, err error) {
	var seats, courses int
	var look, store pgx.Batch
	look.Queue(`begin isolation level read committed`)
	look.Queue(`select taken from course where id = $1 for update`, w.course).
		QueryRow(func(row pgx.Row) error { return row.Scan(&seats) })
	look.Queue(`select taken from student where id = $1 for update`, w.student).
		QueryRow(func(row pgx.Row) error { return row.Scan(&courses) })
	store.Queue(`update course set taken = taken + 1 where id = $1`, w.course)
	store.Queue(`update student set taken = taken + 1 where id = $1`, w.student)
	store.Queue(`insert into seat (course, student) values ($1, $2)`, w.course, w.student)
	store.Queue(`commit`)
	decide := func() error { return t.rules.allow(seats, courses) }
	return 0, inTwoTrips(ctx, t.pool, &look, decide, &store)
}

func (t counters) fill(ctx context.Context, past []wish) error {
	return fillWith(ctx, t.pool, past, `
		insert into course (id, taken) select course, count(*) from past group by course;
		insert into student (id, taken) select student, count(*) from past group by student;
		insert into seat (course, student) select course, student from past order by n`)
}

func (t counters) define(ctx context.Context, soon []wish) error {
	courses, students := namesOf(soon)
	if _, err := t.pool.Exec(ctx, `insert into course (id) select unnest($1::text[]) on conflict do nothing`, courses); err != nil {
		return err
	}
	_, err := t.pool.Exec(ctx, `insert into student (id) select unnest($1::text[]) on conflict do nothing`, students)
	return err
}

func (counters) close() {}
