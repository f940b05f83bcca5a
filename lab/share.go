package lab

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go-crablet/underway"
)

// ErrBrokeOff is the error of a race that another process ran, and did not finish.
var ErrBrokeOff = errors.New("the process that ran this race has ended before the race was over")

const (
	// shareEvery is how often other processes are shown how far a race has got.
	shareEvery = 500 * time.Millisecond

	// longestShare is how long that may take. A race does not wait for it.
	longestShare = 2 * time.Second
)

// Elsewhere returns a race that another process runs, with its steps up to a moment ago. Its error
// is [ErrNotFound] if there is none, or [ErrBrokeOff].
func (t *Theatre) Elsewhere(ctx context.Context, id string) (replay Replay, err error) {
	_, err = t.shared.Find(ctx, underway.Race, id, &replay)
	switch {
	case errors.Is(err, underway.ErrNotFound):
		err = ErrNotFound
	case errors.Is(err, underway.ErrBrokeOff):
		err = ErrBrokeOff
	case err != nil:
		err = fmt.Errorf("look for a race of another process: %w", err)
	}
	return replay, err
}

// RunningElsewhere returns the races that other processes run.
func (t *Theatre) RunningElsewhere(ctx context.Context) ([]Summary, error) {
	all, err := underway.All[Summary](ctx, t.shared, underway.Race)
	var others []Summary
	for _, race := range all {
		if _, here := t.Run(race.ID); !here {
			others = append(others, race)
		}
	}
	return others, err
}

// share shows other processes how far a race has got, until stop is called.
func (t *Theatre) share(run *Run) (stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	var sharing sync.WaitGroup
	sharing.Go(func() {
		for told := false; ; {
			select {
			case <-time.After(shareEvery):
			case <-ctx.Done():
				return
			}
			err := t.show(ctx, run)
			if err != nil && ctx.Err() == nil && !told {
				told = true
				t.logger.Warn("other processes do not see how far a race has got", "run", run.ID, "error", err)
			}
		}
	})
	return func() {
		cancel()
		sharing.Wait()
	}
}

func (t *Theatre) show(ctx context.Context, run *Run) error {
	ctx, done := context.WithTimeout(ctx, longestShare)
	defer done()
	return t.shared.Show(ctx, underway.Race, run.ID, run.Replay(), false)
}

// unshare removes a race that is over. If that fails, others are told that it broke off, unless
// it is kept.
func (t *Theatre) unshare(run *Run) {
	ctx, done := context.WithTimeout(context.Background(), longestShare)
	defer done()
	if err := t.shared.Remove(ctx, run.ID); err != nil {
		t.logger.Warn("a race that is over is still shown to other processes", "run", run.ID, "error", err)
	}
}
