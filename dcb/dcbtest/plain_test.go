package dcbtest_test

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

// A plainStore is a simple and slow event store, on one table of dcb.
type plainStore struct {
	script
	pool *pgxpool.Pool

	using  sync.RWMutex // by each call; Close waits for them
	closed bool
}

func newPlain(t *testing.T, pool *pgxpool.Pool, script script) *plainStore {
	t.Helper()
	_, err := pool.Exec(t.Context(), `create sequence if not exists next_position`) // for broken ones
	require.NoError(t, err)
	return &plainStore{script: script, pool: pool}
}

// The broken stores are made of the plain store. It keeps every promise itself.
func TestThePlainStoreIsCorrect(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "the whole suite once more")
	dcbtest.TryThirdOfStore(t, pgtest.URL, func(t *testing.T, pool *pgxpool.Pool) dcbtest.Store {
		return newPlain(t, pool, correct())
	})
}

// AppendEvents implements [dcb.EventStore].
func (s *plainStore) AppendEvents(ctx context.Context, events []dcb.InputEvent, query dcb.Query, latestKnownPosition int64) (int64, error) {
	return s.AppendAfter(ctx, events, query, dcb.At(latestKnownPosition))
}

// AppendAfter implements [dcb.Log].
func (s *plainStore) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (last int64, err error) {
	if err := dcb.CheckAppend(ctx, events, query, known); err != nil && !s.unchecked {
		return 0, err
	}
	err = s.do(ctx, s.sent, s.begin, func(ctx context.Context, conn *pgxpool.Conn) error {
		last, err = s.append(ctx, conn, events, query, known)
		return err
	})
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == "40001" { // could not serialize
		err = &dcb.ConflictError{Query: query, After: known.Position, Events: make([]dcb.Event, 1)}
	}
	return last, err
}

func (s *plainStore) append(ctx context.Context, conn *pgxpool.Conn, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (last int64, err error) {
	if _, err := conn.Exec(ctx, s.lock, tagsOf(events, query)); err != nil {
		return 0, err
	}
	if last, err := s.repetition(ctx, conn, events); last > 0 || err != nil {
		return last, err
	}
	if _, err := s.endOf(ctx, conn, s.end, known); err != nil {
		return 0, err
	}
	conflicts, err := find(ctx, conn, s.check, query, known.Position, math.MaxInt64, 10)
	switch {
	case err != nil:
		return 0, err
	case len(conflicts) > 0:
		return 0, &dcb.ConflictError{Query: query, After: known.Position, Events: fitting(conflicts, s.room)}
	}
	metadata, err := json.Marshal(dcb.Metadata(ctx))
	if err != nil {
		return 0, err
	}
	for some := range slices.Chunk(events, max(1, min(s.atOnce, len(events)))) {
		var insert pgx.Batch
		for _, e := range some {
			events = events[1:] // those that are still to come
			insert.Queue(s.insert, cmp.Or(e.ID, s.newID()), e.Type, texts(e.Tags), string(e.Data), cmp.Or(e.CausationID, dcb.CausationID(ctx)), dcb.CorrelationID(ctx), len(events), size(e.Tags, e.Data), string(metadata)).
				QueryRow(func(row pgx.Row) error { return row.Scan(&last) })
		}
		if err := conn.SendBatch(ctx, &insert).Close(); err != nil {
			return 0, err
		}
	}
	return last, nil
}

// do runs work in a transaction that begins with begin, on a context made by sent.
func (s *plainStore) do(ctx context.Context, sent func(context.Context) context.Context, begin string, work func(ctx context.Context, conn *pgxpool.Conn) error) error {
	s.using.RLock()
	defer s.using.RUnlock()
	if s.closed {
		return dcb.ErrClosed
	}
	return s.pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		ctx := sent(ctx)
		if _, err := conn.Exec(ctx, begin); err != nil {
			return err
		}
		if err := work(ctx, conn); err != nil {
			_, _ = conn.Exec(ctx, s.rollback)
			return err
		}
		_, err := conn.Exec(ctx, s.commit)
		return err
	})
}

// repetition returns the position of the last event if one append stored these events.
func (s *plainStore) repetition(ctx context.Context, conn *pgxpool.Conn, events []dcb.InputEvent) (last int64, err error) {
	for i, e := range events {
		// last is the position of the event before this one.
		err := conn.QueryRow(ctx, s.repeated, e.ID, e.Type, texts(e.Tags), string(e.Data), len(events)-1-i, last).Scan(&last)
		if errors.Is(err, pgx.ErrNoRows) {
			return 0, nil
		}
		if err != nil {
			return 0, err
		}
	}
	return last, nil
}

// endOf returns the end of the log, or an error if the log does not have the checkpoint.
func (s *plainStore) endOf(ctx context.Context, conn *pgxpool.Conn, sql string, known dcb.Checkpoint) (end dcb.Checkpoint, err error) {
	err = conn.QueryRow(ctx, sql).Scan(&end.Position, &end.EventID, &end.RecordedAt)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return end, err
	}
	there := true
	if known.EventID != "" {
		err = conn.QueryRow(ctx, s.there, known.Position, known.EventID, known.RecordedAt).Scan(&there)
	}
	switch {
	case err != nil && !errors.Is(err, pgx.ErrNoRows):
		return end, err
	case !there:
		return end, &dcb.OtherHistoryError{Known: known, Head: end}
	case known.Position > end.Position:
		return end, fmt.Errorf("%w: %d", dcb.ErrBeyondHead, known.Position)
	}
	return end, nil
}

// AppendEventsIfNotExists implements [dcb.EventStore].
func (s *plainStore) AppendEventsIfNotExists(ctx context.Context, events []dcb.InputEvent, query dcb.Query, latestKnownPosition int64, reducer dcb.StateReducer) (int64, error) {
	if reducer.InitialState != nil && !s.unchecked {
		return 0, dcb.InputError("the state has to begin as nil")
	}
	for attempt := 1; ; attempt++ {
		position, state, err := s.ReadState(ctx, query, reducer)
		switch {
		case err != nil:
			return 0, err
		case latestKnownPosition > position:
			return 0, fmt.Errorf("append after %d: %w", latestKnownPosition, dcb.ErrBeyondHead)
		case !s.isNil(state):
			return position, nil
		case s.unguarded:
			query = dcb.Query{}
		}
		position, err = s.AppendEvents(ctx, events, query, position)
		if !errors.Is(err, dcb.ErrConflict) || attempt == 100 {
			return position, err
		}
	}
}

// Close implements [dcb.EventStore].
func (s *plainStore) Close() {
	s.using.Lock()
	defer s.using.Unlock()
	s.closed = true
}
