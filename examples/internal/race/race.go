// Package race lets the commands of an example race on a real PostgreSQL, from two stores, as
// from two processes.
package race

import (
	"context"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

// A Race is between commands. All have decided before the first of them appends.
type Race struct {
	Given     []dcb.Fact // what had happened
	Commands  []dcb.Command
	Meanwhile []dcb.Fact // what happens when all have decided
}

// A Result is how a race ended.
type Result struct {
	Outcomes map[string]int // how many commands [Won], and how many had an error with this text
	Events   []dcb.Event    // the log
}

// Won is the outcome of a command that was not refused.
const Won = "won"

// Run runs the race.
func (r Race) Run(t *testing.T) Result {
	t.Helper()
	return r.run(t, func(log dcb.Log) dcb.Log { return log })
}

// RunWithoutCondition runs the race on logs that store every append, whatever happened
// meanwhile. So it shows that the commands of [Race.Run] do race, and that the conditions
// decide the race.
func (r Race) RunWithoutCondition(t *testing.T) Result {
	t.Helper()
	return r.run(t, func(log dcb.Log) dcb.Log { return unconditional{log} })
}

func (r Race) run(t *testing.T, wrap func(dcb.Log) dcb.Log) Result {
	t.Helper()
	url := pgtest.URL(t)
	stores := []*dcb.Store{openStore(t, url), openStore(t, url)}
	happen(t, stores[0], r.Given)

	var decided, over sync.WaitGroup
	start := make(chan struct{})
	errs := make([]error, len(r.Commands))
	decided.Add(len(r.Commands))
	for i, cmd := range r.Commands {
		over.Go(func() {
			hasDecided := sync.OnceFunc(decided.Done)
			defer hasDecided() // also if it failed before it decided
			errs[i] = cmd.Decide(dcb.WithTrace(t.Context(), &dcb.Trace{
				Decided: func(dcb.TraceDecided) {
					hasDecided()
					<-start
				},
			}), wrap(stores[i%len(stores)]))
		})
	}
	decided.Wait()
	happen(t, stores[0], r.Meanwhile)
	close(start)
	over.Wait()

	result := Result{Outcomes: map[string]int{}}
	for _, err := range errs {
		outcome := Won
		if err != nil {
			outcome = err.Error()
		}
		result.Outcomes[outcome]++
	}
	events, _, err := stores[0].ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
	require.NoError(t, err)
	result.Events = events
	return result
}

func openStore(t *testing.T, url string) *dcb.Store {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store, err := dcb.NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	return store
}

// happen appends the facts without a condition.
func happen(t *testing.T, store *dcb.Store, facts []dcb.Fact) {
	t.Helper()
	events, err := dcb.Encode(facts)
	require.NoError(t, err)
	if len(events) > 0 {
		_, err = store.AppendEvents(t.Context(), events, dcb.Query{}, 0)
		require.NoError(t, err)
	}
}

// unconditional is a log that drops the conditions of its appends.
type unconditional struct{ dcb.Log }

// AppendAfter implements [dcb.Log].
func (l unconditional) AppendAfter(ctx context.Context, events []dcb.InputEvent, _ dcb.Query, known dcb.Checkpoint) (int64, error) {
	return l.Log.AppendAfter(ctx, events, dcb.Query{}, known)
}
