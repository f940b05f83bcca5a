package held

import (
	"context"
	"time"

	"go-crablet/dcb"
	"go-crablet/receipt"
)

type heldKey struct{}

// Follow returns a context to take a decision with that the recorder follows. If ctx is
// that of a decision to be held, every attempt that has something to append is held
// before it appends; else nothing changes.
func Follow(ctx context.Context, recorder *receipt.Recorder) context.Context {
	h, ok := ctx.Value(heldKey{}).(*Decision)
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
	h, ok := ctx.Value(heldKey{}).(*Decision)
	if !ok {
		return 0
	}
	return h.Stage().Stop
}

// hold returns when the attempt may go on, or is not to append any more.
func (h *Decision) hold(ctx context.Context, soFar receipt.Receipt, condition dcb.Query) receipt.Hold {
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
