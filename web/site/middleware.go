package site

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"
	"slices"
	"time"

	"go-crablet/dcb"
	"go-crablet/web/guard"
)

// Bounds on a request.
const (
	LongestRequest = 15 * time.Second
	largestBody    = 64 << 10

	// LongestAfterthought is for what is done when the request itself is over.
	LongestAfterthought = 3 * time.Second
)

type middleware func(http.Handler) http.Handler

// chain wraps h in the middleware, the first one outermost.
func chain(h http.Handler, around ...middleware) http.Handler {
	for _, m := range slices.Backward(around) {
		h = m(h)
	}
	return h
}

// identify gives the request an ID. It is the correlation ID of the events that
// the request appends, and what a visitor can quote when something broke.
func (s *Site) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := dcb.NewID()
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(dcb.WithCorrelationID(r.Context(), id)))
	})
}

// logRequests writes a line for every request that changes something or fails.
func (s *Site) logRequests(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		recorded := &statusRecorder{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(recorded, r)
		reads := r.Method == http.MethodGet || r.Method == http.MethodHead
		if reads && recorded.status < http.StatusBadRequest {
			return
		}
		s.Logger.LogAttrs(r.Context(), slog.LevelInfo, "request",
			slog.String("method", shortened(r.Method)),
			slog.String("path", shortened(r.URL.Path)),
			slog.Int("status", recorded.status),
			slog.Duration("took", time.Since(start).Round(time.Microsecond)),
			slog.String("client", guard.ClientOf(r).Addr.String()),
			slog.String("request_id", dcb.CorrelationID(r.Context())))
	})
}

// shortened is the beginning of what a client sent, enough for a line in the log.
func shortened(text string) string {
	const enough = 200
	if len(text) > enough {
		return text[:enough] + "…"
	}
	return text
}

type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (w *statusRecorder) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the writer underneath.
func (w *statusRecorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// recoverPanics answers a panic as any other internal error.
func (s *Site) recoverPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler: // the way of net/http to give a connection up
				panic(p)
			default:
				s.Logger.ErrorContext(r.Context(), "panic", "value", p, "stack", string(debug.Stack()),
					"request_id", dcb.CorrelationID(r.Context()))
				v := s.newVisit(w, r)
				v.problem(v.somethingBroke())
			}
		}()
		next.ServeHTTP(w, r)
	})
}

// securityHeaders tells browsers that everything on our pages is ours, and that
// nobody else's page may have any of it.
func securityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy",
			"default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		secure := guard.ClientOf(r).Secure
		if secure || guard.IsThisMachine(r.Host) { // elsewhere a browser only complains of it
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
		}
		if secure && !guard.IsThisMachine(r.Host) { // whose other programs may do without TLS
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// bounds keeps a request from taking forever or sending without end. The news last as
// long as somebody looks.
func bounds(next http.Handler) http.Handler {
	return http.MaxBytesHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == livePath {
			next.ServeHTTP(w, r)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), LongestRequest)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	}), largestBody)
}
