package lab

import (
	"context"
	"errors"
	"reflect"
	"time"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A Recorder writes down one decision. It returns the context with which the decision is made,
// the trace that listens to the decision through that context, and a function that keeps the
// receipt when the decision is over. That function returns the receipt's id, or "" if there is
// no receipt. Its time does not count as the decision's.
type Recorder func(ctx context.Context, cmd dcb.Command) (decided context.Context, trace *dcb.Trace, keep func() string)

// A lane is one contender in a performance. It notes each step of the contender's decision.
type lane struct {
	*performance
	who Contender

	attempt int
	looksAt dcb.Query // the boundary of the decision
	spot    bool      // the attempt is made on the spot
	refusal string
}

// run takes the contender from its start to its end. It returns an error if the decision
// broke, or the run was stopped.
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

// end notes how the decision ended. It returns the error of one that broke: that ends the run.
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

// decide makes the decision as the application does, and returns what keeps its receipt.
func (l *lane) decide(ctx context.Context) (keep func() string, err error) {
	cmd := l.asks()
	keep = func() string { return "" }
	var recorded *dcb.Trace
	if l.record != nil {
		ctx, recorded, keep = l.record(ctx, cmd)
	}
	if b := l.barrier; b != nil {
		defer b.leave(l.who.Number)
		ctx = withWindow(ctx, func() error { return b.wait(ctx, l.who.Number) })
	}
	noted := &dcb.Trace{
		Read:       l.read,
		Decided:    func(step dcb.TraceDecided) { l.decided(ctx, step) },
		Appended:   l.appended,
		Conflicted: l.conflicted,
		Stepwise:   l.stepwise,
	}
	if !l.plain {
		return keep, cmd.Decide(dcb.WithTrace(ctx, noted), l.log)
	}
	w := witness{Log: l.log, traces: []*dcb.Trace{noted}}
	if recorded != nil {
		w.traces = append(w.traces, recorded)
	}
	return keep, w.decide(ctx, cmd)
}

// asks returns the command of the contender.
func (l *lane) asks() dcb.Command {
	if l.command != nil {
		return l.command(l.who)
	}
	return courses.SubscribeStudent{Student: l.who.Student, Course: l.who.Course}
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

// seatsTaken returns how many seats of its course a decision to subscribe knows to be taken.
// That is a field of the decision's state, a struct that package courses does not export.
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

// decided is called between decide and append. It returns when the contender has thought,
// and, if all contenders meet here, when it may go on.
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
	if err == nil && l.window == BetweenDecideAndAppend {
		err = waitInWindow(ctx)
	}
	if err == nil { // otherwise the context has ended, and the append will fail
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

// pause waits for a time, or until the context ends.
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
