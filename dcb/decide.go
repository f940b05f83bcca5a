package dcb

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"
)

// A Log is what a decision needs of an event store. [Store] is one.
//
// Each method takes a [Checkpoint], and fails with an error that matches [ErrOtherHistory]
// if the log is not the one that the checkpoint is of. The log compares it at the moment
// at which it reads or appends. A checkpoint that is only a position is held against the
// end of the log; if that is beyond it, the error matches [ErrBeyondHead].
type Log interface {
	// ReadSince returns the events after a checkpoint that the query matches, in order,
	// and the checkpoint of the last event of the whole log, matching or not, both as of
	// one moment.
	ReadSince(ctx context.Context, query Query, after Checkpoint) (events []Event, head Checkpoint, err error)

	// ReadUpTo returns the events up to a checkpoint, included, that the query matches, in
	// order.
	ReadUpTo(ctx context.Context, query Query, upTo Checkpoint) (events []Event, err error)

	// AppendAfter appends the events unless an event after the checkpoint matches the
	// query; then the error is a [*ConflictError]. It returns the position of the last one.
	AppendAfter(ctx context.Context, events []InputEvent, query Query, known Checkpoint) (int64, error)
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
// the log is a [Store]; else, or when too much is new, it reads on after a pause.
//
// boundary binds projections to variables, most often the fields of the struct S,
// which is all that the decision knows. decide is pure and quick. It may run several
// times, each time with a copy of the state as of that attempt, and always on the
// goroutine that called Decide. On the spot it has ten milliseconds: all who append
// wait for it then. If it takes longer, its answer does not count, the attempt is an
// ordinary conflict, and the decision is not taken on the spot any more.
//
// An error of decide is a refusal: it is final and is returned as it is. No facts and
// no error mean that there is nothing to do.
//
// If the log turns out to be another one than was read, as after a failover that lost its
// end, the decision forgets what it knew, and starts over.
//
// The error matches [ErrConflict] when all 64 attempts were lost, and [ErrUnknownOutcome]
// when the events may be stored or not. Any other error is the log's or the context's, and
// nothing was appended.
func Decide[S any](ctx context.Context, log Log, boundary func(*S) Boundary, decide func(S) ([]Fact, error)) error {
	d := decision[S]{log: log, decide: func(s S) (any, []Fact, error) {
		facts, err := decide(s)
		return nil, facts, err
	}}
	return d.take(ctx, boundary)
}

// DecideValue is [Decide] for a decision that tells its caller something beside its facts,
// such as the number of an invoice. It returns the value that came with the facts that
// were appended, and the position of the last of them. If there was nothing to do, the
// position is that up to which the log was read. With an error, both are zero.
//
// Do not let decide leave the value in a variable of its caller instead: the last call of
// decide need not be the one that counts.
func DecideValue[S, R any](ctx context.Context, log Log, boundary func(*S) Boundary, decide func(S) (R, []Fact, error)) (value R, position int64, err error) {
	d := decision[S]{log: log, decide: func(s S) (any, []Fact, error) { return decide(s) }}
	if err := d.take(ctx, boundary); err != nil {
		return value, 0, err
	}
	value, _ = d.value.(R) // if R is an interface, it may be nil
	return value, d.position, nil
}

// take takes the decision.
func (d *decision[S]) take(ctx context.Context, boundary func(*S) Boundary) error {
	d.trace = contextTraces(ctx)
	d.view = newView(d.log, boundary(&d.state), len(d.trace) > 0)
	forget := d.remember()
	for d.number = 1; ; d.number++ {
		lost, refusal, err := d.attempt(ctx)
		wait := backoff(d.number)
		switch {
		case err == nil:
			return refusal
		case lost != nil && d.number == maxAttempts:
			lost.GaveUp = true
			d.trace.conflicted(*lost)
			return fmt.Errorf("decide: lost all of %d attempts: %w", d.number, err)
		case lost != nil:
			lost.Wait = wait
			d.trace.conflicted(*lost)
		case errors.Is(err, ErrOtherHistory) && d.number < maxAttempts:
			d.trace.startedOver(TraceStartedOver{Attempt: d.number, Known: d.view.known, Err: err, Wait: wait})
			forget()
			d.view.forget()
		default:
			return d.failed(d.number, err)
		}
		if err := pause(ctx, wait); err != nil {
			return d.failed(d.number+1, err)
		}
	}
}

// A decision is one call of [Decide] or [DecideValue].
type decision[S any] struct {
	log    Log
	view   view
	state  S
	decide func(S) (value any, facts []Fact, refusal error)
	trace  traces

	number int  // of the attempt that is under way, from 1
	slow   bool // it took too long on the spot

	// What the attempt came to, when the decision is over.
	value    any
	position int64
}

// attempt reads, decides and appends. Without an error the decision is over. If the append
// was turned away, attempt returns what was lost, with the error.
func (d *decision[S]) attempt(ctx context.Context) (lost *TraceConflicted, refusal, err error) {
	step, err := d.view.read(ctx)
	if err != nil {
		return nil, nil, err
	}
	step.Attempt, step.State = d.number, d.state
	d.trace.read(step)

	restore := d.remember() // whatever happens from here on, the next attempt begins with this
	value, facts, refusal := d.decide(d.state)
	d.value, d.position = value, step.Position
	events, err := Encode(facts)
	d.trace.decided(TraceDecided{Attempt: d.number, Facts: unnoted(facts), Events: events, Refusal: refusal})
	switch {
	case refusal != nil || err != nil:
		return nil, refusal, err
	case len(events) == 0:
		return nil, nil, d.confirm(ctx)
	}

	last, spot, err := d.append(ctx, events, step, restore)
	if spot != nil {
		d.tell(spot, step, events)
		d.number, events, refusal = d.number+1, spot.events, spot.refusal
		d.value, d.position = spot.value, spot.position
	}
	if err == nil {
		if len(events) > 0 {
			d.position = last
		}
		if refusal == nil && len(events) > 0 {
			d.trace.appended(TraceAppended{Attempt: d.number, Events: events, Position: last})
		}
		return nil, refusal, nil
	}
	conflict, ok := errors.AsType[*ConflictError](err)
	if !ok {
		return nil, nil, err
	}
	restore()
	stale := newConcern(d.view.all()).madeStale(&d.state, conflict.Events)
	return &TraceConflicted{Attempt: d.number, Events: events, Conflict: conflict, Stale: stale}, nil, err
}

// confirm makes sure that nothing can take back what the decision knows, for its caller is
// told that there is nothing to do.
func (d *decision[S]) confirm(ctx context.Context) error {
	if store, ok := d.log.(*Store); ok {
		return store.Confirm(ctx)
	}
	return nil
}

// remember remembers what is known. restore brings it back, as often as it is called.
func (d *decision[S]) remember() (restore func()) {
	state, restoreParts := d.state, d.view.boundary.save()
	return func() {
		d.state = state
		restoreParts()
	}
}

// append appends what an attempt decided. If the decision was taken again on the spot,
// it returns what was decided there, which is what counts.
func (d *decision[S]) append(ctx context.Context, events []InputEvent, step TraceRead, restore func()) (last int64, _ *spot[S], err error) {
	store, ok := d.log.(*Store) // not what wraps one: that may append in a way of its own
	if !ok {
		last, err = d.log.AppendAfter(ctx, events, step.Condition, d.view.known)
		return last, nil, d.unexpected(err)
	}
	spot := &spot[S]{}
	r := &request{decided: true, traced: len(d.trace) > 0}
	if !d.slow && !d.trace.stepwise() && !d.view.boundary.grows() {
		r.again = d.redecide(spot, restore)
	}
	became := store.appendRequest(ctx, r, events, step.Condition, d.view.known)
	d.slow = d.slow || became.late
	if !became.again {
		spot = nil
	} else {
		spot.meanwhile = became.meanwhile
	}
	return became.position, spot, d.unexpected(became.err)
}

// unexpected says of an append at a position beyond the end of the log what it means
// here: the position was read from this log, which has lost its end since.
func (d *decision[S]) unexpected(err error) error {
	if errors.Is(err, ErrBeyondHead) {
		return fmt.Errorf("decide: %w: %w", ErrOtherHistory, err)
	}
	return err
}

// failed tells the trace of the error that ends the decision, and returns it.
func (d *decision[S]) failed(attempt int, err error) error {
	d.trace.failed(TraceFailed{Attempt: attempt, Query: d.view.query, Err: err})
	return err
}

// backoff returns how long to wait after a lost attempt: twice as long each time
// up to a limit, and then a random part of it. Without the random part, those
// who lost together would come back together and lose together again.
func backoff(attempt int) time.Duration {
	longest := min(firstBackoff<<min(attempt-1, 16), maxBackoff)
	return longest/2 + randomPart(longest/2)
}

// randomPart returns a random part of a duration. A simulation draws it in its own way, so
// that what happens in it can be repeated.
var randomPart = rand.N[time.Duration]

// pause waits, but not longer than the context lasts.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
