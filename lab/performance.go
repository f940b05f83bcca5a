package lab

import (
	"context"
	"fmt"
	"sync"
	"time"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// A performance is a lineup on its way: real decisions of real goroutines on a real
// log. Races and bursts are both made of it.
type performance struct {
	id     string // of the run
	lineup Lineup
	log    dcb.Log
	steps  *recording
	record Recorder // may be nil

	// correlation is what the run's own events carry, or "" where nobody else gets to the
	// log. A broken strategy may lose it.
	correlation string

	think    time.Duration
	stepwise bool // every attempt has a gap between decide and append

	meeting *meeting // of all contenders in the gap, or nil
	gap     Gap      // the one that they meet in
	inGap   func(ctx context.Context) error

	numbers map[courses.StudentSubscribedToCourse]int
}

// run lets the contenders decide and returns when every one of them is done. When one
// breaks, or ctx ends, it stops the others first.
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
	if err != nil {
		return Result{}, fmt.Errorf("count the seats of a run: %w", err)
	}
	return newResult(p.lineup, p.steps.all(), events, p.own), nil
}

// own reports whether an event is of the run itself.
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
	if p.meeting != nil {
		if err := p.meet(ctx); err != nil {
			stop(err)
		}
	}
	lanes.Wait()
	return context.Cause(ctx)
}

// meet waits until all have come to the gap, does there what is to be done behind
// their backs, and lets them go on.
func (p *performance) meet(ctx context.Context) error {
	if err := reached(ctx, p.meeting.everybody); err != nil {
		return err
	}
	if err := p.inGap(ctx); err != nil {
		return err
	}
	close(p.meeting.open)
	return nil
}
