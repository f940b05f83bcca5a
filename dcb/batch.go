package dcb

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// A committer is how a store appends: one goroutine that takes all the requests
// that are waiting, and commits them in one transaction. While it is under way the
// next ones gather, so batches grow with the load, and nobody waits for company.
//
// Commits are what an append costs, and they come one after the other because of
// the append lock; this way that price is shared.
type committer struct {
	pool *pgxpool.Pool

	onTheSpot patience // of one batch

	mu      sync.Mutex
	waiting []*request
	closed  bool

	wake    chan struct{} // has room for one signal: something is waiting, or closed
	stopped chan struct{} // closed when the goroutine has ended
}

// Bounds on one batch. A request that exceeds them alone is a batch of its own.
const (
	maxBatchRequests = 512
	maxBatchEvents   = maxEvents
	maxBatchBytes    = 8 << 20

	// longestCommit is how long a batch may take, outages included.
	longestCommit = 30 * time.Second
)

func startCommitter(pool *pgxpool.Pool) *committer {
	c := &committer{
		pool:      pool,
		onTheSpot: patience{longestOnTheSpot, longestBatchOnTheSpot},
		wake:      make(chan struct{}, 1),
		stopped:   make(chan struct{}),
	}
	go c.run()
	return c
}

// append hands a request in and waits for its outcome. Meanwhile it may be called to
// decide again.
func (c *committer) append(ctx context.Context, r *request) outcome {
	if err := ctx.Err(); err != nil {
		return outcome{err: err}
	}
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return outcome{err: ErrClosed}
	}
	c.waiting = append(c.waiting, r)
	c.mu.Unlock()
	c.signal()

	cancelled := ctx.Done()
	for {
		select {
		case became := <-r.outcome:
			return became
		case call := <-r.calls:
			r.take(call)
		case <-cancelled:
			if c.withdraw(r) {
				return outcome{err: ctx.Err()}
			}
			cancelled = nil // it was sent, so only the truth will do
		}
	}
}

// withdraw removes a request that still waits, and reports whether it did.
func (c *committer) withdraw(r *request) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	i := slices.Index(c.waiting, r)
	if i >= 0 {
		c.waiting = slices.Delete(c.waiting, i, i+1)
	}
	return i >= 0
}

func (c *committer) signal() {
	select {
	case c.wake <- struct{}{}:
	default: // a signal is there already
	}
}

// close lets what waits be committed, and returns when that is done.
func (c *committer) close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	c.signal()
	<-c.stopped
}

func (c *committer) run() {
	ended := false
	defer func() {
		if ended {
			close(c.stopped)
			return
		}
		// A hook of the pool has ended this goroutine, as a failed requirement of a test does.
		c.signal()
		go c.run()
	}()
	for range c.wake {
		for batch, closed := c.take(); len(batch) > 0 || closed; batch, closed = c.take() {
			if ended = len(batch) == 0; ended {
				return
			}
			c.commit(batch)
		}
	}
}

// take removes the next batch from those that wait, and reports whether no more
// will come.
func (c *committer) take() (batch []*request, closed bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n, events, size := 0, 0, 0
	for n < len(c.waiting) && n < maxBatchRequests {
		next := c.waiting[n]
		events, size = events+len(next.asked), size+next.size
		if n > 0 && (events > maxBatchEvents || size > maxBatchBytes) {
			break
		}
		n++
	}
	batch = slices.Clone(c.waiting[:n])
	c.waiting = slices.Delete(c.waiting, 0, n)
	return batch, c.closed
}
