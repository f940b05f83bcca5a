package held

import (
	"context"
	"errors"
	"sync"
	"time"

	"go-crablet/dcb"
	"go-crablet/receipt"
)

// The ends of a decision that was kept from its append.
var (
	ErrCancelled = errors.New("cancelled while the gap was held open")
	ErrStopped   = errors.New("the program stopped while the gap was held open")
)

// A Held is one decision that is held. It is safe for concurrent use.
type Decision struct {
	ID string // nobody can guess it
	Spec

	longest time.Duration
	changed func(id string) // or nil
	began   time.Time
	cancel  context.CancelCauseFunc

	mu       sync.Mutex
	holder   string
	stage    Stage
	goOn     chan struct{} // closed to let the attempt go on
	stopping bool
	news     chan struct{} // closed when the stage changes
}

// A Stage is how far a decision has got.
type Stage struct {
	Open bool // the gap is held open now
	Over bool // the decision has ended

	// Stop counts how often the gap was opened. It tells an attempt that somebody saw
	// held from the one that is held by the time they act.
	Stop         int
	Since, Until time.Time // of the last time

	// What is known of the decision while it is under way: its receipt so far, with what
	// the last attempt wants to append, and what that append is conditional on.
	SoFar     receipt.Receipt
	Condition dcb.Query

	// How it ended. Err may be ErrCancelled or ErrStopped: then nothing was appended.
	receipt.Result
	Err error
}

// IsOf reports whether the decision is a holder's, who may let it go on.
func (h *Decision) IsOf(holder string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.holder == holder
}

func (h *Decision) passOn(from, to string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.holder == from {
		h.holder = to
	}
}

// Continue lets the attempt go on that is held for the stop-th time. It reports whether
// it did: another one is none of its business, nor is one that goes on already.
func (h *Decision) Continue(stop int) bool {
	return h.release(stop, func() { close(h.goOn) })
}

// Cancel ends the decision while it is held for the stop-th time, and reports whether it
// did. If so, nothing of it is appended.
func (h *Decision) Cancel(stop int) bool {
	return h.release(stop, func() { h.cancel(ErrCancelled) })
}

func (h *Decision) release(stop int, how func()) (did bool) {
	h.change(func(stage *Stage) {
		if did = stage.Open && stage.Stop == stop; did {
			stage.Open = false
			how()
		}
	})
	return did
}

// stop ends the decision as soon as it is held.
func (h *Decision) stop() {
	h.change(func(stage *Stage) {
		h.stopping = true
		if stage.Open {
			stage.Open = false
			h.cancel(ErrStopped)
		}
	})
}

func (h *Decision) end(result receipt.Result, err error) {
	h.change(func(stage *Stage) {
		*stage = Stage{Over: true, Stop: stage.Stop, Result: result, Err: err}
	})
}

// change changes the stage, and wakes those who wait for that.
func (h *Decision) change(how func(*Stage)) {
	h.mu.Lock()
	how(&h.stage)
	close(h.news)
	h.news = make(chan struct{})
	h.mu.Unlock()
	if h.changed != nil {
		h.changed(h.ID)
	}
}

// Stage returns how far the decision has got.
func (h *Decision) Stage() Stage {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.stage
}

// Await waits until the decision is held or over, but not longer than ctx lasts, and
// returns how far it has got then.
func (h *Decision) Await(ctx context.Context) Stage {
	for {
		h.mu.Lock()
		stage, news := h.stage, h.news
		h.mu.Unlock()
		if stage.Open || stage.Over {
			return stage
		}
		select {
		case <-news:
		case <-ctx.Done():
			return stage
		}
	}
}
