package guard

import (
	"hash/maphash"
	"sync/atomic"
	"time"
)

// ClientsToldApart is how many clients a throttle of the application tells apart. Its table takes
// 512 KB.
const ClientsToldApart = 1 << 16

// A Throttle lets every client do something in a burst, and after that at a steady pace. C is
// what identifies a client.
//
// It keeps one time for each client, in a table of a fixed size, at a random place. So more
// clients never take more memory. Two clients with the same place share its pace: this is
// rare, and makes the throttle stricter only.
type Throttle[C comparable] struct {
	burst int
	pace  time.Duration // the time between two, after the burst

	start time.Time
	seed  maphash.Seed
	// For each client: when it would be done with all it did so far, had it kept the steady
	// pace, in nanoseconds since start. It may be ahead of now by a burst.
	until []atomic.Int64
}

// NewThrottle returns a throttle with room for a number of clients. A client may do burst things
// at once, and then one in every pace.
func NewThrottle[C comparable](clients, burst int, pace time.Duration) *Throttle[C] {
	return &Throttle[C]{
		burst: burst, pace: pace,
		start: time.Now(), seed: maphash.MakeSeed(), until: make([]atomic.Int64, clients),
	}
}

// Of returns the tally of a client.
func (t *Throttle[C]) Of(client C) Tally {
	return Tally{&t.until[maphash.Comparable(t.seed, client)%uint64(len(t.until))], t.burst, t.pace, t.start}
}

// A Tally counts what one client does.
type Tally struct {
	until *atomic.Int64
	burst int
	pace  time.Duration
	start time.Time
}

// Take counts once and returns 0, or returns how long the client has to wait.
func (t Tally) Take() time.Duration {
	for {
		now, before := int64(time.Since(t.start)), t.until.Load()
		after := max(before, now) + int64(t.pace)
		if wait := after - now - int64(t.burst)*int64(t.pace); wait > 0 {
			return time.Duration(wait)
		}
		if t.until.CompareAndSwap(before, after) {
			return 0
		}
	}
}

// spend counts once for each millisecond that something took. Nobody knows before how long it
// takes, so it may be more than the client had left.
func (t Tally) spend(took time.Duration) {
	cost := int64(took) * int64(t.pace/time.Millisecond)
	for {
		before := t.until.Load()
		if t.until.CompareAndSwap(before, max(before, int64(time.Since(t.start)))+cost) {
			return
		}
	}
}

// owes returns how long the client has to wait before it may spend again. It is 0 or less if
// the client need not wait.
func (t Tally) owes() time.Duration {
	return time.Duration(t.until.Load() - int64(time.Since(t.start)) - int64(t.burst)*int64(t.pace))
}

// GiveBack undoes one Take.
func (t Tally) GiveBack() { t.until.Add(-int64(t.pace)) }
