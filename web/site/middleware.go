package site

import (
	"context"
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
	largestBody    = 64 << 10 // bytes
	largestUpload  = 4 << 20  // bytes of a form with a file; smaller limits are told at its fields

	// LongestAfterthought bounds work that is done after the time of a request is over.
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

// identify gives the request an ID. The events that the request appends have it as their
// correlation ID, and a visitor can quote it if something breaks.
func (s *Site) identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := dcb.NewID()
		w.Header().Set("X-Request-Id", id)
		next.ServeHTTP(w, r.WithContext(dcb.WithCorrelationID(r.Context(), id)))
	})
}

// locate finds out which client a request comes from.
func (s *Site) locate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := guard.ClientBehind(s.TrustedProxies, r)
		next.ServeHTTP(w, r.WithContext(guard.WithClient(r.Context(), c)))
	})
}

// recoverPanics answers a panic like any other internal error.
func (s *Site) recoverPanics(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler: // net/http closes the connection
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

// bounds limits the time and the size of a request. The news have no time limit: they last as
// long as somebody looks at the page.
func bounds(next http.Handler) http.Handler {
	return http.MaxBytesHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == LivePath {
			next.ServeHTTP(w, r)
			return
		}
		ctx, cancel := context.WithTimeout(r.Context(), LongestRequest)
		defer cancel()
		next.ServeHTTP(w, r.WithContext(ctx))
	}), largestUpload)
}
