package dcb

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
)

// sharedReads are how the decisions of one store read first. Like a committer's batches,
// their statements grow with the load, and nobody waits for company.
type sharedReads struct {
	ask    func(ctx context.Context, questions []question, known []Checkpoint) (found, error)
	alone  func(ctx context.Context, query Query) iter.Seq2[page, error]
	memory *memory
	most   int // statements at once

	mu       sync.Mutex
	waiting  []*sharedRead
	underWay int // statements
}

// Bounds on one statement. A read that exceeds the second alone has one of its own.
const (
	mostReadsAtOnce = 16
	mostItemsAtOnce = 1024
)

// newSharedReads returns the shared reads of a store, with a memory of so many bytes.
func newSharedReads(s *Store, bytes int64) *sharedReads {
	return &sharedReads{
		memory: newMemory(bytes),
		// More than one, so that those who wait for a disk do not keep up all others.
		most: max(2, min(runtime.GOMAXPROCS(0), int(s.pool.Config().MaxConns)/2)),
		ask: func(ctx context.Context, questions []question, known []Checkpoint) (answer found, err error) {
			known = named(known...)
			args := asSQL(questions, toTheEnd, bounds{events: pageSize, bytes: pageBytes, whole: 1}, known)
			err = s.query(ctx, readSQL, args, func(results pgx.BatchResults) (err error) {
				answer, err = findings(results, len(questions), pageSize, known)
				return err
			})
			return answer, err
		},
		alone: func(ctx context.Context, query Query) iter.Seq2[page, error] {
			return s.pages(ctx, query, ReadOptions{}, Checkpoint{})
		},
	}
}

// A sharedRead is the first read of one decision.
type sharedRead struct {
	ctx   context.Context // its caller's
	items []QueryItem
	keys  []itemKey // of the items

	answered chan struct{} // closed when the rest is there
	ended    bool          // for the one who answers
	events   []*sharedEvent
	head     Checkpoint
	err      error
}

// errTooLong is the answer to a read that has to be made alone.
var errTooLong = errors.New("a shared statement has no room for it")

// read hands the events that the query matches to take, in order, and returns the
// checkpoint of the last event of the log, both as of one moment that is not before the call.
func (r *sharedReads) read(ctx context.Context, query Query, take func([]*sharedEvent) error) (Checkpoint, error) {
	read := &sharedRead{ctx: ctx, items: query.Items(), answered: make(chan struct{})}
	for _, item := range read.items {
		read.keys = append(read.keys, item.key())
	}
	if r.memory.isTooLong(read.keys) {
		return r.readAlone(read, query, take)
	}
	r.enter(read)
	select {
	case <-read.answered:
	case <-ctx.Done():
		return Checkpoint{}, fmt.Errorf("read events: %w", ctx.Err())
	}
	switch {
	case errors.Is(read.err, errTooLong):
		return r.readAlone(read, query, take)
	case read.err != nil:
		return Checkpoint{}, read.err
	}
	return read.head, take(read.events)
}

// readAlone reads a boundary page by page, and remembers of it what there is room for.
func (r *sharedReads) readAlone(read *sharedRead, query Query, take func([]*sharedEvent) error) (head Checkpoint, err error) {
	items := make([]gathered, len(read.items))
	for page, err := range r.alone(read.ctx, query) {
		if err != nil {
			return Checkpoint{}, err
		}
		head = page.head
		events := share(page.events)
		for i := range items {
			for _, e := range events {
				if read.items[i].matches(&e.Event) {
					items[i].add(e, r.memory)
				}
			}
		}
		if err := take(events); err != nil {
			return Checkpoint{}, err
		}
	}
	for i := range items {
		r.memory.remember(read.keys[i], items[i], head)
	}
	return head, nil
}

// enter lets a read wait for the next statement.
func (r *sharedReads) enter(read *sharedRead) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting = append(r.waiting, read)
	if r.underWay < r.most {
		r.underWay++
		go r.run()
	}
}

// run answers those who wait, until nobody does.
func (r *sharedReads) run() {
	ended := false
	defer func() {
		if !ended { // by a hook of the pool, as by a failed requirement of a test
			go r.run()
		}
	}()
	for batch := r.take(); len(batch) > 0; batch = r.take() {
		r.answer(batch)
	}
	ended = true
}

// take removes the reads of the next statement from those that wait, and those whose callers
// are gone. If there is none, a statement less is under way.
func (r *sharedReads) take() []*sharedRead {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting = slices.DeleteFunc(r.waiting, func(read *sharedRead) bool { return read.ctx.Err() != nil })
	n, items := 0, 0
	for n < len(r.waiting) && n < mostReadsAtOnce {
		items += len(r.waiting[n].items)
		if n > 0 && items > mostItemsAtOnce {
			break
		}
		n++
	}
	batch := slices.Clone(r.waiting[:n])
	r.waiting = slices.Delete(r.waiting, 0, n)
	if n == 0 {
		r.underWay--
	}
	return batch
}

// A sharedItem is a query item of one statement. Boundaries have items in common.
type sharedItem struct {
	before *remembered // when the statement was sent
	after  *remembered // what is known now; nil if the statement had no room for all of it
	lost   bool        // what was remembered is of another history of the log
}

// answer answers a batch of reads by one statement; and by a second one those for which
// something was remembered that is of another history of the log.
func (r *sharedReads) answer(batch []*sharedRead) {
	// If a hook of the pool ends this goroutine, nobody waits for ever.
	defer func() {
		for _, read := range batch {
			read.end(nil, Checkpoint{}, errors.New("read events: a hook of the connection pool has ended this"))
		}
	}()
	for again := batch; len(again) > 0; {
		again = r.askFor(again)
	}
}

// askFor answers reads by one statement. It returns those that have to be asked for again.
func (r *sharedReads) askFor(batch []*sharedRead) (again []*sharedRead) {
	var (
		items     = map[itemKey]*sharedItem{}
		asked     []itemKey
		questions []question
		known     []Checkpoint
	)
	for _, read := range batch {
		for i, key := range read.keys {
			if items[key] == nil {
				before := r.memory.get(key)
				items[key], asked = &sharedItem{before: before}, append(asked, key)
				questions = append(questions, question{Query{items: read.items[i : i+1]}, before.upTo.Position})
				known = append(known, before.upTo)
			}
		}
	}
	ctx, done := whileOneIsThere(batch)
	defer done()
	found, err := r.ask(ctx, questions, known)
	if err != nil {
		for _, read := range batch {
			read.end(nil, Checkpoint{}, fmt.Errorf("read events: %w", err))
		}
		return nil
	}
	for n, key := range asked {
		r.takeIn(key, items[key], found.events[n], found)
	}
	for _, read := range batch {
		if slices.ContainsFunc(read.keys, func(key itemKey) bool { return items[key].lost }) {
			again = append(again, read)
			continue
		}
		read.tell(items, found.head)
	}
	return again
}

// takeIn makes of what the statement returned for an item what is known of it now.
func (r *sharedReads) takeIn(key itemKey, item *sharedItem, fresh []*sharedEvent, found found) {
	switch {
	case slices.Contains(found.unlike, item.before.upTo):
		item.lost = true
		r.memory.forget(key, item.before)
	case len(fresh) == pageSize, slices.ContainsFunc(fresh, (*sharedEvent).isCut):
		// There may be more.
	default:
		item.after = r.memory.extend(key, item.before, fresh, found.head)
	}
}

// tell ends a read with what is known of its items.
func (read *sharedRead) tell(items map[itemKey]*sharedItem, head Checkpoint) {
	var lists [][]*sharedEvent
	for _, key := range read.keys {
		if items[key].after == nil {
			read.end(nil, Checkpoint{}, errTooLong)
			return
		}
		lists = append(lists, items[key].after.events)
	}
	read.end(merge(lists), head, nil)
}

// end ends a read, unless it has ended.
func (read *sharedRead) end(events []*sharedEvent, head Checkpoint, err error) {
	if read.ended {
		return
	}
	read.ended = true
	read.events, read.head, read.err = events, head, err
	close(read.answered)
}

// whileOneIsThere returns a context that ends when all callers are gone.
func whileOneIsThere(batch []*sharedRead) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	var left atomic.Int64
	left.Store(int64(len(batch)))
	var stops []func() bool
	for _, read := range batch {
		stops = append(stops, context.AfterFunc(read.ctx, func() {
			if left.Add(-1) == 0 {
				cancel()
			}
		}))
	}
	return ctx, func() {
		for _, stop := range stops {
			stop()
		}
		cancel()
	}
}

// merge makes one list of several that are in the order of positions. An event that is in
// several is in it once.
func merge(lists [][]*sharedEvent) []*sharedEvent {
	switch n := len(lists); n {
	case 0:
		return nil
	case 1:
		return slices.Clip(lists[0])
	case 2:
		return mergeTwo(lists[0], lists[1])
	default:
		return mergeTwo(merge(lists[:n/2]), merge(lists[n/2:]))
	}
}

func mergeTwo(a, b []*sharedEvent) []*sharedEvent {
	merged := make([]*sharedEvent, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].Position < b[0].Position:
			merged, a = append(merged, a[0]), a[1:]
		case a[0].Position > b[0].Position:
			merged, b = append(merged, b[0]), b[1:]
		default:
			merged, a, b = append(merged, a[0]), a[1:], b[1:]
		}
	}
	return append(append(merged, a...), b...)
}
