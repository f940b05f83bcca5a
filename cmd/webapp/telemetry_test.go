package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/trace"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbotel"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
	"go-crablet/web/story"
)

// Each of these ends the program before it opens anything.
func TestTelemetryThatCannotBeIsRefusedInASentence(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { taken.Close() }) // after the tests below
	inUse := taken.Addr().String()
	const collector = "OTEL_EXPORTER_OTLP_ENDPOINT="
	for _, test := range []struct {
		says string
		args []string
		env  []string
	}{
		{"-metrics-addr \"here\" is neither a port nor an address; 9090 and 127.0.0.1:9090 are two", []string{"-metrics-addr", "here"}, nil},
		{"-debug-addr \"127.0.0.1:99999\" is neither a port nor an address; 9090 and 127.0.0.1:9090 are two", []string{"-debug-addr", "127.0.0.1:99999"}, nil},
		{"listen on " + inUse + ": address already in use; choose another address with -metrics-addr", []string{"-metrics-addr", inUse}, nil},
		{"listen on " + inUse + ": address already in use; choose another address with -debug-addr", []string{"-debug-addr", inUse}, nil},
		{"metrics are served to other machines with a token only: set METRICS_TOKEN, or choose a loopback address with -metrics-addr", []string{"-metrics-addr", "0.0.0.0:0"}, nil},
		{"profiles show the memory of the program, so they are for this machine only: choose a loopback address with -debug-addr", []string{"-debug-addr", "0.0.0.0:0"}, nil},
		{"METRICS_TOKEN is too short: it needs 32 characters, for example those of openssl rand -hex 32", nil, []string{"METRICS_TOKEN=short"}},
		{"OTEL_EXPORTER_OTLP_ENDPOINT is not the address of a collector; http://127.0.0.1:4318 is one", nil, []string{collector + "127.0.0.1:4318"}},
		{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT is not the address of a collector; http://127.0.0.1:4318 is one", nil, []string{"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=http://"}},
		{"OTEL_EXPORTER_OTLP_PROTOCOL is \"grpc\", and traces are sent as http/protobuf only: leave it out, and name the address where the collector takes HTTP, most often http://127.0.0.1:4318", nil, []string{collector + "http://127.0.0.1:4317", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc"}},
		{"OTEL_EXPORTER_OTLP_ENDPOINT names port 4317, where a collector takes gRPC, and traces are sent over HTTP only: name the address where the collector takes HTTP, most often https://collector:4318; if 4317 takes HTTP here, set OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf", nil, []string{collector + "https://collector:4317"}},
		{"there is no log level \"loud\": -log-level is debug, info, warn or error", []string{"-log-level", "loud"}, nil},
		{"there is no log format \"xml\": -log-format and LOG_FORMAT are text or json", []string{"-log-format", "xml"}, nil},
		{"there is no log format \"xml\": -log-format and LOG_FORMAT are text or json", nil, []string{"LOG_FORMAT=xml"}},
	} {
		t.Run(test.says, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"-addr", "127.0.0.1:0", "-data", t.TempDir()}, test.args...)
			require.EqualError(t, run(t.Context(), args, environment(test.env...), io.Discard, io.Discard), test.says)
		})
	}
}

func TestACollectorMayTakeHTTPAtThePortOfGRPC(t *testing.T) {
	t.Parallel()
	asked := environment("OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf")
	require.NoError(t, checkCollector("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:4317", asked))
}

func TestAPortAloneIsOneOfThisMachine(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"9090": "127.0.0.1:9090", ":9090": "127.0.0.1:9090", "0": "127.0.0.1:0", "[::1]:9090": "[::1]:9090", "0.0.0.0:9090": "0.0.0.0:9090",
	} {
		got, err := ownAddress("metrics-addr", given)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
}

func TestMetricsAreForThisMachineOrForWhoeverHasTheToken(t *testing.T) {
	t.Parallel()
	metrics := &telemetry{registry: prometheus.NewRegistry()}
	token := strings.Repeat("t", 32)
	logger := slog.New(slog.DiscardHandler)
	for _, test := range []struct {
		token, host, authorization string
		want                       int
	}{
		{"", "127.0.0.1:9090", "", http.StatusOK},
		{"", "localhost:9090", "", http.StatusOK},
		{"", "[::1]:9090", "", http.StatusOK},
		{"", "evil.example:9090", "", http.StatusForbidden}, // which may resolve to 127.0.0.1
		{token, "courses.example.org:9090", "", http.StatusUnauthorized},
		{token, "127.0.0.1:9090", "", http.StatusUnauthorized},
		{token, "courses.example.org:9090", "Bearer " + token[1:], http.StatusUnauthorized},
		{token, "courses.example.org:9090", "Basic " + token, http.StatusUnauthorized},
		{token, "courses.example.org:9090", "Bearer " + token, http.StatusOK},
	} {
		request := httptest.NewRequest(http.MethodGet, "http://"+test.host+"/metrics", nil)
		request.Header.Set("Authorization", test.authorization)
		answer := httptest.NewRecorder()
		metrics.metricsHandler(test.token, logger).ServeHTTP(answer, request)
		assert.Equal(t, test.want, answer.Code, "%+v", test)
	}
	request := httptest.NewRequest(http.MethodGet, "http://evil.example/debug/pprof/heap", nil)
	answer := httptest.NewRecorder()
	profiles().ServeHTTP(answer, request)
	require.Equal(t, http.StatusForbidden, answer.Code)
}

func TestEachLineOfTheLogHasTheIDsOfItsRequestAndItsTrace(t *testing.T) {
	t.Parallel()
	var lines strings.Builder
	logger := newLogger(options{logFormat: "json", logLevel: slog.LevelWarn}, &lines).With("part", "web")
	ctx := dcb.WithCorrelationID(t.Context(), "mine")
	ctx = trace.ContextWithSpanContext(ctx, trace.NewSpanContext(trace.SpanContextConfig{TraceID: trace.TraceID{1}, SpanID: trace.SpanID{2}}))
	logger.InfoContext(ctx, "not told at this level")
	logger.WarnContext(ctx, "first")
	logger.WarnContext(ctx, "second", "request_id", "named already")
	logger.WarnContext(context.Background(), "third") //nolint:usetesting // it has no ids
	said := strings.Split(strings.TrimSpace(lines.String()), "\n")
	require.Len(t, said, 3)
	const ids = `"trace_id":"01000000000000000000000000000000","span_id":"0200000000000000"}`
	require.Contains(t, said[0], `"msg":"first","part":"web","request_id":"mine",`+ids)
	require.Contains(t, said[1], `"msg":"second","part":"web","request_id":"named already",`+ids)
	require.True(t, strings.HasSuffix(said[2], `"msg":"third","part":"web"}`), said[2])
}

// The id in a span is the one under which the receipt is kept.
func TestASpanNamesTheReceiptOfItsDecision(t *testing.T) {
	t.Parallel()
	events := []dcb.InputEvent{{ID: "first"}, {ID: "second"}}
	ctx, _ := receipt.Record(dcb.WithCorrelationID(t.Context(), "mine"), courses.SubscribeStudent{}, "")
	race, _ := receipt.Record(ofRace(dcb.WithCorrelationID(t.Context(), "all")), courses.SubscribeStudent{}, "")
	for _, test := range []struct {
		ctx  context.Context
		d    dcbotel.Decision
		want string
	}{
		{ctx, dcbotel.Decision{Outcome: dcbotel.Refused}, receipt.IDIn(ctx)},
		{ctx, dcbotel.Decision{Outcome: dcbotel.Appended, Events: events}, story.ReceiptOf("mine")},
		{ctx, dcbotel.Decision{Outcome: dcbotel.Failed, Err: dcb.ErrUnknownOutcome}, story.ReceiptOf("mine")},
		{race, dcbotel.Decision{Outcome: dcbotel.Appended, Events: events}, story.ReceiptOf("first")},
		{race, dcbotel.Decision{Outcome: dcbotel.Lost, Events: events}, receipt.IDIn(race)},
	} {
		require.Equal(t, []attribute.KeyValue{attribute.String("receipt.id", test.want)}, receiptOf(test.ctx, test.d))
	}
	require.Empty(t, receiptOf(t.Context(), dcbotel.Decision{Outcome: dcbotel.Appended}), "an import leaves no receipt")
}
