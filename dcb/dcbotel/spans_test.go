package dcbotel_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbotel"
)

func TestADecisionIsASpanAndItsAttemptsAreBelowIt(t *testing.T) {
	t.Parallel()
	w := openWatched(t, dcbotel.Config{
		Attributes: func(ctx context.Context, d dcbotel.Decision) []attribute.KeyValue {
			require.Equal(t, "TakeSeat", d.Command)
			require.Equal(t, dcbotel.Appended, d.Outcome)
			require.Len(t, d.Events, 1)
			return []attribute.KeyValue{attribute.String("receipt.id", "of "+dcb.CorrelationID(ctx))}
		},
	}, dcb.Options{})
	ctx, request := w.tracers.Tracer("test").Start(t.Context(), "request")
	ctx = dcb.WithCorrelationID(dcb.WithCommandName(ctx, "TakeSeat"), "mine")
	require.NoError(t, takeSeat(ctx, w.Store, "blue", 9, nil))
	request.End()

	decision := w.span(t, "decide TakeSeat")
	require.Equal(t, request.SpanContext().SpanID(), decision.Parent.SpanID())
	require.Equal(t, map[attribute.Key]string{
		"dcb.command": "TakeSeat", "dcb.correlation_id": "mine", "dcb.outcome": "appended", "receipt.id": "of mine",
	}, attributesOf(decision))
	attempt := w.span(t, "attempt")
	require.Equal(t, map[attribute.Key]string{
		"dcb.attempt": "1", "dcb.read.events": "0", "dcb.read.position": "0", "dcb.facts": "1", "dcb.position": "1",
	}, attributesOf(attempt))
	require.Equal(t, decision.SpanContext.SpanID(), attempt.Parent.SpanID())
	require.Equal(t, []string{"decided"}, eventsOf(attempt))
	require.Equal(t, codes.Unset, decision.Status.Code)
}

// The link leads to the one who was faster: that trace is in the metadata of the event.
func TestAConflictLinksToTheTraceOfTheEventThatGotInside(t *testing.T) {
	t.Parallel()
	w := openWatched(t, dcbotel.Config{}, dcb.Options{})
	rivalCtx, rival := w.tracers.Tracer("test").Start(t.Context(), "rival")
	rivalCtx = dcbotel.NoteTrace(rivalCtx)
	require.NoError(t, takeSeat(dcb.WithCommandName(t.Context(), "TakeSeat"), w.Store, "blue", 9, func() {
		require.NoError(t, takeSeat(rivalCtx, w.Store, "blue", 9, nil))
	}))
	decision := w.span(t, "decide TakeSeat")
	var mine []tracetest.SpanStub
	for _, attempt := range w.all("attempt") {
		if attempt.Parent.SpanID() == decision.SpanContext.SpanID() {
			mine = append(mine, attempt)
		}
	}
	require.Len(t, mine, 2)
	require.Equal(t, []string{"decided", "conflict"}, eventsOf(mine[0]))
	require.Len(t, mine[0].Links, 1)
	require.Equal(t, rival.SpanContext().TraceID(), mine[0].Links[0].SpanContext.TraceID())
	require.Equal(t, rival.SpanContext().SpanID(), mine[0].Links[0].SpanContext.SpanID())
	require.NotContains(t, attributesOf(mine[0]), attribute.Key("dcb.on_the_spot"))
	require.Equal(t, "true", attributesOf(mine[1])["dcb.on_the_spot"])
	require.Equal(t, []string{"decided"}, eventsOf(mine[1]))
}

func TestARefusalIsNoErrorAndAFailureIsOne(t *testing.T) {
	t.Parallel()
	w := openWatched(t, dcbotel.Config{}, dcb.Options{})
	require.ErrorIs(t, takeSeat(t.Context(), w.Store, "blue", 0, nil), errFull)
	refused := w.span(t, "decide other")
	require.Equal(t, "refused", attributesOf(refused)["dcb.outcome"])
	require.Equal(t, codes.Unset, refused.Status.Code)
	w.spans.Reset()

	over, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, takeSeat(over, w.Store, "blue", 9, nil), context.Canceled)
	failed := w.span(t, "decide other")
	require.Equal(t, "failed", attributesOf(failed)["dcb.outcome"])
	require.Equal(t, codes.Error, failed.Status.Code)
	require.Equal(t, codes.Error, w.span(t, "attempt").Status.Code)
}

func TestOnlyATraceThatIsRecordedIsNoted(t *testing.T) {
	t.Parallel()
	require.Empty(t, dcb.Metadata(dcbotel.NoteTrace(t.Context())))
	w := openWatched(t, dcbotel.Config{}, dcb.Options{})
	ctx, span := w.tracers.Tracer("test").Start(t.Context(), "request")
	noted := dcb.Metadata(dcbotel.NoteTrace(ctx))[dcbotel.TraceParent]
	require.Equal(t, "00-"+span.SpanContext().TraceID().String()+"-"+span.SpanContext().SpanID().String()+"-01", noted)
}

func eventsOf(s tracetest.SpanStub) (names []string) {
	for _, e := range s.Events {
		names = append(names, e.Name)
	}
	return names
}
