package dcb

import (
	"context"
	_ "embed"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

//go:embed append.sql
var appendSQL string

const (
	// takeLock queues appends up, one at a time, until their transaction ends. The
	// lock belongs to the database; its number only has to be nobody else's.
	takeLock = `select pg_advisory_xact_lock(4919131752989213764)`

	// maxConflictEvents bounds what a ConflictError carries.
	maxConflictEvents = 10
)

// AppendEvents implements [EventStore].
//
// Four statements make it correct, and their order does:
//
//  1. begin, at read committed: every statement sees what was committed before
//     that statement began. Under repeatable read the check would look at the
//     log as it was before the lock was granted, and pass when it must not.
//  2. take the append lock. It needs a statement of its own, because a
//     statement's snapshot is taken before it waits.
//  3. check the condition: the read of the decision, asked again.
//  4. insert behind the head, and commit, which releases the lock.
//
// So nothing is committed between check and commit but this append, and positions
// are given in the order of commits: who sees position 10 sees 1 to 9 as well.
func (s *Store) AppendEvents(ctx context.Context, events []InputEvent, query Query, latestKnownPosition int64) (int64, error) {
	if err := s.checkAppend(events, query, latestKnownPosition); err != nil {
		return 0, fmt.Errorf("append events: %w", err)
	}
	var last int64
	// The isolation level is named, so that no default of the database, of the
	// role or of the pool can make it another.
	readCommitted := pgx.TxOptions{IsoLevel: pgx.ReadCommitted, AccessMode: pgx.ReadWrite}
	err := pgx.BeginTxFunc(ctx, s.pool, readCommitted, func(tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, takeLock); err != nil {
			return err
		}
		since, err := readPage(ctx, tx, query, latestKnownPosition, toTheEnd, maxConflictEvents)
		if err != nil {
			return err
		}
		if len(since.events) > 0 {
			return &ConflictError{Query: query, After: latestKnownPosition, Events: since.events}
		}
		last = since.head + int64(len(events))
		return insert(ctx, tx, since.head, events)
	})
	if err != nil {
		return 0, fmt.Errorf("append events: %w", err)
	}
	return last, nil
}

// AppendEventsIfNotExists implements [EventStore].
func (s *Store) AppendEventsIfNotExists(ctx context.Context, events []InputEvent, query Query, latestKnownPosition int64, reducer StateReducer) (int64, error) {
	for attempt := 1; ; attempt++ {
		position, state, err := s.ReadState(ctx, query, reducer)
		if err != nil || state != nil {
			return position, err
		}
		last, err := s.AppendEvents(ctx, events, query, max(position, latestKnownPosition))
		if !errors.Is(err, ErrConflict) || attempt == maxAttempts {
			return last, err
		}
		// Somebody was faster: what they appended may be what makes the state.
		if err := pause(ctx, backoff(attempt)); err != nil {
			return 0, err
		}
	}
}

// checkAppend says what is wrong with the arguments of an append.
func (s *Store) checkAppend(events []InputEvent, query Query, latestKnownPosition int64) error {
	if err := s.open(); err != nil {
		return err
	}
	if len(events) == 0 {
		return errors.New("there are none")
	}
	if latestKnownPosition < 0 {
		return fmt.Errorf("the position %d is negative", latestKnownPosition)
	}
	for i, e := range events {
		if err := e.check(); err != nil {
			return fmt.Errorf("event %d of %d: %w", i+1, len(events), err)
		}
	}
	return query.check()
}

// insert runs append.sql, which says what the parameters mean.
func insert(ctx context.Context, tx pgx.Tx, head int64, events []InputEvent) error {
	var (
		ids   = make([]string, len(events))
		types = make([]string, len(events))
		tags  = make([]string, len(events))
		data  = make([]string, len(events))
	)
	for i, e := range events {
		if e.ID == "" {
			e.ID = NewID()
		}
		ids[i], types[i], tags[i], data[i] = e.ID, e.Type, arrayText(e.Tags), string(e.Data)
	}
	_, err := tx.Exec(ctx, appendSQL, head, ids, types, tags, data, CausationID(ctx), CorrelationID(ctx))
	return err
}
