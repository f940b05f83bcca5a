package dcb

import (
	"cmp"
	"context"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// Decisions share their first read, in three ways. Each of them still reads: its state is of one
// snapshot, which the database took after the decision had begun.
//
//  1. A statement. A decision that begins while statements are under way waits for the next
//     one, which asks for all decisions that wait (shared_answer.go).
//  2. Events. The events of each query item are remembered, with the checkpoint up to which
//     they were read (memory.go). The next statement asks for later events, and whether
//     the checkpoint is still of this log. A log grows at its end, and a failover or a restore
//     takes away its end. So if the checkpoint is of this log, nothing before it has changed, and
//     the remembered events with those of the statement are the result of a read from the
//     beginning.
//  3. Facts. An event is decoded once for all decisions that look at it.
//
// A boundary that is too long for a shared statement is read alone, as by [Store.ReadSince].

// sharedReads carry out the first reads of a store's decisions. Like a committer's batches, their
// statements grow with the load, and a read that comes alone is sent at once.
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

	// After waiting longestUnsent for a statement to come back, a read has one more sent.
	longestUnsent = 50 * time.Millisecond
)

// setPlanAndTime is [setPlan] for a statement of several reads. PostgreSQL ends it when it takes
// too long, and then each read gets a statement of its own. So one read that takes long does not
// delay the others much.
const setPlanAndTime = setPlan + `, set_config('statement_timeout', case
	when current_setting('statement_timeout')::interval between '1 microsecond' and '2 seconds' then current_setting('statement_timeout')
	else '2s' end, true)`

// mostOfAnItem returns how many events of each item a statement returns at most, so that a
// boundary of a thousand items does not have a million events in memory.
func mostOfAnItem(items int) int { return max(pageSize/10, pageSize/max(1, items/16)) }

// newSharedReads returns the shared reads of a store, with a memory of so many bytes.
func newSharedReads(s *Store, bytes int64) *sharedReads {
	// More than one, so that a statement that waits for a disk does not hold up all others.
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

// memoryStat implements [firstReader].
func (r *sharedReads) memoryStat() MemoryStat { return r.memory.stat() }

// read implements [firstReader].
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
// remembers as much of it as there is room for.
func (r *sharedReads) readAlone(read *sharedRead, query Query, take func([]*sharedEvent) error) (head Checkpoint, err error) {
	gathering := r.memory.gather(read.items, read.keys)
	takeIn := func(events []*sharedEvent) error {
		gathering.add(events)
		return take(events)
	}
	if err := takeIn(read.events); err != nil {
		return Checkpoint{}, err
	}
	// If there was a reply, the pages make sure that its log is this one, and read up to its head.
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

// wait waits for the reply to a read, and has one more statement sent if that takes long.
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

// run answers the reads that wait, until there are none.
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

// take removes the reads of the next statement from those that wait, and drops those whose
// callers are gone. If none is left, one statement less is under way.
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
