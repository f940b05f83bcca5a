package web

import (
	"net/netip"
	"testing"
	"time"

	"go-crablet/web/guard"
	"go-crablet/web/held"
	"go-crablet/web/site"
)

// Routes returns the patterns of the route table.
func Routes() []string {
	var patterns []string
	for _, r := range site.WithWaysBack(rooms{}.routes()) {
		patterns = append(patterns, r.Pattern)
	}
	return patterns
}

// The bounds on attempts at the passcode.
const (
	AttemptsOfOne  = guard.AttemptsOfOne
	AttemptsOfWide = guard.AttemptsOfWide
	AttemptsOfAll  = guard.AttemptsOfAll
)

// TryPasscode returns a function that tries a passcode from an address. signedInBefore is the
// mark of a browser that was the registrar, or "".
func TryPasscode(passcode string) func(addr, signedInBefore, given string) (right bool, wait time.Duration) {
	s := site.New(site.Config{Passcode: passcode})
	return func(addr, signedInBefore, given string) (bool, time.Duration) {
		return s.TryPasscode(guard.Client{Addr: netip.MustParseAddr(addr)}, signedInBefore, given)
	}
}

// FillLive takes all places for live pages of a network.
func (a *App) FillLive(t testing.TB, network string) {
	for {
		if _, err := a.news.Viewers.Join(t.Context(), network, []string{"log"}); err != nil {
			return
		}
	}
}

// TakePlace takes a place for a costly page, as a request from a network does.
func (a *App) TakePlace(t testing.TB, network string) (leave func()) {
	leave, err := a.site.Costly.Enter(t.Context(), netip.MustParsePrefix(network))
	if err != nil {
		t.Fatal(err)
	}
	return leave
}

// Keeper returns the keeper of held decisions.
func (a *App) Keeper() *held.Keeper { return a.keeper }
