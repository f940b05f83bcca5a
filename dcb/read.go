package dcb

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

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
	UpTo      int64 // only events up to this position, included; 0 for no bound
	Limit     int   // at most this many events, the first that the loop would see; 0 for no bound
	Backwards bool  // from the newest to the oldest; After and UpTo bound the same events
}

// check says what is wrong with the options.
func (o ReadOptions) check() error {
	if o.After < 0 || o.UpTo < 0 || o.Limit < 0 {
		return inputErrorf("there is nothing before the first event: after %d, up to %d, limit %d", o.After, o.UpTo, o.Limit)
	}
	return nil
}

// setPlan makes the planner do what read.sql is written for, until the end of the
// transaction: walk along indexes, with a plan that is made once per connection. Left
// alone it plans each time anew, which takes longer than the walk. It may also mistake
// what the statistics say of many tags for a reason to collect and sort; or read a log of
// a few pages as a whole, and go on doing so while the log grows.
const setPlan = `select set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)`

const (
	fromTheStart = int64(0)
	toTheEnd     = int64(math.MaxInt64)

	// What one statement returns at most: so many events, and so many bytes of tags and
	// data; but one event in any case. A decision's boundary is one page; a log of a
	// million events, or of a few large ones, never is in memory at once.
	pageSize  = 1000
	pageBytes = 4 << 20
)

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
	return s.readAll(ctx, query, ReadOptions{After: after.Position}, after)
}

// ReadUpTo implements [Log].
func (s *Store) ReadUpTo(ctx context.Context, query Query, upTo Checkpoint) ([]Event, error) {
	if upTo == (Checkpoint{}) {
		return nil, s.readable(query)
	}
	events, _, err := s.readAll(ctx, query, ReadOptions{UpTo: upTo.Position}, upTo)
	return events, err
}

// readAll returns the events and where the log ends, if the log is the one that the
// checkpoint is of.
func (s *Store) readAll(ctx context.Context, query Query, options ReadOptions, known Checkpoint) ([]Event, Checkpoint, error) {
	var all page
	for page, err := range s.pages(ctx, query, options, known) {
		if err != nil {
			return nil, Checkpoint{}, err
		}
		all.events, all.head = append(all.events, page.events...), page.head
	}
	return all.events, all.head, nil
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
	for page, err := range s.pages(ctx, query, ReadOptions{UpTo: upTo}, Checkpoint{}) {
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

// A page is what one statement returns: events, and where the log ends.
type page struct {
	events []Event
	head   Checkpoint
	more   bool // there may be more events behind these
}

// pages reads page by page, at least one. Each is a statement, and so a snapshot,
// of its own; that they add up to one is because the log only grows at its end: up
// to the head that the first page saw, it stays what it was. Every page makes sure that
// this is still the same log: the first one by what is known, the others by that head.
func (s *Store) pages(ctx context.Context, query Query, options ReadOptions, known Checkpoint) iter.Seq2[page, error] {
	return func(yield func(page, error) bool) {
		if err := errors.Join(options.check(), known.Check()); err != nil {
			yield(page{}, fmt.Errorf("read events: %w", err))
			return
		}
		after, upTo, left := options.After, options.UpTo, options.Limit
		if upTo == 0 {
			upTo = toTheEnd
		}
		if left == 0 {
			left = math.MaxInt
		}
		statement := readSQL
		if options.Backwards {
			statement = readBackwardsSQL
		}
		for first := true; ; first = false {
			next, err := s.page(ctx, statement, query, after, upTo, min(left, pageSize), known)
			if first {
				known, upTo = next.head, min(upTo, next.head.Position)
			}
			next.head = known
			if !yield(next, err) || err != nil {
				return
			}
			left -= len(next.events)
			if !next.more || left == 0 {
				return
			}
			last := next.events[len(next.events)-1].Position
			if options.Backwards {
				upTo = last - 1
			} else {
				after = last
			}
		}
	}
}

// page checks the query and reads one page, by read.sql or read_backwards.sql, on a
// connection of the pool. The log has to be the one that the checkpoint is of.
func (s *Store) page(ctx context.Context, statement string, query Query, after, upTo int64, limit int, known Checkpoint) (page, error) {
	if err := s.readable(query); err != nil {
		return page{}, err
	}
	found, err := s.ask(ctx, statement, question{query, after}, upTo, limit, known)
	if err == nil {
		err = known.differs(found.head, len(found.unlike) > 0)
	}
	if err != nil {
		return page{}, fmt.Errorf("read events: %w", err)
	}
	p := page{events: unshared(found.events[0]), head: found.head, more: len(found.events[0]) == limit}
	if end := slices.IndexFunc(p.events, Event.isCut); end >= 0 {
		p.events, p.more = p.events[:end:end], true
	}
	return p, nil
}

// ask runs read.sql or read_backwards.sql for one question.
func (s *Store) ask(ctx context.Context, statement string, q question, upTo int64, limit int, known ...Checkpoint) (answer found, err error) {
	known = named(known...)
	args := asSQL([]question{q}, upTo, bounds{events: limit, bytes: pageBytes, whole: 1}, known)
	err = s.query(ctx, statement, args, func(results pgx.BatchResults) (err error) {
		answer, err = findings(results, 1, limit, known)
		return err
	})
	return answer, err
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

// readable says why a query can't be read by.
func (s *Store) readable(query Query) error {
	err := s.open()
	if err == nil {
		err = query.Check()
	}
	if err != nil {
		return fmt.Errorf("read events: %w", err)
	}
	return nil
}
