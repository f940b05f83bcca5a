package guard

import (
	"net/netip"
	"time"
)

// The bounds on attempts at the passcode are enough for people who mistype it, and far too few
// to guess it.
const (
	AttemptsOfOne    = 10
	paceOfOneAttempt = 30 * time.Second

	// One person or one small company can have all addresses of a wide network.
	AttemptsOfWide = 40
	paceOfWide     = 10 * time.Second

	// An attacker may have many networks, so there is a bound on all of them together.
	AttemptsOfAll = 100
	paceOfAll     = time.Second
)

// Attempts count attempts at the passcode.
type Attempts struct {
	one, wide *Throttle[netip.Prefix]
	known     *Throttle[string] // by browser
	all       *Throttle[struct{}]
}

// NewAttempts returns a count of no attempts.
func NewAttempts() Attempts {
	return Attempts{
		one:   NewThrottle[netip.Prefix](ClientsToldApart, AttemptsOfOne, paceOfOneAttempt),
		wide:  NewThrottle[netip.Prefix](ClientsToldApart, AttemptsOfWide, paceOfWide),
		known: NewThrottle[string](ClientsToldApart, AttemptsOfOne, paceOfOneAttempt),
		all:   NewThrottle[struct{}](1, AttemptsOfAll, paceOfAll),
	}
}

// Take counts an attempt, for its network, its wide network, and all together. A browser in
// which the registrar signed in before is counted by itself only, so strangers can't use up
// its attempts. If the client has to wait, the attempt is not counted. Otherwise giveBack
// undoes the count.
func (a Attempts) Take(c Client, signedInBefore string) (giveBack func(), wait time.Duration) {
	tallies := []Tally{a.one.Of(c.Network()), a.wide.Of(c.WideNetwork()), a.all.Of(struct{}{})}
	if signedInBefore != "" {
		tallies = []Tally{a.known.Of(signedInBefore)}
	}
	for i, tally := range tallies {
		if wait := tally.Take(); wait > 0 {
			giveAllBack(tallies[:i])
			return nil, wait
		}
	}
	return func() { giveAllBack(tallies) }, 0
}

func giveAllBack(tallies []Tally) {
	for _, tally := range tallies {
		tally.GiveBack()
	}
}
