package dcb

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// A committer appends for a store: one goroutine takes all requests that are waiting, and
// commits them in one transaction. Meanwhile the next ones gather, so batches grow with the
// load, and a request that comes alone is committed at once.
//
// The commit is the expensive part of an append, and because of the append lock commits come one
// after the other. Requests that share one share its price.
type committer struct {
	pool      *pgxpool.Pool
	logger    *slog.Logger
	committed func(Batch) // or nil, see Options

	batch    Batch        // that is under way
	shortcut shortcut     // or nil
	asker    func() asker // returns that of one batch; or nil

	mu       sync.Mutex
	waiting  []*request
	underWay []*request         // the batch that is being committed
	abort    context.CancelFunc // ends it, as long as nothing of it was sent
	closed   bool

	quietUntil time.Time // until then tails are not notified, see notify.go

	wake    chan struct{} // has room for one signal: something is waiting, or closed
	stopped chan struct{} // closed when the goroutine has ended
}

// Bounds on one batch. A request that exceeds them alone is a batch of its own.
const (
	maxBatchRequests = 512
	maxBatchEvents   = maxEvents
	maxBatchBytes    = 8 << 20

	// longestCommit is how long a batch may take, outages included. A web server's write
	// time-out should be well above it, or its pages break off instead of saying so.
	longestCommit = 12 * time.Second
)

func startCommitter(pool *pgxpool.Pool, options Options) *committer {
	c := &committer{
		pool:      pool,
		logger:    options.logger(),
		committed: options.Committed,
		wake:      make(chan struct{}, 1),
		stopped:   make(chan struct{}),
	}
	go c.run()
	return c
}

// append hands a request in and waits for its outcome. Meanwhile the committer may want
// something done on this goroutine.
func (c *committer) append(ctx context.Context, r *request) outcome {
	if err := ctx.Err(); err != nil {
		return outcome{err: err}
	}
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return outcome{err: ErrClosed}
	}
	r.since = time.Now()
	c.waiting = append(c.waiting, r)
	c.mu.Unlock()
	signal(c.wake)

	cancelled := ctx.Done()
	var late <-chan time.Time
	for {
		select {
		case became := <-r.outcome:
			return became
		case call := <-r.calls:
			call()
		case <-r.back:
			if ctx.Err() != nil && c.withdraw(r) {
				return outcome{err: ctx.Err()}
			}
		case <-cancelled:
			if c.withdraw(r) {
				return outcome{err: ctx.Err()}
			}
			cancelled = nil // it was sent, and may be stored: wait for the outcome
			if deadline, ok := ctx.Deadline(); ok {
				late = time.After(time.Until(deadline))
			}
		case <-late:
			return outcome{err: fmt.Errorf("%w at the deadline: %w", ErrUnknownOutcome, context.DeadlineExceeded)}
		}
	}
}

// withdraw takes a request back, unless it was sent, and reports whether it did.
func (c *committer) withdraw(r *request) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if r.sent {
		return false
	}
	r.withdrawn = true
	if i := slices.Index(c.waiting, r); i >= 0 {
		c.waiting = slices.Delete(c.waiting, i, i+1)
	} else if c.abort != nil && !slices.ContainsFunc(c.underWay, func(r *request) bool { return !r.withdrawn }) {
		c.abort() // all requests of this batch are withdrawn
	}
	return true
}

// begin marks a batch as under way, and returns the context for it.
func (c *committer) begin(batch []*request) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(context.Background(), longestCommit)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.underWay, c.abort = batch, cancel
	return ctx, func() {
		cancel()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.underWay, c.abort = nil, nil
	}
}

// send marks the requests of a batch as sent, except those that were withdrawn.
func (c *committer) send(batch []*request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range batch {
		r.sent, r.gone = !r.withdrawn, r.gone || r.withdrawn
	}
}

// takeBack marks the requests of a batch as not sent: nothing of it was stored. A caller who was
// cancelled meanwhile may leave now.
func (c *committer) takeBack(batch []*request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range batch {
		if r.sent = r.adrift; r.sent {
			continue
		}
		signal(r.back)
	}
}

// oldest returns how long the request that waits longest has waited.
func (c *committer) oldest() (longest time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range slices.Concat(c.underWay, c.waiting) {
		if !r.withdrawn {
			longest = max(longest, time.Since(r.since))
		}
	}
	return longest
}

// signal sends a signal to a channel that has room for one, unless it has one already.
func signal(to chan struct{}) {
	select {
	case to <- struct{}{}:
	default:
	}
}

// close lets what waits be committed, and returns when that is done.
func (c *committer) close() {
	c.mu.Lock()
	c.closed = true
	c.mu.Unlock()
	signal(c.wake)
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
		signal(c.wake)
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
