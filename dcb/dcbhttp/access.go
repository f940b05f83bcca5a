package dcbhttp

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"

	"go-crablet/dcb"
)

// identify gives the request an ID, which is the correlation ID of the events that it appends.
func identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		id := dcb.NewID()
		h := w.Header()
		h.Set("X-Request-Id", id)
		h.Set("Cache-Control", "no-store")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		next.ServeHTTP(w, r.WithContext(dcb.WithCorrelationID(r.Context(), id)))
	})
}

// guard lets in clients with the token or, without a token, programs on this machine. Pages of
// other sites can't append.
func (s *server) guard(next http.Handler) http.Handler {
	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.SetDenyHandler(s.handle(func(http.ResponseWriter, *http.Request) error {
		return badRequest{http.StatusForbidden, "this was sent by a page of another site, and only programs may append"}
	}))
	next = crossOrigin.Handler(next)
	return s.handle(func(w http.ResponseWriter, r *http.Request) error {
		switch {
		case s.Token == "" && !isThisMachine(r.Host):
			return badRequest{http.StatusForbidden, "without a token, this is only for requests to localhost, 127.0.0.1 or [::1]"}
		case s.Token == "" && isProxied(r.Header):
			return badRequest{http.StatusForbidden, "without a token, this is not for requests that a proxy passed on, since anybody may be behind it"}
		case s.Token != "" && !s.carriesToken(r):
			return s.refuse(w, r)
		}
		next.ServeHTTP(w, r)
		return nil
	})
}

// Wrong tokens are answered slowly, and only a number of them at once. So somebody who tries
// many tokens slows down nobody else.
const (
	mostRefusing = 32
	refusalTakes = 300 * time.Millisecond
)

// refuse answers a request without the token. It logs a wrong token.
func (s *server) refuse(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("WWW-Authenticate", "Bearer")
	refused := badRequest{http.StatusUnauthorized, "this needs the header Authorization: Bearer, with the right token"}
	if r.Header.Get("Authorization") == "" {
		return refused
	}
	select {
	case s.refusing <- struct{}{}:
		defer func() { <-s.refusing }()
	default:
		w.Header().Set("Retry-After", "1")
		return badRequest{http.StatusTooManyRequests, "this token is wrong, as many are at the moment: wait a second before you send another"}
	}
	forwarded := r.Header.Get("X-Forwarded-For") // anybody may make it as long as they like
	s.Logger.WarnContext(r.Context(), "refused a token", "from", r.RemoteAddr, "forwarded_for", forwarded[:min(len(forwarded), 200)],
		"request_id", dcb.CorrelationID(r.Context()))
	select {
	case <-time.After(refusalTakes):
	case <-r.Context().Done():
	}
	return refused
}

// isThisMachine reports whether a Host header names this machine, without asking DNS. If the
// name evil.example resolves to 127.0.0.1, a browser takes its pages for the same origin, and
// their requests still have evil.example as their host.
func isThisMachine(host string) bool {
	name := (&url.URL{Host: host}).Hostname()
	ip, err := netip.ParseAddr(name)
	return strings.EqualFold(name, "localhost") || err == nil && ip.IsLoopback()
}

// isProxied reports whether a request has a header with which proxies name their client.
func isProxied(header http.Header) bool {
	for name := range header {
		switch {
		case strings.HasPrefix(name, "X-Forwarded-"):
			return true
		case slices.Contains([]string{
			"Forwarded", "Via", "X-Real-Ip", "X-Client-Ip", "X-Cluster-Client-Ip", "True-Client-Ip", "X-Original-Forwarded-For",
			"Cf-Connecting-Ip", "Fastly-Client-Ip", "Fly-Client-Ip", "X-Envoy-External-Address", "X-Original-Host",
		}, name):
			return true
		}
	}
	return false
}

// carriesToken takes the same time however much of the token is right: it compares hashes,
// which have the same length.
func (s *server) carriesToken(r *http.Request) bool {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	got, want := sha256.Sum256([]byte(token)), sha256.Sum256([]byte(s.Token))
	return strings.EqualFold(scheme, "Bearer") && subtle.ConstantTimeCompare(got[:], want[:]) == 1
}
