package held

import (
	"context"
	"time"

	"go-crablet/dcb"
	"go-crablet/receipt"
)

// decisionKey is where a context keeps the decision that it belongs to.
type decisionKey struct{}

// Follow returns the context to take a decision with. If ctx comes from [Keeper.Hold], every
// attempt that wants to append is held before it does, and recorder notes how long.
// Otherwise Follow returns ctx.
func Follow(ctx context.Context, recorder *receipt.Recorder) context.Context {
	d, ok := ctx.Value(decisionKey{}).(*Decision)
	if !ok {
		return ctx
	}
	var read dcb.TraceRead
	return dcb.WithTrace(ctx, &dcb.Trace{
		Stepwise: true, // otherwise the store may decide again on the spot, and there is nothing to hold
		Brief:    true,
		Read:     func(step dcb.TraceRead) { read = step },
		Decided: func(step dcb.TraceDecided) {
			if step.Refusal == nil && len(step.Events) > 0 {
				recorder.Held(d.hold(ctx, recorder.SoFar(), read))
			}
		},
	})
}

// Stops returns how often the decision that is taken with ctx was held so far.
func Stops(ctx context.Context) int {
	d, ok := ctx.Value(decisionKey{}).(*Decision)
	if !ok {
		return 0
	}
	return d.Stage().Stop
}

// hold blocks until the attempt may go on, or until ctx is done. It returns how long that took
// and why it ended.
func (d *Decision) hold(ctx context.Context, soFar receipt.Receipt, read dcb.TraceRead) receipt.Hold {
	since := time.Now()
	pause, end := d.longest, receipt.HoldTimedOut
	if d.Think > 0 {
		pause, end = d.Think, receipt.HoldThought
	}
	pause = max(0, min(pause, d.inAll()-since.Sub(d.began)))
	goOn := make(chan struct{})
	d.change(func(stage *Stage) {
		stage.Open, stage.Stop = true, stage.Stop+1
		stage.Since, stage.Until, stage.Endless = since, since.Add(pause), false
		stage.SoFar, stage.Condition, stage.Known = soFar, read.Condition, read.Known
		d.goOn = goOn
		if d.stopping {
			d.cancel(ErrStopped)
		}
	})
	if d.continued(ctx, goOn) {
		end = receipt.HoldContinued
	}
	d.change(func(stage *Stage) { stage.Open = false })
	return receipt.Hold{Took: time.Since(since), End: end}
}

// continued blocks until goOn is closed, and returns true then. It returns false when the time
// until which the attempt is held has come, or when ctx is done.
func (d *Decision) continued(ctx context.Context, goOn <-chan struct{}) bool {
	for {
		left := time.Until(d.Stage().Until)
		select {
		case <-goOn:
			return true
		case <-d.longer: // it is held longer than that
		case <-time.After(left):
			if time.Until(d.Stage().Until) <= 0 {
				return false
			}
		case <-ctx.Done():
			return false
		}
	}
}
