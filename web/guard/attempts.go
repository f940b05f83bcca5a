package guard

import (
	"net/netip"
	"time"
)

// Attempts at the passcode: what people need who mistype it, and far too few to
// guess one.
const (
	AttemptsOfOne    = 10
	paceOfOneAttempt = 30 * time.Second

	// One person, or one small company, can have as many addresses as there are in a wide
	// network.
	AttemptsOfWide = 40
	paceOfWide     = 10 * time.Second

	// Whoever has many networks is kept to the pace of all together.
	AttemptsOfAll = 100
	paceOfAll     = time.Second
)

// An Attempts counts attempts at the passcode, in all the ways that matter.
type Attempts struct {
	one, wide *Throttle[netip.Prefix]
	known     *Throttle[string]
	all       *Throttle[struct{}]
}

func NewAttempts() Attempts {
	return Attempts{
		one:   NewThrottle[netip.Prefix](ClientsToldApart, AttemptsOfOne, paceOfOneAttempt),
		wide:  NewThrottle[netip.Prefix](ClientsToldApart, AttemptsOfWide, paceOfWide),
		known: NewThrottle[string](ClientsToldApart, AttemptsOfOne, paceOfOneAttempt),
		all:   NewThrottle[struct{}](1, AttemptsOfAll, paceOfAll),
	}
}

// Tallies returns where an attempt counts by a client. A browser that signed in before has
// one of its own, and strangers can't use that up, however many they are.
func (a Attempts) Tallies(c Client, signedInBefore string) []tally {
	if signedInBefore != "" {
		return []tally{a.known.Of(signedInBefore)}
	}
	return []tally{a.one.Of(c.Network()), a.wide.Of(c.WideNetwork()), a.all.Of(struct{}{})}
}

func GiveBack(tallies []tally) {
	for _, tally := range tallies {
		tally.GiveBack()
	}
}
