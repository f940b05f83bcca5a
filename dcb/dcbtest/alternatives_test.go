package dcbtest_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

// An alternative is an append as other stores do it, or as one might write it: the SQL of one
// transaction. Its reads are those of dcb, so the append alone is to blame for mistakes.
type alternative struct {
	begin  string
	lock   string // $1 the tags of the events and of the query
	check  string // $1 the items of the query, $2 after
	insert string
	unlock string // before the commit, or nothing
}

// rightWay is the way of dcb, for one append at a time.
var rightWay = alternative{
	begin: `begin isolation level read committed`,
	lock:  `select pg_advisory_xact_lock(2) where $1::text[] is not null`,
	check: `
		with item as (
			select array(select jsonb_array_elements_text(tags)) as tags
			from jsonb_to_recordset($1) as item (tags jsonb)
			where true
		), found as (
			select t.position
			from item
			cross join lateral (
				select t.position
				from dcb_event_tag as t
				where t.tag = item.tags[1] and t.position > $2
				order by t.tag, t.position
				limit 10
			) as t
			group by t.position
			having count(*) >= 1
		)
		select e.position, e.type, e.tags from found join dcb_event as e using (position) order by position`,
	insert: `
		with event as (
			insert into dcb_event (position, id, type, tags, data)
			values ((select coalesce(max(position), 0) + 1 from dcb_event), $1, $2, $3, $4)
			returning position, type, tags
		), tagged as (
			insert into dcb_event_tag (tag, position, type)
			select unnest(tags), position, type from event
		)
		select position from event`,
}

// changed returns the right way with a change. Without the lock two appends would get the same
// position, so it uses a sequence.
func changed(change func(a *alternative)) alternative {
	a := rightWay
	change(&a)
	return a
}

func (a *alternative) positionsFromASequence() {
	a.insert = replaced(a.insert, `(select coalesce(max(position), 0) + 1 from dcb_event)`, `nextval('next_position')`)
}

// alternatives are the rows of the table in docs/append.md.
var alternatives = []struct {
	name   string
	append alternative
}{
	{"no lock", changed(func(a *alternative) {
		a.lock = noLock
		a.positionsFromASequence()
	})},
	{"lock in the checking statement", changed(func(a *alternative) {
		a.lock = noLock
		a.check = replaced(a.check, `where true`, `where (select pg_advisory_xact_lock(2)::text is not null)`)
		a.positionsFromASequence()
	})},
	{"lock released before the commit", changed(func(a *alternative) {
		a.lock = `select pg_advisory_lock(2) where $1::text[] is not null`
		a.unlock = `select pg_advisory_unlock(2)`
		a.positionsFromASequence()
	})},
	{"lock at repeatable read", changed(func(a *alternative) {
		a.begin = `begin isolation level repeatable read`
		a.positionsFromASequence()
	})},
	{"serializable, no lock", changed(func(a *alternative) {
		a.begin = `begin isolation level serializable`
		a.lock = noLock
		a.positionsFromASequence()
	})},
	{"a lock per tag, a sequence", changed(func(a *alternative) {
		a.lock = `select pg_advisory_xact_lock(hashtextextended(tag, 0)) from (select distinct unnest($1::text[]) as tag order by 1) as locked`
		a.positionsFromASequence()
	})},
	{"AND for OR", changed(func(a *alternative) {
		a.check = replaced(a.check, `count(*) >= 1`, `count(*) = (select count(*) from item)`)
	})},
}

// An alternativeLog reads as dcb does, and appends in another way.
type alternativeLog struct {
	alternative
	pool *pgxpool.Pool
	dcb.Log
}

func openAlternative(b *testing.B, pool *pgxpool.Pool, a alternative) dcb.Log {
	b.Helper()
	store, err := dcb.NewEventStore(b.Context(), pool)
	require.NoError(b, err)
	b.Cleanup(store.Close)
	return &alternativeLog{a, pool, store}
}

// AppendAfter implements [dcb.Log], for a single event. It takes as many round trips
// as an append of dcb: one up to the check, and one from there.
func (l *alternativeLog) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (position int64, err error) {
	conn, err := l.pool.Acquire(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Release()
	conflict := &dcb.ConflictError{Query: query, After: known.Position}

	var check pgx.Batch
	check.Queue(l.begin)
	check.Queue(l.lock, tagsOf(events, query))
	check.Queue(l.check, query.Items(), known.Position).Query(func(rows pgx.Rows) (err error) {
		conflict.Events, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (e dcb.Event, err error) {
			return e, row.Scan(&e.Position, &e.Type, &e.Tags)
		})
		return err
	})
	err = conn.SendBatch(ctx, &check).Close()
	if err == nil && len(conflict.Events) == 0 {
		var insert pgx.Batch
		e := events[0]
		insert.Queue(l.insert, e.ID, e.Type, texts(e.Tags), string(e.Data)).
			QueryRow(func(row pgx.Row) error { return row.Scan(&position) })
		if l.unlock != "" {
			insert.Queue(l.unlock)
		}
		insert.Queue(`commit`)
		if err = conn.SendBatch(ctx, &insert).Close(); err == nil {
			return position, nil
		}
	}
	_, rollbackErr := conn.Exec(ctx, `rollback; select pg_advisory_unlock_all()`)
	e, isPostgres := errors.AsType[*pgconn.PgError](err)
	switch {
	case isPostgres && strings.HasPrefix(e.Code, "40"): // could not serialize, or a deadlock: try again
		conflict.Events = make([]dcb.Event, 1)
		return 0, conflict
	case err != nil:
		return 0, err
	case rollbackErr != nil:
		return 0, rollbackErr
	}
	return 0, conflict
}
