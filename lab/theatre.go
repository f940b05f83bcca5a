package lab

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
	"go-crablet/underway"
)

// A Theatre runs races and comparisons for visitors in the background, lets anybody watch
// them, and keeps them when they are over. It is safe for concurrent use.
//
// A race or a comparison can be watched in every process on the database.
type Theatre struct {
	// Runs has the runs that are over.
	Runs *Store

	pool   *pgxpool.Pool
	log    dcb.Log
	shared *underway.Store
	record Recorder // may be nil
	logger *slog.Logger

	visitors *Gate
	benches  *Gate // for comparisons in this process; see claimBench for other processes

	mu          sync.Mutex
	races       map[string]*Run
	comparisons map[string]*Comparison
	stop        map[string]context.CancelFunc
	closed      bool
	running     sync.WaitGroup
}

const (
	maxRunning = 4 // runs at once, of all visitors together

	// A run is stopped after longestRun. Every run should be over long before.
	longestRun = 3 * time.Minute

	longestSave = 10 * time.Second
)

// NewTheatre returns a theatre whose races take place on the log, and whose strategies are
// compared in schemas of their own in the pool's database. record makes a receipt of every
// decision in a race; if it is nil, there are no receipts. Close the theatre before the log
// and the pool.
func NewTheatre(pool *pgxpool.Pool, log dcb.Log, record Recorder, logger *slog.Logger) *Theatre {
	return &Theatre{
		Runs: NewStore(pool),
		pool: pool, log: log, shared: underway.NewStore(pool), record: record, logger: logger,
		visitors: NewGate(maxRunning), benches: NewGate(1),
		races: map[string]*Run{}, comparisons: map[string]*Comparison{}, stop: map[string]context.CancelFunc{},
	}
}

// StartRace starts a race and returns while it runs. Its error is [Problems] or [Busy].
func (t *Theatre) StartRace(visitor string, race Race) (*Run, error) {
	run, err := NewRun(race)
	if err != nil {
		return nil, err
	}
	leave, err := t.visitors.Enter(visitor)
	if err != nil {
		return nil, err
	}
	stopSharing := t.share(shown{underway.Race, run.ID, func() any { return run.Replay() }})
	err = t.start(run.ID, background{
		show:     func() { t.races[run.ID] = run },
		carryOut: func(ctx context.Context) error { _, err := run.carryOut(ctx, t.log, t.record); return err },
		keep:     func(ctx context.Context) error { return t.Runs.SaveRace(ctx, run.Replay()) },
		leave:    func() { stopSharing(); leave() },
		end:      run.steps.end,
	})
	if err != nil {
		return nil, err
	}
	return run, nil
}

// StartComparison starts a comparison and returns while it runs. Its error is [Problems]
// or [Busy].
func (t *Theatre) StartComparison(ctx context.Context, visitor string, burst Burst) (*Comparison, error) {
	comparison, err := NewComparison(burst)
	if err != nil {
		return nil, err
	}
	leave, err := t.visitors.Enter(visitor)
	if err != nil {
		return nil, err
	}
	leaveBench, err := t.benches.Enter("")
	if err != nil {
		leave()
		return nil, Busy("strategies are being compared already: watch that, and start yours when it is over")
	}
	// If another process compares strategies, the visitor is told so now, and not later.
	release, err := claimBench(ctx, t.pool)
	if err != nil {
		leaveBench()
		leave()
		return nil, err
	}
	stopSharing := t.share(shown{underway.Comparison, comparison.ID, func() any { return comparison.Record().ComparisonSummary }})
	err = t.start(comparison.ID, background{
		show:     func() { t.comparisons[comparison.ID] = comparison },
		carryOut: func(ctx context.Context) error { return comparison.run(ctx, t.pool, Strategies()) },
		keep:     func(ctx context.Context) error { return t.Runs.SaveComparison(ctx, comparison.Record()) },
		leave:    func() { stopSharing(); release(); leaveBench(); leave() },
		end:      comparison.trials.end,
	})
	if err != nil {
		return nil, err
	}
	return comparison, nil
}

// A background has the parts of a run in the background, in their order.
type background struct {
	show     func() // adds it to what runs
	carryOut func(ctx context.Context) error
	keep     func(ctx context.Context) error // is called if it was carried out
	leave    func()                          // leaves the gates
	end      func(err error)                 // shows watchers the end
}

// start starts a run in the background. Watchers see the end last: by then the run is kept,
// and its visitor may start the next one.
func (t *Theatre) start(id string, b background) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.closed {
		b.leave()
		return Busy("the program is about to stop: try again when it is back")
	}
	ctx, stop := context.WithTimeout(context.Background(), longestRun)
	t.stop[id] = stop
	b.show()
	t.running.Go(func() {
		defer stop()
		err := b.carryOut(ctx)
		if err == nil {
			// The run is kept even if the program stops now.
			ctx, done := context.WithTimeout(context.WithoutCancel(ctx), longestSave)
			err = b.keep(ctx)
			done()
		}
		if _, busy := errors.AsType[Busy](err); err != nil && !busy && !errors.Is(err, context.Canceled) {
			t.logger.Error("a run of the lab broke off", "run", id, "error", err)
		}
		t.forget(id)
		b.leave()
		b.end(err)
	})
	return nil
}

// forget removes a run from what runs.
func (t *Theatre) forget(id string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.races, id)
	delete(t.comparisons, id)
	delete(t.stop, id)
}

// Running returns the races that are running, the latest first.
func (t *Theatre) Running() []*Run {
	t.mu.Lock()
	defer t.mu.Unlock()
	var running []*Run
	for _, run := range t.races {
		running = append(running, run)
	}
	slices.SortFunc(running, func(a, b *Run) int {
		return cmp.Or(b.started.Compare(a.started), cmp.Compare(a.ID, b.ID))
	})
	return running
}

// Run returns the race with an id, if it is running in this process.
func (t *Theatre) Run(id string) (*Run, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	run, ok := t.races[id]
	return run, ok
}

// Comparison returns the comparison with an id, if it is running in this process.
func (t *Theatre) Comparison(id string) (*Comparison, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	comparison, ok := t.comparisons[id]
	return comparison, ok
}

// Replay returns the race with an id: with its steps so far if it is running, or as it was
// kept. Its error is [ErrNotFound] if there is none.
func (t *Theatre) Replay(ctx context.Context, id string) (Replay, error) {
	if run, ok := t.Run(id); ok {
		return run.Replay(), nil
	}
	return t.Runs.Race(ctx, id)
}

// ComparisonRecord returns a comparison, as [Theatre.Replay] returns a race.
func (t *Theatre) ComparisonRecord(ctx context.Context, id string) (ComparisonRecord, error) {
	if comparison, ok := t.Comparison(id); ok {
		return comparison.Record(), nil
	}
	return t.Runs.Comparison(ctx, id)
}

// Close stops all runs, and returns when they have ended. From then on no run starts.
func (t *Theatre) Close() {
	t.mu.Lock()
	t.closed = true
	for _, stop := range t.stop {
		stop()
	}
	t.mu.Unlock()
	t.running.Wait()
}
