package dcb

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// An EventStore appends events under a condition and reduces them to state. It
// is the narrow view of a [Store], for code that needs no more.
type EventStore interface {
	// AppendEvents appends the events, unless an event that the query matches
	// was stored after latestKnownPosition: then it appends nothing and its error
	// is a [*ConflictError]. The zero Query matches nothing, so that the append is
	// unconditional. All events are stored or none. It returns the position of the
	// last one.
	//
	// Nobody can know the log beyond its last event: with such a latestKnownPosition,
	// whatever the query, nothing is appended and the error matches [ErrBeyondHead].
	AppendEvents(ctx context.Context, events []InputEvent, query Query, latestKnownPosition int64) (int64, error)

	// AppendEventsIfNotExists appends the events unless the reducer makes a
	// state other than nil of the events that the query matches: then it appends
	// nothing and returns the position as of which they exist. Of several callers
	// at once one appends, and the others find what it appended.
	//
	// The reducer's InitialState has to be nil: with any other, the events would exist
	// before there are any, and the call is refused by an [InputError]. A nil pointer, map
	// or slice is a state of nil, too.
	//
	// The state is always read afresh. A latestKnownPosition beyond the end of the log is
	// refused as in AppendEvents.
	AppendEventsIfNotExists(ctx context.Context, events []InputEvent, query Query, latestKnownPosition int64, reducer StateReducer) (int64, error)

	// ReadState reduces the events that the query matches, in order. The position
	// it returns is that of the last event in the log when it was read, whether
	// the query matches that one or not: append with the same query and this
	// position, and the append fails if the state is no longer true.
	ReadState(ctx context.Context, query Query, stateReducer StateReducer) (int64, any, error)

	// ReadStateUpTo is ReadState as it was when the log ended at maxPosition.
	ReadStateUpTo(ctx context.Context, query Query, stateReducer StateReducer, maxPosition int64) (int64, any, error)

	// Close finishes the appends that were accepted, waits for them, and refuses
	// what comes after it. It leaves the pool open, and may be called twice.
	Close()
}

// A StateReducer folds events into a state. ReducerFn gets the state so far, at
// first InitialState, and returns the next; it is called in the order of positions.
type StateReducer struct {
	InitialState any
	ReducerFn    func(state any, event Event) any
}

// A Store is an event log in PostgreSQL. It is safe for concurrent use, by any
// number of goroutines, stores and processes on one database.
type Store struct {
	reader
	pool      *pgxpool.Pool
	committer *committer
	tails     tails
	closed    atomic.Bool

	// What makes decisions fast, see speed.go. Without it they come to the same.
	first     firstReader
	onTheSpot func(d *decision, r *request, before TraceRead, restore restore) (over func(outcome))
}

var (
	_ EventStore = (*Store)(nil)
	_ Log        = (*Store)(nil)
)

// NewEventStore returns the store in the pool's database. It is [Open] with no options.
func NewEventStore(ctx context.Context, pool *pgxpool.Pool) (*Store, error) {
	return Open(ctx, pool, Options{})
}

// Open returns the store in the pool's database, which has to have the tables of package
// dcbschema. Close it when it is no longer needed. The pool stays the caller's to close,
// after the store.
//
// The log is that of the first schema in the search path that has one. So a database may
// hold several logs, each with a pool of its own. They don't wait for each other.
func Open(ctx context.Context, pool *pgxpool.Pool, options Options) (*Store, error) {
	if err := checkConnection(ctx, pool); err != nil {
		return nil, fmt.Errorf("open the event store: %w", err)
	}
	// The first migration that is missing, in the schema that the search path leads to.
	const missing = `
		select case
			when (select relkind from pg_class where oid = to_regclass('dcb_event')) = 'v' then 'unfinished import'
			when to_regclass('dcb_event') is null or to_regclass('dcb_event_tag') is null then '0001_dcb.sql'
			when not exists (select from pg_attribute where attrelid = to_regclass('dcb_event') and attname = 'append_rest') then '0006_dcb_append.sql'
			when exists (select from pg_attribute where attrelid = to_regclass('dcb_event_tag') and attname = 'tag'
				and attcollation <> 'pg_catalog."C"'::regcollation) then '0008_dcb_collation.sql'
			when not exists (select from pg_attribute where attrelid = to_regclass('dcb_event') and attname = 'metadata') then '0014_dcb_metadata.sql'
			else ''
		end`
	var first string
	if err := pool.QueryRow(ctx, missing).Scan(&first); err != nil {
		return nil, fmt.Errorf("open the event store: %w", err)
	}
	switch first {
	case "":
	case "unfinished import":
		return nil, errors.New("open the event store: an import into its log is not finished: import the same file again to go on, or discard what was stored")
	default:
		return nil, fmt.Errorf("open the event store: its tables are missing or of an older version, apply %s of package dcbschema, and the files after it, first", first)
	}
	return newStore(pool, options), nil
}

func newStore(pool *pgxpool.Pool, options Options) *Store {
	s := &Store{pool: pool, committer: startCommitter(pool, options)}
	s.reader = reader{open: s.open, send: s.query}
	s.speedUp(options)
	return s
}

// OldestAppend returns how long the oldest append of this store that is under way has been
// waiting, or 0. It is a few milliseconds, unless somebody has the log locked, or the
// database is away.
func (s *Store) OldestAppend() time.Duration { return s.committer.oldest() }

// Close implements [EventStore].
func (s *Store) Close() {
	s.closed.Store(true)
	s.tails.close()
	s.committer.close()
}

// open says whether the store can still be used.
func (s *Store) open() error {
	if s.closed.Load() {
		return ErrClosed
	}
	return nil
}
