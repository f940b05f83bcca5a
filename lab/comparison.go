package lab

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
)

// A Comparison is one burst under every strategy, several times. Any number may watch
// it.
type Comparison struct {
	ID        string
	Burst     Burst
	StartedAt time.Time

	trials feed[Trial]
}

// A Trial is one burst under one strategy.
type Trial struct {
	Strategy string `json:"strategy"` // its name
	Round    int    `json:"round"`    // from 1
	Result   Result `json:"result"`

	// PerSecond is how many decisions a second there were in a second burst, right after
	// the first, in which nobody waited in a gap.
	PerSecond float64 `json:"per_second"`

	// Of the first round, what it takes to show the burst step by step.
	Lineup *Lineup `json:"lineup,omitempty"`
	Steps  []Step  `json:"steps,omitempty"`
}

// NewComparison prepares one. Its error is [Problems].
func NewComparison(burst Burst) (*Comparison, error) {
	if err := burst.Check(); err != nil {
		return nil, err
	}
	return &Comparison{ID: newID(), Burst: burst, StartedAt: time.Now()}, nil
}

// Do runs the bursts, once, strategy after strategy, each in its schema in the database
// of the pool. If ctx ends, or something breaks, everything is stopped before Do returns
// the error. It is [Busy] while another process does the same.
func (c *Comparison) Do(ctx context.Context, pool *pgxpool.Pool) error {
	release, err := claimBench(ctx, pool)
	if err == nil {
		err = c.run(ctx, pool, Strategies())
		release()
	}
	c.trials.end(err)
	return err
}

func (c *Comparison) run(ctx context.Context, pool *pgxpool.Pool, strategies []Strategy) error {
	for _, strategy := range strategies {
		if err := c.try(ctx, pool, strategy); err != nil {
			return fmt.Errorf("compare strategies, %s: %w", strategy.Name, err)
		}
	}
	return nil
}

// try runs all rounds of a strategy on one log: their ids keep them apart.
func (c *Comparison) try(ctx context.Context, pool *pgxpool.Pool, strategy Strategy) error {
	site, err := OpenSite(ctx, pool, strategy)
	if err != nil {
		return err
	}
	defer site.Close()
	for round := 1; round <= c.Burst.Rounds; round++ {
		lineup, steps, result, err := c.Burst.run(ctx, site)
		if err != nil {
			return err
		}
		perSecond, err := c.Burst.freely(ctx, site)
		if err != nil {
			return err
		}
		trial := Trial{Strategy: strategy.Name, Round: round, Result: result, PerSecond: perSecond}
		if round == 1 {
			trial.Lineup, trial.Steps = &lineup, steps
		}
		c.trials.add(trial)
	}
	return nil
}

// Watch yields the trials so far and then those that follow, as [Run.Watch] does steps.
func (c *Comparison) Watch(ctx context.Context) iter.Seq2[[]Trial, error] {
	return c.trials.watch(ctx)
}

// A Row is what the bursts under one strategy came to. Each number is the median of the
// bursts, counted as [Result] and [Trial] say: seats that a course does not have,
// students with more than ten courses, conflicts with nothing that the decision looks
// at, and decisions a second when nobody waits in a gap.
type Row struct {
	Strategy string `json:"strategy"`
	Broken   bool   `json:"broken"`
	Bursts   int    `json:"bursts"`
	Exact    int    `json:"exact"` // of them were exactly right

	Oversold       int     `json:"oversold"`
	OverLimit      int     `json:"over_limit"`
	FalseConflicts int     `json:"false_conflicts"`
	PerSecond      float64 `json:"per_second"`
}

// Table makes a row for every strategy, in their order.
func Table(trials []Trial) []Row {
	var rows []Row
	for _, strategy := range Strategies() {
		row := Row{Strategy: strategy.Name, Broken: strategy.Broken}
		var oversold, overLimit, falseConflicts []int
		var perSecond []float64
		for _, trial := range trials {
			if trial.Strategy != strategy.Name {
				continue
			}
			row.Bursts++
			if trial.Result.Exact {
				row.Exact++
			}
			oversold = append(oversold, trial.Result.Oversold)
			overLimit = append(overLimit, trial.Result.OverLimit)
			falseConflicts = append(falseConflicts, trial.Result.FalseConflicts)
			perSecond = append(perSecond, trial.PerSecond)
		}
		row.Oversold, row.OverLimit = median(oversold), median(overLimit)
		row.FalseConflicts, row.PerSecond = median(falseConflicts), median(perSecond)
		rows = append(rows, row)
	}
	return rows
}

// median returns the one in the middle, the lower of two; 0 of none.
func median[N int | float64](values []N) N {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[(len(values)-1)/2]
}

// A ComparisonRecord is a comparison as it is kept and sent.
type ComparisonRecord struct {
	ComparisonSummary
	Trials []Trial `json:"trials"`
}

// A ComparisonSummary is what a list of comparisons shows of one.
type ComparisonSummary struct {
	ID        string    `json:"id"`
	StartedAt time.Time `json:"started_at"`
	Burst     Burst     `json:"burst"`
	Rows      []Row     `json:"rows"`
}

// Record returns the comparison as far as it has got.
func (c *Comparison) Record() ComparisonRecord {
	trials := c.trials.all()
	return ComparisonRecord{
		ComparisonSummary: ComparisonSummary{ID: c.ID, StartedAt: c.StartedAt, Burst: c.Burst, Rows: Table(trials)},
		Trials:            trials,
	}
}
