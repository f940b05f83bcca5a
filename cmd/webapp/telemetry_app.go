package main

import (
	"context"
	"errors"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/metric"
	nometrics "go.opentelemetry.io/otel/metric/noop"
	"go.opentelemetry.io/otel/trace"
	notraces "go.opentelemetry.io/otel/trace/noop"

	"go-crablet/readmodel"
)

// orNoMeters returns the provider, or one that keeps nothing. Without one, otelhttp would take a
// global one.
func orNoMeters(given metric.MeterProvider) metric.MeterProvider {
	if given == nil {
		return nometrics.NewMeterProvider()
	}
	return given
}

func orNoTracers(given trace.TracerProvider) trace.TracerProvider {
	if given == nil {
		return notraces.NewTracerProvider()
	}
	return given
}

// appInstruments are what is looked at when metrics are collected.
type appInstruments struct {
	lag, viewers, dropped, throttled    metric.Int64Observable
	connections, mostConnections, waits metric.Int64Observable
	waited                              metric.Float64Observable
}

// watchApp tells of the read model, the viewers and the pool whenever metrics are collected.
func (m *Main) watchApp() error {
	if m.telemetry.meters == nil {
		return nil
	}
	if err := m.telemetry.decisions.Watch(m.store); err != nil {
		return err
	}
	meter := m.telemetry.meters.Meter("go-crablet/webapp")
	i, err := newAppInstruments(meter)
	if err != nil {
		return err
	}
	_, err = meter.RegisterCallback(func(ctx context.Context, o metric.Observer) error { return m.observe(ctx, o, i) },
		i.lag, i.viewers, i.dropped, i.throttled, i.connections, i.mostConnections, i.waits, i.waited)
	return err
}

func newAppInstruments(meter metric.Meter) (i appInstruments, err error) {
	var errs []error
	counter := func(name, unit, description string) metric.Int64Observable {
		c, err := meter.Int64ObservableCounter(name, metric.WithUnit(unit), metric.WithDescription(description))
		errs = append(errs, err)
		return c
	}
	gauge := func(name, unit, description string) metric.Int64Observable {
		g, err := meter.Int64ObservableGauge(name, metric.WithUnit(unit), metric.WithDescription(description))
		errs = append(errs, err)
		return g
	}
	waited, err := meter.Float64ObservableCounter("courses.pool.wait.duration", metric.WithUnit("s"),
		metric.WithDescription("How long requests have waited for a connection of the pool, in all."))
	i = appInstruments{
		lag:             gauge("courses.readmodel.lag", "{event}", "How many events of the log the pages do not show yet."),
		viewers:         gauge("courses.viewers", "{viewer}", "Browsers that show a page and hear of its changes."),
		dropped:         counter("courses.viewers.dropped", "{viewer}", "Viewers that were dropped, because they did not read what they were sent."),
		throttled:       counter("courses.throttled", "{request}", "Requests that were turned away, because their network asked for too much, by what it asked for."),
		connections:     gauge("courses.pool.connections", "{connection}", "Connections to the database, by whether they are used or idle."),
		mostConnections: gauge("courses.pool.connections.max", "{connection}", "The most connections that the pool opens."),
		waits:           counter("courses.pool.waits", "{wait}", "How often no connection was idle, so that somebody waited for one."),
		waited:          waited,
	}
	return i, errors.Join(append(errs, err)...)
}

func (m *Main) observe(ctx context.Context, o metric.Observer, i appInstruments) error {
	stat, pool := m.app.Stat(), m.database.pool.Stat()
	o.ObserveInt64(i.viewers, int64(stat.Viewers))
	o.ObserveInt64(i.dropped, stat.Dropped)
	for what, n := range map[string]int64{"forms": stat.ThrottledForms, "costly_pages": stat.ThrottledPages, "passcode": stat.ThrottledAttempts} {
		o.ObserveInt64(i.throttled, n, metric.WithAttributes(attribute.String("what", what)))
	}
	for state, n := range map[string]int32{"used": pool.AcquiredConns(), "idle": pool.IdleConns()} {
		o.ObserveInt64(i.connections, int64(n), metric.WithAttributes(attribute.String("state", state)))
	}
	o.ObserveInt64(i.mostConnections, int64(pool.MaxConns()))
	o.ObserveInt64(i.waits, pool.EmptyAcquireCount())
	o.ObserveFloat64(i.waited, pool.EmptyAcquireWaitTime().Seconds())
	term, err := m.terms.Ask(ctx, &readmodel.Questions{})
	if err != nil {
		return err // what needs no database is told all the same
	}
	o.ObserveInt64(i.lag, term.Lag())
	return nil
}
