package lab

import (
	"context"
	"iter"
	"sync"
	"time"

	"go-crablet/dcb"
)

// A Run is one race, carried out once. Any number may watch it, while it runs and
// after it.
type Run struct {
	ID     string
	Race   Race
	Lineup Lineup

	steps recording

	mu      sync.Mutex
	started time.Time
	result  *Result
}

// NewRun prepares a race. Its error is [Problems].
func NewRun(race Race) (*Run, error) {
	if err := race.Check(); err != nil {
		return nil, err
	}
	id := newID()
	return &Run{ID: id, Race: race, Lineup: race.lineup(id), started: time.Now()}, nil
}

// Do carries the race out, once, and returns when every contender is done and counted.
// The log is most often that of the application; it can be that of a [Site].
//
// Without time to think, contenders decide as fast as the application does, on the spot
// if they lose ([dcb.Decide]). With it, every attempt reads, thinks, and then appends.
//
// If ctx ends, or the log breaks, all contenders are stopped before Do returns the
// error. Those who had their seat by then have it.
func (r *Run) Do(ctx context.Context, log dcb.Log) (Result, error) {
	return r.DoRecorded(ctx, log, nil)
}

// DoRecorded is Do with a receipt of each decision, which record makes.
func (r *Run) DoRecorded(ctx context.Context, log dcb.Log, record Recorder) (Result, error) {
	result, err := r.carryOut(ctx, log, record)
	r.steps.end(err)
	return result, err
}

// carryOut is Do, but those who watch don't see the end yet.
func (r *Run) carryOut(ctx context.Context, log dcb.Log, record Recorder) (Result, error) {
	correlation := "race-" + r.ID // all its events belong together
	ctx = dcb.WithCorrelationID(ctx, correlation)
	p := performance{
		id: r.ID, lineup: r.Lineup, log: log, steps: &r.steps, record: record, correlation: correlation,
		think: r.Race.Think, stepwise: r.Race.Think > 0,
	}
	result, err := p.run(ctx)
	if err == nil {
		r.mu.Lock()
		r.result = &result
		r.mu.Unlock()
	}
	return result, err
}

// Watch yields the steps so far and then those that follow, in order, each time all that
// are new; they are shared, and not to be changed. Nobody waits for a watcher: one that
// falls thousands of steps behind is dropped, by [ErrTooSlow]. The loop ends with the
// run; an error is the last pair, and its text is for the operator.
func (r *Run) Watch(ctx context.Context) iter.Seq2[[]Step, error] {
	return r.steps.watch(ctx)
}

// A Replay is a race as it is kept, sent and shown again. It is the JSON that one
// downloads; its durations are in nanoseconds.
type Replay struct {
	Summary
	Lineup
	Steps []Step `json:"steps"` // in the order of time
}

// A Summary is what a list of races shows of one.
type Summary struct {
	ID        string    `json:"id"`
	StartedAt time.Time `json:"started_at"`
	Race      Race      `json:"race"`
	Result    *Result   `json:"result"` // nil until the race is over, and if it was stopped
}

// Replay returns the race as far as it has got.
func (r *Run) Replay() Replay {
	r.mu.Lock()
	defer r.mu.Unlock()
	return Replay{
		Summary: Summary{ID: r.ID, StartedAt: r.started, Race: r.Race, Result: r.result},
		Lineup:  r.Lineup,
		Steps:   r.steps.withReceipts(),
	}
}
