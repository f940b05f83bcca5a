package dcb

import (
	"context"
	"errors"
	"fmt"
)

// Decide takes a decision: it reads the events inside the boundary, lets decide
// choose what happens next, and appends that on the condition that nothing new
// got inside the boundary in the meantime. If something did, it folds the new events into the
// state and decides again. A [Store] lets it decide on the spot, while the log is locked for the
// append. With another [Log], or when too much is new, it reads on after a pause.
//
// boundary binds projections to variables, most often the fields of the struct S,
// which is all that the decision knows. decide is pure and quick. It may run several
// times, each time with a copy of the state as of that attempt, and always on the
// goroutine that called Decide. On the spot it has ten milliseconds, because all other appends
// wait for it. If it takes longer, its answer does not count, the attempt is an
// ordinary conflict, and the decision is not taken on the spot any more.
//
// An error of decide is a refusal: it is final and is returned as it is. No facts and
// no error mean that there is nothing to do.
//
// If the log is not the one any more that was read, as after a failover that lost its
// end, the decision forgets what it knew, and starts over.
//
// The error matches [ErrConflict] when all 64 attempts were lost, and [ErrUnknownOutcome]
// when the events may be stored or not. Any other error is the log's or the context's, and
// nothing was appended.
func Decide[S any](ctx context.Context, log Log, boundary func(*S) Boundary, decide func(S) ([]Fact, error)) error {
	d := newDecision(ctx, log, boundary, func(s S) (any, []Fact, error) {
		facts, err := decide(s)
		return nil, facts, err
	})
	return d.take(ctx)
}

// DecideValue is [Decide] for a decision that returns a value beside its facts,
// such as the number of an invoice. It returns the value that came with the facts that
// were appended, and the position of the last of them. If there was nothing to do, the
// position is that up to which the log was read. With an error, both are zero.
//
// Do not let decide leave the value in a variable of its caller instead: the last call of
// decide need not be the one that counts.
func DecideValue[S, R any](ctx context.Context, log Log, boundary func(*S) Boundary, decide func(S) (R, []Fact, error)) (value R, position int64, err error) {
	d := newDecision(ctx, log, boundary, func(s S) (any, []Fact, error) { return decide(s) })
	if err := d.take(ctx); err != nil {
		return value, 0, err
	}
	value, _ = d.value.(R) // if R is an interface, it may be nil
	return value, d.position, nil
}

// A decision is one call of [Decide] or [DecideValue].
type decision struct {
	view   view
	trace  traces
	into   any            // a pointer to the state, whose fields the parts of the boundary fill
	state  func() any     // returns a copy of the state
	save   func() restore // remembers the state
	decide func() (value any, facts []Fact, refusal error)

	number int // of the attempt that is under way, from 1
	answer     // of that attempt

	slow bool // it took too long on the spot, see spot.go
}

// An answer is what an attempt comes to.
type answer struct {
	value    any
	facts    []Fact
	events   []InputEvent // the facts, encoded
	refusal  error
	position int64 // of the last event that was appended; before that, where the log ended
}

// A restore puts back what was remembered, as often as it is called.
type restore func()

func newDecision[S any](ctx context.Context, log Log, boundary func(*S) Boundary, decide func(S) (any, []Fact, error)) *decision {
	state, trace := new(S), tracesOf(ctx, log)
	return &decision{
		view:  newView(log, boundary(state), trace.wantEvents()),
		trace: trace,
		into:  state,
		state: func() any { return *state },
		save: func() restore {
			saved := *state
			return func() { *state = saved }
		},
		decide: func() (any, []Fact, error) { return decide(*state) },
	}
}

// take takes the decision, and tells the trace how it ended.
func (d *decision) take(ctx context.Context) error {
	err := d.attemptUntilOver(ctx)
	d.trace.ended(TraceEnded{Err: err})
	return err
}

// attemptUntilOver attempts the decision until an attempt is not lost.
func (d *decision) attemptUntilOver(ctx context.Context) error {
	forget := d.remember()
	for d.number = 1; ; d.number++ {
		lost, err := d.attempt(ctx)
		wait := backoff(d.number)
		switch {
		case err == nil:
			return d.refusal
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

// attempt reads, decides and appends. Without an error the decision is over. If the append
// was turned away, attempt returns what was lost, with the error.
func (d *decision) attempt(ctx context.Context) (lost *TraceConflicted, err error) {
	step, err := d.view.read(ctx)
	if err != nil {
		return nil, err
	}
	step.Attempt, step.State = d.number, d.state()
	d.trace.read(step)

	restore := d.remember() // whatever happens from here on, the next attempt begins with this
	d.answer, err = d.decideAt(step.Position)
	d.tellDecided()
	switch {
	case d.refusal != nil || err != nil:
		return nil, err
	case len(d.events) == 0:
		return nil, d.confirm(ctx)
	}

	last, err := d.append(ctx, step, restore)
	if err == nil {
		if len(d.events) > 0 { // a decision on the spot may have come to none
			d.position = last
			d.trace.appended(TraceAppended{Attempt: d.number, Events: d.events, Position: last})
		}
		return nil, nil
	}
	conflict, ok := errors.AsType[*ConflictError](err)
	if !ok {
		return nil, err
	}
	restore()
	stale := newConcern(d.view.all()).madeStale(d.into, conflict.Events)
	return &TraceConflicted{Attempt: d.number, Events: d.events, Conflict: conflict, Stale: stale}, err
}

// decideAt decides from what is known up to a position. The error is that of encoding.
func (d *decision) decideAt(position int64) (a answer, err error) {
	a.position = position
	a.value, a.facts, a.refusal = d.decide()
	a.events, err = Encode(a.facts)
	return a, err
}

func (d *decision) tellDecided() {
	d.trace.decided(TraceDecided{Attempt: d.number, Facts: unnoted(d.facts), Events: d.events, Refusal: d.refusal})
}

// confirm makes sure that nothing can take back what the decision knows, because its caller is
// told that there is nothing to do.
func (d *decision) confirm(ctx context.Context) error {
	if store, ok := d.view.log.(*Store); ok {
		return store.Confirm(ctx)
	}
	return nil
}

// remember remembers what is known.
func (d *decision) remember() restore {
	restoreState, restoreParts := d.save(), d.view.boundary.save()
	return func() {
		restoreState()
		restoreParts()
	}
}

// append appends what an attempt decided. A store that decides again on the spot may
// replace the answer of the decision: that one counts then.
func (d *decision) append(ctx context.Context, step TraceRead, restore restore) (last int64, err error) {
	store, ok := d.view.log.(*Store) // not what wraps one: that may append in a way of its own
	if !ok {
		last, err = d.view.log.AppendAfter(ctx, d.events, step.Condition, d.view.known)
		return last, d.unexpected(err)
	}
	r := &request{decided: true, traced: len(d.trace) > 0}
	over := func(outcome) {}
	if store.onTheSpot != nil {
		over = store.onTheSpot(d, r, step, restore)
	}
	became := store.appendRequest(ctx, r, d.events, step.Condition, d.view.known)
	over(became)
	return became.position, d.unexpected(became.err)
}

// unexpected says of an append at a position beyond the end of the log what it means
// here: the position was read from this log, which has lost its end since.
func (d *decision) unexpected(err error) error {
	if errors.Is(err, ErrBeyondHead) {
		return fmt.Errorf("decide: %w: %w", ErrOtherHistory, err)
	}
	return err
}

// failed tells the trace of the error that ends the decision, and returns it.
func (d *decision) failed(attempt int, err error) error {
	d.trace.failed(TraceFailed{Attempt: attempt, Query: d.view.query, Err: err})
	return err
}

// A Command is what somebody asks for, and one decision over a log. Tests, pages and
// whatever else takes commands of any kind take it as this interface.
type Command interface {
	// Decide takes the decision, as the function [Decide] does. It may be called several times,
	// and on different logs.
	Decide(ctx context.Context, log Log) error
}
