package guard

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"time"

	"go-crablet/internal/places"
)

// Bounds on costly pages: those that read much of the log, as the lens does and all that is
// shown as of an earlier position.
const (
	costlyAtOnce  = 4
	costlyWaiting = 200 // for a place, or for their network's time

	// longestTurn is how long a page waits for its turn. It is less than anybody waits for
	// a page, so that who asks too much is slowed down and hears why.
	longestTurn = 5 * time.Second

	// costlyBurst is how long costly pages of one network may take together before it has
	// to keep to its share.
	costlyBurst = 3 * time.Second
)

// A Turnstile lets costly pages be made one after the other, so that decisions and all
// other pages have the rest of the machine. It is fair between networks: none gets all
// places, and each has a share of time for itself.
type Turnstile struct {
	time *Throttle[netip.Prefix]

	mu      sync.Mutex
	making  *places.Room[netip.Prefix]
	waiting *places.Room[netip.Prefix]
	line    []*turn     // those who wait, the first comes first
	wake    *time.Timer // for those who lack nothing but time; nil when none do
}

// A turn is that of one page.
type turn struct {
	network netip.Prefix
	begun   chan struct{} // closed when it has begun
}

// NewTurnstile returns one where the pages of one network may take a share of time in the
// long run, in percent.
func NewTurnstile(share int) *Turnstile {
	const unit = time.Millisecond
	return &Turnstile{
		time:    NewThrottle[netip.Prefix](ClientsToldApart, int(costlyBurst/unit), unit*100/time.Duration(share)),
		making:  places.NewRoom[netip.Prefix](costlyAtOnce),
		waiting: places.NewRoom[netip.Prefix](costlyWaiting),
	}
}

// A Crowd is the error of a page whose turn does not come.
type Crowd struct {
	Wait time.Duration // after which it is worth another try
	Own  bool          // it is the page's own network that asks for so much
}

func (c Crowd) Error() string { return "too many costly pages are asked for" }

// Enter waits for the turn of a page. Whoever gets it calls leave when the page is made.
// The error is a [crowd], or that of the context.
func (t *Turnstile) Enter(ctx context.Context, network netip.Prefix) (leave func(), err error) {
	mine := &turn{network, make(chan struct{})}
	if err := t.join(mine); err != nil {
		return nil, err
	}
	patience := time.NewTimer(longestTurn)
	defer patience.Stop()
	select {
	case <-mine.begun:
	case <-patience.C:
		err = t.giveUp(mine)
	case <-ctx.Done():
		if t.giveUp(mine) != nil {
			err = ctx.Err()
		}
	}
	if err != nil {
		return nil, err
	}
	began := time.Now()
	return func() { t.leave(mine, time.Since(began)) }, nil
}

// join puts a turn at the end of the line.
func (t *Turnstile) join(mine *turn) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.waiting.Take(mine.network) {
		return t.crowd(mine.network)
	}
	t.line = append(t.line, mine)
	t.begin()
	return nil
}

// giveUp takes a turn out of the line. There is no error if it has begun meanwhile.
func (t *Turnstile) giveUp(mine *turn) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	i := slices.Index(t.line, mine)
	if i < 0 {
		return nil
	}
	t.line = slices.Delete(t.line, i, i+1)
	t.waiting.Leave(mine.network)
	return t.crowd(mine.network)
}

func (t *Turnstile) leave(mine *turn, took time.Duration) {
	t.time.Of(mine.network).spend(took)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.making.Leave(mine.network)
	t.begin()
}

// begin begins the turns of those whose network has time left and gets a place, in the
// order of the line. The others wait until somebody leaves, or until they have time again.
func (t *Turnstile) begin() {
	var soonest time.Duration
	t.line = slices.DeleteFunc(t.line, func(w *turn) bool {
		if owes := t.time.Of(w.network).owes(); owes > 0 {
			if soonest == 0 || owes < soonest {
				soonest = owes
			}
			return false
		}
		if !t.making.Take(w.network) {
			return false
		}
		t.waiting.Leave(w.network)
		close(w.begun)
		return true
	})
	if t.wake != nil {
		t.wake.Stop()
		t.wake = nil
	}
	if soonest > 0 {
		t.wake = time.AfterFunc(soonest, func() {
			t.mu.Lock()
			defer t.mu.Unlock()
			t.begin()
		})
	}
}

// crowd says why the turn of a network does not come, and when it may.
func (t *Turnstile) crowd(network netip.Prefix) Crowd {
	owes := t.time.Of(network).owes()
	return Crowd{
		Wait: max(owes, longestTurn),
		Own:  owes > 0 || t.making.Of(network) > 1 || t.waiting.Of(network) > costlyWaiting/4,
	}
}
