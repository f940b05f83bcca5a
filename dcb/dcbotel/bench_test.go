package dcbotel_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"
	sdkmetric "go.opentelemetry.io/otel/sdk/metric"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbotel"
	"go-crablet/internal/pgtest"
)

// BenchmarkTelemetry measures what metrics and spans cost a decision. The decisions without and
// with them take turns, one by one, so that the ratio of their times means something on a busy
// machine. Each decision knows so many events, and appends one, on a disk with fsync:
//
//	go test -run '^$' -bench Telemetry -benchtime 4000x ./dcb/dcbotel
func BenchmarkTelemetry(b *testing.B) {
	for _, known := range []int{10, 1000} {
		for _, with := range []struct {
			name   string
			config dcbotel.Config
		}{
			{"nothing", dcbotel.Config{}},
			{"metrics", dcbotel.Config{Meters: meters()}},
			{"metrics_and_spans", dcbotel.Config{Meters: meters(), Tracers: sdktrace.NewTracerProvider(sdktrace.WithBatcher(tracetest.NewNoopExporter()))}},
		} {
			b.Run(fmt.Sprintf("known=%d/with=%s", known, with.name), func(b *testing.B) { compare(b, known, with.config, with.name != "nothing") })
		}
	}
}

func meters() *sdkmetric.MeterProvider {
	return sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))
}

// compare lets two stores on one log decide in turns: a bare one, and one with telemetry. Without
// telemetry, the two are alike, and the ratio tells how far it can be trusted.
func compare(b *testing.B, known int, config dcbotel.Config, watched bool) {
	pool, err := pgxpool.New(b.Context(), pgtest.Durable(b))
	require.NoError(b, err)
	b.Cleanup(pool.Close)
	telemetry, err := dcbotel.New(config)
	require.NoError(b, err)
	options := dcb.Options{}
	if watched {
		options = telemetry.Options(options)
	}
	without, with := openBench(b, pool, dcb.Options{}), openBench(b, pool, options)

	var took [2][]time.Duration
	decide := func(store *dcb.Store, room string) time.Duration {
		began := time.Now()
		require.NoError(b, takeSeat(dcb.WithCommandName(b.Context(), "TakeSeat"), store, room, 1<<30, nil))
		return time.Since(began)
	}
	for n := 0; n < b.N; n += 10 {
		rooms := [2]string{fmt.Sprint(known, with, n, " without"), fmt.Sprint(known, with, n, " with")}
		for _, room := range rooms { // alike
			fill(b, without, room, known)
		}
		decide(without, rooms[0]) // from here on they are remembered
		decide(with, rooms[1])
		for range 10 {
			took[0] = append(took[0], decide(without, rooms[0]))
			took[1] = append(took[1], decide(with, rooms[1]))
		}
	}
	for _, all := range took {
		slices.Sort(all)
	}
	// Other programs on the machine only ever add to a time, so the quick tenth says most.
	for name, share := range map[string]float64{"p10": .1, "p50": .5} {
		at := func(all []time.Duration) float64 { return float64(all[int(share*float64(len(all)))]) / 1e3 }
		b.ReportMetric(at(took[0]), name+"-µs")
		b.ReportMetric(at(took[1])/at(took[0]), name+"-ratio")
	}
	b.ReportMetric(0, "ns/op")
}

// BenchmarkHooks measures the same cost without a database: what the hooks of one decision and of
// one transaction take.
//
//	go test -run '^$' -bench Hooks ./dcb/dcbotel
func BenchmarkHooks(b *testing.B) {
	for name, config := range map[string]dcbotel.Config{
		"metrics":           {Meters: meters()},
		"metrics_and_spans": {Meters: meters(), Tracers: sdktrace.NewTracerProvider(sdktrace.WithBatcher(tracetest.NewNoopExporter()))},
	} {
		b.Run(name, func(b *testing.B) {
			telemetry, err := dcbotel.New(config)
			require.NoError(b, err)
			options := telemetry.Options(dcb.Options{})
			ctx := dcb.WithCommandName(b.Context(), "TakeSeat")
			b.ReportAllocs()
			for b.Loop() {
				trace := options.Trace(ctx)
				trace.Read(dcb.TraceRead{Attempt: 1, Count: 100})
				trace.Decided(dcb.TraceDecided{Attempt: 1})
				trace.Appended(dcb.TraceAppended{Attempt: 1})
				trace.Ended(dcb.TraceEnded{})
				options.Committed(dcb.Batch{Appends: 1, Events: 1, Trips: 1, Store: time.Millisecond})
			}
		})
	}
}

func openBench(b *testing.B, pool *pgxpool.Pool, options dcb.Options) *dcb.Store {
	store, err := dcb.Open(b.Context(), pool, options)
	require.NoError(b, err)
	b.Cleanup(store.Close)
	return store
}

func fill(b *testing.B, store *dcb.Store, room string, n int) {
	var events []dcb.InputEvent
	for range n {
		encoded, err := dcb.Encode(dcb.Facts(seatTaken{room, "ada"}))
		require.NoError(b, err)
		events = append(events, encoded...)
	}
	_, err := store.AppendEvents(b.Context(), events, dcb.Query{}, 0)
	require.NoError(b, err)
}
