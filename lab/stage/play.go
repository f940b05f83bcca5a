package stage

import (
	"context"
	"fmt"
	"sync"

	"go-crablet/dcb"
)

// Play carries out the steps, one after the other, on a log that is empty. It returns what
// happened. When it returns, all that it started has ended.
//
// Its error is an [*ImpossibleError] if a step can't be taken when its turn comes. Then the
// record has what happened before that step. Any other error is the log's or the context's.
func Play(ctx context.Context, log dcb.Log, setting Setting, steps []Step) (Record, error) {
	scene := sceneOf(setting.Beside)
	r := Record{Setting: setting}
	for who, command := range scene.commands {
		r.Rests[who] = command.Boundary().Condition()
	}
	given, err := scene.set(ctx, log)
	if err != nil {
		return r, fmt.Errorf("set the scene: %w", err)
	}
	r.Given, r.Events = len(given), given

	ctx, end := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer end()
	actors := [2]*actor{newActor(setting, log), newActor(setting, log)}
	for who, a := range actors {
		running.Go(func() { a.decide(ctx, scene.commands[who]) })
	}
	for i, step := range steps {
		if next := r.Next(step.Who); next != step.Act {
			return r, &ImpossibleError{Step: step, At: i, Next: next}
		}
		m, err := actors[step.Who].take(ctx)
		if err != nil {
			return r, fmt.Errorf("play step %s: %w", step, err)
		}
		m.Step = step
		if err := r.add(ctx, log, m); err != nil {
			return r, err
		}
	}
	return r, nil
}

// add adds what a step came to. If that is an append, add reads the log on.
func (r *Record) add(ctx context.Context, log dcb.Log, m Moment) error {
	if m.Kind == HasAppended {
		stored, _, err := log.ReadSince(ctx, dcb.AllEvents(), dcb.At(int64(len(r.Events))))
		if err != nil {
			return fmt.Errorf("read what was appended: %w", err)
		}
		r.Events = append(r.Events, stored...)
		m.Events = r.missed(m)
	}
	r.Moments = append(r.Moments, m)
	return nil
}
