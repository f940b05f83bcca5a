package dcb

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// A simCaller makes one call after the other.
type simCaller struct {
	*simulation
	store  *Store
	random *rand.Rand
	number int
	made   int  // calls
	failed bool // the last of them
}

// A simCall is one call, from its beginning to its answer.
type simCall struct {
	*simCaller
	what     string
	token    string // the correlation ID of its events
	ctx      context.Context
	began    time.Time
	from     int // the version of the log when it began
	deadline time.Time
	hasty    bool // it is cancelled, or has a deadline
}

func (c *simCaller) run() {
	for range c.shape.calls {
		c.think(2 * time.Millisecond)
		if c.failed { // the server may be away
			c.failed = false
			c.think(50 * time.Millisecond)
		}
		c.pick(c.take, c.take, c.take, c.leave, c.leave, c.pay, c.pay, c.appendOnCondition, c.appendOnCondition, c.appendAnyway, c.register, c.read, c.readFromMemory)()
	}
}

func (c *simCaller) pick(calls ...func()) func() { return calls[c.random.IntN(len(calls))] }

// think lets others go on for a while.
func (c *simCaller) think(longest time.Duration) {
	time.Sleep(1 + time.Duration(c.random.Int64N(int64(longest))))
}

// call begins a call. done ends it.
func (c *simCaller) call(what string) (call *simCall, done func()) {
	c.made++
	call = &simCall{simCaller: c, what: what, token: fmt.Sprintf("%d.%d", c.number, c.made), began: time.Now()}
	_, call.from = c.server.now()
	c.server.note("call "+call.token, "begins: "+what, "")
	ctx, cancel := context.WithCancel(c.t.Context())
	if c.random.Float64() < c.shape.hasty {
		call.hasty = true
		patience := time.Duration(c.random.Int64N(int64(8 * time.Millisecond)))
		if c.random.IntN(2) == 0 {
			call.deadline = time.Now().Add(patience)
			ctx, cancel = context.WithDeadline(ctx, call.deadline)
		} else {
			time.AfterFunc(patience, cancel)
		}
	}
	call.ctx = WithCorrelationID(ctx, call.token)
	return call, func() {
		cancel()
		c.server.note("call "+call.token, "ends", "")
		call.checkTime()
	}
}

// checkTime checks that the answer was there in time.
func (c *simCall) checkTime() {
	took := time.Since(c.began)
	if took > 3*time.Minute || !c.deadline.IsZero() && time.Since(c.deadline) > 100*time.Millisecond {
		c.wrong("it took %s", took)
	}
}

// wrong notes that the call had an answer that it must not have.
func (c *simCall) wrong(format string, args ...any) {
	c.problem("call %s of store %d, %s: %s", c.token, c.number%c.shape.stores, c.what, fmt.Sprintf(format, args...))
}

// versions returns what the log was during the call.
func (c *simCall) versions() []simVersion { return c.server.since(c.from) }

// fails looks at an error that is no conflict and no refusal. It needs a cause.
func (c *simCall) fails(err error) {
	c.failed = true
	c.server.note("call "+c.token, "fails:", err)
	if !errors.Is(err, ErrUnknownOutcome) {
		c.certainlyNot(err)
	}
	switch {
	case errors.Is(err, context.Canceled):
		if !c.hasty {
			c.wrong("it was cancelled by somebody else: %v", err)
		}
	case c.server.injected() > 0:
	case errors.Is(err, context.DeadlineExceeded) && !c.deadline.IsZero() && !time.Now().Before(c.deadline):
	default:
		c.wrong("it failed without a cause: %v", err)
	}
}

// certainlyNot notes that the call was told that nothing of it is stored.
func (c *simCall) certainlyNot(because error) {
	_, version := c.server.now()
	c.mu.Lock()
	defer c.mu.Unlock()
	c.certain[c.token] = simCertainty{version, because}
}

// perhaps takes back what certainlyNot has noted.
func (c *simCall) perhaps() {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.certain, c.token)
}

// any reports whether something was true of the log during the call.
func (c *simCall) any(what func(log []*simEvent) bool) bool {
	for _, v := range c.versions() {
		if what(v.log) {
			return true
		}
	}
	return false
}

// stored reports whether the events stood in the log during the call, the last of them at a
// position.
func (c *simCall) stored(events []InputEvent, position int64) bool {
	return c.any(func(log []*simEvent) bool {
		first := position - int64(len(events))
		if first < 0 || position > int64(len(log)) {
			return false
		}
		for i, e := range events {
			there := log[first+int64(i)]
			if there.Type != e.Type || there.CorrelationID != c.token || string(there.Data) != string(e.Data) || e.ID != "" && there.ID != e.ID {
				return false
			}
		}
		return true
	})
}
