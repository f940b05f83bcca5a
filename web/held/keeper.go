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

	// LongestInAll is how long all attempts of a decision are held together. After that
	// its attempts are not held any more.
	LongestInAll = 10 * time.Minute

	// longestHere is the same for a decision of somebody who sits at the machine of the
	// program. No lecture lasts longer.
	longestHere = 12 * time.Hour

	mostOfOne = 3   // decisions of one holder under way
	mostInAll = 200 // decisions of all holders under way; one network never gets all of these places
	mostOver  = 500 // decisions that are over and still found by their id

	// longestWork is how long a decision may read, decide and append, while it is not held.
	longestWork = 30 * time.Second

	// lastWork is how much longer it may do so once the keeper is closed.
	lastWork = 5 * time.Second
)

// Busy says that no further decision can be held right now. Its text is for the visitor,
// and tells them what to do.
type Busy string

// Error implements error.
func (b Busy) Error() string { return string(b) }

// A Keeper takes decisions in the background, and knows those that it holds. It is safe
// for concurrent use.
type Keeper struct {
	longest time.Duration
	changed func(id string) // or nil

	mu       sync.Mutex
	underWay []*Decision // in the order in which they began
	places   *places.Room[string]
	over     []*Decision // at most mostOver, the oldest first
	closed   bool
	running  sync.WaitGroup
}

// NewKeeper returns a keeper that lets an attempt go on by itself after longest. It calls
// changed, which may be nil, with the id of a decision whenever the stage of that decision
// changes. Close the keeper before the log that its decisions use.
func NewKeeper(longest time.Duration, changed func(id string)) *Keeper {
	return &Keeper{longest: longest, changed: changed, places: places.NewRoom[string](mostInAll)}
}

// Longest returns how long an attempt is held when nobody lets it go on.
func (k *Keeper) Longest() time.Duration { return k.longest }

// A Spec says which decision to take, for whom, and how long to hold it.
type Spec struct {
	Holder string // a secret of the visitor's session: whoever has it may let the decision go on
	From   string // the network of the request; all networks share the places, so each is limited
	Title  string // what is asked for, in words
	Page   string // the address of the page with the form

	// Form identifies a form that was sent. If the same holder sends it again while its
	// decision is under way, they get that decision. "" begins a new decision each time.
	Form string

	// Here says that the holder sits at the machine of the program. Then nobody else waits for
	// the place, and the decision may be held for as long as the holder likes.
	Here bool

	// Think is how long each attempt is held. 0 means until it is told to go on.
	Think time.Duration

	// Take takes the decision, by way of [Follow], and returns what came of it.
	Take func(context.Context) (receipt.Result, error)
}

// Hold begins a decision, and returns while it is under way. If the same form began it
// before, Hold returns that decision, and joined is true. The decision has the values of
// ctx, and goes on when ctx is done. The error is [Busy].
func (k *Keeper) Hold(ctx context.Context, spec Spec) (decision *Decision, joined bool, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.closed {
		return nil, false, Busy("the program is about to stop: try again when it is back")
	}
	mine := 0
	for _, d := range k.underWay {
		if !d.IsOf(spec.Holder) {
			continue
		}
		if spec.Form != "" && d.Form == spec.Form {
			return d, true, nil
		}
		mine++
	}
	switch {
	case mine >= mostOfOne:
		return nil, false, Busy("you hold three decisions already, as many as one can: let one of them go on first")
	case !k.places.Take(spec.From):
		return nil, false, Busy("so many decisions are held already that there is no room for another: try again in a minute, or turn the gap off")
	}
	d := &Decision{ID: strings.ToLower(rand.Text()), Spec: spec, holder: digest(spec.Holder), longest: k.longest, began: time.Now(), changed: k.changed, news: make(chan struct{}), longer: make(chan struct{}, 1)}
	ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), d.inAll()+longestWork)
	ctx, d.cancel = context.WithCancelCause(ctx)
	ctx = context.WithValue(ctx, decisionKey{}, d)
	k.underWay = append(k.underWay, d)
	k.running.Go(func() {
		defer stop()
		result, err := spec.Take(ctx)
		if cause := context.Cause(ctx); cause != nil && errors.Is(err, context.Canceled) { // otherwise it was appended in spite of the cancelled context
			err = cause
		}
		k.retire(d) // first, so that nobody joins a decision that is over
		d.end(result, err)
	})
	return d, false, nil
}

// retire moves a decision to those that are over, so that its link still leads somewhere.
func (k *Keeper) retire(d *Decision) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.underWay = slices.DeleteFunc(k.underWay, func(other *Decision) bool { return other == d })
	k.places.Leave(d.From)
	k.over = append(k.over, d)
	if more := len(k.over) - mostOver; more > 0 {
		k.over = slices.Delete(k.over, 0, more)
	}
}

// Find returns the decision with an id. It finds all that are under way, and the last 500
// that are over.
func (k *Keeper) Find(id string) (*Decision, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, list := range [][]*Decision{k.underWay, k.over} {
		if i := slices.IndexFunc(list, func(d *Decision) bool { return d.ID == id }); i >= 0 {
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
	return slices.DeleteFunc(slices.Clone(k.underWay), func(d *Decision) bool { return !d.IsOf(holder) })
}

// PassOn gives all decisions of the holder from to the holder to, those that are over
// included. A session that gets a new secret keeps its decisions this way.
func (k *Keeper) PassOn(from, to string) {
	k.mu.Lock()
	all := slices.Concat(k.underWay, k.over)
	k.mu.Unlock()
	for _, d := range all {
		if d.passOn(digest(from), digest(to)) {
			d.change(func(*Stage) {}) // so that other processes see the new holder
		}
	}
}

func (k *Keeper) isClosed() bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.closed
}

// Close ends all decisions that are held, without an append, and waits until every decision
// is over. Those that are not held have five more seconds to finish. From then on Hold
// refuses. Close returns how many decisions it ended.
func (k *Keeper) Close() (ended int) {
	k.mu.Lock()
	k.closed = true
	underWay := slices.Clone(k.underWay)
	for _, d := range underWay {
		d.stop()
	}
	k.mu.Unlock()
	late := time.AfterFunc(lastWork, func() {
		for _, d := range underWay {
			d.cancel(ErrStopped)
		}
	})
	k.running.Wait()
	late.Stop()
	for _, d := range underWay {
		if errors.Is(d.Stage().Err, ErrStopped) {
			ended++
		}
	}
	return ended
}
