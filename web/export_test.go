package web

import (
	"context"
	"errors"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"go-crablet/gap"
	"go-crablet/web/ui"
)

// Routes returns the patterns of the route table.
func Routes() []string {
	var patterns []string
	for _, r := range withWaysBack(rooms{}.routes()) {
		patterns = append(patterns, r.Pattern)
	}
	return patterns
}

// A Throttle is one to test by itself.
type Throttle struct{ *throttle[netip.Prefix] }

func NewThrottle(clients, burst int, pace time.Duration) Throttle {
	return Throttle{newThrottle[netip.Prefix](clients, burst, pace)}
}

func (t Throttle) Take(client netip.Prefix) time.Duration { return t.of(client).take() }
func (t Throttle) GiveBack(client netip.Prefix)           { t.of(client).giveBack() }

// The bounds on attempts at the passcode.
const (
	AttemptsOfOne  = attemptsOfOne
	AttemptsOfWide = attemptsOfWide
	AttemptsOfAll  = attemptsOfAll
)

// CookieName returns the name of the cookie of a session, without TLS.
func CookieName(key, session string) string {
	return newCookies([][]byte{[]byte(key)}).keys[0].name(&http.Request{}, session)
}

// TryPasscode returns what becomes of attempts at a passcode, by who makes them.
func TryPasscode(passcode string) func(addr, signedInBefore, given string) (right bool, wait time.Duration) {
	s := newServer(Needs{Passcode: passcode})
	return func(addr, signedInBefore, given string) (bool, time.Duration) {
		return s.tryPasscode(client{addr: netip.MustParseAddr(addr)}, signedInBefore, given)
	}
}

var PlainText = ui.PlainText

// A Turnstile is one to test by itself.
type Turnstile struct{ *turnstile }

func NewTurnstile(share int) Turnstile { return Turnstile{newTurnstile(share)} }

// Enter is enter, with what keeps the network from its turn told in parts.
func (t Turnstile) Enter(ctx context.Context, network netip.Prefix) (leave func(), wait time.Duration, own bool, err error) {
	leave, err = t.enter(ctx, network)
	if c, ok := errors.AsType[crowd](err); ok {
		wait, own = c.wait, c.own
	}
	return leave, wait, own, err
}

// FillLive takes all places for live pages that a network can have.
func (a *App) FillLive(t testing.TB, network string) {
	for {
		if _, err := a.news.viewers.Join(t.Context(), network, []string{"log"}); err != nil {
			return
		}
	}
}

// TakePlace takes a place for a costly page, as if somebody of a network had it made.
func (a *App) TakePlace(t testing.TB, network string) (leave func()) {
	leave, err := a.site.costly.enter(t.Context(), netip.MustParsePrefix(network))
	if err != nil {
		t.Fatal(err)
	}
	return leave
}

// Keeper returns what holds decisions.
func (a *App) Keeper() *gap.Keeper { return a.keeper }
