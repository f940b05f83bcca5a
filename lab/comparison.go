package lab

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/internal/permalink"
)

// A Comparison carries out one burst under every strategy, several times. Any number of
// watchers may follow it.
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

	// PerSecond is how many decisions a second were made in another burst, right after this
	// one, in which no contender waited in a window.
	PerSecond float64 `json:"per_second"`

	// Lineup and Steps show the burst step by step. Only the first round has them.
	Lineup *Lineup `json:"lineup,omitempty"`
	Steps  []Step  `json:"steps,omitempty"`
}

// NewComparison prepares a comparison. Its error is [Problems].
func NewComparison(burst Burst) (*Comparison, error) {
	if err := burst.Check(); err != nil {
		return nil, err
	}
	return &Comparison{ID: permalink.NewID(), Burst: burst, StartedAt: time.Now()}, nil
}

// Do carries out the bursts, one strategy after another, each in its own schema in the
// pool's database. It is called once. If ctx ends, or something breaks, Do stops everything
// and then returns the error. The error is [Busy] while another process compares strategies.
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

// try carries out all rounds of a strategy on one log. Each round has its own course and
// student ids.
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

// Watch yields the trials so far and then each new one, as [Run.Watch] yields steps.
func (c *Comparison) Watch(ctx context.Context) iter.Seq2[[]Trial, error] {
	return c.trials.watch(ctx)
}

// A Row is the result of all bursts under one strategy. The numbers from Oversold to PerSecond
// are medians of the bursts; [Result] and [Trial] say how each is counted.
type Row struct {
	Strategy string `json:"strategy"`
	Broken   bool   `json:"broken"`
	Bursts   int    `json:"bursts"`
	Exact    int    `json:"exact"` // how many of the bursts were exactly right

	Oversold       int     `json:"oversold"`
	OverLimit      int     `json:"over_limit"`
	MostCourses    int     `json:"most_courses"`
	FalseConflicts int     `json:"false_conflicts"`
	PerSecond      float64 `json:"per_second"`
}

// Table makes a row for every strategy, in the order of [Strategies].
func Table(trials []Trial) []Row {
	var rows []Row
	for _, strategy := range Strategies() {
		row := Row{Strategy: strategy.Name, Broken: strategy.Broken}
		var oversold, overLimit, mostCourses, falseConflicts []int
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
			mostCourses = append(mostCourses, trial.Result.MostCourses)
			falseConflicts = append(falseConflicts, trial.Result.FalseConflicts)
			perSecond = append(perSecond, trial.PerSecond)
		}
		row.Oversold, row.OverLimit, row.MostCourses = median(oversold), median(overLimit), median(mostCourses)
		row.FalseConflicts, row.PerSecond = median(falseConflicts), median(perSecond)
		rows = append(rows, row)
	}
	return rows
}

// median returns the value in the middle, or the lower of the two in the middle. The median of
// no values is 0.
func median[N int | float64](values []N) N {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[(len(values)-1)/2]
}

// A ComparisonRecord is a comparison in the form in which it is kept and sent.
type ComparisonRecord struct {
	ComparisonSummary
	Trials []Trial `json:"trials"`
}

// A ComparisonSummary is what a list of comparisons shows of a comparison.
type ComparisonSummary struct {
	ID        string    `json:"id"`
	StartedAt time.Time `json:"started_at"`
	Burst     Burst     `json:"burst"`
	Rows      []Row     `json:"rows"`
}

// Tried returns how many bursts have been carried out.
func (s ComparisonSummary) Tried() (bursts int) {
	for _, row := range s.Rows {
		bursts += row.Bursts
	}
	return bursts
}

// Record returns the comparison with its trials so far.
func (c *Comparison) Record() ComparisonRecord {
	trials := c.trials.all()
	return ComparisonRecord{
		ComparisonSummary: ComparisonSummary{ID: c.ID, StartedAt: c.StartedAt, Burst: c.Burst, Rows: Table(trials)},
		Trials:            trials,
	}
}
