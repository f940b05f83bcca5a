package dcb

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"iter"

	"github.com/jackc/pgx/v5"
)

var (
	//go:embed read.sql
	readSQL string

	//go:embed read_backwards.sql
	readBackwardsSQL string
)

// ReadOptions narrow what [Store.Read] returns. The zero value asks for all
// that the query matches.
type ReadOptions struct {
	After     int64 // only events after this position
	Before    int64 // only events before this position; 0 for no bound
	Limit     int   // at most this many events, the first that the loop would see; 0 for no bound
	Backwards bool  // from the newest to the oldest; After and Before bound the same events
}

// upTo adds the bound that a position is the last that is read. To the end is no bound.
func (o ReadOptions) upTo(position int64) ReadOptions {
	if position < toTheEnd {
		o.Before = position + 1
	}
	return o
}

// last is the last position that is read.
func (o ReadOptions) last() int64 {
	if o.Before == 0 {
		return toTheEnd
	}
	return o.Before - 1
}

// check says what is wrong with the options.
func (o ReadOptions) check() error {
	if o.After < 0 || o.Before < 0 || o.Limit < 0 {
		return inputErrorf("there is nothing before the first event: after %d, before %d, limit %d", o.After, o.Before, o.Limit)
	}
	return nil
}

// Read returns the events that the query matches, in the order of positions or
// backwards. It returns those of one moment, the one at which the loop began,
// however long the loop takes: events that are appended meanwhile are not part of it.
//
// An error is the last pair, with a zero Event. No connection is held while the
// loop's body runs, so the body may use the store.
func (s *Store) Read(ctx context.Context, query Query, options ReadOptions) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for page, err := range s.pages(ctx, query, options, Checkpoint{}) {
			if err != nil {
				yield(Event{}, err)
				return
			}
			for _, e := range page.events {
				if !yield(e, nil) {
					return
				}
			}
		}
	}
}

// Head returns the checkpoint of the last event, which is where the log ends.
func (s *Store) Head(ctx context.Context) (Checkpoint, error) {
	_, head, err := s.ReadSince(ctx, Query{}, Checkpoint{})
	return head, err
}

// ReadSince implements [Log].
func (s *Store) ReadSince(ctx context.Context, query Query, after Checkpoint) ([]Event, Checkpoint, error) {
	return s.since(ctx, query, after)
}

// ReadUpTo implements [Log].
func (s *Store) ReadUpTo(ctx context.Context, query Query, upTo Checkpoint) ([]Event, error) {
	return s.upTo(ctx, query, upTo)
}

// ReadState implements [EventStore].
func (s *Store) ReadState(ctx context.Context, query Query, stateReducer StateReducer) (int64, any, error) {
	return s.ReadStateUpTo(ctx, query, stateReducer, toTheEnd)
}

// ReadStateUpTo implements [EventStore].
func (s *Store) ReadStateUpTo(ctx context.Context, query Query, stateReducer StateReducer, maxPosition int64) (int64, any, error) {
	read, state, err := s.readState(ctx, query, stateReducer, maxPosition)
	return min(read.Position, max(maxPosition, 0)), state, err
}

// readState reduces the events up to a position, and returns where the log ends.
func (s *Store) readState(ctx context.Context, query Query, stateReducer StateReducer, upTo int64) (head Checkpoint, state any, err error) {
	state = stateReducer.InitialState
	if upTo <= 0 { // the log as it was before the first event
		return head, state, s.readable(query)
	}
	for page, err := range s.pages(ctx, query, ReadOptions{}.upTo(upTo), Checkpoint{}) {
		if err != nil {
			return Checkpoint{}, nil, err
		}
		for _, e := range page.events {
			state = stateReducer.ReducerFn(state, e)
		}
		head = page.head
	}
	return head, state, nil
}

// mostAsked bounds how often a question is asked. When tables change, the plans of all
// connections are stale at the same time.
const mostAsked = 32

// query asks the server, and lets answer read what it says. It asks again, on another
// connection, if the first one turns out to be dead, or to have a plan for tables that
// have been changed since.
func (s *Store) query(ctx context.Context, statement string, args []any, answer func(pgx.BatchResults) error) error {
	return s.queryWith(ctx, setPlan, statement, args, answer)
}

// queryWith is query with other settings of the transaction.
func (s *Store) queryWith(ctx context.Context, settings, statement string, args []any, answer func(pgx.BatchResults) error) error {
	for attempt := 1; ; attempt++ {
		err := s.queryOnce(ctx, settings, statement, args, answer)
		again := isStalePlan(err) || errors.Is(err, errLost) && attempt < mostConnections
		if !again || attempt == mostAsked || ctx.Err() != nil {
			return err
		}
	}
}

func (s *Store) queryOnce(ctx context.Context, settings, statement string, args []any, answer func(pgx.BatchResults) error) error {
	ctx, answered := context.WithTimeout(ctx, longestStep)
	defer answered()
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		if resetIfSilent(ctx, s.pool) {
			err = fmt.Errorf("%w: %w", errLost, err)
		}
		return err
	}
	defer conn.Release()
	var batch pgx.Batch // one round trip, and one transaction, which has the settings
	batch.Queue(settings)
	batch.Queue(statement, args...)
	results := conn.SendBatch(ctx, &batch)
	_, planErr := results.Exec()
	answerErr := answer(results)
	if err = errors.Join(planErr, answerErr, results.Close()); err != nil && !isServerError(err) {
		resetIfSilent(ctx, s.pool)
		err = fmt.Errorf("%w: %w", errLost, err)
	}
	return err
}
