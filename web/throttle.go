package web

import (
	"hash/maphash"
	"math"
	"net/netip"
	"strconv"
	"sync/atomic"
	"time"
)

// A throttle lets every client do something a number of times at once, and from then
// on at a steady pace.
//
// All that it keeps of a client is a time, in a table whose size never changes, at
// a place that nobody can foretell. So no number of clients takes more memory. Two
// that fall on one place share its pace, which is rare and makes it stricter only.
//
// Every instance of the application has throttles of its own.
type throttle struct {
	burst int
	pace  time.Duration // between two, after the burst

	start time.Time
	seed  maphash.Seed
	// By client: until when what it did so far would take at the steady pace, in
	// nanoseconds since the start. It may be ahead of now by a burst.
	until []atomic.Int64
}

func newThrottle(clients, burst int, pace time.Duration) *throttle {
	return &throttle{
		burst: burst, pace: pace,
		start: time.Now(), seed: maphash.MakeSeed(), until: make([]atomic.Int64, clients),
	}
}

func (t *throttle) of(client netip.Prefix) *atomic.Int64 {
	return &t.until[maphash.Comparable(t.seed, client)%uint64(len(t.until))]
}

// take returns 0 and counts, or else how long the client has to wait.
func (t *throttle) take(client netip.Prefix) time.Duration {
	for until := t.of(client); ; {
		now, before := int64(time.Since(t.start)), until.Load()
		after := max(before, now) + int64(t.pace)
		if wait := after - now - int64(t.burst)*int64(t.pace); wait > 0 {
			return time.Duration(wait)
		}
		if until.CompareAndSwap(before, after) {
			return 0
		}
	}
}

// giveBack undoes a take, as if it had not happened.
func (t *throttle) giveBack(client netip.Prefix) {
	t.of(client).Add(-int64(t.pace))
}

// seconds is how long to wait in whole seconds, rounded up.
func seconds(wait time.Duration) int { return int(math.Ceil(wait.Seconds())) }

// waiting words how long to wait.
func waiting(wait time.Duration) string {
	n := seconds(wait)
	return strconv.Itoa(n) + " " + plural(n, "second", "seconds")
}
