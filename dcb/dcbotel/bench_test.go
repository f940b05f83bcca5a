package dcbotel_test

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"syscall"
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

// BenchmarkTelemetry measures which share of the time of decisions metrics and spans take. Each
// decision knows so many events, and appends one, on a disk with fsync. On a busy machine decisions
// wait for processors, and the hooks hardly do: there the share is too small, and the medians of the
// hooks can be compared with each other only.
//
//	go test -run '^$' -bench Telemetry -benchtime 1000x ./dcb/dcbotel
func BenchmarkTelemetry(b *testing.B) {
	for name, config := range map[string]dcbotel.Config{
		"metrics":           {Meters: meters()},
		"metrics_and_spans": {Meters: meters(), Tracers: tracers()},
	} {
		for _, known := range []int{10, 1000} {
			b.Run(fmt.Sprintf("%s/known=%d", name, known), func(b *testing.B) { share(b, known, config) })
		}
	}
}

func meters() *sdkmetric.MeterProvider {
	return sdkmetric.NewMeterProvider(sdkmetric.WithReader(sdkmetric.NewManualReader()))
}

func tracers() *sdktrace.TracerProvider {
	return sdktrace.NewTracerProvider(sdktrace.WithBatcher(tracetest.NewNoopExporter()))
}

func share(b *testing.B, known int, config dcbotel.Config) {
	pool, err := pgxpool.New(b.Context(), pgtest.Durable(b))
	require.NoError(b, err)
	b.Cleanup(pool.Close)
	telemetry, err := dcbotel.New(config)
	require.NoError(b, err)
	var hooks atomic.Int64
	store, err := dcb.Open(b.Context(), pool, clocked(telemetry.Options(dcb.Options{}), &hooks))
	require.NoError(b, err)
	b.Cleanup(store.Close)
	ctx := dcb.WithCommandName(b.Context(), "TakeSeat")

	var all, inHooks []time.Duration
	room := ""
	for n := range b.N {
		if n%10 == 0 { // so that the boundary stays as long as it is
			room = fmt.Sprint("room ", n)
			fill(b, store, room, known)
			require.NoError(b, takeSeat(ctx, store, room, 1<<30, nil)) // from here on it is remembered
			hooks.Store(0)
		}
		began := time.Now()
		require.NoError(b, takeSeat(ctx, store, room, 1<<30, nil))
		all = append(all, time.Since(began))
		inHooks = append(inHooks, time.Duration(hooks.Swap(0))) // Committed may count as of the next decision
	}
	b.ReportMetric(100*float64(sum(inHooks))/float64(sum(all)), "%")
	b.ReportMetric(float64(median(all).Nanoseconds())/1e3, "p50-µs/decision")
	b.ReportMetric(float64(median(inHooks).Nanoseconds())/1e3, "p50-µs-in-hooks")
	b.ReportMetric(0, "ns/op")
}

func sum(all []time.Duration) (total time.Duration) {
	for _, d := range all {
		total += d
	}
	return total
}

func median(all []time.Duration) time.Duration {
	slices.Sort(all)
	return all[len(all)/2]
}

// clocked measures how long the hooks of a store take, all together.
func clocked(o dcb.Options, sum *atomic.Int64) dcb.Options {
	committed, traced := o.Committed, o.Trace
	o.Committed = timed(committed, sum)
	o.Trace = func(ctx context.Context) *dcb.Trace {
		defer clock(sum)()
		t := *traced(ctx)
		t.Read, t.Decided, t.Appended, t.Ended = timed(t.Read, sum), timed(t.Decided, sum), timed(t.Appended, sum), timed(t.Ended, sum)
		return &t
	}
	return o
}

func timed[Step any](hook func(Step), sum *atomic.Int64) func(Step) {
	return func(step Step) {
		defer clock(sum)()
		hook(step)
	}
}

func clock(sum *atomic.Int64) (over func()) {
	began := time.Now()
	return func() { sum.Add(int64(time.Since(began))) }
}

// BenchmarkHooks measures the same cost without a database: what the hooks of one decision and of
// one transaction take. The time of processors has all of it, such as the handing over of spans to
// be sent, and it means something on a busy machine, too.
//
//	go test -run '^$' -bench Hooks ./dcb/dcbotel
func BenchmarkHooks(b *testing.B) {
	for name, config := range map[string]dcbotel.Config{
		"metrics":           {Meters: meters()},
		"metrics_and_spans": {Meters: meters(), Tracers: tracers()},
	} {
		b.Run(name, func(b *testing.B) {
			telemetry, err := dcbotel.New(config)
			require.NoError(b, err)
			options := telemetry.Options(dcb.Options{})
			ctx := dcb.WithCommandName(b.Context(), "TakeSeat")
			b.ReportAllocs()
			used := cpu(b)
			for b.Loop() {
				tellHooks(ctx, options)
			}
			b.ReportMetric(float64(cpu(b)-used)/float64(b.N), "cpu-ns/op")
		})
	}
}

// tellHooks calls the hooks as a decision does that appends in its first attempt, in one trip.
func tellHooks(ctx context.Context, options dcb.Options) {
	trace := options.Trace(ctx)
	trace.Read(dcb.TraceRead{Attempt: 1, Count: 100})
	trace.Decided(dcb.TraceDecided{Attempt: 1})
	trace.Appended(dcb.TraceAppended{Attempt: 1})
	trace.Ended(dcb.TraceEnded{})
	options.Committed(dcb.Batch{Appends: 1, Events: 1, Trips: 1, Store: time.Millisecond})
}

// cpu returns how much time of processors this process has used.
func cpu(b *testing.B) time.Duration {
	var used syscall.Rusage
	require.NoError(b, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
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
