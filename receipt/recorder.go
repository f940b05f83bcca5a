package receipt

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"time"

	"go-crablet/dcb"
	"go-crablet/internal/permalink"
)

// A Recorder writes down one decision.
type Recorder struct {
	receipt  Receipt
	boundary []dcb.QueryItem  // of the last attempt
	seen     []dcb.Event      // all that was read since the decision last started over, in order
	decides  []dcb.InputEvent // what the last attempt wants to append
	ended    bool
}

// Record returns a context, with which one decision is made, and the recorder that writes
// that decision down. command is a struct: the receipt has its name and its fields. title
// says in words what is asked for.
func Record(ctx context.Context, command any, title string) (context.Context, *Recorder) {
	input, err := json.Marshal(command)
	if err != nil {
		input = nil // the receipt is kept without it
	}
	name := reflect.TypeOf(command).Name()
	r := &Recorder{receipt: Receipt{
		ID:            permalink.NewID(),
		Command:       name,
		Input:         input,
		Title:         title,
		CorrelationID: dcb.CorrelationID(ctx),
		Metadata:      dcb.Metadata(ctx),
		StartedAt:     time.Now(),
	}}
	ctx = context.WithValue(dcb.WithCommandName(ctx, name), idKey{}, r.receipt.ID)
	return dcb.WithTrace(ctx, r.Trace()), r
}

// Trace returns the trace by which the recorder listens to its decision. It is for a decision
// that is made without [dcb.Decide]: whoever makes it tells this trace what happens.
func (r *Recorder) Trace() *dcb.Trace {
	return &dcb.Trace{
		Read:        r.read,
		Decided:     r.decided,
		Appended:    r.appended,
		Conflicted:  r.conflicted,
		StartedOver: r.startedOver,
		Failed:      r.failed,
	}
}

type idKey struct{}

// IDIn returns the id of the receipt that is written in a context of [Record], or "". Whoever keeps
// the receipt may give it another one.
func IDIn(ctx context.Context) string {
	id, _ := ctx.Value(idKey{}).(string)
	return id
}

// Receipt returns the receipt. Call it when the decision has returned. ended is false if the
// caller called the decision off: then there is no receipt. A decision that failed has one,
// which says why.
func (r *Recorder) Receipt() (_ Receipt, ended bool) {
	if !r.ended {
		return Receipt{}, false
	}
	return r.receipt, true
}

// SoFar returns the receipt of a decision that is under way. Only the hooks of the decision's
// trace may call it. What the last attempt wants to append has no positions yet.
func (r *Recorder) SoFar() Receipt {
	soFar := r.receipt
	soFar.Attempts = slices.Clone(soFar.Attempts)
	if n := len(soFar.Attempts); n > 0 {
		soFar.Attempts[n-1].Wanted = wanted(r.decides, 0)
	}
	return soFar
}

// Held notes how the attempt under way was held before its append. Only the hooks of the
// decision's trace may call it.
func (r *Recorder) Held(hold Hold) { r.current().Hold = &hold }

func (r *Recorder) read(step dcb.TraceRead) {
	attempt := Attempt{
		After:    step.After,
		ReadTo:   step.Position,
		Read:     len(step.Events),
		LastRead: keepLast(step.Events),
		Knew:     knowledge(step.State),
	}
	r.decides = nil
	r.seen = append(r.seen, step.Events...)
	slices.SortFunc(r.seen, func(a, b dcb.Event) int { return int(a.Position - b.Position) })
	switch boundary := step.Query.Items(); {
	case r.receipt.Boundary == nil: // no attempt before this one has read to the end
		r.receipt.Boundary, r.boundary = boundary, boundary
	case !sameItems(boundary, r.boundary):
		inside := slices.DeleteFunc(slices.Clone(r.seen), func(e dcb.Event) bool { return !step.Query.Matches(e) })
		attempt.Moved = &Moved{Boundary: boundary, Inside: len(inside), LastInside: keepLast(inside)}
		r.boundary = boundary
	}
	r.receipt.Attempts = append(r.receipt.Attempts, attempt)
}

func sameItems(a, b []dcb.QueryItem) bool {
	return slices.EqualFunc(a, b, func(a, b dcb.QueryItem) bool {
		return slices.Equal(a.Types, b.Types) && slices.Equal(a.Tags, b.Tags)
	})
}

func (r *Recorder) decided(step dcb.TraceDecided) {
	r.decides = step.Events
	if step.Refusal != nil {
		r.current().Refusal = step.Refusal.Error()
	}
	if step.Refusal != nil || len(step.Facts) == 0 {
		r.end()
	}
}

func (r *Recorder) appended(step dcb.TraceAppended) {
	first := step.Position - int64(len(step.Events)) + 1
	r.current().Wanted = wanted(step.Events, first)
	r.end()
}

func (r *Recorder) conflicted(step dcb.TraceConflicted) {
	attempt := r.current()
	attempt.Wanted = wanted(step.Events, 0)
	attempt.Conflict = &Conflict{
		Events: keep(step.Conflict.Events),
		Stale:  step.Stale,
		Wait:   step.Wait,
		GaveUp: step.GaveUp,
	}
	if step.GaveUp {
		r.end()
	}
}

func (r *Recorder) startedOver(step dcb.TraceStartedOver) {
	over := &StartedOver{Known: step.Known.Position, Wait: step.Wait, Reading: r.brokenOff(step.Attempt)}
	r.current().StartedOver = over
	r.seen = nil
}

func (r *Recorder) failed(step dcb.TraceFailed) {
	if wasCalledOff(step.Err) {
		return
	}
	if r.receipt.Boundary == nil {
		r.receipt.Boundary = step.Query.Items()
	}
	failure := failureOf(step.Err)
	failure.Reading = r.brokenOff(step.Attempt)
	r.current().Failure = &failure
	r.end()
}

// brokenOff completes the record of an attempt that broke off. It reports whether that was
// while the attempt read: then there is no record of it yet.
func (r *Recorder) brokenOff(attempt int) (reading bool) {
	if reading = attempt > len(r.receipt.Attempts); reading {
		known := r.knownBefore()
		r.receipt.Attempts = append(r.receipt.Attempts, Attempt{After: known, ReadTo: known})
	} else {
		r.current().Wanted = wanted(r.decides, 0)
	}
	return reading
}

// knownBefore returns the position up to which the decision knows the log before its next
// attempt reads.
func (r *Recorder) knownBefore() int64 {
	last := r.receipt.Last()
	if last.StartedOver != nil {
		return 0
	}
	return last.ReadTo
}

func (r *Recorder) current() *Attempt {
	return &r.receipt.Attempts[len(r.receipt.Attempts)-1]
}

func (r *Recorder) end() {
	r.receipt.Took, r.ended = time.Since(r.receipt.StartedAt), true
}
