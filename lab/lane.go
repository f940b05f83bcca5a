package lab

import (
	"context"
	"errors"
	"reflect"
	"time"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A Recorder follows one decision. It returns the context to take it with, and what
// keeps its receipt when it is over. That returns the receipt's id, or "" when there is
// none; the time that it takes is not part of the decision.
type Recorder func(ctx context.Context, cmd courses.SubscribeStudent) (decide context.Context, keep func() string)

// A lane is one contender on its way. It notes each step of its decision as the trace
// tells of it.
type lane struct {
	*performance
	who Contender

	attempt int
	looksAt dcb.Query // the boundary of the decision
	spot    bool      // the attempt was made on the spot
	refusal string
}

// run takes the contender from the start to the end. An error is what broke, or that
// the run was stopped.
func (l *lane) run(ctx context.Context) error {
	if err := pause(ctx, l.who.Start); err != nil {
		l.note(Step{Kind: Stopped})
		return err
	}
	l.note(Step{Kind: Started})
	keep, err := l.decide(ctx)
	err = l.end(err)
	if receipt := keep(); receipt != "" {
		l.steps.keep(l.who.Number, receipt)
	}
	return err
}

// end notes how the decision ended, and returns the error if that ends the run.
func (l *lane) end(err error) (broke error) {
	end := Step{Attempt: l.attempt, OnTheSpot: l.spot}
	switch _, refused := errors.AsType[courses.Refusal](err); {
	case err == nil:
		end.Kind = Seated
	case refused:
		end.Kind, end.Refusal = Refused, l.refusal
	case errors.Is(err, dcb.ErrConflict):
		end.Kind = Lost
	default:
		end.Kind, broke = Stopped, err
	}
	l.note(end)
	return broke
}

// decide takes the decision, as the application does, and returns what keeps its receipt.
func (l *lane) decide(ctx context.Context) (keep func() string, err error) {
	cmd := courses.SubscribeStudent{Student: l.who.Student, Course: l.who.Course}
	keep = func() string { return "" }
	if l.record != nil {
		ctx, keep = l.record(ctx, cmd)
	}
	if m := l.meeting; m != nil {
		defer m.leave(l.who.Number)
		ctx = withGap(ctx, func() error { return m.wait(ctx, l.who.Number) })
	}
	traced := dcb.WithTrace(ctx, &dcb.Trace{
		Read:       l.read,
		Decided:    func(step dcb.TraceDecided) { l.decided(ctx, step) },
		Appended:   l.appended,
		Conflicted: l.conflicted,
		Stepwise:   l.stepwise,
	})
	return keep, cmd.Decide(traced, l.log)
}

func (l *lane) note(step Step) {
	step.Contender = l.who.Number
	l.steps.note(step)
}

func (l *lane) read(step dcb.TraceRead) {
	l.attempt, l.looksAt = step.Attempt, step.Query
	l.note(Step{
		Kind: Read, Attempt: l.attempt, OnTheSpot: l.spot,
		Events: len(step.Events), Taken: seatsTaken(step.State), Position: step.Position,
	})
}

// seatsTaken returns what the state of a decision to subscribe says about the seats of
// its course. The state is a struct of package courses, of which this is one field.
func seatsTaken(state any) int {
	v := reflect.ValueOf(state)
	if v.Kind() != reflect.Struct {
		return 0
	}
	taken := v.FieldByName("seatsTaken")
	if !taken.CanInt() {
		return 0
	}
	return int(taken.Int())
}

// decided holds the gap open: it returns when the contender has thought, and when
// all have come to the gap if they meet there.
func (l *lane) decided(ctx context.Context, step dcb.TraceDecided) {
	decided := Step{Kind: Decided, Attempt: l.attempt, OnTheSpot: l.spot}
	if step.Refusal != nil {
		l.refusal = step.Refusal.Error()
		decided.Refusal = l.refusal
	}
	l.note(decided)
	if step.Refusal != nil || l.spot {
		return
	}
	err := pause(ctx, l.think)
	if err == nil && l.gap == BetweenDecideAndAppend {
		err = gap(ctx)
	}
	if err == nil { // otherwise the append will be told to stop as well
		l.note(Step{Kind: Sent, Attempt: l.attempt})
	}
}

func (l *lane) appended(step dcb.TraceAppended) {
	l.note(Step{Kind: Appended, Attempt: l.attempt, OnTheSpot: l.spot, Position: step.Position})
}

func (l *lane) conflicted(step dcb.TraceConflicted) {
	conflict := Step{Kind: Conflicted, Attempt: l.attempt, Stale: step.Stale, Wait: step.Wait, False: true}
	for _, e := range step.Conflict.Events {
		cause := Cause{Type: e.Type, Position: e.Position}
		if seat, ok := seatIn(e); ok {
			cause.Contender = l.numbers[seat]
		}
		conflict.By = append(conflict.By, cause)
		conflict.False = conflict.False && !l.looksAt.Matches(e)
	}
	l.note(conflict)
	l.spot = step.Wait == 0 && !step.GaveUp
}

// pause waits, but not longer than the context lasts.
func pause(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return ctx.Err()
	}
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
