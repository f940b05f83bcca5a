package web

import (
	"net/netip"
	"time"
)

// Attempts at the passcode: what people need who mistype it, and far too few to
// guess one.
const (
	attemptsOfOne    = 10
	paceOfOneAttempt = 30 * time.Second

	// One person, or one small company, can have as many addresses as there are in a wide
	// network.
	attemptsOfWide = 40
	paceOfWide     = 10 * time.Second

	// Whoever has many networks is kept to the pace of all together.
	attemptsOfAll = 100
	paceOfAll     = time.Second
)

// An attempts counts attempts at the passcode, in all the ways that matter.
type attempts struct {
	one, wide *throttle[netip.Prefix]
	known     *throttle[string]
	all       *throttle[struct{}]
}

func newAttempts() attempts {
	return attempts{
		one:   newThrottle[netip.Prefix](throttled, attemptsOfOne, paceOfOneAttempt),
		wide:  newThrottle[netip.Prefix](throttled, attemptsOfWide, paceOfWide),
		known: newThrottle[string](throttled, attemptsOfOne, paceOfOneAttempt),
		all:   newThrottle[struct{}](1, attemptsOfAll, paceOfAll),
	}
}

// tallies returns where an attempt counts by a client. A browser that signed in before has
// one of its own, and strangers can't use that up, however many they are.
func (a attempts) tallies(c client, signedInBefore string) []tally {
	if signedInBefore != "" {
		return []tally{a.known.of(signedInBefore)}
	}
	return []tally{a.one.of(c.network()), a.wide.of(c.wideNetwork()), a.all.of(struct{}{})}
}

func giveBack(tallies []tally) {
	for _, tally := range tallies {
		tally.giveBack()
	}
}
