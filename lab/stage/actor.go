package stage

import (
	"cmp"
	"context"
	"errors"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// An actor takes one decision on a goroutine of its own, and waits for its turn before each
// step. Each turn is answered by one moment.
type actor struct {
	setting Setting
	log     dcb.Log

	turn    chan struct{}
	moments chan Moment // closed when the decision is over
	now     Moment      // the step that is under way, for the goroutine alone
}

func newActor(setting Setting, log dcb.Log) *actor {
	return &actor{setting: setting, log: log, turn: make(chan struct{}), moments: make(chan Moment)}
}

// take lets the actor take its next step, and returns what that came to. Only [Play] calls it.
func (a *actor) take(ctx context.Context) (Moment, error) {
	select {
	case a.turn <- struct{}{}:
	case <-ctx.Done():
		return Moment{}, ctx.Err()
	}
	m, ok := <-a.moments
	switch {
	case !ok:
		return Moment{}, cmp.Or(ctx.Err(), errors.New("the decision ended and did not say how"))
	case m.failure != nil:
		return Moment{}, m.failure
	}
	return m, nil
}

// decide takes the decision. It returns when that is over, or soon after ctx is done.
func (a *actor) decide(ctx context.Context, command dcb.Command) {
	defer close(a.moments)
	if a.wait(ctx) != nil {
		return
	}
	// What goes wrong is told by the trace.
	_ = command.Decide(dcb.WithTrace(ctx, a.trace(ctx)), a.setting.through(heldLog{a}))
}

// wait waits until it is the actor's turn.
func (a *actor) wait(ctx context.Context) error {
	select {
	case <-a.turn:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// tell ends the actor's turn with what it came to.
func (a *actor) tell(ctx context.Context, kind Kind, m Moment) {
	m.Kind = kind
	select {
	case a.moments <- m:
	case <-ctx.Done():
	}
}

// trace holds the decision after each of its reads and conflicts. [heldLog] holds it before
// each append.
func (a *actor) trace(ctx context.Context) *dcb.Trace {
	return &dcb.Trace{
		Stepwise: true,
		Read: func(step dcb.TraceRead) {
			a.now = Moment{Attempt: step.Attempt, Query: a.now.Query, After: step.Position}
			m := a.now
			m.Events = step.Events
			a.tell(ctx, HasRead, m)
			_ = a.wait(ctx) // if ctx is done, the next call of the log says so
		},
		Decided: func(step dcb.TraceDecided) {
			if refusal, ok := errors.AsType[courses.Refusal](step.Refusal); ok {
				m := a.now
				m.Refusal = refusal
				a.tell(ctx, IsRefused, m)
			}
		},
		Appended: func(step dcb.TraceAppended) {
			m := a.now
			m.Position = step.Position
			a.tell(ctx, HasAppended, m)
		},
		Conflicted: func(step dcb.TraceConflicted) {
			m := a.now
			m.Events, m.Stale = step.Conflict.Events, step.Stale
			a.tell(ctx, IsTurnedAway, m)
			_ = a.wait(ctx) // as above
		},
		Failed: func(step dcb.TraceFailed) { a.tell(ctx, "", Moment{failure: step.Err}) },
	}
}

// A heldLog is the log as an actor uses it. It holds each append until it is the actor's turn,
// and notes the queries that arrive. These are what the log is really asked.
type heldLog struct{ a *actor }

// ReadSince notes what is inside the boundary, and reads it.
func (l heldLog) ReadSince(ctx context.Context, query dcb.Query, after dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	if err := ctx.Err(); err != nil {
		return nil, dcb.Checkpoint{}, err
	}
	l.a.now.Query = query
	return l.a.log.ReadSince(ctx, query, after)
}

// ReadUpTo reads.
func (l heldLog) ReadUpTo(ctx context.Context, query dcb.Query, upTo dcb.Checkpoint) ([]dcb.Event, error) {
	return l.a.log.ReadUpTo(ctx, query, upTo)
}

// AppendAfter tells what is to be appended, and on which condition. It appends when it is the
// actor's turn.
func (l heldLog) AppendAfter(ctx context.Context, events []dcb.InputEvent, condition dcb.Query, known dcb.Checkpoint) (int64, error) {
	a := l.a
	a.now.Query, a.now.Wish = condition, events
	a.tell(ctx, HasDecided, a.now)
	if err := a.wait(ctx); err != nil {
		return 0, err
	}
	log := a.log
	if a.setting.Append == NoLock {
		log = checkedFirst{log, func() error {
			a.tell(ctx, HasChecked, a.now)
			return a.wait(ctx)
		}}
	}
	return log.AppendAfter(ctx, events, condition, known)
}
