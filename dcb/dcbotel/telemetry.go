package dcbotel

import (
	"context"
	"sync"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	nometrics "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/trace"
	notraces "go.opentelemetry.io/otel/trace/noop"

	"go-crablet/dcb"
)

// scope names this package to those who read metrics and spans.
const scope = "go-crablet/dcb"

// A Config says where metrics and spans go. The zero value tells nobody anything.
type Config struct {
	Meters  metric.MeterProvider // nil for no metrics
	Tracers trace.TracerProvider // nil for no spans

	// Attributes returns what the span of a decision carries besides, such as the id of its
	// receipt. It is called when the decision has ended, with the context of the decision, and
	// only if the span is recorded. It may be nil.
	Attributes func(ctx context.Context, d Decision) []attribute.KeyValue
}

// A Telemetry counts and traces what stores do. It is safe for concurrent use, by any number of
// stores.
type Telemetry struct {
	config Config
	meter  metric.Meter
	tracer trace.Tracer
	instruments
	commands sync.Map // of *command, by its name
}

// New returns the telemetry that a configuration asks for.
func New(c Config) (*Telemetry, error) {
	if c.Meters == nil {
		c.Meters = nometrics.NewMeterProvider()
	}
	if c.Tracers == nil {
		c.Tracers = notraces.NewTracerProvider()
	}
	t := &Telemetry{config: c, meter: c.Meters.Meter(scope), tracer: c.Tracers.Tracer(scope)}
	var err error
	t.instruments, err = newInstruments(t.meter)
	return t, err
}

// Options returns the options of a store whose decisions and appends are told. If the given
// options have hooks, these are called, too.
func (t *Telemetry) Options(o dcb.Options) dcb.Options {
	committed, traced := o.Committed, o.Trace
	o.Committed = func(b dcb.Batch) {
		t.countBatch(b)
		if committed != nil {
			committed(b)
		}
	}
	o.Trace = func(ctx context.Context) *dcb.Trace {
		mine := t.begin(ctx).trace()
		if traced == nil {
			return mine
		}
		return both(traced(ctx), mine)
	}
	return o
}

// countBatch counts a transaction that appends shared.
func (t *Telemetry) countBatch(b dcb.Batch) {
	ctx := context.Background() // a batch is of many callers
	t.batchAppends.Record(ctx, int64(b.Appends))
	t.batchTrips.Add(int64(b.Trips))
	t.events.Add(int64(b.Events))
	t.turnedAway.Add(int64(b.Conflicts))
	if b.Err != nil {
		t.batchFailures.Add(1)
	}
	t.batchSteps.Record(ctx, b.Waited.Seconds(), stepWait...)
	if b.Check > 0 { // otherwise it was one trip, in which they are no steps of their own
		t.batchSteps.Record(ctx, b.Locked.Seconds(), stepLock...)
		t.batchSteps.Record(ctx, b.Check.Seconds(), stepCheck...)
	}
	t.batchSteps.Record(ctx, b.Store.Seconds(), stepStore...)
}

// The steps of a transaction of appends.
var (
	stepWait  = recordedWith(attribute.String("step", "wait"))
	stepLock  = recordedWith(attribute.String("step", "lock"))
	stepCheck = recordedWith(attribute.String("step", "check"))
	stepStore = recordedWith(attribute.String("step", "store"))
)

// recordedWith returns options that are made once and passed many times: what is recorded with
// them allocates nothing.
func recordedWith(attributes ...attribute.KeyValue) []metric.RecordOption {
	return []metric.RecordOption{metric.WithAttributeSet(attribute.NewSet(attributes...))}
}
