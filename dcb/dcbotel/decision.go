package dcbotel

import (
	"context"
	"errors"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/metric"
	"go.opentelemetry.io/otel/trace"

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
	command string
	began   time.Time
	spans   *spans // nil if nobody records them

	number   int // of the last attempt that has read
	read     int // events inside the boundary
	decided  dcb.TraceDecided
	appended bool
}

func (t *Telemetry) begin(ctx context.Context) *observed {
	d := &observed{Telemetry: t, ctx: ctx, command: dcb.CommandName(ctx), began: time.Now()}
	if d.command == "" {
		d.command = unnamed
	}
	d.spans = t.beginSpans(ctx, d.command)
	return d
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
	d.conflicts.Add(d.ctx, 1, conflictOf(d.command, isOnTheSpot(step)))
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
	d.duration.Record(d.ctx, time.Since(d.began).Seconds(), decisionOf(d.command, outcome))
	d.attempts.Record(d.ctx, int64(max(1, d.number)), commandOf(d.command)) // the first may have broken off while it read
	if d.number > 0 {
		d.boundary.Record(d.ctx, int64(d.read), commandOf(d.command))
	}
	if d.spans == nil {
		return
	}
	var more []attribute.KeyValue
	if d.config.Attributes != nil {
		more = d.config.Attributes(d.ctx, Decision{Command: d.command, Outcome: outcome, Events: d.decided.Events, Err: end.Err})
	}
	d.spans.end(outcome, end.Err, more)
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

// Attributes are made once for each combination. There are few.
var (
	decisionSets sync.Map // of metric.MeasurementOption, by [2]string
	commandSets  sync.Map // by string
	conflictSets sync.Map // by conflictKey
)

type conflictKey struct {
	command   string
	onTheSpot bool
}

func decisionOf(command string, outcome Outcome) metric.MeasurementOption {
	return setOf(&decisionSets, [2]string{command, string(outcome)}, func() []attribute.KeyValue {
		return []attribute.KeyValue{attribute.String("command", command), attribute.String("outcome", string(outcome))}
	})
}

func commandOf(command string) metric.MeasurementOption {
	return setOf(&commandSets, command, func() []attribute.KeyValue {
		return []attribute.KeyValue{attribute.String("command", command)}
	})
}

func conflictOf(command string, onTheSpot bool) metric.MeasurementOption {
	return setOf(&conflictSets, conflictKey{command, onTheSpot}, func() []attribute.KeyValue {
		return []attribute.KeyValue{attribute.String("command", command), attribute.Bool("on_the_spot", onTheSpot)}
	})
}

func setOf(sets *sync.Map, key any, attributes func() []attribute.KeyValue) metric.MeasurementOption {
	if known, ok := sets.Load(key); ok {
		return known.(metric.MeasurementOption)
	}
	made, _ := sets.LoadOrStore(key, metric.WithAttributeSet(attribute.NewSet(attributes()...)))
	return made.(metric.MeasurementOption)
}

// beginSpans begins the span of a decision, and that of its first attempt. It returns nil if
// nobody records them.
func (t *Telemetry) beginSpans(ctx context.Context, command string) *spans {
	ctx, span := t.tracer.Start(ctx, "decide "+command, trace.WithAttributes(attribute.String("dcb.command", command)))
	if !span.IsRecording() {
		return nil
	}
	if id := dcb.CorrelationID(ctx); id != "" {
		span.SetAttributes(attribute.String("dcb.correlation_id", id))
	}
	s := &spans{tracer: t.tracer, ctx: ctx, decision: span}
	s.next(1, time.Now(), false)
	return s
}

// statusOf is the status of a span. A refusal is an answer, and no error.
func statusOf(outcome Outcome) codes.Code {
	switch outcome {
	case Lost, Failed:
		return codes.Error
	default:
		return codes.Unset
	}
}
