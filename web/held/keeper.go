package held

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"go-crablet/internal/places"
	"go-crablet/receipt"
)

const (
	// Longest is how long an attempt is held when nobody lets it go on.
	Longest = time.Minute

	// LongestInAll is how long all attempts of a decision are held together. From then
	// on it is held no more.
	LongestInAll = 10 * time.Minute

	mostOfOne = 3   // decisions of one holder that are under way
	mostInAll = 200 // and of all holders together, of which no network takes all
	mostOver  = 500 // that are remembered when they are over

	// longestRest is for what a decision does while it is not held.
	longestRest = 30 * time.Second

	// lastRest is the same once the keeper is closed.
	lastRest = 5 * time.Second
)

// Busy says that no more can be held right now. Its text is for whoever asked, and tells
// what to do.
type Busy string

// Error implements error.
func (b Busy) Error() string { return string(b) }

// A Keeper takes decisions that are to be held, and knows those that are. It is safe for
// concurrent use.
type Keeper struct {
	longest time.Duration
	changed func(id string) // or nil

	mu       sync.Mutex
	underWay []*Decision // in the order in which they began
	places   *places.Room[string]
	over     []*Decision // the last of them, the oldest first
	closed   bool
	running  sync.WaitGroup
}

// NewKeeper returns a keeper that lets an attempt go on by itself after so long; see
// [Longest]. It calls changed, which may be nil, with the id of a decision whenever the
// stage of that changes. Close the keeper before the log that its decisions are taken on.
func NewKeeper(longest time.Duration, changed func(id string)) *Keeper {
	return &Keeper{longest: longest, changed: changed, places: places.NewRoom[string](mostInAll)}
}

// Longest returns how long an attempt is held when nobody lets it go on.
func (k *Keeper) Longest() time.Duration { return k.longest }

// A Spec is what is to be held, for whom and how long.
type Spec struct {
	Holder string // who may let it go on at first; nobody else can know this
	From   string // the network that it was asked for from, or another place that many holders share
	Title  string // what is asked for, in words
	Page   string // where it was asked for

	// Form tells a form from all others. Sent again while it is held, it is the decision
	// that is under way. "" is a decision of its own each time.
	Form string

	// Think is how long each attempt is held. 0 holds it until it is told to go on.
	Think time.Duration

	// Take takes the decision, by way of [Follow], and returns what came of it.
	Take func(context.Context) (receipt.Result, error)
}

// Hold begins a decision, and returns while it is under way. It is joined if the same
// form began it before. Values of ctx are those of the decision; its end is not. The
// error is [Busy].
func (k *Keeper) Hold(ctx context.Context, d Spec) (one *Decision, joined bool, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed {
		return nil, false, Busy("the program is about to stop: try again when it is back")
	}
	mine := 0
	for _, h := range k.underWay {
		if !h.IsOf(d.Holder) {
			continue
		}
		if d.Form != "" && h.Form == d.Form {
			return h, true, nil
		}
		mine++
	}
	switch {
	case mine >= mostOfOne:
		return nil, false, Busy("you hold three decisions already, as many as one can: let one of them go on first")
	case !k.places.Take(d.From):
		return nil, false, Busy("so many decisions are held already that there is no room for another: try again in a minute, or turn the gap off")
	}
	h := &Decision{ID: strings.ToLower(rand.Text()), Spec: d, holder: d.Holder, longest: k.longest, began: time.Now(), changed: k.changed, news: make(chan struct{})}
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), LongestInAll+longestRest)
	ctx, h.cancel = context.WithCancelCause(ctx)
	ctx = context.WithValue(ctx, heldKey{}, h)
	k.underWay = append(k.underWay, h)
	k.running.Go(func() {
		defer stop()
		result, err := d.Take(ctx)
		if cause := context.Cause(ctx); cause != nil && errors.Is(err, context.Canceled) { // else it got into the log all the same
			err = cause
		}
		k.retire(h) // first, so that nobody joins what is over
		h.end(result, err)
	})
	return h, false, nil
}

// retire remembers a decision as one that is over, for those who still have its link.
func (k *Keeper) retire(h *Decision) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.underWay = slices.DeleteFunc(k.underWay, func(other *Decision) bool { return other == h })
	k.places.Leave(h.From)
	k.over = append(k.over, h)
	if more := len(k.over) - mostOver; more > 0 {
		k.over = slices.Delete(k.over, 0, more)
	}
}

// Find returns the decision with an id: one that is under way, or one of the last that
// are over.
func (k *Keeper) Find(id string) (*Decision, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, list := range [][]*Decision{k.underWay, k.over} {
		if i := slices.IndexFunc(list, func(h *Decision) bool { return h.ID == id }); i >= 0 {
			return list[i], true
		}
	}
	return nil, false
}

// Of returns the decisions of a holder that are under way, in the order in which they
// began.
func (k *Keeper) Of(holder string) []*Decision {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(k.underWay), func(h *Decision) bool { return !h.IsOf(holder) })
}

// PassOn makes another holder the holder of all that one has, be it over or not.
func (k *Keeper) PassOn(from, to string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, list := range [][]*Decision{k.underWay, k.over} {
		for _, h := range list {
			h.passOn(from, to)
		}
	}
}

// Close ends what is held, without appending any of it, and waits until that is so. What
// is on its way into the log gets there; what is not there yet after five seconds is ended,
// too. It returns how many it ended.
func (k *Keeper) Close() (ended int) {
	k.mu.Lock()
	k.closed = true
	underWay := slices.Clone(k.underWay)
	for _, h := range underWay {
		h.stop()
	}
	k.mu.Unlock()
	late := time.AfterFunc(lastRest, func() {
		for _, h := range underWay {
			h.cancel(ErrStopped)
		}
	})
	k.running.Wait()
	late.Stop()
	for _, h := range underWay {
		if errors.Is(h.Stage().Err, ErrStopped) {
			ended++
		}
	}
	return ended
}
