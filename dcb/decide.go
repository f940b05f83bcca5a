package dcb

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// A Log is what a decision needs of an event store. [Store] is one.
type Log interface {
	// ReadSince returns the events after a position that the query matches, in
	// order, and the position of the last event of the whole log, matching or not,
	// both as of one moment.
	ReadSince(ctx context.Context, query Query, after int64) (events []Event, position int64, err error)

	// AppendEvents appends the events unless an event after latestKnownPosition
	// matches the query; then the error is a [*ConflictError].
	AppendEvents(ctx context.Context, events []InputEvent, query Query, latestKnownPosition int64) (int64, error)
}

// How often and how patiently a decision that lost a race tries again. The pause
// doubles from the first to the longest; see [backoff].
const (
	maxAttempts  = 64
	firstBackoff = 2 * time.Millisecond
	maxBackoff   = 64 * time.Millisecond
)

// Decide takes a decision: it reads the events inside the boundary, lets decide
// choose what happens next, and appends that on the condition that nothing new
// got inside the boundary in the meantime. If something did, it takes in what is
// new and decides again: on the spot, while the log is locked for the append, if
// the log can do that as [Store] does; else, or when too much is new, it reads on
// after a pause.
//
// boundary binds projections to the fields of the struct S, which is all that
// the decision knows; decide is pure, quick, and may run several times, each time
// with a copy of the state as of that attempt. An error of decide is a refusal: it
// is final and is returned as it is. No facts and no error mean that there is
// nothing to do.
//
// The error matches [ErrConflict] when all 64 attempts were lost. Any other error
// is the log's or the context's; if it came out of the append, its text says if it
// is unknown whether the events were stored.
func Decide[S any](ctx context.Context, log Log, boundary func(*S) Boundary, decide func(S) ([]Fact, error)) error {
	d := decision[S]{log: log, decide: decide, trace: contextTraces(ctx)}
	d.view = newView(log, boundary(&d.state))
	for attempt := 1; ; attempt++ {
		lost, err := d.attempt(ctx, attempt)
		if lost == nil {
			return err
		}
		if attempt == maxAttempts {
			lost.GaveUp = true
			d.trace.conflicted(*lost)
			return fmt.Errorf("decide: lost all of %d attempts: %w", attempt, err)
		}
		lost.Wait = backoff(attempt)
		d.trace.conflicted(*lost)
		if err := pause(ctx, lost.Wait); err != nil {
			return err
		}
	}
}

// A decision is one call of [Decide].
type decision[S any] struct {
	log    Log
	view   view
	state  S
	decide func(S) ([]Fact, error)
	trace  traces
}

// attempt reads, decides and appends. If the append was turned away, it returns what
// was lost, with the error; else the decision is over.
func (d *decision[S]) attempt(ctx context.Context, attempt int) (lost *TraceConflicted, err error) {
	step, err := d.view.read(ctx)
	if err != nil {
		return nil, err
	}
	step.Attempt, step.State = attempt, d.state
	d.trace.read(step)

	facts, err := d.decide(d.state)
	d.trace.decided(TraceDecided{Attempt: attempt, Facts: facts, Refusal: err})
	if err != nil || len(facts) == 0 {
		return nil, err
	}
	events, err := Encode(facts)
	if err != nil {
		return nil, err
	}

	known := d.state
	spot := onTheSpot{lost: events, condition: step.Condition, after: step.Position}
	last, again, err := appendDecided(ctx, d.log, events, step.Condition, step.Position, d.redecide(&spot))
	switch {
	case err == nil && again:
		return nil, spot.tell(d.trace, attempt, last)
	case err == nil:
		d.trace.appended(TraceAppended{Attempt: attempt, Events: events, Position: last})
		return nil, nil
	}
	conflict, ok := errors.AsType[*ConflictError](err)
	if !ok {
		return nil, err
	}
	d.state = known
	return &TraceConflicted{
		Attempt: attempt, Events: events, Conflict: conflict,
		Stale: d.view.all().madeStale(&d.state, conflict.Events),
	}, err
}

// redecide returns how the decision is taken again on the spot, or nil if that can't
// be. The log may ask more than once, so each time begins with what was known before.
func (d *decision[S]) redecide(spot *onTheSpot) redecide {
	boundary := d.view.boundary
	if boundary.grows() {
		return nil
	}
	known := d.state
	return func(meanwhile []Event, head int64) []InputEvent {
		d.state = known
		spot.begin(meanwhile, head)
		spot.decide(func() ([]Fact, error) {
			if err := boundary.apply(meanwhile); err != nil {
				return nil, err
			}
			spot.stale, spot.state = boundary.madeStale(&d.state, meanwhile), d.state
			return d.decide(d.state)
		})
		return spot.events
	}
}

// backoff returns how long to wait after a lost attempt: twice as long each time
// up to a limit, and then a random part of it. Without the random part, those
// who lost together would come back together and lose together again.
func backoff(attempt int) time.Duration {
	longest := min(firstBackoff<<min(attempt-1, 16), maxBackoff)
	return longest/2 + rand.N(longest/2)
}

// pause waits, but not longer than the context lasts.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
