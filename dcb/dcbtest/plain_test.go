package dcbtest_test

import (
	"cmp"
	"context"
	"errors"
	"iter"
	"math"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/internal/pgtest"
)

// A script is the SQL of a plain store, in the order in which it is carried out, and
// the little else that matters. A broken store is one with a line changed.
type script struct {
	begin    string
	lock     string // $1 the tags of the events and of the query
	check    string // $1 the items of the query, $2 after, $3 up to, $4 limit
	insert   string
	atOnce   int // events inserted in one round trip
	commit   string
	rollback string

	beginRead string
	read      string // as check
	head      string

	unguarded bool // AppendEventsIfNotExists appends without a condition
}

// correct is the script of a store that keeps every promise.
func correct() script {
	const find = `
		select e.position, e.id::text, e.type, e.tags, e.data,
		       coalesce(e.causation_id, ''), coalesce(e.correlation_id, ''), e.recorded_at
		from dcb_event as e
		where e.position > $2
		  and e.position <= $3
		  and (
		      select bool_or((item.types = '[]' or item.types ? e.type) and to_jsonb(e.tags) @> item.tags)
		      from jsonb_to_recordset($1) as item (types jsonb, tags jsonb)
		  )
		order by e.position
		limit $4`
	return script{
		begin: `begin isolation level read committed`,
		lock:  `select pg_advisory_xact_lock(2) where $1::text[] is not null`,
		check: find,
		insert: `
			insert into dcb_event (position, id, type, tags, data, causation_id, correlation_id)
			values ((select coalesce(max(position), 0) + 1 from dcb_event), $1, $2, $3, $4, nullif($5, ''), nullif($6, ''))
			returning position`,
		atOnce:    math.MaxInt,
		commit:    `commit`,
		rollback:  `rollback`,
		beginRead: `begin isolation level repeatable read`,
		read:      find,
		head:      `select coalesce(max(position), 0) from dcb_event`,
	}
}

// A plainStore is an event store without any thought of speed, on one table of dcb.
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

// The store that the broken ones are made from keeps every promise, so that what
// fails is what was broken.
func TestThePlainStoreIsCorrect(t *testing.T) {
	t.Parallel()
	dcbtest.TestStore(t, pgtest.URL, func(t *testing.T, pool *pgxpool.Pool) dcbtest.Store {
		return newPlain(t, pool, correct())
	})
}

// AppendEvents implements [dcb.EventStore].
func (s *plainStore) AppendEvents(ctx context.Context, events []dcb.InputEvent, query dcb.Query, latestKnownPosition int64) (last int64, err error) {
	if err := dcb.CheckAppend(ctx, events, query, latestKnownPosition); err != nil {
		return 0, err
	}
	err = s.do(ctx, s.begin, func(conn *pgxpool.Conn) error {
		last, err = s.append(ctx, conn, events, query, latestKnownPosition)
		return err
	})
	if e, ok := errors.AsType[*pgconn.PgError](err); ok && e.Code == "40001" { // could not serialize
		err = &dcb.ConflictError{Query: query, After: latestKnownPosition, Events: make([]dcb.Event, 1)}
	}
	return last, err
}

func (s *plainStore) append(ctx context.Context, conn *pgxpool.Conn, events []dcb.InputEvent, query dcb.Query, after int64) (last int64, err error) {
	if _, err := conn.Exec(ctx, s.lock, tagsOf(events, query)); err != nil {
		return 0, err
	}
	if last, err := repeated(ctx, conn, events); last > 0 || err != nil {
		return last, err
	}
	conflicts, err := find(ctx, conn, s.check, query, after, math.MaxInt64, 10)
	switch {
	case err != nil:
		return 0, err
	case len(conflicts) > 0:
		return 0, &dcb.ConflictError{Query: query, After: after, Events: conflicts}
	}
	for some := range slices.Chunk(events, min(s.atOnce, len(events))) {
		var insert pgx.Batch
		for _, e := range some {
			if e.ID == "" {
				e.ID = dcb.NewID()
			}
			insert.Queue(s.insert, e.ID, e.Type, texts(e.Tags), string(e.Data), cmp.Or(e.CausationID, dcb.CausationID(ctx)), dcb.CorrelationID(ctx)).
				QueryRow(func(row pgx.Row) error { return row.Scan(&last) })
		}
		if err := conn.SendBatch(ctx, &insert).Close(); err != nil {
			return 0, err
		}
	}
	return last, nil
}

// do runs a transaction that begins like this.
func (s *plainStore) do(ctx context.Context, begin string, work func(conn *pgxpool.Conn) error) error {
	s.using.RLock()
	defer s.using.RUnlock()
	if s.closed {
		return errors.New("closed")
	}
	return s.pool.AcquireFunc(ctx, func(conn *pgxpool.Conn) error {
		if _, err := conn.Exec(ctx, begin); err != nil {
			return err
		}
		if err := work(conn); err != nil {
			_, _ = conn.Exec(ctx, s.rollback)
			return err
		}
		_, err := conn.Exec(ctx, s.commit)
		return err
	})
}

// repeated returns the position of the last event if all are stored already.
func repeated(ctx context.Context, conn *pgxpool.Conn, events []dcb.InputEvent) (last int64, err error) {
	const same = `
		select position from dcb_event
		where id = nullif($1, '')::uuid and type = $2 and tags = $3 and data::text = $4`
	for _, e := range events {
		err := conn.QueryRow(ctx, same, e.ID, e.Type, texts(e.Tags), string(e.Data)).Scan(&last)
		if errors.Is(err, pgx.ErrNoRows) {
			return 0, nil
		}
		if err != nil {
			return 0, err
		}
	}
	return last, nil
}

// AppendEventsIfNotExists implements [dcb.EventStore].
func (s *plainStore) AppendEventsIfNotExists(ctx context.Context, events []dcb.InputEvent, query dcb.Query, latestKnownPosition int64, reducer dcb.StateReducer) (int64, error) {
	for attempt := 1; ; attempt++ {
		position, state, err := s.ReadState(ctx, query, reducer)
		if err != nil || state != nil {
			return position, err
		}
		if s.unguarded {
			return s.AppendEvents(ctx, events, dcb.Query{}, 0)
		}
		position, err = s.AppendEvents(ctx, events, query, max(position, latestKnownPosition))
		if !errors.Is(err, dcb.ErrConflict) || attempt == 100 {
			return position, err
		}
	}
}

// readUpTo reads events and head.
func (s *plainStore) readUpTo(ctx context.Context, query dcb.Query, after, upTo int64) (events []dcb.Event, head int64, err error) {
	if err := query.Check(); err != nil {
		return nil, 0, err
	}
	err = s.do(ctx, s.beginRead, func(conn *pgxpool.Conn) error {
		events, err = find(ctx, conn, s.read, query, after, upTo, math.MaxInt)
		if err != nil {
			return err
		}
		return conn.QueryRow(ctx, s.head).Scan(&head)
	})
	return events, head, err
}

func find(ctx context.Context, conn *pgxpool.Conn, sql string, query dcb.Query, after, upTo int64, limit int) ([]dcb.Event, error) {
	rows, _ := conn.Query(ctx, sql, query.Items(), after, upTo, limit) // CollectRows returns the error
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (e dcb.Event, err error) {
		return e, row.Scan(&e.Position, &e.ID, &e.Type, &e.Tags, &e.Data, &e.CausationID, &e.CorrelationID, &e.RecordedAt)
	})
}

// ReadSince implements [dcb.Log].
func (s *plainStore) ReadSince(ctx context.Context, query dcb.Query, after int64) ([]dcb.Event, int64, error) {
	return s.readUpTo(ctx, query, after, math.MaxInt64)
}

// Read implements [dcbtest.Store].
func (s *plainStore) Read(ctx context.Context, query dcb.Query, options dcb.ReadOptions) iter.Seq2[dcb.Event, error] {
	return func(yield func(dcb.Event, error) bool) {
		upTo := options.UpTo
		if upTo == 0 {
			upTo = math.MaxInt64
		}
		events, _, err := s.readUpTo(ctx, query, options.After, upTo)
		if err != nil {
			yield(dcb.Event{}, err)
			return
		}
		if options.Backwards {
			slices.Reverse(events)
		}
		if options.Limit > 0 {
			events = events[:min(options.Limit, len(events))]
		}
		for _, e := range events {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// Tail implements [dcbtest.Store].
func (s *plainStore) Tail(ctx context.Context, query dcb.Query, after int64) iter.Seq2[dcb.Progress, error] {
	return func(yield func(dcb.Progress, error) bool) {
		for {
			events, head, err := s.ReadSince(ctx, query, after)
			if err != nil {
				yield(dcb.Progress{}, err)
				return
			}
			if head > after && !yield(dcb.Progress{Events: events, Position: head}, nil) {
				return
			}
			after = max(after, head)
			time.Sleep(5 * time.Millisecond)
		}
	}
}

// ReadState implements [dcb.EventStore].
func (s *plainStore) ReadState(ctx context.Context, query dcb.Query, reducer dcb.StateReducer) (int64, any, error) {
	return s.ReadStateUpTo(ctx, query, reducer, math.MaxInt64)
}

// ReadStateUpTo implements [dcb.EventStore].
func (s *plainStore) ReadStateUpTo(ctx context.Context, query dcb.Query, reducer dcb.StateReducer, maxPosition int64) (int64, any, error) {
	events, head, err := s.readUpTo(ctx, query, 0, maxPosition)
	state := reducer.InitialState
	for _, e := range events {
		state = reducer.ReducerFn(state, e)
	}
	return max(0, min(head, maxPosition)), state, err
}

// Close implements [dcb.EventStore].
func (s *plainStore) Close() {
	s.using.Lock()
	defer s.using.Unlock()
	s.closed = true
}

// texts returns the tags as PostgreSQL takes them, which for none is not null.
func texts(tags dcb.Tags) []string {
	all := []string{}
	for _, tag := range tags {
		all = append(all, string(tag))
	}
	return all
}

// tagsOf returns all tags that an append is about.
func tagsOf(events []dcb.InputEvent, query dcb.Query) []string {
	var all dcb.Tags
	for _, e := range events {
		all = append(all, e.Tags...)
	}
	for _, item := range query.Items() {
		all = append(all, item.Tags...)
	}
	return texts(all)
}
