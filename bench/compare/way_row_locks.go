package main

import (
	"context"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// wayRowLocks has a row to lock for each tag. One transaction locks the rows of its tags, in
// the order of the tags so that there is no deadlock, and then reads, decides and inserts.
// Unrelated decisions don't wait for each other, and no decision begins again.
//
// The row needs no version: what a transaction reads while it holds the row stays true until
// it commits. The row must exist before the first decision about its tag: it is made with the
// course or the student. Positions are not in the order of commits, so a reader that goes on
// from a position misses events.
var wayRowLocks = way{
	name:   "tags, row locks",
	schema: "compare_row_locks",
	tables: tagTables + `;
		create table tag_head (tag text collate "C" primary key)`,
	open: func(_ context.Context, pool *pgxpool.Pool, r rules) (taker, error) {
		return rowLocks{tagTable{pool, r}}, nil
	},
}

const lockTags = `
	select tag
	from tag_head
	where tag in ($1, $2)
	order by tag
	for update`

type rowLocks struct{ tagTable }

func (t rowLocks) take(ctx context.Context, w wish) (retries int, err error) {
	return 0, t.readAndInsert(ctx, w, func(look *pgx.Batch) {
		look.Queue(`begin isolation level read committed`)
		look.Queue(lockTags, w.courseTag(), w.studentTag())
	})
}

func (t rowLocks) fill(ctx context.Context, past []wish) error {
	if err := t.tagTable.fill(ctx, past); err != nil {
		return err
	}
	return t.define(ctx, past)
}

func (t rowLocks) define(ctx context.Context, soon []wish) error {
	courses, students := namesOf(soon)
	_, err := t.pool.Exec(ctx, `
		insert into tag_head (tag)
		select 'course:' || name from unnest($1::text[]) as name
		union all
		select 'student:' || name from unnest($2::text[]) as name
		on conflict do nothing`, courses, students)
	return err
}
