package dcbotel

import (
	"context"
	"errors"
	"sync/atomic"

	"go.opentelemetry.io/otel/metric"

	"go-crablet/dcb"
)

// The bounds of histograms. A decision takes a millisecond most often.
var (
	seconds  = metric.WithExplicitBucketBoundaries(.0001, .00025, .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10)
	attempts = metric.WithExplicitBucketBoundaries(1, 2, 3, 4, 6, 8, 16, 32, 64)
	appends  = metric.WithExplicitBucketBoundaries(1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
	read     = metric.WithExplicitBucketBoundaries(0, 1, 10, 25, 50, 100, 250, 500, 1000, 5000, 10_000, 50_000)
)

// instruments are what is counted when it happens. docs/observing.md has the same words.
type instruments struct {
	duration  metric.Float64Histogram
	attempts  metric.Int64Histogram
	boundary  metric.Int64Histogram
	conflicts metric.Int64Counter

	batchAppends  metric.Int64Histogram
	batchSteps    metric.Float64Histogram
	batchTrips    *atomic.Int64
	batchFailures *atomic.Int64
	events        *atomic.Int64
	turnedAway    *atomic.Int64
}

func newInstruments(m metric.Meter) (i instruments, err error) {
	make := maker{meter: m}
	i = instruments{
		duration:  make.seconds("dcb.decision.duration", "How long decisions took, with all attempts and pauses, by command and outcome."),
		attempts:  make.histogram("dcb.decision.attempts", "{attempt}", "How many attempts decisions made, by command.", attempts),
		boundary:  make.histogram("dcb.decision.boundary", "{event}", "How many events inside their boundaries decisions knew at the end, by command.", read),
		conflicts: make.counter("dcb.decision.conflicts", "{conflict}", "Attempts that met a conflict, by command, and whether the next attempt was made on the spot."),

		batchAppends:  make.histogram("dcb.batch.appends", "{append}", "How many appends shared a transaction.", appends),
		batchSteps:    make.seconds("dcb.batch.step.duration", "How long the steps of a transaction took: wait until it began, lock until the log was free, check the conditions, store with the commit."),
		batchTrips:    make.sum("dcb.batch.trips", "{trip}", "Round trips to the database that transactions of appends took."),
		batchFailures: make.sum("dcb.batch.failures", "{batch}", "Transactions of appends in which an append failed for another reason than a conflict."),
		events:        make.sum("dcb.events.stored", "{event}", "Events that were stored."),
		turnedAway:    make.sum("dcb.append.conflicts", "{append}", "Appends that were turned away, because an event got inside the boundary."),
	}
	return i, errors.Join(make.errs...)
}

// A maker makes instruments, and keeps the errors.
type maker struct {
	meter metric.Meter
	errs  []error
}

func (m *maker) seconds(name, description string) metric.Float64Histogram {
	h, err := m.meter.Float64Histogram(name, metric.WithUnit("s"), metric.WithDescription(description), seconds)
	m.errs = append(m.errs, err)
	return h
}

func (m *maker) histogram(name, unit, description string, bounds metric.HistogramOption) metric.Int64Histogram {
	h, err := m.meter.Int64Histogram(name, metric.WithUnit(unit), metric.WithDescription(description), bounds)
	m.errs = append(m.errs, err)
	return h
}

func (m *maker) counter(name, unit, description string) metric.Int64Counter {
	c, err := m.meter.Int64Counter(name, metric.WithUnit(unit), metric.WithDescription(description))
	m.errs = append(m.errs, err)
	return c
}

// sum returns a counter without attributes. Its number is looked at when metrics are collected, so
// to count costs next to nothing.
func (m *maker) sum(name, unit, description string) *atomic.Int64 {
	var n atomic.Int64
	_, err := m.meter.Int64ObservableCounter(name, metric.WithUnit(unit), metric.WithDescription(description),
		metric.WithInt64Callback(func(_ context.Context, o metric.Int64Observer) error {
			o.Observe(n.Load())
			return nil
		}))
	m.errs = append(m.errs, err)
	return &n
}

// Watch tells how a store is doing whenever somebody collects the metrics: its memory, its oldest
// append, the end of its log and the slowest tail. To find the end of the log takes one small
// query. Call Watch once for a store. It ends when the provider of the meters is shut down.
func (t *Telemetry) Watch(store *dcb.Store) error {
	w, err := newWatch(t.meter)
	if err != nil {
		return err
	}
	_, err = t.meter.RegisterCallback(func(ctx context.Context, o metric.Observer) error { return w.observe(ctx, o, store) },
		w.hits, w.misses, w.remembered, w.oldest, w.head, w.tails, w.lag)
	return err
}

// A watch is what is looked at when metrics are collected.
type watch struct {
	hits, misses, remembered, head, tails, lag metric.Int64Observable
	oldest                                     metric.Float64Observable
}

func newWatch(m metric.Meter) (w watch, err error) {
	var errs []error
	counter := func(name, description string) metric.Int64Observable {
		c, err := m.Int64ObservableCounter(name, metric.WithUnit("{item}"), metric.WithDescription(description))
		errs = append(errs, err)
		return c
	}
	gauge := func(name, unit, description string) metric.Int64Observable {
		g, err := m.Int64ObservableGauge(name, metric.WithUnit(unit), metric.WithDescription(description))
		errs = append(errs, err)
		return g
	}
	oldest, err := m.Float64ObservableGauge("dcb.append.oldest", metric.WithUnit("s"),
		metric.WithDescription("How long the oldest unfinished append of this process has been waiting."))
	w = watch{
		hits:       counter("dcb.memory.hits", "Query items of which a first read had to ask only for what is new."),
		misses:     counter("dcb.memory.misses", "Query items of which a first read had to ask for all events."),
		remembered: gauge("dcb.memory.size", "By", "Bytes of events that the store remembers."),
		oldest:     oldest,
		head:       gauge("dcb.log.position", "{event}", "The position of the last event in the log."),
		tails:      gauge("dcb.tails.running", "{tail}", "Tails that run in this process."),
		lag:        gauge("dcb.tails.lag", "{event}", "How many events the slowest tail of this process is behind the end of the log."),
	}
	return w, errors.Join(append(errs, err)...)
}

func (w watch) observe(ctx context.Context, o metric.Observer, store *dcb.Store) error {
	memory, tails := store.MemoryStat(), store.TailStat() // before the head, so that the lag is never negative
	o.ObserveInt64(w.hits, memory.Hits)
	o.ObserveInt64(w.misses, memory.Misses)
	o.ObserveInt64(w.remembered, memory.Bytes)
	o.ObserveFloat64(w.oldest, store.OldestAppend().Seconds())
	o.ObserveInt64(w.tails, int64(tails.Running))
	head, err := store.Head(ctx)
	if err != nil {
		return err // what needs no database is told all the same
	}
	o.ObserveInt64(w.head, head.Position)
	lag := int64(0)
	if tails.Running > 0 {
		lag = max(0, head.Position-tails.Slowest) // a log that lost its end is shorter than what a tail has read
	}
	o.ObserveInt64(w.lag, lag)
	return nil
}
