package dcbotel

import (
	"cmp"
	"context"
	"errors"
	"time"

	"go.opentelemetry.io/otel/attribute"

	"go-crablet/dcb"
)

// An Outcome is how a decision ended.
type Outcome string

// The outcomes.
const (
	Appended Outcome = "appended" // its facts are stored
	Refused  Outcome = "refused"  // a rule refused it
	Nothing  Outcome = "nothing"  // there was nothing to do
	Lost     Outcome = "lost"     // all attempts met conflicts
	Failed   Outcome = "failed"   // there is no answer: the database was gone, or the caller left
)

// A Decision is what is known of a decision when it has ended.
type Decision struct {
	Command string
	Outcome Outcome
	Events  []dcb.InputEvent // of the last attempt
	Err     error
}

// unnamed is the command of a decision without a name.
const unnamed = "other"

// An observed is a decision that is under way. Its methods are hooks, which dcb calls one after
// the other.
type observed struct {
	*Telemetry
	ctx     context.Context
	command *command
	began   time.Time
	spans   *spans // nil if nobody records them

	number   int // of the last attempt that has read
	read     int // events inside the boundary
	decided  dcb.TraceDecided
	appended bool
}

func (t *Telemetry) begin(ctx context.Context) *observed {
	c := t.commandNamed(cmp.Or(dcb.CommandName(ctx), unnamed))
	return &observed{Telemetry: t, ctx: ctx, command: c, began: time.Now(), spans: t.beginSpans(ctx, c)}
}

func (d *observed) trace() *dcb.Trace {
	return &dcb.Trace{
		Read: d.onRead, Decided: d.onDecided, Appended: d.onAppended, Conflicted: d.onConflicted,
		StartedOver: d.onStartedOver, Ended: d.onEnded, Brief: true,
	}
}

func (d *observed) onRead(step dcb.TraceRead) {
	d.number, d.read = step.Attempt, d.read+step.Count
	if d.spans != nil {
		d.spans.read(step)
	}
}

func (d *observed) onDecided(step dcb.TraceDecided) {
	d.decided = step
	if d.spans != nil {
		d.spans.decided(step)
	}
}

func (d *observed) onAppended(step dcb.TraceAppended) {
	d.appended = true
	if d.spans != nil {
		d.spans.appended(step)
	}
}

func (d *observed) onConflicted(step dcb.TraceConflicted) {
	d.conflicts.Add(d.ctx, 1, d.command.conflicts[isOnTheSpot(step)]...)
	if d.spans != nil {
		d.spans.conflicted(step)
	}
}

// isOnTheSpot reports whether the next attempt was made while the log was locked.
func isOnTheSpot(step dcb.TraceConflicted) bool { return step.Wait == 0 && !step.GaveUp }

func (d *observed) onStartedOver(step dcb.TraceStartedOver) {
	d.read = 0
	if d.spans != nil {
		d.spans.startedOver(step)
	}
}

func (d *observed) onEnded(end dcb.TraceEnded) {
	outcome := d.outcome(end.Err)
	d.duration.Record(d.ctx, time.Since(d.began).Seconds(), d.command.outcomes[outcome]...)
	d.attempts.Record(d.ctx, int64(max(1, d.number)), d.command.recorded...) // the first may have broken off while it read
	if d.number > 0 {
		d.boundary.Record(d.ctx, int64(d.read), d.command.recorded...)
	}
	if d.spans == nil {
		return
	}
	ended := Decision{Command: d.command.name, Outcome: outcome, Events: d.decided.Events, Err: end.Err}
	var more []attribute.KeyValue
	if d.config.Attributes != nil {
		more = d.config.Attributes(d.ctx, ended)
	}
	d.spans.end(ended, more)
}

func (d *observed) outcome(err error) Outcome {
	refusal := d.decided.Refusal
	switch {
	case err == nil && d.appended:
		return Appended
	case err == nil:
		return Nothing
	case refusal != nil && errors.Is(err, refusal):
		return Refused
	case errors.Is(err, dcb.ErrConflict):
		return Lost
	default:
		return Failed
	}
}

// both calls the hooks of two traces, one after the other. The first may be nil.
func both(first, second *dcb.Trace) *dcb.Trace {
	if first == nil {
		return second
	}
	return &dcb.Trace{
		Read: inTurn(first.Read, second.Read), Decided: inTurn(first.Decided, second.Decided),
		Appended: inTurn(first.Appended, second.Appended), Conflicted: inTurn(first.Conflicted, second.Conflicted),
		StartedOver: inTurn(first.StartedOver, second.StartedOver), Failed: inTurn(first.Failed, second.Failed),
		Ended:    inTurn(first.Ended, second.Ended),
		Stepwise: first.Stepwise || second.Stepwise, Brief: first.Brief && second.Brief,
	}
}

func inTurn[Step any](first, second func(Step)) func(Step) {
	if first == nil {
		return second
	}
	return func(step Step) {
		first(step)
		second(step)
	}
}
