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

	outcomes, err := c.try(ctx, batch)
	switch {
	case err == nil:
		outcomes = c.recognise(ctx, batch, outcomes)
	case errors.Is(err, errUnknown):
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
		r.outcome <- outcomes[i]
	}
}

// errUnknown is matched when the connection was lost at a moment that leaves open what
// is stored, such as after the commit was sent and before it was confirmed.
var errUnknown = errors.New("whether the events were stored is unknown")

// try commits the batch as one transaction. Without an error, every request has its
// outcome. With one, nothing is stored, unless it matches errUnknown.
func (c *committer) try(ctx context.Context, batch []*request) ([]outcome, error) {
	conn, found, head, err := c.begin(ctx, batch)
	if err != nil {
		return nil, err
	}
	defer conn.Release()

	verdicts, accepted := judge(batch, found, head)
	if len(accepted) == 0 {
		if _, err := conn.Exec(ctx, rollback); err != nil {
			return nil, err
		}
		return outcomesOf(verdicts), nil
	}
	var insert pgx.Batch
	queueInsert(&insert, head, accepted)
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
		return nil, fmt.Errorf("%w: %w", errUnknown, err)
	}
}

// begin begins a transaction, takes the append lock and asks, for every request,
// what got inside its boundary. It tries another connection if one turns out to be
// dead: nothing was stored yet.
func (c *committer) begin(ctx context.Context, batch []*request) (conn *pgxpool.Conn, found [][]Event, head int64, err error) {
	questions := make([]question, len(batch))
	for i, r := range batch {
		questions[i] = question{r.query, r.after}
	}
	const connections = 3
	for range connections {
		if conn, err = c.pool.Acquire(ctx); err != nil {
			return nil, nil, 0, err
		}
		var check pgx.Batch // one round trip, and still one statement after the other
		check.Queue(begin)
		check.Queue(setPlan)
		check.Queue(takeLock)
		check.Queue(readSQL, asSQL(questions, toTheEnd, maxMeanwhile)...)
		results := conn.SendBatch(ctx, &check)
		_, beginErr := results.Exec()
		_, planErr := results.Exec()
		_, lockErr := results.Exec()
		found, head, err = answers(results, len(batch), maxMeanwhile)
		if err = errors.Join(beginErr, planErr, lockErr, err, results.Close()); err == nil {
			return conn, found, head, nil
		}
		_, _ = conn.Exec(ctx, rollback)
		conn.Release()
		if isServerError(err) {
			break
		}
	}
	return nil, nil, 0, err
}

// findOut asks the log which requests were stored, until it answers or time is up.
func (c *committer) findOut(ctx context.Context, batch []*request, lost error) []outcome {
	outcomes := slices.Repeat([]outcome{{err: lost}}, len(batch))
	for attempt := 1; ; attempt++ {
		stored, err := c.lockAndLookUp(ctx, batch)
		if err == nil {
			for i, r := range batch {
				if position, ok := r.storedAs(stored); ok {
					outcomes[i] = outcome{position: position, again: r.onTheSpot}
				} else {
					outcomes[i] = outcome{err: errors.New("the connection was lost before anything was stored")}
				}
			}
			return outcomes
		}
		if pause(ctx, backoff(attempt)) != nil {
			return outcomes
		}
	}
}

// lockAndLookUp finds the stored events that have IDs of the batch, when the
// transaction that may have stored them is over: until then it has the append lock,
// even if its client is long gone. As for an append, the level is named: under another
// one the look would be older than the wait.
func (c *committer) lockAndLookUp(ctx context.Context, batch []*request) (stored map[string]Event, err error) {
	readCommitted := pgx.TxOptions{IsoLevel: pgx.ReadCommitted}
	err = pgx.BeginTxFunc(ctx, c.pool, readCommitted, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, takeLock); err != nil {
			return err
		}
		stored, err = lookUp(ctx, tx, batch)
		return err
	})
	return stored, err
}

// recognise replaces the outcomes of failed requests whose events are stored
// already by those of the first time.
func (c *committer) recognise(ctx context.Context, batch []*request, outcomes []outcome) []outcome {
	var failed []*request
	for i, r := range batch {
		if outcomes[i].err != nil && r.again == nil { // a decision makes new events each time
			failed = append(failed, r)
		}
	}
	if len(failed) == 0 {
		return outcomes
	}
	stored, err := lookUp(ctx, c.pool, failed)
	for i, r := range batch {
		if !slices.Contains(failed, r) {
			continue
		}
		if err != nil { // a conflict may be with the first time, which is none
			outcomes[i] = outcome{err: fmt.Errorf("%w: not by this append, but perhaps by an earlier one with the same IDs: %w", errUnknown, err)}
		} else if position, ok := r.storedAs(stored); ok {
			outcomes[i] = outcome{position: position}
		}
	}
	return outcomes
}

// A querier is a pool or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// lookUp finds the stored events that have IDs of the batch, by their IDs.
func lookUp(ctx context.Context, db querier, batch []*request) (map[string]Event, error) {
	var ids []string
	for _, r := range batch {
		ids = append(ids, r.ids()...)
	}
	const byID = `select id::text, position, type, tags, data from dcb_event where id = any ($1::uuid[])`
	rows, _ := db.Query(ctx, byID, ids) // ForEachRow returns the error
	stored := map[string]Event{}
	var e Event
	_, err := pgx.ForEachRow(rows, []any{&e.ID, &e.Position, &e.Type, &e.Tags, &e.Data}, func() error {
		stored[e.ID] = e
		e.Tags, e.Data = nil, nil
		return nil
	})
	return stored, err
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
