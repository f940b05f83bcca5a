package dcb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// findOut asks the log which requests were stored, until it answers or time is up.
func (c *committer) findOut(ctx context.Context, batch []*request, lost error) []outcome {
	outcomes := make([]outcome, len(batch))
	for i, r := range batch {
		outcomes[i] = r.told(outcome{err: lost})
	}
	for attempt := 1; ; attempt++ {
		positions, err := c.lockAndLookUp(ctx, batch)
		if err == nil {
			for i, r := range batch {
				outcomes[i] = outcome{err: errors.New("the connection was lost before anything was stored")}
				if positions[i] > 0 {
					outcomes[i] = r.told(outcome{position: positions[i]})
				}
			}
			return outcomes
		}
		if pause(ctx, backoff(attempt)) != nil {
			return outcomes
		}
	}
}

// lockAndLookUp looks requests up when the transaction that may have stored them is over. Until
// then that transaction has the append lock, even if its client is gone. The exception is one
// trip that the server has not begun to read: it has no lock yet; see setAdrift. As for an
// append, the isolation level is named: under another one the snapshot would be older than the
// wait for the lock.
func (c *committer) lockAndLookUp(ctx context.Context, batch []*request) (positions []int64, err error) {
	err = c.onPrimary(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, takeLock); err != nil {
			return err
		}
		var look pgx.Batch
		queueLookUp(&look, batch)
		results := tx.SendBatch(ctx, &look)
		positions, err = lookedUp(results, batch)
		return cmp.Or(err, results.Close())
	})
	return positions, err
}

// lookUpAtOnce looks requests up in one round trip, because conflicts are frequent and
// repetitions are rare. If it finds a repetition, it confirms it.
func (c *committer) lookUpAtOnce(ctx context.Context, batch []*request) (positions []int64, err error) {
	ctx, answered := context.WithTimeout(ctx, longestStep)
	defer answered()
	defer resetIfSilent(ctx, c.pool)
	look := tripOf(begin) // which a standby turns down
	queueLookUp(look, batch)
	look.Queue(commit)
	err = c.pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		results := conn.SendBatch(ctx, look)
		beginErr := skip(results, 1)
		var lookErr error
		positions, lookErr = lookedUp(results, batch)
		return cmp.Or(beginErr, lookErr, results.Close())
	})
	if err == nil && slices.Max(positions) > 0 {
		err = c.confirm(ctx)
	}
	return positions, err
}

// recognise finds failed requests whose events are stored already, and returns the outcomes with
// those of their first time. There can be a first time only if the caller chose the IDs, or if
// the request is adrift: then the events that it met may be its own.
func (c *committer) recognise(ctx context.Context, batch []*request, outcomes []outcome) []outcome {
	var failed []*request
	var at []int // their indexes
	for i, r := range batch {
		if outcomes[i].err != nil && (r.own || r.adrift) {
			failed, at = append(failed, r), append(at, i)
		}
	}
	if len(failed) == 0 {
		return outcomes
	}
	positions, err := c.lookUpAtOnce(ctx, failed)
	for k, i := range at {
		if err != nil { // it may have met its own first time, which is not a conflict
			outcomes[i] = outcome{err: fmt.Errorf("%w: not by this append, but perhaps by an earlier one with the same IDs: %w", ErrUnknownOutcome, err)}
		} else if positions[k] > 0 {
			outcomes[i] = outcome{position: positions[k]}
		}
	}
	return outcomes
}

// lookUpSQL finds the events of $1 to $4 (ids, types, tags, data) by their IDs. Tags are
// the same in any order. It also looks at the event before each, which may be of the same append.
const lookUpSQL = `
	select given.n, e.position, e.recorded_at,
	       e.type = given.type and e.tags <@ given.tags::text[] and e.tags @> given.tags::text[] and e.data::text = given.data,
	       e.append_rest, coalesce(front.append_rest, 0) > 0
	from unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) with ordinality as given (id, type, tags, data, n)
	join dcb_event as e using (id)
	left join dcb_event as front on front.position = e.position - 1`

// A storedEvent describes a stored event that has the ID of an event of a request.
type storedEvent struct {
	position   int64 // 0 if there is none
	recordedAt time.Time
	same       bool   // in type, tags and data
	rest       *int16 // how many events of the same append come after it; nil if that was not kept
	continues  bool   // the event before it is of the same append
}

// queueLookUp queues the question for the events of requests.
func queueLookUp(batch *pgx.Batch, requests []*request) {
	var ids, types, tags, data []string
	for _, r := range requests {
		for _, e := range r.events {
			ids, types, tags, data = append(ids, e.ID), append(types, e.Type), append(tags, arrayText(e.Tags)), append(data, string(e.Data))
		}
	}
	batch.Queue(lookUpSQL, ids, types, tags, data)
}

// lookedUp returns, for each request, the position of its last event if one append has
// stored exactly its events, otherwise 0.
func lookedUp(results pgx.BatchResults, batch []*request) (positions []int64, err error) {
	n := 0
	for _, r := range batch {
		n += len(r.events)
	}
	rows, _ := results.Query() // ForEachRow returns the error
	stored := make([]storedEvent, n)
	var (
		number int
		s      storedEvent
	)
	_, err = pgx.ForEachRow(rows, []any{&number, &s.position, &s.recordedAt, &s.same, &s.rest, &s.continues}, func() error {
		stored[number-1] = s
		return nil
	})
	if err != nil {
		return nil, err
	}
	positions = make([]int64, len(batch))
	for i, r := range batch {
		mine := stored[:len(r.events)]
		stored = stored[len(r.events):]
		if !areOneAppend(mine) {
			continue
		}
		for k, s := range mine {
			r.events[k].RecordedAt = s.recordedAt
			positions[i] = s.position
		}
	}
	return positions, nil
}

// areOneAppend reports whether one append stored these events, in this order, and no others. If
// an older version stored them, it can only tell whether they stand together.
func areOneAppend(events []storedEvent) bool {
	for i, e := range events {
		switch rest := len(events) - 1 - i; {
		case !e.same, i == 0 && e.continues, e.position != events[0].position+int64(i), e.rest != nil && int(*e.rest) != rest:
			return false
		}
	}
	return len(events) > 0
}
