package dcbotel

import (
	"context"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"

	"go-crablet/dcb"
)

// spans are the span of a decision, and below it one for each attempt.
type spans struct {
	tracer   trace.Tracer
	ctx      context.Context // with the span of the decision
	decision trace.Span
	attempt  trace.Span // the one under way, or nil
}

// next begins the span of an attempt.
func (s *spans) next(number int, at time.Time, onTheSpot bool) {
	_, s.attempt = s.tracer.Start(s.ctx, "attempt", trace.WithTimestamp(at), trace.WithAttributes(
		attribute.Int("dcb.attempt", number), attribute.Bool("dcb.on_the_spot", onTheSpot)))
}

func (s *spans) read(step dcb.TraceRead) {
	s.attempt.AddEvent("read", trace.WithAttributes(
		attribute.Int("dcb.events", step.Count),
		attribute.Int64("dcb.after", step.After),
		attribute.Int64("dcb.position", step.Position)))
}

func (s *spans) decided(step dcb.TraceDecided) {
	s.attempt.AddEvent("decided", trace.WithAttributes(
		attribute.Int("dcb.facts", len(step.Facts)),
		attribute.Bool("dcb.refused", step.Refusal != nil)))
}

func (s *spans) appended(step dcb.TraceAppended) {
	s.attempt.AddEvent("appended", trace.WithAttributes(
		attribute.Int("dcb.events", len(step.Events)),
		attribute.Int64("dcb.position", step.Position)))
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
	s.attempt.End()
	if s.attempt = nil; !gaveUp {
		s.next(number+1, time.Now().Add(wait), onTheSpot)
	}
}

func (s *spans) end(outcome Outcome, err error, more []attribute.KeyValue) {
	status := statusOf(outcome)
	if s.attempt != nil {
		if outcome == Failed {
			s.attempt.RecordError(err)
			s.attempt.SetStatus(status, "")
		}
		s.attempt.End()
	}
	s.decision.SetAttributes(append(more, attribute.String("dcb.outcome", string(outcome)))...)
	if outcome == Failed {
		s.decision.RecordError(err)
	}
	s.decision.SetStatus(status, "")
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
