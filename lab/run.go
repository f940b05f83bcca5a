package lab

import (
	"context"
	"iter"
	"sync"
	"time"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/permalink"
)

// A Run is one race, carried out once. Any number of watchers may follow it, also after it is
// over.
type Run struct {
	ID     string
	Race   Race
	Lineup Lineup

	steps recording

	mu      sync.Mutex
	started time.Time
	result  *Result
}

// NewRun prepares a run of a race. Its error is [Problems].
func NewRun(race Race) (*Run, error) {
	if err := race.Check(); err != nil {
		return nil, err
	}
	id := permalink.NewID()
	return &Run{ID: id, Race: race, Lineup: race.lineup(id), started: time.Now()}, nil
}

// Do carries out the race, and returns when every contender is done and counted. It is called
// once. The log is that of the application, or of a [Site].
//
// If contenders have no time to think, they decide as fast as the application does, and after
// a conflict they decide again on the spot ([dcb.Decide]). Otherwise every attempt reads,
// thinks, and then appends.
//
// If ctx ends, or the log breaks or loses its end, Do stops all contenders and then returns the
// error. Those who have a seat by then keep it.
func (r *Run) Do(ctx context.Context, log dcb.Log) (Result, error) {
	return r.DoRecorded(ctx, log, nil)
}

// DoRecorded is [Run.Do] with a receipt of each decision, which record makes.
func (r *Run) DoRecorded(ctx context.Context, log dcb.Log, record Recorder) (Result, error) {
	result, err := r.carryOut(ctx, log, record)
	r.steps.end(err)
	return result, err
}

// carryOut does what DoRecorded does, except that watchers don't see the end yet.
func (r *Run) carryOut(ctx context.Context, log dcb.Log, record Recorder) (Result, error) {
	correlation := "race-" + r.ID // one ID for all events of the race
	ctx = courses.AProgram.Noted(dcb.WithCorrelationID(ctx, correlation))
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

// Watch yields the steps so far and then those that follow, in order, each time all new ones.
// The steps are shared: don't change them. Nobody waits for a watcher. One that is thousands
// of steps behind is dropped with [ErrTooSlow]. The loop ends with the run; an error is the
// last pair, and its text is for operators.
func (r *Run) Watch(ctx context.Context) iter.Seq2[[]Step, error] {
	return r.steps.watch(ctx)
}

// A Replay is a race in the form in which it is kept, shown again, and downloaded as JSON. Its
// durations are in nanoseconds.
type Replay struct {
	Summary
	Lineup
	Steps []Step `json:"steps"` // in the order of time
}

// A Summary is what a list of races shows of a race.
type Summary struct {
	ID        string    `json:"id"`
	StartedAt time.Time `json:"started_at"`
	Race      Race      `json:"race"`
	Result    *Result   `json:"result"` // nil before the race is over, and if it was stopped

	Guest *GuestNote `json:"guest,omitempty"` // whose decisions these are, or nil: the application's
}

// Replay returns the race with its steps so far.
func (r *Run) Replay() Replay {
	r.mu.Lock()
	defer r.mu.Unlock()
	return Replay{
		Summary: Summary{ID: r.ID, StartedAt: r.started, Race: r.Race, Result: r.result},
		Lineup:  r.Lineup,
		Steps:   r.steps.withReceipts(),
	}
}
