package dcbotel_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/metric/metricdata"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbotel"
	"go-crablet/internal/pgtest"
)

type seatTaken struct {
	Room string `json:"room"`
	Who  string `json:"who"`
}

func (seatTaken) EventType() string { return "SeatTaken" }
func (e seatTaken) Tags() dcb.Tags  { return dcb.NewTags("room", e.Room) }

var errFull = errors.New("the room is full")

// takeSeat takes one of so many seats of a room. before is called when the decision is made for
// the first time, before its append; it may be nil.
func takeSeat(ctx context.Context, log dcb.Log, room string, seats int, before func()) error {
	return dcb.Decide(ctx, log,
		func(taken *int) dcb.Boundary {
			return dcb.Boundary{dcb.Into(taken, dcb.Project(0, dcb.NewTags("room", room),
				dcb.On(func(n int, _ seatTaken) int { return n + 1 })))}
		},
		func(taken int) ([]dcb.Fact, error) {
			if first := before; first != nil {
				before = nil
				first()
			}
			if taken >= seats {
				return nil, errFull
			}
			return dcb.Facts(seatTaken{room, "ada"}), nil
		})
}

// A watched store tells its telemetry to a test.
type watched struct {
	*dcb.Store
	metrics *sdkmetric.ManualReader
	spans   *tracetest.InMemoryExporter
	tracers *sdktrace.TracerProvider
}

func openWatched(t testing.TB, config dcbotel.Config, options dcb.Options) watched {
	t.Helper()
	w := watched{metrics: sdkmetric.NewManualReader(), spans: tracetest.NewInMemoryExporter()}
	w.tracers = sdktrace.NewTracerProvider(sdktrace.WithSyncer(w.spans))
	config.Meters = sdkmetric.NewMeterProvider(sdkmetric.WithReader(w.metrics))
	config.Tracers = w.tracers
	telemetry, err := dcbotel.New(config)
	require.NoError(t, err)
	w.Store, err = dcb.Open(t.Context(), pgtest.New(t), telemetry.Options(options))
	require.NoError(t, err)
	t.Cleanup(w.Close)
	require.NoError(t, telemetry.Watch(w.Store))
	return w
}

// collectAfter collects when so many transactions are counted. A transaction is counted a moment
// after its appends are answered, and the time of its last step is recorded last. Some series are
// collected before that one, so all are collected once more.
func (w watched) collectAfter(t testing.TB, transactions float64) map[string]float64 {
	t.Helper()
	require.Eventually(t, func() bool {
		return w.collect(t)["dcb.batch.step.duration.count{step=store}"] >= transactions
	}, 10*time.Second, time.Millisecond)
	return w.collect(t)
}

// collect returns the value of each time series, by its name and its attributes. A histogram has
// the sum, and with ".count" how often something was recorded.
func (w watched) collect(t testing.TB) map[string]float64 {
	t.Helper()
	var collected metricdata.ResourceMetrics
	require.NoError(t, w.metrics.Collect(t.Context(), &collected))
	series := map[string]float64{}
	for _, scope := range collected.ScopeMetrics {
		for _, m := range scope.Metrics {
			switch data := m.Data.(type) {
			case metricdata.Sum[int64]:
				add(series, m.Name, data.DataPoints)
			case metricdata.Gauge[int64]:
				add(series, m.Name, data.DataPoints)
			case metricdata.Gauge[float64]:
				add(series, m.Name, data.DataPoints)
			case metricdata.Histogram[int64]:
				addHistogram(series, m.Name, data.DataPoints)
			case metricdata.Histogram[float64]:
				addHistogram(series, m.Name, data.DataPoints)
			default:
				require.Failf(t, "a kind of metric that the test does not know", "%T", m.Data)
			}
		}
	}
	return series
}

func add[N int64 | float64](series map[string]float64, name string, points []metricdata.DataPoint[N]) {
	for _, p := range points {
		series[name+named(p.Attributes)] = float64(p.Value)
	}
}

func addHistogram[N int64 | float64](series map[string]float64, name string, points []metricdata.HistogramDataPoint[N]) {
	for _, p := range points {
		series[name+named(p.Attributes)] = float64(p.Sum)
		series[name+".count"+named(p.Attributes)] = float64(p.Count)
	}
}

// named writes attributes as in {command=TakeSeat,outcome=lost}.
func named(set attribute.Set) string {
	var text strings.Builder
	for _, kv := range set.ToSlice() { // in the order of their keys
		fmt.Fprintf(&text, ",%s=%s", kv.Key, kv.Value.String())
	}
	if text.String() == "" {
		return ""
	}
	return "{" + text.String()[1:] + "}"
}

// span returns the only span with a name.
func (w watched) span(t testing.TB, name string) tracetest.SpanStub {
	t.Helper()
	found := w.all(name)
	require.Len(t, found, 1, name)
	return found[0]
}

func (w watched) all(name string) []tracetest.SpanStub {
	return slices.DeleteFunc(slices.Clone(w.spans.GetSpans()), func(s tracetest.SpanStub) bool { return s.Name != name })
}

func attributesOf(s tracetest.SpanStub) map[attribute.Key]string {
	all := map[attribute.Key]string{}
	for _, kv := range s.Attributes {
		all[kv.Key] = kv.Value.String()
	}
	return all
}
