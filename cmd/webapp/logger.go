package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"

	"go.opentelemetry.io/otel/trace"

	"go-crablet/dcb"
)

// newLogger writes text for people, or JSON for machines when asked to, from a level on.
func newLogger(o options, stderr io.Writer) *slog.Logger {
	settings := &slog.HandlerOptions{Level: o.logLevel}
	if o.logFormat == "json" {
		return slog.New(withIDs{slog.NewJSONHandler(stderr, settings)})
	}
	return slog.New(withIDs{slog.NewTextHandler(stderr, settings)})
}

// checkLogs says in a sentence what is wrong with the settings of the logs.
func (o *options) checkLogs(level string) error {
	switch o.logFormat {
	case "", "text", "json":
	default:
		return fmt.Errorf("there is no log format %q: -log-format and LOG_FORMAT are text or json", o.logFormat)
	}
	if err := o.logLevel.UnmarshalText([]byte(level)); err != nil {
		return fmt.Errorf("there is no log level %q: -log-level is debug, info, warn or error", level)
	}
	return nil
}

// withIDs adds to each line the ids of the request and of the trace that it belongs to.
type withIDs struct{ slog.Handler }

// Handle implements [slog.Handler].
func (h withIDs) Handle(ctx context.Context, r slog.Record) error {
	const requestID = "request_id"
	named := false
	r.Attrs(func(a slog.Attr) bool {
		named = named || a.Key == requestID
		return !named
	})
	if id := dcb.CorrelationID(ctx); id != "" && !named {
		r.AddAttrs(slog.String(requestID, id))
	}
	if span := trace.SpanContextFromContext(ctx); span.IsValid() {
		r.AddAttrs(slog.String("trace_id", span.TraceID().String()), slog.String("span_id", span.SpanID().String()))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs implements [slog.Handler].
func (h withIDs) WithAttrs(attrs []slog.Attr) slog.Handler {
	return withIDs{h.Handler.WithAttrs(attrs)}
}

// WithGroup implements [slog.Handler].
func (h withIDs) WithGroup(name string) slog.Handler { return withIDs{h.Handler.WithGroup(name)} }
