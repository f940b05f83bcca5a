package web

import (
	"net/netip"
	"time"
)

// Routes returns the patterns of the route table.
func Routes() []string {
	var patterns []string
	for _, route := range (&server{}).routes() {
		patterns = append(patterns, route.pattern)
	}
	return patterns
}

// A Throttle is one to test by itself.
type Throttle struct{ *throttle }

func NewThrottle(clients, burst int, pace time.Duration) Throttle {
	return Throttle{newThrottle(clients, burst, pace)}
}

func (t Throttle) Take(client netip.Prefix) time.Duration { return t.take(client) }
func (t Throttle) GiveBack(client netip.Prefix)           { t.giveBack(client) }

// The bounds on attempts at the passcode.
const (
	AttemptsOfOne = attemptsOfOne
	AttemptsOfAll = attemptsOfAll
)

// TryPasscode returns what becomes of attempts at a passcode, by who makes them.
func TryPasscode(passcode string) func(addr, given string) (right bool, wait time.Duration) {
	s := newServer(Config{Passcode: passcode})
	return func(addr, given string) (bool, time.Duration) {
		return s.tryPasscode(client{addr: netip.MustParseAddr(addr)}, given)
	}
}

var PlainText = plainText
