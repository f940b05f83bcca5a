package dcb

import (
	"context"
	_ "embed"
	"fmt"
	"iter"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
)

var (
	//go:embed read.sql
	readSQL string

	// readBackwardsSQL is read.sql walked from the end of the log. It is a statement of its own,
	// because an order can't be a parameter: no index has the order of "order by case ...".
	readBackwardsSQL = strings.NewReplacer(
		"order by t.tag, t.position", "order by t.tag desc, t.position desc",
		"order by e.type, e.position", "order by e.type desc, e.position desc",
		"order by e.position\n", "order by e.position desc\n",
		"order by e.position rows", "order by e.position desc rows",
		"max(position) as reached", "min(position) as reached",
		"counted.reached desc", "counted.reached",
	).Replace(readSQL)
)

// ReadOptions narrow what [Store.Read] returns. The zero value asks for all
// that the query matches.
type ReadOptions struct {
	After     int64 // only events after this position
	Before    int64 // only events before this position; 0 for no bound
	Limit     int   // at most this many events, the first that the loop would see; 0 for no bound
	Backwards bool  // from the newest to the oldest; After and Before bound the same events
}

// upTo adds a bound: the position is the last one that is read. toTheEnd means no bound.
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
	return s.reader.ReadSince(ctx, query, after)
}

// ReadUpTo implements [Log].
func (s *Store) ReadUpTo(ctx context.Context, query Query, upTo Checkpoint) ([]Event, error) {
	return s.reader.ReadUpTo(ctx, query, upTo)
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

// The columns are in the order of an Event's fields.
const findSQL = `select id::text, type, tags, data, position, coalesce(causation_id, ''), coalesce(correlation_id, ''), metadata, recorded_at
	from dcb_event where id = any ($1::uuid[]) order by position`

// Find returns the events that have these IDs, in the order of positions. It ignores IDs
// that no event has, and texts that can't be IDs of events, as a causation ID may be.
func (s *Store) Find(ctx context.Context, ids ...string) ([]Event, error) {
	if err := s.open(); err != nil {
		return nil, fmt.Errorf("find events: %w", err)
	}
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !isUUID(id) })
	if len(ids) == 0 {
		return nil, nil
	}
	var events []Event
	err := s.query(ctx, findSQL, []any{ids}, func(results pgx.BatchResults) (err error) {
		rows, _ := results.Query() // CollectRows returns the error
		events, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Event])
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("find events: %w", err)
	}
	return events, nil
}
