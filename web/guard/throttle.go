package guard

import (
	"hash/maphash"
	"sync/atomic"
	"time"
)

// A Throttle lets every client do something a number of times at once, and from then
// on at a steady pace. C is what tells clients apart.
//
// All that it keeps of a client is a time, in a table whose size never changes, at
// a place that nobody can foretell. So no number of clients takes more memory. Two
// that fall on one place share its pace, which is rare and makes it stricter only.
//
// Every instance of the application has throttles of its own.
type Throttle[C comparable] struct {
	burst int
	pace  time.Duration // between two, after the burst

	start time.Time
	seed  maphash.Seed
	// By client: until when what it did so far would take at the steady pace, in
	// nanoseconds since the start. It may be ahead of now by a burst.
	until []atomic.Int64
}

func NewThrottle[C comparable](clients, burst int, pace time.Duration) *Throttle[C] {
	return &Throttle[C]{
		burst: burst, pace: pace,
		start: time.Now(), seed: maphash.MakeSeed(), until: make([]atomic.Int64, clients),
	}
}

// A tally is that of one client.
type tally struct {
	until *atomic.Int64
	burst int
	pace  time.Duration
	start time.Time
}

func (t *Throttle[C]) Of(client C) tally {
	return tally{&t.until[maphash.Comparable(t.seed, client)%uint64(len(t.until))], t.burst, t.pace, t.start}
}

// Take returns 0 and counts, or else how long the client has to wait.
func (c tally) Take() time.Duration {
	for {
		now, before := int64(time.Since(c.start)), c.until.Load()
		after := max(before, now) + int64(c.pace)
		if wait := after - now - int64(c.burst)*int64(c.pace); wait > 0 {
			return time.Duration(wait)
		}
		if c.until.CompareAndSwap(before, after) {
			return 0
		}
	}
}

// spend counts what took so many milliseconds. What is to be spent is not known before, so
// it may be more than the client had left.
func (c tally) spend(took time.Duration) {
	cost := int64(took) * int64(c.pace/time.Millisecond)
	for {
		before := c.until.Load()
		if c.until.CompareAndSwap(before, max(before, int64(time.Since(c.start)))+cost) {
			return
		}
	}
}

// owes returns how long it takes until a client that has spent may spend again.
func (c tally) owes() time.Duration {
	return time.Duration(c.until.Load() - int64(time.Since(c.start)) - int64(c.burst)*int64(c.pace))
}

// GiveBack undoes a take, as if it had not happened.
func (c tally) GiveBack() {
	c.until.Add(-int64(c.pace))
}

// ClientsToldApart is how many clients a throttle tells apart. It takes 512 KB.
const ClientsToldApart = 1 << 16
