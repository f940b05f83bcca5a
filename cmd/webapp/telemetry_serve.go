package main

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel"
)

const (
	metricsPath  = "/metrics"
	profilesPath = "/debug/pprof/"

	longestScrape = 5 * time.Second
)

// ownAddress returns the address of a flag that takes a port or an address. A port alone is one of
// this machine only.
func ownAddress(flag, text string) (string, error) {
	host, port, err := net.SplitHostPort(text)
	if err != nil {
		host, port = "", text
	}
	if host == "" {
		host = "127.0.0.1"
	}
	if n, err := strconv.Atoi(port); err != nil || n < 0 || n > 65535 {
		return "", fmt.Errorf("-%s %q is neither a port nor an address; 9090 and 127.0.0.1:9090 are two", flag, text)
	}
	return net.JoinHostPort(host, port), nil
}

// listenForMetrics takes the address of metrics. It returns nil if nobody asked for them. Other
// machines are served with a token only.
func (o options) listenForMetrics() (net.Listener, error) {
	l, err := listenBeside("metrics-addr", o.metricsAddr)
	if l != nil && !isLoopback(l.Addr()) && o.metricsToken == "" {
		l.Close()
		return nil, errors.New("metrics are served to other machines with a token only: set METRICS_TOKEN, or choose a loopback address with -metrics-addr")
	}
	return l, err
}

// listenForProfiles takes the address of profiles. They show the memory of the program, so they
// are for this machine only.
func (o options) listenForProfiles() (net.Listener, error) {
	l, err := listenBeside("debug-addr", o.debugAddr)
	if l != nil && !isLoopback(l.Addr()) {
		l.Close()
		return nil, errors.New("profiles show the memory of the program, so they are for this machine only: choose a loopback address with -debug-addr")
	}
	return l, err
}

func listenBeside(flag, address string) (net.Listener, error) {
	if address == "" {
		return nil, nil
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen on %s: %w; choose another address with -%s", address, rootCause(err), flag)
	}
	return l, nil
}

// serveBeside serves a handler beside the application. It returns the function that stops this
// at once, even while somebody is being answered.
func serveBeside(l net.Listener, h http.Handler, logger *slog.Logger) (stop func()) {
	server := &http.Server{
		Handler: h, ReadHeaderTimeout: 5 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 16 << 10,
		ErrorLog: slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
	}
	var serving sync.WaitGroup
	serving.Go(func() {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			logger.Error("an address beside the application is not served any more", "addr", l.Addr().String(), "error", err)
		}
	})
	return func() {
		server.Close()
		serving.Wait()
	}
}

// metricsHandler answers with the metrics: programs on this machine, or whoever has the token.
func (t *telemetry) metricsHandler(token string, logger *slog.Logger) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET "+metricsPath, promhttp.HandlerFor(t.registry, promhttp.HandlerOpts{
		// One metric that can't be found out, as while the database is away, hides no other.
		ErrorHandling:       promhttp.ContinueOnError,
		ErrorLog:            slog.NewLogLogger(logger.Handler(), slog.LevelWarn),
		MaxRequestsInFlight: 4,
		Timeout:             longestScrape,
	}))
	if token != "" {
		return withToken(token, mux)
	}
	return onlyThisMachine(mux)
}

// profiles answers with the profiles of Go.
func profiles() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc(profilesPath, pprof.Index)
	mux.HandleFunc(profilesPath+"cmdline", pprof.Cmdline)
	mux.HandleFunc(profilesPath+"profile", pprof.Profile)
	mux.HandleFunc(profilesPath+"symbol", pprof.Symbol)
	mux.HandleFunc(profilesPath+"trace", pprof.Trace)
	return onlyThisMachine(mux)
}

// withToken asks for a bearer token. It compares hashes, which takes the same time however much
// of the token is right.
func withToken(token string, next http.Handler) http.Handler {
	want := sha256.Sum256([]byte(token))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		scheme, given, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		got := sha256.Sum256([]byte(given))
		if !strings.EqualFold(scheme, "Bearer") || subtle.ConstantTimeCompare(got[:], want[:]) != 1 {
			w.Header().Set("WWW-Authenticate", "Bearer")
			http.Error(w, "this needs the header Authorization: Bearer, with METRICS_TOKEN", http.StatusUnauthorized)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// onlyThisMachine answers requests to this machine under its own names only. A page of another
// site whose name resolves to 127.0.0.1 has that name in its requests.
func onlyThisMachine(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := (&url.URL{Host: r.Host}).Hostname()
		ip, err := netip.ParseAddr(name)
		if !strings.EqualFold(name, "localhost") && (err != nil || !ip.IsLoopback()) {
			http.Error(w, "this is only for requests to localhost, 127.0.0.1 or [::1]", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// tellLostTraces makes the logger tell when traces are not delivered: at once, and then once a
// minute at most.
func tellLostTraces(logger *slog.Logger) {
	var mu sync.Mutex
	var told time.Time
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		mu.Lock()
		defer mu.Unlock()
		if time.Since(told) < time.Minute {
			return
		}
		told = time.Now()
		logger.Warn("traces are not delivered, and are lost; decisions go on: is OTEL_EXPORTER_OTLP_ENDPOINT right?", "error", oneLine(err))
	}))
}

type raceKey struct{}

// ofRace marks a context as that of a decision in a race.
func ofRace(ctx context.Context) context.Context { return context.WithValue(ctx, raceKey{}, true) }

func isOfRace(ctx context.Context) bool { return ctx.Value(raceKey{}) != nil }
