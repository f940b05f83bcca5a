package dcbtest_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"reflect"
	"slices"
	"sync"
	"testing"

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
	repeated string // see the method
	end      string
	check    string // $1 the items of the query, $2 after, $3 up to, $4 limit
	insert   string
	atOnce   int // events inserted in one round trip
	commit   string
	rollback string

	beginRead     string
	read          string // as check
	readBackwards string // as check
	head          string

	room  int                                       // bytes of tags and data that a conflict tells
	newID func() string                             // for an event that has none
	sent  func(ctx context.Context) context.Context // the context of an append from its first statement on
	isNil func(state any) bool                      // whether AppendEventsIfNotExists takes a state for none

	unchecked bool // nothing that is given is checked before it is sent
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
	const head = `select coalesce(max(position), 0) from dcb_event`
	return script{
		begin: `begin isolation level read committed`,
		lock:  `select pg_advisory_xact_lock(2) where $1::text[] is not null`,
		repeated: `
			select e.position
			from dcb_event as e
			left join dcb_event as front on front.position = e.position - 1
			where e.id = nullif($1, '')::uuid
			  and e.type = $2
			  and e.tags @> $3::text[] and e.tags <@ $3
			  and e.data::text = $4
			  and e.append_rest = $5
			  and (coalesce(front.append_rest, 0) > 0) = ($6::bigint > 0)
			  and $6 in (0, front.position)`,
		end:   head,
		check: find,
		insert: `
			insert into dcb_event (position, id, type, tags, data, causation_id, correlation_id, append_rest, bytes)
			values ((select coalesce(max(position), 0) + 1 from dcb_event), $1, $2, $3, $4, nullif($5, ''), nullif($6, ''), $7, $8)
			returning position`,
		atOnce:        math.MaxInt,
		commit:        `commit`,
		rollback:      `rollback`,
		beginRead:     `begin isolation level repeatable read`,
		read:          find,
		readBackwards: replaced(find, `order by e.position`, `order by e.position desc`),
		head:          head,
		room:          4 << 20,
		newID:         dcb.NewID,
		sent:          context.WithoutCancel,
		isNil:         isNil,
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
	if err := dcb.CheckAppend(ctx, events, query, latestKnownPosition); err != nil && !s.unchecked {
		return 0, err
	}
	err = s.do(ctx, s.sent, s.begin, func(ctx context.Context, conn *pgxpool.Conn) error {
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
	if last, err := s.repetition(ctx, conn, events); last > 0 || err != nil {
		return last, err
	}
	var end int64
	if err := conn.QueryRow(ctx, s.end).Scan(&end); err != nil {
		return 0, err
	}
	conflicts, err := find(ctx, conn, s.check, query, after, math.MaxInt64, 10)
	switch {
	case err != nil:
		return 0, err
	case after > end:
		return 0, fmt.Errorf("append after %d: %w", after, dcb.ErrBeyondHead)
	case len(conflicts) > 0:
		return 0, &dcb.ConflictError{Query: query, After: after, Events: fitting(conflicts, s.room)}
	}
	for some := range slices.Chunk(events, max(1, min(s.atOnce, len(events)))) {
		var insert pgx.Batch
		for _, e := range some {
			events = events[1:] // those that are still to come
			insert.Queue(s.insert, cmp.Or(e.ID, s.newID()), e.Type, texts(e.Tags), string(e.Data), cmp.Or(e.CausationID, dcb.CausationID(ctx)), dcb.CorrelationID(ctx), len(events), size(e.Tags, e.Data)).
				QueryRow(func(row pgx.Row) error { return row.Scan(&last) })
		}
		if err := conn.SendBatch(ctx, &insert).Close(); err != nil {
			return 0, err
		}
	}
	return last, nil
}

// do runs a transaction that begins like this, on a context made by sent.
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

// isNil reports whether a state is nil, or a nil of some type.
func isNil(state any) bool {
	v := reflect.ValueOf(state)
	return !v.IsValid() || slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Map, reflect.Slice}, v.Kind()) && v.IsNil()
}

// fitting returns the first events, at least one, whose tags and data have room.
func fitting(events []dcb.Event, room int) []dcb.Event {
	for i, e := range events {
		if room -= size(e.Tags, e.Data); room < 0 {
			return events[:max(i, 1)]
		}
	}
	return events
}

// size returns the bytes of tags and data.
func size(tags dcb.Tags, data []byte) int {
	bytes := len(data)
	for _, tag := range tags {
		bytes += len(tag)
	}
	return bytes
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
