package dcb

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
)

// sharedReads are how the decisions of one store read first. Like a committer's batches,
// their statements grow with the load, and nobody waits for company.
type sharedReads struct {
	ask    func(ctx context.Context, settings string, questions []question, known []Checkpoint) (found, error)
	pages  func(ctx context.Context, query Query, options ReadOptions, known Checkpoint) iter.Seq2[page, error]
	memory *memory
	few    int           // statements at once, as long as none of them takes long
	most   int           // statements at once
	alone  chan struct{} // has room for the reads of batches that are asked for alone, at once

	mu       sync.Mutex
	waiting  []*sharedRead
	underWay int // statements
}

// Bounds on one statement. A read that exceeds the second alone has one of its own.
const (
	mostReadsAtOnce = 16
	mostItemsAtOnce = 64

	// longestUnsent is how long a read waits for one of the statements to come back before
	// one more is sent.
	longestUnsent = 50 * time.Millisecond
)

// setPlanAndTime is [setPlan] for a statement that is of several reads. PostgreSQL ends it
// when it takes too long, and then each of them is asked for alone. So one read that takes
// long does not take the others down.
const setPlanAndTime = setPlan + `, set_config('statement_timeout', case
	when current_setting('statement_timeout')::interval between '1 microsecond' and '2 seconds' then current_setting('statement_timeout')
	else '2s' end, true)`

// mostOfAnItem returns how many events of each item a statement returns at most. A boundary
// of a thousand items does not have a million of them in memory.
func mostOfAnItem(items int) int { return max(pageSize/10, pageSize/max(1, items/16)) }

// newSharedReads returns the shared reads of a store, with a memory of so many bytes.
func newSharedReads(s *Store, bytes int64) *sharedReads {
	// More than one, so that those who wait for a disk do not keep up all others.
	few := max(2, min(runtime.GOMAXPROCS(0), int(s.pool.Config().MaxConns)/2))
	return &sharedReads{
		memory: newMemory(bytes),
		few:    few,
		most:   max(2, int(s.pool.Config().MaxConns)/2),
		alone:  make(chan struct{}, few),
		ask: func(ctx context.Context, settings string, questions []question, known []Checkpoint) (answer found, err error) {
			known = named(known...)
			most := mostOfAnItem(len(questions))
			args := asSQL(questions, toTheEnd, bounds{events: most, bytes: pageBytes, whole: 1}, known)
			err = s.queryWith(ctx, settings, readSQL, args, func(results pgx.BatchResults) (err error) {
				answer, err = findings(results, len(questions), most, known)
				return err
			})
			return answer, err
		},
		pages: s.pages,
	}
}

// A sharedRead is the first read of one decision.
type sharedRead struct {
	ctx   context.Context // its caller's
	items []QueryItem
	keys  []itemKey // of the items

	answered chan struct{} // closed when the rest is there
	ended    bool          // for the one who answers
	reply
}

// A reply is what a statement tells a read.
type reply struct {
	events []*sharedEvent
	upTo   int64 // the position up to which these are all; if that is not the head's, the boundary is too long
	head   Checkpoint
	err    error
}

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
	if err := r.wait(read); err != nil {
		return Checkpoint{}, fmt.Errorf("read events: %w", err)
	}
	switch {
	case read.err != nil:
		return Checkpoint{}, read.err
	case read.upTo < read.head.Position:
		return r.readAlone(read, query, take)
	}
	return read.head, take(read.events)
}

// readAlone reads a boundary page by page, from where the reply ends if there is one, and
// remembers of it what there is room for.
func (r *sharedReads) readAlone(read *sharedRead, query Query, take func([]*sharedEvent) error) (head Checkpoint, err error) {
	gathering := r.memory.gather(read.items, read.keys)
	takeIn := func(events []*sharedEvent) error {
		gathering.add(events)
		return take(events)
	}
	if err := takeIn(read.events); err != nil {
		return Checkpoint{}, err
	}
	// The pages make sure that the log is the one of the reply, and stay as of its moment, if
	// there was a reply.
	options := ReadOptions{After: read.upTo}
	if read.head != (Checkpoint{}) {
		options = options.upTo(read.head.Position)
	}
	for page, err := range r.pages(read.ctx, query, options, read.head) {
		if err == nil {
			err = takeIn(share(page.events))
		}
		if err != nil {
			return Checkpoint{}, err
		}
		head = cmp.Or(read.head, page.head)
	}
	gathering.remember(head)
	return head, nil
}

// enter lets a read wait for the next statement.
func (r *sharedReads) enter(read *sharedRead) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.waiting = append(r.waiting, read)
	r.start(min(r.few, r.most))
}

// wait waits for the reply to a read, which sees to it that it is sent in time.
func (r *sharedReads) wait(read *sharedRead) error {
	unsent := time.NewTimer(longestUnsent)
	defer unsent.Stop()
	for {
		select {
		case <-read.answered:
			return nil
		case <-read.ctx.Done():
			return read.ctx.Err()
		case <-unsent.C:
			r.mu.Lock()
			if slices.Contains(r.waiting, read) {
				r.start(r.most)
				unsent.Reset(longestUnsent)
			}
			r.mu.Unlock()
		}
	}
}

// start lets one more statement be under way, if there are fewer than so many.
func (r *sharedReads) start(most int) {
	if r.underWay < most {
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
		r.answerAll(batch)
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
	lost   bool        // that is of another history of the log

	// What is known now: all events up to a position.
	events []*sharedEvent
	upTo   int64
}

// answerAll answers a batch of reads by one statement; and by a second one those for which
// something was remembered that is of another history of the log.
func (r *sharedReads) answerAll(batch []*sharedRead) {
	// If a hook of the pool ends this goroutine, nobody waits for ever.
	defer func() {
		for _, read := range batch {
			read.end(reply{err: errors.New("read events: a hook of the connection pool has ended this")})
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
	settings := setPlan
	if len(batch) > 1 {
		settings = setPlanAndTime
	}
	found, err := r.ask(ctx, settings, questions, known)
	switch {
	case err != nil && len(batch) > 1 && isServerError(err):
		// PostgreSQL did not like what one of them asks for, or had no time for all. Alone, only
		// that one fails, or takes long.
		alone := make([][]*sharedRead, len(batch))
		var asking sync.WaitGroup
		for i := range batch {
			asking.Go(func() {
				select {
				case r.alone <- struct{}{}:
					defer func() { <-r.alone }()
					alone[i] = r.askFor(batch[i : i+1])
				case <-batch[i].ctx.Done():
				}
			})
		}
		asking.Wait()
		return slices.Concat(alone...)
	case err != nil:
		for _, read := range batch {
			read.end(reply{err: fmt.Errorf("read events: %w", err)})
		}
		return nil
	}
	for n, key := range asked {
		r.takeIn(key, items[key], found.events[n], found, mostOfAnItem(len(asked)))
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

// takeIn makes of what the statement returned for an item, at most so many events, what is
// known of it now.
func (r *sharedReads) takeIn(key itemKey, item *sharedItem, fresh []*sharedEvent, found found, most int) {
	if slices.Contains(found.unlike, item.before.upTo) {
		item.lost = true
		r.memory.forget(key, item.before)
		return
	}
	whole := fresh
	if cut := slices.IndexFunc(fresh, (*sharedEvent).isCut); cut >= 0 {
		whole = fresh[:cut]
	}
	if len(whole) < most && len(whole) == len(fresh) {
		item.events, item.upTo = r.memory.extend(key, item.before, fresh, found.head).events, found.head.Position
		return
	}
	// There is more.
	item.events, item.upTo = slices.Concat(item.before.events, whole), item.before.upTo.Position
	if len(whole) > 0 {
		item.upTo = whole[len(whole)-1].Position
	}
}

// tell ends a read with what is known of all of its items, up to where all of them are.
func (read *sharedRead) tell(items map[itemKey]*sharedItem, head Checkpoint) {
	upTo := head.Position
	for _, key := range read.keys {
		upTo = min(upTo, items[key].upTo)
	}
	var lists [][]*sharedEvent
	for _, key := range read.keys {
		events := items[key].events
		if upTo < head.Position {
			beyond, _ := slices.BinarySearchFunc(events, upTo+1, func(e *sharedEvent, position int64) int {
				return cmp.Compare(e.Position, position)
			})
			events = events[:beyond]
		}
		lists = append(lists, events)
	}
	read.end(reply{events: merge(lists), upTo: upTo, head: head})
}

// end ends a read, unless it has ended.
func (read *sharedRead) end(with reply) {
	if read.ended {
		return
	}
	read.ended = true
	read.reply = with
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
