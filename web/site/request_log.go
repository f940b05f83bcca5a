package site

import (
	"log/slog"
	"net/http"
	"time"

	"go-crablet/dcb"
	"go-crablet/web/guard"
)

// logRequests logs every request that changes something or fails.
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

// shortened cuts a text of a client to what fits into a line of the log.
func shortened(text string) string {
	const enough = 200
	if len(text) > enough {
		return text[:enough] + "…"
	}
	return text
}

// A statusRecorder keeps the status of an answer.
type statusRecorder struct {
	http.ResponseWriter
	status int
}

func (w *statusRecorder) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap lets [http.ResponseController] reach the wrapped writer.
func (w *statusRecorder) Unwrap() http.ResponseWriter { return w.ResponseWriter }
