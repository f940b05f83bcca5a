package dcbotel_test

import (
	"context"
	"errors"
	"fmt"

	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbotel"
	"go-crablet/internal/pgtest"
)

// A decision that a rule refuses is counted, and it is a span with one attempt.
func Example() {
	ctx := context.Background()
	pool := pgtest.Open()
	defer pool.Close()
	metrics, spans := sdkmetric.NewManualReader(), tracetest.NewInMemoryExporter()
	tracers := sdktrace.NewTracerProvider(sdktrace.WithSyncer(spans))
	telemetry, err := dcbotel.New(dcbotel.Config{
		Meters:  sdkmetric.NewMeterProvider(sdkmetric.WithReader(metrics)),
		Tracers: tracers,
	})
	if err != nil {
		panic(err)
	}
	store, err := dcb.Open(ctx, pool, telemetry.Options(dcb.Options{}))
	if err != nil {
		panic(err)
	}
	defer store.Close()
	if err := telemetry.Watch(store); err != nil {
		panic(err)
	}

	ctx, request := tracers.Tracer("example").Start(ctx, "POST /rooms/blue/seats")
	ctx = dcbotel.NoteTrace(dcb.WithCommandName(ctx, "TakeSeat"))
	fmt.Println(dcb.Decide(ctx, store,
		func(*struct{}) dcb.Boundary { return nil },
		func(struct{}) ([]dcb.Fact, error) { return nil, errors.New("the room is full") }))
	request.End()

	for _, span := range spans.GetSpans() {
		fmt.Println("span:", span.Name)
	}
	var collected metricdata.ResourceMetrics
	if err := metrics.Collect(ctx, &collected); err != nil {
		panic(err)
	}
	for _, m := range collected.ScopeMetrics[0].Metrics {
		if m.Name == "dcb.decision.duration" {
			decisions := m.Data.(metricdata.Histogram[float64]).DataPoints
			outcome, _ := decisions[0].Attributes.Value(attribute.Key("outcome"))
			fmt.Println("decisions:", decisions[0].Count, outcome.AsString())
		}
	}
	// Output:
	// the room is full
	// span: attempt
	// span: decide TakeSeat
	// span: POST /rooms/blue/seats
	// decisions: 1 refused
}
