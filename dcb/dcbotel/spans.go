package dcbotel

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"go-crablet/dcb"
)

// spans are the span of a decision, and below it one for each attempt. What a span says is
// gathered, and set at once when the span ends: each call of its own would cost as much as all
// together.
type spans struct {
	tracer   trace.Tracer
	ctx      context.Context // with the span of the decision
	decision trace.Span
	attempt  trace.Span // the one under way, or nil

	said []attribute.KeyValue // of the attempt under way, in room as long as that has any
	room [6]attribute.KeyValue
}

// beginSpans begins the span of a decision, and that of its first attempt. It returns nil if
// nobody records them.
func (t *Telemetry) beginSpans(ctx context.Context, c *command) *spans {
	ctx, span := t.tracer.Start(ctx, c.spanName)
	if !span.IsRecording() {
		return nil
	}
	s := &spans{tracer: t.tracer, ctx: ctx, decision: span}
	s.next(1)
	return s
}

// next begins the span of an attempt.
func (s *spans) next(number int, options ...trace.SpanStartOption) {
	_, s.attempt = s.tracer.Start(s.ctx, "attempt", options...)
	s.said = append(s.room[:0], attribute.Int("dcb.attempt", number))
}

func (s *spans) read(step dcb.TraceRead) {
	s.said = append(s.said, attribute.Int("dcb.read.events", step.Count), attribute.Int64("dcb.read.position", step.Position))
}

// decided marks in the span of an attempt where reading and deciding end, and appending begins.
func (s *spans) decided(step dcb.TraceDecided) {
	s.said = append(s.said, attribute.Int("dcb.facts", len(step.Facts)))
	s.attempt.AddEvent("decided")
}

func (s *spans) appended(step dcb.TraceAppended) {
	s.said = append(s.said, attribute.Int64("dcb.position", step.Position))
}

func (s *spans) conflicted(step dcb.TraceConflicted) {
	var positions []int64
	for _, e := range step.Conflict.Events {
		positions = append(positions, e.Position)
		if rival := traceIn(e); rival.IsValid() {
			s.attempt.AddLink(trace.Link{SpanContext: rival, Attributes: []attribute.KeyValue{attribute.Int64("dcb.position", e.Position)}})
		}
	}
	s.attempt.AddEvent("conflict", trace.WithAttributes(
		attribute.Int64Slice("dcb.positions", positions),
		attribute.StringSlice("dcb.stale", step.Stale)))
	s.goOn(step.Attempt, step.Wait, step.GaveUp, isOnTheSpot(step))
}

func (s *spans) startedOver(step dcb.TraceStartedOver) {
	s.attempt.AddEvent("started over", trace.WithAttributes(attribute.Int64("dcb.known", step.Known.Position)))
	s.goOn(step.Attempt, step.Wait, false, false)
}

// goOn ends the span of an attempt, and begins the next one after a pause.
func (s *spans) goOn(number int, wait time.Duration, gaveUp, onTheSpot bool) {
	s.endAttempt()
	if gaveUp {
		return
	}
	s.next(number+1, trace.WithTimestamp(time.Now().Add(wait)))
	if onTheSpot {
		s.said = append(s.said, attribute.Bool("dcb.on_the_spot", true))
	}
}

func (s *spans) endAttempt() {
	s.attempt.SetAttributes(s.said...)
	s.attempt.End()
	s.attempt = nil
}

// end ends the span of the decision, and that of an attempt which is still under way.
func (s *spans) end(d Decision, more []attribute.KeyValue) {
	if s.attempt != nil {
		if d.Outcome == Failed {
			s.attempt.RecordError(d.Err)
			s.attempt.SetStatus(codes.Error, "")
		}
		s.endAttempt()
	}
	said := append(s.room[:0], attribute.String("dcb.command", d.Command), attribute.String("dcb.outcome", string(d.Outcome)))
	if id := dcb.CorrelationID(s.ctx); id != "" {
		said = append(said, attribute.String("dcb.correlation_id", id))
	}
	s.decision.SetAttributes(append(said, more...)...)
	switch d.Outcome {
	case Failed:
		s.decision.RecordError(d.Err)
		s.decision.SetStatus(codes.Error, "")
	case Lost:
		s.decision.SetStatus(codes.Error, "")
	case Appended, Refused, Nothing: // a refusal is an answer, and no error
	}
	s.decision.End()
}

// TraceParent is the key of the metadata in which events and receipts note the trace that they
// come from, in the form of the header traceparent (W3C Trace Context).
const TraceParent = "traceparent"

var traceContext propagation.TraceContext

// NoteTrace returns a context whose appends note the trace of the context with their events. If
// nobody records the trace, it returns the context as it is. A decision that meets a conflict
// with such an event links to its trace.
func NoteTrace(ctx context.Context) context.Context {
	if !trace.SpanContextFromContext(ctx).IsSampled() {
		return ctx
	}
	carrier := propagation.MapCarrier{}
	traceContext.Inject(ctx, carrier)
	return dcb.WithMetadata(ctx, TraceParent, carrier[TraceParent])
}

// traceIn returns the trace that an event notes. It is not valid if the event notes none.
func traceIn(e dcb.Event) trace.SpanContext {
	noted, ok := e.Metadata[TraceParent]
	if !ok {
		return trace.SpanContext{}
	}
	ctx := traceContext.Extract(context.Background(), propagation.MapCarrier{TraceParent: noted})
	return trace.SpanContextFromContext(ctx)
}
