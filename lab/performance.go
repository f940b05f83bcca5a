package lab

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A performance is a run under way: goroutines that make real decisions on a real log. Races
// and bursts are both performances.
type performance struct {
	id     string // of the run
	lineup Lineup
	log    dcb.Log
	steps  *recording
	record Recorder // may be nil

	command func(Contender) dcb.Command // what a contender asks for; nil is a [courses.SubscribeStudent]
	plain   bool                        // the command does not decide with [dcb.Decide], see [Guest]

	// correlation is the correlation ID of the run's own events. It is "" if nobody else can
	// append to the log, because a broken strategy may lose it.
	correlation string

	think    time.Duration
	stepwise bool // every attempt reads, decides and appends by itself; see [dcb.Trace]

	barrier  *barrier      // at which all contenders meet, or nil
	patience time.Duration // how long they wait while nothing moves; 0 is for ever
	window   Window        // the one that they meet in
	inWindow func(ctx context.Context) error

	numbers map[courses.StudentSubscribedToCourse]int
}

// run lets the contenders decide, and returns when all are done. If the decision of one
// breaks, or ctx ends, it stops the others and then returns the error.
func (p *performance) run(ctx context.Context) (Result, error) {
	p.numbers = p.lineup.numbers()
	begin, err := p.lineup.define(ctx, p.log, courses.RaceID(p.id))
	if err != nil {
		return Result{}, fmt.Errorf("define the courses and students of a run: %w", err)
	}
	if err := p.letGo(ctx); err != nil {
		return Result{}, fmt.Errorf("carry out a run: %w", err)
	}
	events, err := p.lineup.seatEvents(ctx, p.log, begin)
	if err == nil && p.hasLost(events) {
		err = dcb.ErrOtherHistory
	}
	if err != nil {
		return Result{}, fmt.Errorf("count the seats of a run: %w", err)
	}
	return newResult(p.lineup, p.steps.all(), events, p.own), nil
}

// hasLost reports whether a seat that a contender was given is not among the events of seats: the
// log has lost it since, so there is nothing to judge.
func (p *performance) hasLost(events []dcb.Event) bool {
	if p.command != nil {
		return false // it may append something else
	}
	there := make(map[int64]bool, len(events))
	for _, e := range events {
		there[e.Position] = true
	}
	return slices.ContainsFunc(p.steps.all(), func(step Step) bool { return step.Kind == Appended && !there[step.Position] })
}

// own reports whether the run itself appended an event.
func (p *performance) own(e dcb.Event) bool {
	return p.correlation == "" || e.CorrelationID == p.correlation
}

// letGo runs all lanes and waits for them.
func (p *performance) letGo(ctx context.Context) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	var lanes sync.WaitGroup
	p.steps.begin()
	for _, who := range p.lineup.Contenders {
		lanes.Go(func() {
			l := &lane{performance: p, who: who}
			if err := l.run(ctx); err != nil {
				stop(err)
			}
		})
	}
	if p.barrier != nil {
		if err := p.meet(ctx); err != nil {
			stop(err)
		}
	}
	lanes.Wait()
	return context.Cause(ctx)
}

// meet waits until all contenders have come to the window, calls inWindow, and lets them go
// on.
func (p *performance) meet(ctx context.Context) error {
	if err := p.gather(ctx); err != nil {
		return err
	}
	if err := p.inWindow(ctx); err != nil {
		return err
	}
	close(p.barrier.open)
	return nil
}

// gather waits until all contenders have come to the window. The error is [ErrDidNotMeet] if none
// of them takes a step for longer than their patience.
func (p *performance) gather(ctx context.Context) error {
	if p.patience == 0 {
		return reached(ctx, p.barrier.everybody)
	}
	for {
		steps := len(p.steps.all())
		brief, cancel := context.WithTimeout(ctx, p.patience)
		err := reached(brief, p.barrier.everybody)
		cancel()
		if err == nil || ctx.Err() != nil {
			return err
		}
		if len(p.steps.all()) == steps {
			return ErrDidNotMeet
		}
	}
}
