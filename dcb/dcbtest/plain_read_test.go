package dcbtest_test

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"math"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
)

// unlimited is the limit of a read that returns all.
const unlimited = math.MaxInt

// readPage reads events and the end of the log, as of one moment.
func (s *plainStore) readPage(ctx context.Context, sql string, query dcb.Query, after, upTo int64, limit int, known dcb.Checkpoint) (events []dcb.Event, head dcb.Checkpoint, err error) {
	if err := cmp.Or(query.Check(), known.Check()); err != nil && !s.unchecked {
		return nil, head, err
	}
	asItIs := func(ctx context.Context) context.Context { return ctx }
	err = s.do(ctx, asItIs, s.beginRead, func(ctx context.Context, conn *pgxpool.Conn) error {
		events, err = find(ctx, conn, sql, query, after, upTo, limit)
		if err != nil {
			return err
		}
		head, err = s.endOf(ctx, conn, s.head, known)
		return err
	})
	return events, head, err
}

func find(ctx context.Context, conn *pgxpool.Conn, sql string, query dcb.Query, after, upTo int64, limit int) ([]dcb.Event, error) {
	rows, _ := conn.Query(ctx, sql, query.Items(), after, upTo, limit) // CollectRows returns the error
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (e dcb.Event, err error) {
		return e, row.Scan(&e.Position, &e.ID, &e.Type, &e.Tags, &e.Data, &e.CausationID, &e.CorrelationID, &e.Metadata, &e.RecordedAt)
	})
}

// ReadSince implements [dcb.Log].
func (s *plainStore) ReadSince(ctx context.Context, query dcb.Query, after dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	return s.readPage(ctx, s.read, query, after.Position, math.MaxInt64, unlimited, after)
}

// ReadUpTo implements [dcb.Log].
func (s *plainStore) ReadUpTo(ctx context.Context, query dcb.Query, upTo dcb.Checkpoint) ([]dcb.Event, error) {
	events, _, err := s.readPage(ctx, s.read, query, 0, upTo.Position, unlimited, upTo)
	return events, err
}

// Read implements [dcbtest.Store]. Its pages grow: the first one has one event, for a loop that
// breaks there.
func (s *plainStore) Read(ctx context.Context, query dcb.Query, options dcb.ReadOptions) iter.Seq2[dcb.Event, error] {
	return func(yield func(dcb.Event, error) bool) {
		after, upTo, left := options.After, options.Before-1, options.Limit
		if min(after, options.Before, int64(left)) < 0 && !s.unchecked {
			yield(dcb.Event{}, dcb.InputError("a position or the limit is negative"))
			return
		}
		if options.Before == 0 {
			upTo = math.MaxInt64
		}
		if left == 0 {
			left = unlimited
		}
		sql := s.read
		if options.Backwards {
			sql = s.readBackwards
		}
		for size, end := 1, (dcb.Checkpoint{}); ; size = min(2*size, 1000) {
			events, head, err := s.readPage(ctx, sql, query, after, upTo, min(size, left), end)
			if err != nil {
				yield(dcb.Event{}, err)
				return
			}
			if end.Position == 0 { // events that come later are not part of it
				end, upTo = head, min(upTo, head.Position)
			}
			for _, e := range events {
				if !yield(e, nil) {
					return
				}
				if options.Backwards {
					upTo = e.Position - 1
				} else {
					after = e.Position
				}
			}
			if left -= len(events); len(events) < size || left == 0 {
				return
			}
		}
	}
}

// Tail implements [dcbtest.Store].
func (s *plainStore) Tail(ctx context.Context, query dcb.Query, after dcb.Checkpoint) iter.Seq2[dcb.Progress, error] {
	return func(yield func(dcb.Progress, error) bool) {
		for ; ; time.Sleep(5 * time.Millisecond) {
			events, head, err := s.ReadSince(ctx, query, after)
			switch _, invalid := errors.AsType[dcb.InputError](err); {
			case ctx.Err() != nil:
				yield(dcb.Progress{}, ctx.Err())
				return
			case invalid, errors.Is(err, dcb.ErrClosed):
				yield(dcb.Progress{}, err)
				return
			case err != nil && !yield(dcb.Progress{}, err):
				return
			case err == nil && head.Position > after.Position:
				if !yield(dcb.Progress{Events: events, Checkpoint: head}, nil) {
					return
				}
				after = head
			}
		}
	}
}

// ReadState implements [dcb.EventStore].
func (s *plainStore) ReadState(ctx context.Context, query dcb.Query, reducer dcb.StateReducer) (int64, any, error) {
	return s.ReadStateUpTo(ctx, query, reducer, math.MaxInt64)
}

// ReadStateUpTo implements [dcb.EventStore].
func (s *plainStore) ReadStateUpTo(ctx context.Context, query dcb.Query, reducer dcb.StateReducer, maxPosition int64) (int64, any, error) {
	events, head, err := s.readPage(ctx, s.read, query, 0, maxPosition, unlimited, dcb.Checkpoint{})
	state := reducer.InitialState
	for _, e := range events {
		state = reducer.ReducerFn(state, e)
	}
	return max(0, min(head.Position, maxPosition)), state, err
}
