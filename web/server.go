package web

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/gap"
	"go-crablet/lab"
	"go-crablet/live"
	"go-crablet/readmodel"
	"go-crablet/receipt"
	"go-crablet/signin"
)

// A Config is what the application cannot live without.
type Config struct {
	Log      *dcb.Store
	Keys     *sealed.Keys // of students' names
	Terms    *readmodel.Model
	Receipts *receipt.Store
	Theatre  *lab.Theatre
	Gaps     *gap.Keeper
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
	// Stopping is done when the program is about to stop: who looks at a page is then
	// no longer told what is new, which would last as long as they look. It may be nil.
	Stopping context.Context
}

type server struct {
	Config

	Bars []func(*visit) bar // in their order

	sessions *cookies
	viewers  *live.Hub
	follows  raceFollowers
	late     lateReceipts

	attempts attempts                // at the passcode
	writes   *throttle[netip.Prefix] // nil for no limit
	costly   *turnstile              // the same
	noted    *throttle[netip.Prefix] // networks that were found to be throttled
}

func newServer(config Config) *server {
	s := &server{
		Config:   config,
		sessions: newCookies(config.SessionKeys),
		attempts: newAttempts(),
		noted:    newThrottle[netip.Prefix](throttled, 1, time.Minute),
	}
	s.viewers = live.NewHub(s.listen)
	s.Bars = []func(*visit) bar{s.tourBarOf, s.bar}
	if config.Gaps != nil {
		config.Gaps.Changed = func(id string) { s.viewers.Invite(string(heldTopic(id))) }
	}
	if config.Stopping != nil {
		context.AfterFunc(config.Stopping, s.viewers.Close)
	}
	if n := config.WritesPerSecond; n > 0 {
		s.writes = newThrottle[netip.Prefix](throttled, 10*n, time.Second/time.Duration(n))
	}
	if config.CostlyShare > 0 {
		s.costly = newTurnstile(config.CostlyShare)
	}
	return s
}

// An App is the whole web application. Close it before what its configuration names.
type App struct {
	http.Handler
	server *server
}

// Close ends what runs for those who look at pages, and waits for it.
func (a *App) Close() { a.server.viewers.Close() }

// New returns the whole web application.
func New(config Config) *App {
	s := newServer(config)
	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.SetDenyHandler(s.handle((*visit).denyCrossOrigin))

	// From the outside in.
	handler := chain(s.mux(s.routes()),
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
	return &App{handler, s}
}

// health answers whether requests can be served, which takes a database, and how far
// the pages are behind the log, and how long appends wait.
func (s *server) health(v *visit) error {
	v.W.Header().Set("Content-Type", "text/plain; charset=utf-8")
	v.W.Header().Set("Cache-Control", "no-store")
	if !s.databaseAnswers(v.context()) {
		v.W.WriteHeader(http.StatusServiceUnavailable)
		_, err := v.W.Write([]byte("the database does not answer\n"))
		return err
	}
	term, err := s.Terms.Ask(v.context(), &readmodel.Questions{})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(v.W, "ok\npages are %d %s behind the log\nthe oldest append has been waiting for %s\n",
		term.Lag(), plural(int(term.Lag()), "event", "events"), s.Log.OldestAppend().Round(time.Millisecond))
	return err
}
