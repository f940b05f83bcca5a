package dcb

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"

	"github.com/jackc/pgx/v5"
)

// setPlan makes the planner do what read.sql is written for, until the end of the
// transaction: walk along indexes, with a plan that is made once per connection. Left
// alone it plans each time anew, which takes longer than the walk. It may also mistake
// what the statistics say of many tags for a reason to collect and sort; or read a log of
// a few pages as a whole, and go on doing so while the log grows.
const setPlan = `select set_config('plan_cache_mode', 'force_generic_plan', true), set_config('enable_bitmapscan', 'off', true), set_config('enable_seqscan', 'off', true), set_config('jit', 'off', true)`

const (
	fromTheStart = int64(0)
	toTheEnd     = int64(math.MaxInt64)

	// One statement returns at most so many events, and so many bytes of tags and data, but at
	// least one event. A decision's boundary is usually one page; a log of a million events, or
	// of a few large ones, is never in memory at once.
	pageSize  = 1000
	pageBytes = 4 << 20
)

// A reader reads page by page, wherever its statements are sent: on a connection of the
// store's pool, or in a transaction of the caller's.
type reader struct {
	open func() error // says whether the store can still be used
	send func(ctx context.Context, statement string, args []any, answer func(pgx.BatchResults) error) error
}

// ReadSince implements [Log].
func (r reader) ReadSince(ctx context.Context, query Query, after Checkpoint) ([]Event, Checkpoint, error) {
	return r.readAll(ctx, query, ReadOptions{After: after.Position}, after)
}

// ReadUpTo implements [Log].
func (r reader) ReadUpTo(ctx context.Context, query Query, upTo Checkpoint) ([]Event, error) {
	return r.readUpTo(ctx, query, ReadOptions{}, upTo)
}

// last returns the last event that the query matches up to a checkpoint, or none.
func (r reader) last(ctx context.Context, query Query, upTo Checkpoint) ([]Event, error) {
	return r.readUpTo(ctx, query, ReadOptions{Backwards: true, Limit: 1}, upTo)
}

func (r reader) readUpTo(ctx context.Context, query Query, options ReadOptions, upTo Checkpoint) ([]Event, error) {
	if upTo == (Checkpoint{}) {
		return nil, r.readable(query)
	}
	events, _, err := r.readAll(ctx, query, options.upTo(upTo.Position), upTo)
	return events, err
}

// readAll returns the events and where the log ends, if the log is the one that the
// checkpoint is of.
func (r reader) readAll(ctx context.Context, query Query, options ReadOptions, known Checkpoint) ([]Event, Checkpoint, error) {
	var all page
	for page, err := range r.pages(ctx, query, options, known) {
		if err != nil {
			return nil, Checkpoint{}, err
		}
		all.events, all.head = append(all.events, page.events...), page.head
	}
	return all.events, all.head, nil
}

// A page is what one statement returns: events, and where the log ends.
type page struct {
	events []Event
	head   Checkpoint
	more   bool // there may be more events after these
}

// pages reads page by page, at least one page. Each is a statement with a snapshot of its own.
// Together they are as good as one snapshot, because the log only grows at its end: up to the
// head that the first page saw, it does not change. Every page makes sure that this is
// still the same log: the first page by the checkpoint known, the others by that head.
func (r reader) pages(ctx context.Context, query Query, options ReadOptions, known Checkpoint) iter.Seq2[page, error] {
	return func(yield func(page, error) bool) {
		if err := errors.Join(options.check(), known.Check()); err != nil {
			yield(page{}, fmt.Errorf("read events: %w", err))
			return
		}
		after, upTo, left := options.After, options.last(), options.Limit
		if left == 0 {
			left = math.MaxInt
		}
		statement := readSQL
		if options.Backwards {
			statement = readBackwardsSQL
		}
		for first := true; ; first = false {
			next, err := r.page(ctx, statement, query, after, upTo, min(left, pageSize), known)
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

// page checks the query and reads one page, by read.sql in one of its directions, on a
// connection of the pool. The log has to be the one that the checkpoint is of.
func (r reader) page(ctx context.Context, statement string, query Query, after, upTo int64, limit int, known Checkpoint) (page, error) {
	if err := r.readable(query); err != nil {
		return page{}, err
	}
	found, err := r.ask(ctx, statement, question{query, after}, upTo, limit, known)
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

// ask runs read.sql, in one of its directions, for one question.
func (r reader) ask(ctx context.Context, statement string, q question, upTo int64, limit int, known ...Checkpoint) (answer found, err error) {
	known = named(known...)
	args := asSQL([]question{q}, upTo, bounds{events: limit, bytes: pageBytes, whole: 1}, known)
	err = r.send(ctx, statement, args, func(results pgx.BatchResults) (err error) {
		answer, err = findings(results, 1, limit, known)
		return err
	})
	return answer, err
}

// readable says why the log can't be read by a query: the store is closed, or the query not valid.
func (r reader) readable(query Query) error {
	err := r.open()
	if err == nil {
		err = query.Check()
	}
	if err != nil {
		return fmt.Errorf("read events: %w", err)
	}
	return nil
}
