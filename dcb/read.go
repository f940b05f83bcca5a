package dcb

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"iter"
	"math"
	"slices"
	"strings"

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
		for page, err := range s.pages(ctx, query, options) {
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

// ReadSince implements [Log].
func (s *Store) ReadSince(ctx context.Context, query Query, after int64) ([]Event, int64, error) {
	var all page
	for page, err := range s.pages(ctx, query, ReadOptions{After: after}) {
		if err != nil {
			return nil, 0, err
		}
		all.events, all.head = append(all.events, page.events...), page.head
	}
	if all.head < after {
		return nil, 0, fmt.Errorf("read events: %w", beyondHead(all.head, after))
	}
	return all.events, all.head, nil
}

// ReadState implements [EventStore].
func (s *Store) ReadState(ctx context.Context, query Query, stateReducer StateReducer) (int64, any, error) {
	return s.ReadStateUpTo(ctx, query, stateReducer, toTheEnd)
}

// ReadStateUpTo implements [EventStore].
func (s *Store) ReadStateUpTo(ctx context.Context, query Query, stateReducer StateReducer, maxPosition int64) (int64, any, error) {
	position, state := int64(0), stateReducer.InitialState
	if maxPosition <= 0 { // the log as it was before the first event
		return position, state, s.readable(query)
	}
	for page, err := range s.pages(ctx, query, ReadOptions{UpTo: maxPosition}) {
		if err != nil {
			return 0, nil, err
		}
		for _, e := range page.events {
			state = stateReducer.ReducerFn(state, e)
		}
		position = min(page.head, maxPosition)
	}
	return position, state, nil
}

// A page is what one statement returns: events, and the position of the log's last
// event.
type page struct {
	events []Event
	head   int64
	more   bool // there may be more events behind these
}

// pages reads page by page, at least one. Each is a statement, and so a snapshot,
// of its own; that they add up to one is because the log only grows at its end: up
// to the head that the first page saw, it stays what it was.
func (s *Store) pages(ctx context.Context, query Query, options ReadOptions) iter.Seq2[page, error] {
	return func(yield func(page, error) bool) {
		if err := options.check(); err != nil {
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
		for head := toTheEnd; ; {
			next, err := s.page(ctx, statement, query, after, min(upTo, head), min(left, pageSize))
			switch {
			case err != nil:
			case head == toTheEnd:
				head = next.head
			case next.head < head:
				err = fmt.Errorf("read events: %w", otherHistory(next.head, head))
			}
			next.head = head
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
// connection of the pool.
func (s *Store) page(ctx context.Context, statement string, query Query, after, upTo int64, limit int) (page, error) {
	if err := s.readable(query); err != nil {
		return page{}, err
	}
	asked := []question{{query, after}}
	var batch pgx.Batch // one round trip, and one transaction, for which the plan is set
	batch.Queue(setPlan)
	batch.Queue(statement, asSQL(asked, upTo, bounds{events: limit, bytes: pageBytes, whole: 1})...)
	results := s.pool.SendBatch(ctx, &batch)
	_, planErr := results.Exec()
	answered, head, err := answers(results, len(asked), limit)
	if err = errors.Join(planErr, err, results.Close()); err != nil {
		return page{}, fmt.Errorf("read events: %w", err)
	}
	p := page{events: answered[0], head: head, more: len(answered[0]) == limit}
	if end := slices.IndexFunc(p.events, Event.isCut); end >= 0 {
		p.events, p.more = p.events[:end:end], true
	}
	return p, nil
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

// A question is what read.sql is asked: which events match, after a position?
type question struct {
	query Query
	after int64
}

// bounds are what read.sql returns at most, of all questions together.
type bounds struct {
	events int // for each item
	bytes  int // of tags and data
	whole  int // events that have room in any case
}

// asSQL returns the parameters of read.sql, which says what they mean.
func asSQL(questions []question, upTo int64, most bounds) []any {
	var (
		numbers     []int32
		tags, types []string
		after       []int64
	)
	for i, q := range questions {
		for _, item := range q.query.Items() {
			numbers = append(numbers, int32(i))
			tags, types = append(tags, arrayText(item.Tags)), append(types, arrayText(item.Types))
			after = append(after, q.after)
		}
	}
	return []any{numbers, tags, types, after, upTo, most.events, most.bytes, most.whole}
}

// answers reads what read.sql returns: for each of n questions its first events, at
// most limit, and the position of the log's last event. Questions with an event in
// common share its memory.
func answers(results pgx.BatchResults, n, limit int) (events [][]Event, head int64, err error) {
	rows, _ := results.Query() // ForEachRow returns the error
	events = make([][]Event, n)
	var (
		asked []int32
		tags  []string // quicker to scan than Tags
		e     Event
	)
	columns := []any{&head, &asked, &e.Position, &e.ID, &e.Type, &tags, &e.Data, &e.CausationID, &e.CorrelationID, &e.RecordedAt}
	_, err = pgx.ForEachRow(rows, columns, func() error {
		if e.Position == 0 {
			return nil // nothing matches, and the row is there for the head
		}
		e.Tags = nil // without its data, the event has no tags either
		if len(e.Data) > 0 {
			e.Tags = make(Tags, len(tags))
		}
		for i, tag := range tags[:len(e.Tags)] {
			e.Tags[i] = Tag(tag)
		}
		slices.Sort(asked)
		for _, number := range slices.Compact(asked) {
			if len(events[number]) < limit {
				events[number] = append(events[number], e)
			}
		}
		e.Data = nil // the next row gets memory of its own
		return nil
	})
	return events, head, err
}

var escapeElement = strings.NewReplacer(`\`, `\\`, `"`, `\"`)

// arrayText writes an array of texts as PostgreSQL does: {"a","b"}.
func arrayText[T ~string](elements []T) string {
	quoted := make([]string, len(elements))
	for i, element := range elements {
		quoted[i] = `"` + escapeElement.Replace(string(element)) + `"`
	}
	return "{" + strings.Join(quoted, ",") + "}"
}
