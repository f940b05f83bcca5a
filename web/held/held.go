package held

import (
	"context"
	"sync"
	"time"

	"go-crablet/dcb"
	"go-crablet/receipt"
)

// A Held is one decision that is held. It is safe for concurrent use.
type Held struct {
	ID string // nobody can guess it
	Decision

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
func (h *Held) IsOf(holder string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.holder == holder
}

func (h *Held) passOn(from, to string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.holder == from {
		h.holder = to
	}
}

type heldKey struct{}

// Follow returns a context to take a decision with that the recorder follows. If ctx is
// that of a decision to be held, every attempt that has something to append is held
// before it appends; else nothing changes.
func Follow(ctx context.Context, recorder *receipt.Recorder) context.Context {
	h, ok := ctx.Value(heldKey{}).(*Held)
	if !ok {
		return ctx
	}
	var condition dcb.Query
	return dcb.WithTrace(ctx, &dcb.Trace{
		Stepwise: true, // or a conflict would be decided about on the spot, with no gap to hold
		Read:     func(step dcb.TraceRead) { condition = step.Condition },
		Decided: func(step dcb.TraceDecided) {
			if step.Refusal == nil && len(step.Events) > 0 {
				recorder.Held(h.hold(ctx, recorder.SoFar(), condition))
			}
		},
	})
}

// Stops returns how often the decision that ctx is of was held so far.
func Stops(ctx context.Context) int {
	h, ok := ctx.Value(heldKey{}).(*Held)
	if !ok {
		return 0
	}
	return h.Stage().Stop
}

// hold returns when the attempt may go on, or is not to append any more.
func (h *Held) hold(ctx context.Context, soFar receipt.Receipt, condition dcb.Query) receipt.Hold {
	since := time.Now()
	pause, end := h.longest, receipt.HoldTimedOut
	if h.Think > 0 {
		pause, end = h.Think, receipt.HoldThought
	}
	pause = max(0, min(pause, LongestInAll-since.Sub(h.began)))
	goOn := make(chan struct{})
	h.change(func(stage *Stage) {
		stage.Open, stage.Stop = true, stage.Stop+1
		stage.Since, stage.Until = since, since.Add(pause)
		stage.SoFar, stage.Condition = soFar, condition
		h.goOn = goOn
		if h.stopping {
			h.cancel(ErrStopped)
		}
	})
	select {
	case <-goOn:
		end = receipt.HoldContinued
	case <-time.After(pause):
	case <-ctx.Done():
	}
	h.change(func(stage *Stage) { stage.Open = false })
	return receipt.Hold{Took: time.Since(since), End: end}
}

// Continue lets the attempt go on that is held for the stop-th time. It reports whether
// it did: another one is none of its business, nor is one that goes on already.
func (h *Held) Continue(stop int) bool {
	return h.closeGap(stop, func() { close(h.goOn) })
}

// Cancel ends the decision while it is held for the stop-th time, and reports whether it
// did. If so, nothing of it is appended.
func (h *Held) Cancel(stop int) bool {
	return h.closeGap(stop, func() { h.cancel(ErrCancelled) })
}

func (h *Held) closeGap(stop int, how func()) (did bool) {
	h.change(func(stage *Stage) {
		if did = stage.Open && stage.Stop == stop; did {
			stage.Open = false
			how()
		}
	})
	return did
}

// stop ends the decision as soon as it is held.
func (h *Held) stop() {
	h.change(func(stage *Stage) {
		h.stopping = true
		if stage.Open {
			stage.Open = false
			h.cancel(ErrStopped)
		}
	})
}

func (h *Held) end(result receipt.Result, err error) {
	h.change(func(stage *Stage) {
		*stage = Stage{Over: true, Stop: stage.Stop, Result: result, Err: err}
	})
}

// change changes the stage, and wakes those who wait for that.
func (h *Held) change(how func(*Stage)) {
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
func (h *Held) Stage() Stage {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.stage
}

// Await waits until the decision is held or over, but not longer than ctx lasts, and
// returns how far it has got then.
func (h *Held) Await(ctx context.Context) Stage {
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
