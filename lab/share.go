package lab

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"go-crablet/underway"
)

// ErrBrokeOff is the error of a run that another process carried out, and did not finish.
var ErrBrokeOff = errors.New("the process that carried out this run has ended before the run was over")

const (
	// shareEvery is how often other processes are shown how far a run has got.
	shareEvery = 500 * time.Millisecond

	// longestShare is how long that may take. A run does not wait for it.
	longestShare = 2 * time.Second
)

// Elsewhere returns a race that another process runs, with its steps up to a moment ago. Its error
// is [ErrNotFound] if there is none, or [ErrBrokeOff].
func (t *Theatre) Elsewhere(ctx context.Context, id string) (replay Replay, err error) {
	err = t.find(ctx, underway.Race, id, &replay)
	return replay, err
}

// ComparisonElsewhere returns a comparison that another process runs, as it was a moment ago. Its
// errors are those of [Theatre.Elsewhere].
func (t *Theatre) ComparisonElsewhere(ctx context.Context, id string) (summary ComparisonSummary, err error) {
	err = t.find(ctx, underway.Comparison, id, &summary)
	return summary, err
}

// find reads what another process shows of a run into record.
func (t *Theatre) find(ctx context.Context, kind underway.Kind, id string, record any) error {
	_, err := t.shared.Find(ctx, kind, id, record)
	switch {
	case errors.Is(err, underway.ErrNotFound):
		return ErrNotFound
	case errors.Is(err, underway.ErrBrokeOff):
		return ErrBrokeOff
	case err != nil:
		return fmt.Errorf("look for a run of another process: %w", err)
	}
	return nil
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

// ComparisonUnderWay returns the comparison that runs now, in this process or in another one, as it
// was a moment ago. There is one at a time. found is false if there is none.
func (t *Theatre) ComparisonUnderWay(ctx context.Context) (summary ComparisonSummary, found bool, err error) {
	all, err := underway.All[ComparisonSummary](ctx, t.shared, underway.Comparison)
	if err != nil || len(all) == 0 {
		return summary, false, err
	}
	return all[0], true, nil
}

// A shown run is what other processes see of it.
type shown struct {
	kind   underway.Kind
	id     string
	record func() any // how far it has got
}

// share shows other processes how far a run has got, until stop is called. The first record is
// there when share returns: the visitor is led to the run, maybe by way of another process.
func (t *Theatre) share(run shown) (stop func()) {
	if err := t.show(context.Background(), run); err != nil {
		t.logger.Warn("other processes do not see a run from its start", "run", run.id, "error", err)
	}
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
				t.logger.Warn("other processes do not see how far a run has got", "run", run.id, "error", err)
			}
		}
	})
	return func() {
		cancel()
		sharing.Wait()
		t.unshare(run)
	}
}

func (t *Theatre) show(ctx context.Context, run shown) error {
	ctx, done := context.WithTimeout(ctx, longestShare)
	defer done()
	return t.shared.Show(ctx, run.kind, run.id, run.record(), false)
}

// unshare removes a run that is over. If that fails, others are told that it broke off, unless
// it is kept.
func (t *Theatre) unshare(run shown) {
	ctx, done := context.WithTimeout(context.Background(), longestShare)
	defer done()
	if err := t.shared.Remove(ctx, run.id); err != nil {
		t.logger.Warn("a run that is over is still shown to other processes", "run", run.id, "error", err)
	}
}
