package dcb

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// A Store is an event log in PostgreSQL. It is safe for concurrent use, by any
// number of goroutines, stores and processes on one database.
type Store struct {
	reader
	pool      *pgxpool.Pool
	committer *committer
	trace     func(context.Context) *Trace // or nil, see Options
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
// dcbschema. Close the store when it is no longer needed, and the pool after it.
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
	s := &Store{pool: pool, committer: startCommitter(pool, options), trace: options.Trace}
	s.reader = reader{open: s.open, send: s.query}
	s.speedUp(options)
	return s
}

// OldestAppend returns how long the oldest unfinished append of this store has been waiting, or
// 0. It is a few milliseconds, unless something keeps the log locked, or the
// database is away.
func (s *Store) OldestAppend() time.Duration { return s.committer.oldest() }

// A MemoryStat says how a store uses its memory of events, see [Options]. The counts begin when
// the store is opened.
type MemoryStat struct {
	Bound  int64 // bytes
	Bytes  int64 // of what is remembered
	Items  int   // query items of which events are remembered
	Hits   int64 // how often a read had to ask only for what is new of an item
	Misses int64 // how often it had to ask for all events of an item
}

// MemoryStat returns how the store uses its memory now.
func (s *Store) MemoryStat() MemoryStat {
	if s.first == nil {
		return MemoryStat{}
	}
	return s.first.memoryStat()
}

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
