package guard

import (
	"context"
	"net/netip"
	"slices"
	"sync"
	"time"

	"go-crablet/internal/places"
)

// Bounds on costly pages. These read much of the log: the lens, and pages as of an earlier
// position.
const (
	costlyAtOnce  = 4
	costlyWaiting = 200

	// longestTurn is how long a page waits for its turn. It is shorter than the patience of
	// visitors, so whoever asks for too much still reads why.
	longestTurn = 5 * time.Second

	// costlyBurst is how much time costly pages of one network may take together before the
	// network has to keep to its share.
	costlyBurst = 3 * time.Second
)

// A Turnstile lets only a few costly pages be made at once, so decisions and other pages have
// the rest of the machine. It is fair between networks: none gets all places, and each has its
// own share of time.
type Turnstile struct {
	time *Throttle[netip.Prefix]

	mu      sync.Mutex
	making  *places.Room[netip.Prefix]
	waiting *places.Room[netip.Prefix]
	line    []*turn     // the waiting turns, in the order of arrival
	wake    *time.Timer // calls begin when a network has time again; nil if none waits for that
}

// A turn is the place of one page in the line.
type turn struct {
	network netip.Prefix
	begun   chan struct{} // closed when the page may be made
}

// NewTurnstile returns a turnstile where the pages of one network may take a share of the time
// in the long run, in percent.
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
	Wait time.Duration // how long to wait before another try
	Own  bool          // the page's own network asks for too much
}

func (c Crowd) Error() string { return "too many costly pages are asked for" }

// Enter waits for the turn of a page. Call leave when the page is made. The error is a [Crowd],
// or the error of the context.
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

// giveUp takes a turn out of the line, and returns a [Crowd]. If the turn has just begun, it
// returns nil.
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

// leave ends a turn, and lets the next one begin.
func (t *Turnstile) leave(mine *turn, took time.Duration) {
	t.time.Of(mine.network).spend(took)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.making.Leave(mine.network)
	t.begin()
}

// begin begins all turns that can begin, in the order of the line. A turn can begin if its network
// has time left and gets a place. The other turns wait until a turn ends or their network has time again.
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

// crowd says whether the network itself is why its turn does not come, and how long to wait.
func (t *Turnstile) crowd(network netip.Prefix) Crowd {
	owes := t.time.Of(network).owes()
	return Crowd{
		Wait: max(owes, longestTurn),
		Own:  owes > 0 || t.making.Of(network) > 1 || t.waiting.Of(network) > costlyWaiting/4,
	}
}
