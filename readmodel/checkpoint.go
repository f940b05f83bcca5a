package readmodel

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
)

// A checkpoint says up to which event of the log a generation of the tables has come.
type checkpoint struct {
	dcb.Checkpoint
	generation int
	serving    bool
}

// thereSQL is whether the log has the checkpoint of a row g of read_generation. With exists,
// PostgreSQL 18 would read the whole log while it is short, although enable_seqscan is off.
const thereSQL = `(g.position = 0 or coalesce((
	select e.id = g.event_id and e.recorded_at = g.recorded_at from dcb_event as e where e.position = g.position), false))`

// servingSQL returns the checkpoint of the generation that serves, and whether the log has
// it.
const servingSQL = `select g.generation, g.position, coalesce(g.event_id::text, ''), coalesce(g.recorded_at, 'epoch'), ` + thereSQL + `
	from read_generation as g where g.serving`

const (
	undefinedTable  = "42P01"
	undefinedColumn = "42703"
)

// errNothingServes is matched when somebody has emptied the tables.
var errNothingServes = errors.New("the tables that pages show are empty")

// serving returns the checkpoint of the generation that serves, and whether the log in the
// same database has it.
func serving(ctx context.Context, conn querier) (c checkpoint, there bool, err error) {
	ctx, answered := context.WithTimeout(ctx, longestStep)
	defer answered()
	c.serving = true
	var look pgx.Batch // one round trip, and one transaction
	look.Queue(walkIndexes)
	look.Queue(servingSQL)
	results := conn.SendBatch(ctx, &look)
	_, err = results.Exec()
	if err == nil {
		err = results.QueryRow().Scan(&c.generation, &c.Position, &c.EventID, &c.RecordedAt, &there)
	}
	if closeErr := results.Close(); err == nil {
		err = closeErr
	}
	switch e, failed := errors.AsType[*pgconn.PgError](err); {
	case errors.Is(err, pgx.ErrNoRows):
		err = errNothingServes
	case failed && (e.Code == undefinedTable || e.Code == undefinedColumn):
		err = fmt.Errorf(`%w: run "webapp rebuild", which makes the tables that pages show`, err)
	}
	if err != nil {
		return c, false, fmt.Errorf("look where the read model is: %w", err)
	}
	if c.Position == 0 {
		c.Checkpoint = dcb.Checkpoint{}
	}
	return c, there, nil
}

// A querier is a connection, a transaction or a pool.
type querier interface {
	SendBatch(ctx context.Context, batch *pgx.Batch) pgx.BatchResults
}

// errOvertaken is matched when a checkpoint is not where its writer left it: another
// writer has moved it, or the generation no longer serves.
var errOvertaken = errors.New("somebody else has gone on from this checkpoint")

// errOtherLog is matched when the log in the database of the tables does not have a
// checkpoint: it lost its end, or the stretch was read from another server.
var errOtherLog = errors.New("the log is not the one that was read")

const (
	isThere = `select exists (select from dcb_event where position = $1 and id = $2 and recorded_at = $3)`
	moveOn  = `update read_generation set position = $5, event_id = $6, recorded_at = $7
		where generation = $1 and serving = $2 and position = $3 and event_id is not distinct from nullif($4, '')::uuid`
)

// advance applies a stretch of the log to the tables and moves the checkpoint to its end.
// Its error matches errOvertaken if the checkpoint has moved, and errOtherLog if the log in
// this database does not have the end of the stretch. It takes two round trips. Call it in
// a transaction, and roll that back after an error.
//
// It moves the checkpoint first, which locks the row: another writer at the same checkpoint
// waits until the transaction is over, and then finds the checkpoint moved. The rows that it
// loads next are those that the last writer left. That needs read committed: under another
// level the snapshot could be older than the wait for the lock.
func (c checkpoint) advance(ctx context.Context, tx querier, s stretch) (checkpoint, error) {
	var first pgx.Batch
	first.Queue(walkIndexes)
	first.Queue(endsWhenIdle)
	var moved, there bool
	first.Queue(moveOn, c.generation, c.serving, c.Position, c.EventID, s.end.Position, s.end.EventID, s.end.RecordedAt).Exec(func(tag pgconn.CommandTag) error {
		moved = tag.RowsAffected() > 0
		return nil
	})
	first.Queue(isThere, s.end.Position, s.end.EventID, s.end.RecordedAt).QueryRow(func(row pgx.Row) error { return row.Scan(&there) })
	before := newRows()
	before.keys = sealed.Ring{}
	load(&first, before, c.generation, s.facts)
	switch err := tx.SendBatch(ctx, &first).Close(); {
	case err != nil:
		return c, fmt.Errorf("load what changes: %w", err)
	case !moved:
		return c, errOvertaken
	case !there:
		return c, errOtherLog
	}
	after := before.clone()
	for _, fact := range s.facts {
		after.apply(fact)
	}
	var last pgx.Batch
	saveUnread(&last, c.generation, s.unread)
	save(&last, c.generation, before, after)
	if err := tx.SendBatch(ctx, &last).Close(); err != nil {
		return c, fmt.Errorf("save what changed: %w", err)
	}
	c.Checkpoint = s.end
	return c, nil
}
