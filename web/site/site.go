package site

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/signin"
	"go-crablet/web/guard"
)

// Config are what every page is made with.
type Config struct {
	Log      *dcb.Store
	Keys     *sealed.Keys // of students' names
	Terms    *readmodel.Model
	Receipts *receipt.Store
	SignIns  *signin.Store
	Ping     func(context.Context) error // reports whether the database answers
	IsOutage func(error) bool            // reports whether an error is the database's being away
	Database string                      // what it is, for the foot of every page: "PostgreSQL 18.1"
	Logger   *slog.Logger

	// The first of the SessionKeys signs session cookies, and all of them are
	// honoured. Each is 32 random bytes or more.
	SessionKeys [][]byte
	// Whoever knows the Passcode is the registrar. Without one everybody is, and only
	// requests to this machine are answered.
	Passcode string
	// Hosts are the names that the application is asked for by, once it has a passcode.
	// Addresses and localhost need no name.
	Hosts []string
	// TrustedProxies are those whose word counts on where a request comes from.
	TrustedProxies []netip.Prefix
	// WritesPerSecond is what one client may send in the long run, after ten times as
	// many at once. 0 is no limit.
	WritesPerSecond int
	// CostlyShare is how much of the time, in percent, costly pages of one network may take
	// in the long run; see turnstile. 0 is no limit.
	CostlyShare int
	// Keeping is told on pages. Whoever runs the program trims what is more.
	Keeping Keeping
}

// A Site has what all pages share.
type Site struct {
	Config

	sessions *cookies
	attempts guard.Attempts                // at the passcode
	writes   *guard.Throttle[netip.Prefix] // nil for no limit
	Costly   *guard.Turnstile              // the same
	noted    *guard.Throttle[netip.Prefix] // networks that were found to be throttled
}

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

// Rooms are what a site learns from the pages that are built on it.
type Rooms struct {
	Routes []Route
	Bars   []func(*Visit) Bar // in their order
	// PassOn is told that what a browser runs and holds goes by another name from now on.
	PassOn func(from, to string)
}

// Handler serves the pages of all rooms.
func (s *Site) Handler(rooms Rooms) http.Handler {
	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.SetDenyHandler(s.handle((*Visit).denyCrossOrigin))

	// From the outside in.
	return chain(s.mux(rooms),
		s.identify,
		s.locate,
		s.logRequests,
		s.recoverPanics,
		securityHeaders,
		compressed,
		bounds,
		s.onlyWhoIsMeant,
		crossOrigin.Handler,
	)
}
