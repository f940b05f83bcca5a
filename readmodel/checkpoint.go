package readmodel

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
)

// A checkpoint says up to where a generation of the tables has taken in the log.
type checkpoint struct {
	dcb.Checkpoint
	generation int
	serving    bool
}

// thereSQL says of a row g of read_generation whether its checkpoint is in the log.
const thereSQL = `(g.position = 0 or exists (
	select from dcb_event as e where e.position = g.position and e.id = g.event_id and e.recorded_at = g.recorded_at))`

// servingSQL returns the checkpoint of the generation that serves, and whether the log has
// that.
const servingSQL = `select g.generation, g.position, coalesce(g.event_id::text, ''), coalesce(g.recorded_at, 'epoch'), ` + thereSQL + `
	from read_generation as g where g.serving`

// walkIndexes makes the planner use indexes until the end of the transaction. A plan that
// is made when a table has a few rows would read it as a whole; and a connection keeps its
// plans while the table grows.
//
// What has no index is still read as a whole, and the planner then takes the query for so
// expensive that it would be compiled first, which takes longer than any of these queries.
const walkIndexes = `select set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)`

// hangsBriefly lets the server end the transaction soon if this process is stopped in the middle:
// others wait for its locks.
const hangsBriefly = `select set_config('idle_in_transaction_session_timeout', '5s', true)`

const (
	undefinedTable  = "42P01"
	undefinedColumn = "42703"
)

// errNothingServes is matched when somebody has emptied the tables.
var errNothingServes = errors.New("the tables that pages show are empty")

// serving returns the checkpoint of the generation that serves, and whether it is in the
// log beside it.
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

// A stretch is a part of the log, decoded.
type stretch struct {
	facts  []located
	end    dcb.Checkpoint
	unread []unread // what could not be decoded
}

// A located fact is one with its place in the log.
type located struct {
	dcb.Fact
	position int64
	listed   bool // whether lists show the course or student that it begins
}

// locate decodes an event. Its fact is nil if the domain does not know the type.
func locate(e dcb.Event) (located, error) {
	fact, err := courses.Decode(e.Type, e.Data)
	if err != nil || fact == nil {
		return located{}, err
	}
	return located{fact, e.Position, listed(e, fact)}, nil
}

// decode makes a stretch of what a tail yields. Events of types that the domain does
// not know are left out. So are those whose data it can't make sense of: the log
// never changes, so to wait for a better answer would be to show nothing new for good.
func decode(progress dcb.Progress) stretch {
	s := stretch{end: progress.Checkpoint}
	for _, e := range progress.Events {
		fact, err := locate(e)
		switch {
		case err != nil:
			s.unread = append(s.unread, unread{e, err})
		case fact.Fact != nil:
			s.facts = append(s.facts, fact)
		}
	}
	return s
}

// errOvertaken is matched when a checkpoint is not where its writer left it: another
// one has gone on from there, or the generation no longer serves.
var errOvertaken = errors.New("somebody else has gone on from this checkpoint")

// errOtherLog is matched when a checkpoint is not in the log beside the tables: the log
// lost its end, or the stretch was read from another server than the one that is written.
var errOtherLog = errors.New("the log is not the one that was read")

const (
	isThere = `select exists (select from dcb_event where position = $1 and id = $2 and recorded_at = $3)`
	moveOn  = `update read_generation set position = $5, event_id = $6, recorded_at = $7
		where generation = $1 and serving = $2 and position = $3 and event_id is not distinct from nullif($4, '')::uuid`
)

// advance takes a stretch of the log into the tables and moves the checkpoint to its
// end, or does neither: its error matches errOvertaken if the checkpoint has moved, and
// errOtherLog if the stretch is not of the log in this database. It takes two round trips, and is
// to be called in a transaction, which is to be rolled back after an error.
//
// The checkpoint is moved first. That locks it, so whoever else would go on from the
// same one waits until the transaction is over, and then finds that it has moved. And
// what is loaded afterwards is what the writer before has left, which takes read
// committed: the snapshot of another level could be older than the wait for the lock.
func (c checkpoint) advance(ctx context.Context, tx querier, s stretch) (checkpoint, error) {
	var first pgx.Batch
	first.Queue(walkIndexes)
	first.Queue(hangsBriefly)
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
