package dcb

import (
	"context"
	"slices"
	"time"
)

// A Trace is a set of hooks that run at the steps of a decision, in the manner
// of net/http/httptrace. Any of them may be nil. [Decide] calls them one after
// the other on its own goroutine, in the order in which the steps were taken.
//
// A decision runs Read and Decided once per attempt; then, if there was anything
// to append, either Appended, which ends it, or Conflicted, after which it tries
// again. If the log is not the one any more that was read, StartedOver runs instead of the hook
// that would have come next, and the next attempt begins with nothing. Any other
// error that is neither a refusal nor a conflict runs Failed in the same way, and ends the
// decision. Whatever the end is, Ended runs last, once. Only a panic leaves it out.
type Trace struct {
	Read        func(TraceRead)
	Decided     func(TraceDecided)
	Appended    func(TraceAppended)
	Conflicted  func(TraceConflicted)
	StartedOver func(TraceStartedOver)
	Failed      func(TraceFailed)
	Ended       func(TraceEnded)

	// Stepwise makes every step wait for the hooks of the one before, so a hook
	// that blocks holds the decision up, for example between decide and append. Such a decision is never taken again on the spot, so a lost race costs a round trip.
	// Without Stepwise, the hooks of an attempt on the spot run when it is over.
	Stepwise bool

	// Brief says that the hooks do not look at TraceRead.Events. If all traces of a decision are
	// brief, the events need not be copied, and may be missing there. Count tells how many they are.
	Brief bool
}

// TraceRead says what an attempt read and what it then knew.
//
// An attempt on the spot reads only what its Condition matches. What is [Unguarded] stays as
// the attempt before read it.
type TraceRead struct {
	Attempt   int     // counts from 1
	Query     Query   // the boundary
	Condition Query   // the part of it that the append is conditional on: all except [Unguarded] parts
	After     int64   // events up to here were read by the attempts before; 0 in the first, and after a new start
	Events    []Event // what was read and was not before, in order; shared, not to be changed
	Count     int     // how many events these are, also if the trace is [Trace.Brief]
	Position  int64   // the log was read up to here; the append's condition holds from here

	// Known is the same place, with the event that stands there. A log in which another event
	// stands there is another log. In an attempt on the spot it is only the position.
	Known Checkpoint

	// State is a copy of the decision's struct. Its slices, maps and pointers are shared with
	// the decision, which may change their content as soon as the hook has returned.
	State any
}

// TraceDecided says what an attempt decided.
type TraceDecided struct {
	Attempt int
	Facts   []Fact       // as values of their own types; empty when there is nothing to do
	Events  []InputEvent // the facts as they are to be appended, with all of their tags
	Refusal error        // what decide returned, or nil
}

// TraceAppended says that the append went through.
type TraceAppended struct {
	Attempt  int
	Events   []InputEvent
	Position int64 // of the last event; those before it stand right in front of it
}

// TraceConflicted says that the append was turned away.
type TraceConflicted struct {
	Attempt  int
	Events   []InputEvent // what would have been appended
	Conflict *ConflictError
	Stale    []string      // the fields of the state whose projections saw a conflicting event
	Wait     time.Duration // before the next attempt; 0 when that was made on the spot
	GaveUp   bool          // this was the last attempt, there is no next
}

// TraceStartedOver says that the decision has read another history of the log.
type TraceStartedOver struct {
	Attempt int           // the one that found out, or was to come: nothing of it counts
	Known   Checkpoint    // what was read up to here does not count any more
	Err     error         // matches [ErrOtherHistory]
	Wait    time.Duration // before the next attempt, which reads from the start of the log
}

// TraceFailed says that the decision ended without one: an event could not be decoded,
// the database was gone, the context was done.
type TraceFailed struct {
	Attempt int   // the one that was under way, or was to come
	Query   Query // the boundary, without what [Then] finds
	Err     error
}

// TraceEnded says how the decision ended.
type TraceEnded struct {
	Err error // what the decision returns: nil, a refusal, or why there is no answer
}

type traceKey struct{}

// WithTrace returns a context whose decisions run the hooks of the trace, after
// those of the traces that ctx carries already.
func WithTrace(ctx context.Context, trace *Trace) context.Context {
	before := slices.Clip(contextTraces(ctx)) // so that two contexts made of one do not share what is appended
	return context.WithValue(ctx, traceKey{}, append(before, trace))
}

// traces runs the hooks of several traces in order.
type traces []*Trace

func contextTraces(ctx context.Context) traces {
	ts, _ := ctx.Value(traceKey{}).(traces)
	return ts
}

// tracesOf returns the traces of a decision on a log: those of its context, then that of the store.
func tracesOf(ctx context.Context, log Log) traces {
	ts := contextTraces(ctx)
	var ofStore func(context.Context) *Trace
	switch l := log.(type) {
	case *Store:
		ofStore = l.trace
	case *txLog:
		ofStore = l.trace
	}
	if ofStore == nil {
		return ts
	}
	if trace := ofStore(ctx); trace != nil {
		return append(slices.Clip(ts), trace)
	}
	return ts
}

// stepwise reports whether a trace wants every step taken by itself.
func (ts traces) stepwise() bool {
	return slices.ContainsFunc(ts, func(t *Trace) bool { return t.Stepwise })
}

// wantEvents reports whether a trace looks at the events that were read.
func (ts traces) wantEvents() bool {
	return slices.ContainsFunc(ts, func(t *Trace) bool { return !t.Brief })
}

func (ts traces) read(step TraceRead) {
	tell(ts, step, func(t *Trace) func(TraceRead) { return t.Read })
}

func (ts traces) decided(step TraceDecided) {
	tell(ts, step, func(t *Trace) func(TraceDecided) { return t.Decided })
}

func (ts traces) appended(step TraceAppended) {
	tell(ts, step, func(t *Trace) func(TraceAppended) { return t.Appended })
}

func (ts traces) conflicted(step TraceConflicted) {
	tell(ts, step, func(t *Trace) func(TraceConflicted) { return t.Conflicted })
}

func (ts traces) startedOver(step TraceStartedOver) {
	tell(ts, step, func(t *Trace) func(TraceStartedOver) { return t.StartedOver })
}

func (ts traces) failed(step TraceFailed) {
	tell(ts, step, func(t *Trace) func(TraceFailed) { return t.Failed })
}

func (ts traces) ended(step TraceEnded) {
	tell(ts, step, func(t *Trace) func(TraceEnded) { return t.Ended })
}

// tell runs one hook of each trace that has it.
func tell[Step any](ts traces, step Step, hookOf func(*Trace) func(Step)) {
	for _, t := range ts {
		if hook := hookOf(t); hook != nil {
			hook(step)
		}
	}
}
