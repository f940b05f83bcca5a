package dcb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// commit gives every request of the batch its outcome.
func (c *committer) commit(batch []*request) {
	ctx, cancel := context.WithTimeout(context.Background(), longestCommit)
	defer cancel()

	// If a hook of the pool ends this goroutine, nobody waits for ever.
	defer func() {
		for _, r := range batch {
			if !r.ended {
				r.end(r.told(outcome{err: ErrUnknownOutcome}))
			}
		}
	}()

	outcomes, err := c.try(ctx, batch)
	switch {
	case err == nil:
		outcomes = c.recognise(ctx, batch, outcomes)
	case errors.Is(err, ErrUnknownOutcome):
		outcomes = c.findOut(ctx, batch, err)
	case len(batch) > 1 && isServerError(err):
		// PostgreSQL did not like one of them. Alone, only that one fails.
		for _, r := range batch {
			c.commit([]*request{r})
		}
		return
	case isTakenID(err):
		outcomes = c.recognise(ctx, batch, []outcome{{err: errors.New("the ID of one of the events is taken by another event")}})
	default:
		outcomes = slices.Repeat([]outcome{{err: err}}, len(batch))
	}
	for i, r := range batch {
		r.end(outcomes[i])
	}
}

// end gives the request its outcome.
func (r *request) end(o outcome) {
	r.ended = true
	r.outcome <- o
}

// try commits the batch as one transaction. Without an error, every request has its
// outcome. With one, nothing is stored, unless it matches ErrUnknownOutcome.
func (c *committer) try(ctx context.Context, batch []*request) ([]outcome, error) {
	conn, found, err := c.begin(ctx, batch)
	if err != nil {
		return nil, err
	}
	defer conn.Release()

	onTheSpot := c.onTheSpot
	verdicts, accepted := judge(batch, found, &onTheSpot)
	if len(accepted) == 0 {
		if _, err := conn.Exec(ctx, rollback); err != nil {
			return nil, err
		}
		return outcomesOf(verdicts), nil
	}
	var insert pgx.Batch
	queueInsert(&insert, found.head.Position, verdicts)
	insert.Queue(commit)
	results := conn.SendBatch(ctx, &insert)
	rows, _ := results.Query() // CollectRows returns the error
	recorded, err := pgx.CollectRows(rows, pgx.RowTo[time.Time])
	if err == nil {
		_, err = results.Exec()
	}
	err = errors.Join(err, results.Close())
	switch {
	case err == nil:
		for i, at := range recorded {
			accepted[i].RecordedAt = at
		}
		return outcomesOf(verdicts), nil
	case isServerError(err):
		_, _ = conn.Exec(ctx, rollback) // if that fails too, the connection is not used again
		return nil, err
	default:
		return nil, fmt.Errorf("%w: %w", ErrUnknownOutcome, err)
	}
}

// begin begins a transaction, takes the append lock and asks, for every request,
// what got inside its boundary, and whether the log is the one that its caller has read.
// It tries another connection if one turns out to be dead: nothing was stored yet.
func (c *committer) begin(ctx context.Context, batch []*request) (conn *pgxpool.Conn, answer found, err error) {
	questions, known := asked(batch)
	checkpoints := named(known...)
	const connections = 3
	for range connections {
		if conn, err = c.pool.Acquire(ctx); err != nil {
			return nil, found{}, err
		}
		var check pgx.Batch // one round trip, and still one statement after the other
		check.Queue(begin)
		check.Queue(setPlan)
		check.Queue(takeLock)
		check.Queue(readSQL, asSQL(questions, toTheEnd, bounds{events: maxMeanwhile, bytes: maxMeanwhileBytes}, checkpoints)...)
		results := conn.SendBatch(ctx, &check)
		_, beginErr := results.Exec()
		_, planErr := results.Exec()
		_, lockErr := results.Exec()
		answer, err = findings(results, len(batch), maxMeanwhile, checkpoints)
		if err = errors.Join(beginErr, planErr, lockErr, err, results.Close()); err == nil {
			return conn, answer, nil
		}
		_, _ = conn.Exec(ctx, rollback)
		conn.Release()
		if isServerError(err) {
			break
		}
	}
	return nil, found{}, err
}

// isServerError reports whether PostgreSQL turned a statement down, and with it the
// transaction. A FATAL error is not of that kind: it ends the connection, and what
// was sent before may have been carried out.
func isServerError(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.SeverityUnlocalized == "ERROR"
}

// isTakenID reports whether the ID of an event is stored already.
func isTakenID(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.ConstraintName == "dcb_event_id_is_unique"
}
