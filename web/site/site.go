package site

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/nearby"
	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/signin"
	"go-crablet/web/guard"
)

// A Config is what all pages need.
type Config struct {
	Log      *dcb.Store
	Keys     *sealed.Keys // of students' names
	Terms    *readmodel.Model
	Receipts *receipt.Store
	SignIns  *signin.Store
	Ping     func(context.Context) error // reports whether the database answers
	IsOutage func(error) bool            // reports whether an error says that the database does not answer
	IsFull   func(error) bool            // reports whether an error says that the database answers, and is full
	Database string                      // its name for the foot of every page: "PostgreSQL 18.1"
	Program  string                      // which program this is, for /healthz: its version, commit, and Go
	Logger   *slog.Logger

	// Nearby are standbys that pages may be read from, or nil.
	Nearby *nearby.Standbys

	// The first of the SessionKeys signs session cookies. Cookies signed with the others can
	// still be read. Each key is at least 32 random bytes.
	SessionKeys [][]byte
	// Whoever knows the Passcode can be the registrar. If it is empty, everybody is the
	// registrar, and only requests to this machine are answered.
	Passcode string
	// Hosts are the names of this site. If there is a passcode, requests to other names are
	// not answered. IP addresses and localhost always are.
	Hosts []string
	// TrustedProxies are the proxies whose headers are believed about the client of a request.
	TrustedProxies []netip.Prefix
	// WritesPerSecond is how many forms one client may send per second in the long run. A burst
	// may have ten times as many. 0 is no limit.
	WritesPerSecond int
	// CostlyShare is how much of the time, in percent, costly pages of one network may take in
	// the long run; see [guard.Turnstile]. 0 is no limit.
	CostlyShare int
	// Keeping is shown on pages. The site itself deletes nothing.
	Keeping Keeping
}

// A Site has what all pages share.
type Site struct {
	Config

	sessions *cookies
	attempts guard.Attempts                // at the passcode
	writes   *guard.Throttle[netip.Prefix] // forms; nil for no limit
	Costly   *guard.Turnstile              // costly pages; nil for no limit
	noted    *guard.Throttle[netip.Prefix] // log lines about throttled networks

	Throttled Throttled
}

// New returns a site. Hand it the rooms with [Site.Handler].
func New(needs Config) *Site {
	s := &Site{
		Config:   needs,
		sessions: newCookies(needs.SessionKeys),
		attempts: guard.NewAttempts(),
		noted:    guard.NewThrottle[netip.Prefix](guard.ClientsToldApart, 1, time.Minute),
	}
	if n := needs.WritesPerSecond; n > 0 {
		s.writes = guard.NewThrottle[netip.Prefix](guard.ClientsToldApart, 10*n, time.Second/time.Duration(n))
	}
	if needs.CostlyShare > 0 {
		s.Costly = guard.NewTurnstile(needs.CostlyShare)
	}
	return s
}

// Rooms are what the packages that are built on a site hand to it.
type Rooms struct {
	Routes []Route
	Bars   []func(*Visit) Bar // from top to bottom
	// PassOn is called when the runner of a browser changes; see [RunnerKey].
	PassOn func(from, to string)
}

// Handler serves the pages of all rooms.
func (s *Site) Handler(rooms Rooms) http.Handler {
	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.SetDenyHandler(s.handle((*Visit).denyCrossOrigin))

	// The first one is the outermost.
	return chain(s.mux(rooms),
		s.identify,
		s.locate,
		s.logRequests,
		s.recoverPanics,
		securityHeaders,
		compressed,
		bounds,
		s.onlyOurHosts,
		crossOrigin.Handler,
	)
}
