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

// A shortcut commits a batch in fewer trips than [committer.try]. If it can't, nothing is
// stored, and its error matches errInTheWay. See one_trip.go.
type shortcut interface {
	commit(ctx context.Context, batch []*request) ([]outcome, error)
}

// errInTheWay is matched when a shortcut would not do.
var errInTheWay = errors.New("somebody is in the way")

// commit gives every request of the batch its outcome.
func (c *committer) commit(batch []*request) {
	ctx, done := c.begin(batch)
	defer done()
	c.batch = Batch{Appends: len(batch), Waited: time.Since(batch[0].since)}

	// If a hook of the pool ends this goroutine, the callers must not wait for ever.
	defer func() {
		for _, r := range batch {
			if !r.ended {
				r.end(r.told(outcome{err: ErrUnknownOutcome}))
			}
		}
	}()

	outcomes, err := []outcome(nil), errInTheWay
	if c.shortcut != nil {
		outcomes, err = c.shortcut.commit(ctx, batch)
	}
	if errors.Is(err, errInTheWay) || err != nil && c.mayTryAgain(err, 1) {
		outcomes, err = c.tryUntilSent(ctx, batch)
	}
	switch {
	case err == nil:
		outcomes = c.recognise(ctx, batch, outcomes)
	case errors.Is(err, ErrUnknownOutcome):
		outcomes = c.findOut(ctx, batch, err)
	case len(batch) > 1 && isOfOneRequest(err):
		// PostgreSQL turned down the data of one of them. Alone, only that one fails.
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
		outcomes[i] = r.forSure(outcomes[i])
		c.batch.ended(r, outcomes[i])
		r.end(outcomes[i])
	}
	if c.committed != nil {
		c.committed(c.batch)
	}
}

// tryUntilSent tries again for as long as nothing was sent that stores something, and the error
// may pass.
func (c *committer) tryUntilSent(ctx context.Context, batch []*request) ([]outcome, error) {
	for attempt := 1; ; attempt++ {
		outcomes, err := c.try(ctx, batch)
		if err == nil || !c.mayTryAgain(err, attempt) {
			return outcomes, err
		}
		c.takeBack(batch)
		if over := pause(ctx, backoff(attempt)); over != nil {
			return nil, fmt.Errorf("%w: %w", over, err)
		}
	}
}

// try commits the batch as one transaction, in two round trips. Without an error, every
// request has its outcome. With one, nothing is stored, unless it matches ErrUnknownOutcome.
func (c *committer) try(ctx context.Context, batch []*request) ([]outcome, error) {
	conn, found, err := c.check(ctx, batch)
	if err != nil {
		return nil, err
	}
	defer conn.Release()

	c.send(batch)
	ctx, answered := context.WithTimeout(context.WithoutCancel(ctx), longestStep)
	defer answered()
	var ask asker
	if c.asker != nil {
		ask = c.asker()
	}
	verdicts, accepted := judge(batch, found, ask)
	if len(accepted) == 0 {
		if _, err := conn.Exec(ctx, rollback); err != nil {
			return nil, fmt.Errorf("%w: %w", errLost, err)
		}
		return outcomesOf(verdicts), nil
	}
	var insert pgx.Batch
	notify := c.notifies()
	insert.Queue(appendSQL, append(toStore(verdicts, notify), found.head.Position)...)
	insert.Queue(commit)
	defer c.trip(&c.batch.Store)()
	results := conn.SendBatch(ctx, &insert)
	_, err = receiveCommit(results, accepted, notify)
	switch {
	case err == nil:
		return outcomesOf(verdicts), nil
	case isServerError(err):
		_, _ = conn.Exec(ctx, rollback) // if that fails too, the connection is not used again
		return nil, err
	default:
		resetIfSilent(ctx, c.pool)
		return nil, fmt.Errorf("%w: %w", ErrUnknownOutcome, err)
	}
}

// check begins a transaction and takes the append lock. For every request it asks which events got
// inside its boundary, and whether the log is still the one that its caller has read.
func (c *committer) check(ctx context.Context, batch []*request) (*pgxpool.Conn, found, error) {
	questions, known := asked(batch)
	known = named(known...)
	ctx, answered := context.WithTimeout(ctx, longestStep)
	defer answered()
	conn, err := acquire(ctx, c.pool)
	if err != nil {
		return nil, found{}, err
	}
	check := tripOf(begin, setPlan, setBounds, takeLock)
	check.Queue(readSQL, asSQL(questions, toTheEnd, bounds{events: maxMeanwhile, bytes: maxMeanwhileBytes}, known)...)
	answeredAfter := c.trip(&c.batch.Check)
	results := conn.SendBatch(ctx, check)
	var locked time.Duration
	failed := cmp.Or(skip(results, 3), results.QueryRow().Scan(nil, nil, &locked))
	answer, err := findings(results, len(batch), maxMeanwhile, known)
	err = cmp.Or(failed, err, results.Close())
	answeredAfter()
	c.batch.Locked, c.batch.Check = c.batch.Locked+locked, c.batch.Check-locked
	if err == nil {
		return conn, answer, nil
	}
	_, _ = conn.Exec(ctx, rollback)
	conn.Release()
	resetIfSilent(ctx, c.pool)
	if !isServerError(err) {
		err = fmt.Errorf("%w: %w", errLost, err)
	}
	return nil, found{}, err
}

// trip counts a round trip, and adds the time until it is over to one of the batch's.
func (c *committer) trip(to *time.Duration) (over func()) {
	sent := time.Now()
	c.batch.Trips++
	return func() { *to += time.Since(sent) }
}

// forSure returns the outcome as far as it is certain. A request that is adrift may still be
// stored after most errors.
func (r *request) forSure(o outcome) outcome {
	itsData := isOfOneRequest(o.err) && !errors.Is(o.err, errNoRoom) // which the trip brings, too
	certain := o.err == nil || errors.Is(o.err, ErrConflict) || errors.Is(o.err, ErrOtherHistory) || itsData
	if r.adrift && !certain && !errors.Is(o.err, ErrUnknownOutcome) {
		o.err = fmt.Errorf("%w: %w", ErrUnknownOutcome, o.err)
	}
	return o
}
