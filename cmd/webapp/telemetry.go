package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	toprometheus "go.opentelemetry.io/otel/exporters/prometheus"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbotel"
	"go-crablet/receipt"
	"go-crablet/web/site"
	"go-crablet/web/story"
)

// A telemetry tells others what the program does. Prometheus fetches metrics from an address of
// their own, and traces are sent to a collector. Each is off unless it is asked for.
type telemetry struct {
	decisions *dcbotel.Telemetry
	registry  *prometheus.Registry  // nil without -metrics-addr
	meters    *metric.MeterProvider // as above
	tracers   *trace.TracerProvider // nil without an address for traces

	metricsListener, debugListener net.Listener // nil if they are not asked for
}

// openTelemetry takes the addresses of metrics and profiles, and serves both from now on.
func (m *Main) openTelemetry(ctx context.Context) (err error) {
	o, t := m.options, &telemetry{}
	m.telemetry = t
	if t.metricsListener, err = o.listenForMetrics(); err != nil {
		return err
	}
	if t.metricsListener != nil {
		m.onClose(func() { t.metricsListener.Close() })
		if err := t.openMetrics(); err != nil {
			return err
		}
		m.onClose(serveBeside(t.metricsListener, t.metricsHandler(o.metricsToken, m.logger), m.logger))
		m.logger.Info("metrics", "url", urlOf(t.metricsListener.Addr())+metricsPath)
	}
	if t.debugListener, err = o.listenForProfiles(); err != nil {
		return err
	}
	if t.debugListener != nil {
		m.onClose(serveBeside(t.debugListener, profiles(), m.logger))
		m.logger.Info("profiles", "url", urlOf(t.debugListener.Addr())+profilesPath)
	}
	if o.sendsTraces {
		if t.tracers, err = openTraces(ctx, m.logger); err != nil {
			return err
		}
		m.onClose(func() { t.flush(m.logger) })
	}
	t.decisions, err = dcbotel.New(t.config())
	return err
}

// config is what the telemetry of decisions is made from.
func (t *telemetry) config() (c dcbotel.Config) {
	c.Attributes = receiptOf
	if t.meters != nil { // a nil pointer in an interface is not nil
		c.Meters = t.meters
	}
	if t.tracers != nil {
		c.Tracers = t.tracers
	}
	return c
}

func (t *telemetry) isOn() bool { return t.meters != nil || t.tracers != nil }

// storeOptions returns the options of a store that is watched, if somebody wants to know.
func (t *telemetry) storeOptions(o dcb.Options) dcb.Options {
	if !t.isOn() {
		return o
	}
	return t.decisions.Options(o)
}

// openMetrics makes what metrics are kept in: those of the program, and those of Go and its process.
func (t *telemetry) openMetrics() error {
	t.registry = prometheus.NewRegistry()
	exporter, err := toprometheus.New(toprometheus.WithRegisterer(t.registry), toprometheus.WithoutScopeInfo(), toprometheus.WithoutTargetInfo())
	if err != nil {
		return fmt.Errorf("open the metrics: %w", err)
	}
	t.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	// The other attributes of a request have as many values as a client likes.
	fewAttributes := metric.NewView(metric.Instrument{Name: "http.server.request.duration"}, metric.Stream{
		Description: "How long requests took, by method, route and status. Streams of news are not among them.",
		AttributeFilter: attribute.NewAllowKeysFilter(
			"http.request.method", "http.response.status_code", "http.route"),
	})
	noSizes := metric.NewView(metric.Instrument{Name: "http.server.*.body.size"}, metric.Stream{Aggregation: metric.AggregationDrop{}})
	t.meters = metric.NewMeterProvider(metric.WithReader(exporter), metric.WithView(fewAttributes, noSizes))
	return nil
}

// openTraces makes what sends traces to the address that OTEL_EXPORTER_OTLP_ENDPOINT names. The
// exporter reads all other settings from the environment, too. A collector that is away costs
// traces, and nothing else.
func openTraces(ctx context.Context, logger *slog.Logger) (*trace.TracerProvider, error) {
	tellLostTraces(logger)
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return nil, fmt.Errorf("send traces: %w", err)
	}
	who, err := resource.New(ctx, resource.WithAttributes(attribute.String("service.name", "course-subscriptions")),
		resource.WithProcessPID(), resource.WithHost(), resource.WithFromEnv())
	if err != nil && !errors.Is(err, resource.ErrPartialResource) {
		return nil, fmt.Errorf("send traces: OTEL_RESOURCE_ATTRIBUTES can't be read: %w", err)
	}
	return trace.NewTracerProvider(trace.WithBatcher(exporter), trace.WithResource(who)), nil
}

// longestFlush is how long the program waits for a collector before it ends.
const longestFlush = 2 * time.Second

// flush sends the traces that are left.
func (t *telemetry) flush(logger *slog.Logger) {
	ctx, cancel := context.WithTimeout(context.Background(), longestFlush)
	defer cancel()
	if err := t.tracers.Shutdown(ctx); err != nil {
		logger.Warn("the last traces were not delivered", "error", oneLine(err))
	}
}

// receiptOf returns the id of the receipt that a decision leaves, for its span. If its events
// may be stored, the receipt is named after the request. In a race, which is one request for
// all contenders, it is named after the first event.
func receiptOf(ctx context.Context, d dcbotel.Decision) []attribute.KeyValue {
	id := receipt.IDIn(ctx)
	mayBeStored := d.Outcome == dcbotel.Appended || errors.Is(d.Err, dcb.ErrUnknownOutcome)
	switch {
	case id == "":
		return nil
	case mayBeStored && isOfRace(ctx) && len(d.Events) > 0:
		id = story.ReceiptOf(d.Events[0].ID)
	case mayBeStored:
		id = story.ReceiptOf(dcb.CorrelationID(ctx))
	}
	return []attribute.KeyValue{attribute.String("receipt.id", id)}
}

// watchRequests counts and traces requests, and makes events and receipts note their trace. News
// are left out: a stream lasts as long as somebody looks.
func (m *Main) watchRequests(next http.Handler) http.Handler {
	t := m.telemetry
	if !t.isOn() {
		return next
	}
	pattern := func(r *http.Request) string { return cmp.Or(m.app.Pattern(r), "other") }
	noted := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, route, found := strings.Cut(pattern(r), " ")
		if !found {
			route = pattern(r)
		}
		labels, _ := otelhttp.LabelerFromContext(r.Context())
		labels.Add(attribute.String("http.route", route))
		next.ServeHTTP(w, r.WithContext(dcbotel.NoteTrace(r.Context())))
	})
	c := t.config()
	options := []otelhttp.Option{
		otelhttp.WithFilter(func(r *http.Request) bool { return r.URL.Path != site.LivePath && r.URL.Path != site.HealthPath }),
		otelhttp.WithPropagators(propagation.TraceContext{}),
		otelhttp.WithPublicEndpointFn(func(*http.Request) bool { return true }), // a visitor's trace is linked to, and not joined
		otelhttp.WithSpanNameFormatter(func(_ string, r *http.Request) string { return pattern(r) }),
		otelhttp.WithMeterProvider(orNoMeters(c.Meters)), otelhttp.WithTracerProvider(orNoTracers(c.Tracers)),
	}
	return otelhttp.NewHandler(noted, "request", options...)
}
