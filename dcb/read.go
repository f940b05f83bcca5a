package dcb

import (
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"iter"
	"math"
	"time"

	"github.com/jackc/pgx/v5"
)

//go:embed read.sql
var readSQL string

// ReadOptions narrow what [Store.Read] returns. The zero value asks for all
// that the query matches.
type ReadOptions struct {
	After int64 // only events after this position
	UpTo  int64 // only events up to this position, included; 0 for no bound
	Limit int   // at most this many events; 0 for no bound
}

// The bounds that make no difference.
const (
	fromTheStart = int64(0)
	toTheEnd     = int64(math.MaxInt64)
	pageSize     = 1000
)

// Read returns the events that the query matches, in the order of positions. It
// returns those of one moment, the one at which the loop began, however long the
// loop takes: events that are appended meanwhile are not part of it.
//
// An error is the last pair, with a zero Event. No connection is held while the
// loop's body runs, so the body may use the store.
func (s *Store) Read(ctx context.Context, query Query, options ReadOptions) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		after, upTo, left := options.After, options.UpTo, options.Limit
		if upTo <= 0 {
			upTo = toTheEnd
		}
		for {
			limit := pageSize
			if options.Limit > 0 {
				limit = min(limit, left)
			}
			events, head, err := s.read(ctx, query, after, upTo, &limit)
			if err != nil {
				yield(Event{}, err)
				return
			}
			for _, e := range events {
				if !yield(e, nil) {
					return
				}
			}
			left -= len(events)
			if len(events) < limit || options.Limit > 0 && left == 0 {
				return
			}
			// The log only grows at its end, so up to the first page's head it stays
			// what it was: the pages add up to one snapshot.
			after, upTo = events[len(events)-1].Position, min(upTo, head)
		}
	}
}

// ReadSince implements [Log], in one statement and so in one snapshot.
func (s *Store) ReadSince(ctx context.Context, query Query, after int64) ([]Event, int64, error) {
	return s.read(ctx, query, after, toTheEnd, nil)
}

// ReadState implements [EventStore].
func (s *Store) ReadState(ctx context.Context, query Query, stateReducer StateReducer) (int64, any, error) {
	return s.ReadStateUpTo(ctx, query, stateReducer, toTheEnd)
}

// ReadStateUpTo implements [EventStore].
func (s *Store) ReadStateUpTo(ctx context.Context, query Query, stateReducer StateReducer, maxPosition int64) (int64, any, error) {
	events, head, err := s.read(ctx, query, fromTheStart, maxPosition, nil)
	if err != nil {
		return 0, nil, err
	}
	state := stateReducer.InitialState
	for _, e := range events {
		state = stateReducer.ReducerFn(state, e)
	}
	return min(head, maxPosition), state, nil
}

// read checks the query and runs read.sql on a connection of the pool.
func (s *Store) read(ctx context.Context, query Query, after, upTo int64, limit *int) ([]Event, int64, error) {
	err := s.open()
	if err == nil {
		err = query.check()
	}
	if err != nil {
		return nil, 0, fmt.Errorf("read events: %w", err)
	}
	events, head, err := readEvents(ctx, s.pool, query, after, upTo, limit)
	if err != nil {
		return nil, 0, fmt.Errorf("read events: %w", err)
	}
	return events, head, nil
}

// A querier is a pool or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

// readEvents runs read.sql, which says what the parameters mean.
func readEvents(ctx context.Context, db querier, query Query, after, upTo int64, limit *int) (events []Event, head int64, err error) {
	items, err := json.Marshal(query.Items())
	if err != nil {
		return nil, 0, err
	}
	rows, err := db.Query(ctx, readSQL, items, after, upTo, limit)
	if err != nil {
		return nil, 0, err
	}
	// When nothing matches, the one row has a head and no event.
	var (
		position   *int64
		id, kind   *string
		recordedAt *time.Time
		e          Event
	)
	columns := []any{&head, &position, &id, &kind, &e.Tags, &e.Data, &e.CausationID, &e.CorrelationID, &recordedAt}
	_, err = pgx.ForEachRow(rows, columns, func() error {
		if position != nil {
			e.Position, e.ID, e.Type, e.RecordedAt = *position, *id, *kind, *recordedAt
			events = append(events, e)
			e.Tags, e.Data = nil, nil // the next row gets memory of its own
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	return events, head, nil
}
