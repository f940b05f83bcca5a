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
	var (
		trace = contextTraces(ctx)
		state S
		view  = newView(log, boundary(&state))
	)
	for attempt := 1; ; attempt++ {
		step, err := view.read(ctx)
		if err != nil {
			return err
		}
		step.Attempt, step.State = attempt, state
		trace.read(step)

		facts, err := decide(state)
		trace.decided(TraceDecided{Attempt: attempt, Facts: facts, Refusal: err})
		if err != nil || len(facts) == 0 {
			return err
		}
		input, err := Encode(facts)
		if err != nil {
			return err
		}

		// What to do on the spot if something got in between. The log may have to ask
		// more than once, so each time begins with what was known before.
		known := state
		var spot *onTheSpot
		again := func(meanwhile []Event, head int64) []InputEvent {
			state = known
			spot = &onTheSpot{condition: step.Condition, after: step.Position, meanwhile: meanwhile, position: head, lost: input}
			spot.decide(func() ([]Fact, error) {
				if err := view.boundary.apply(meanwhile); err != nil {
					return nil, err
				}
				spot.stale, spot.state = view.boundary.madeStale(&state, meanwhile), state
				return decide(state)
			})
			return spot.events
		}
		if view.boundary.grows() {
			again = nil
		}
		last, onTheSpot, err := appendDecided(ctx, log, input, step.Condition, step.Position, again)
		switch {
		case err == nil && onTheSpot:
			return spot.tell(trace, attempt, last)
		case err == nil:
			trace.appended(TraceAppended{Attempt: attempt, Events: input, Position: last})
			return nil
		}
		conflict, ok := errors.AsType[*ConflictError](err)
		if !ok {
			return err
		}

		state = known
		lost := TraceConflicted{
			Attempt: attempt, Events: input, Conflict: conflict,
			Stale: view.all().madeStale(&state, conflict.Events),
		}
		if attempt == maxAttempts {
			lost.GaveUp = true
			trace.conflicted(lost)
			return fmt.Errorf("decide: lost all of %d attempts: %w", attempt, err)
		}
		lost.Wait = backoff(attempt)
		trace.conflicted(lost)
		if err := pause(ctx, lost.Wait); err != nil {
			return err
		}
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
