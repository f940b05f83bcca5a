package lab_test

import (
	"bytes"
	"context"
	"runtime/pprof"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
	"go-crablet/lab"
)

func openLog(t testing.TB) (*dcb.Store, *pgxpool.Pool) {
	t.Helper()
	pool := pgtest.New(t)
	store, err := dcb.NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	return store, pool
}

func newRun(t testing.TB, race lab.Race) *lab.Run {
	t.Helper()
	run, err := lab.NewRun(race)
	require.NoError(t, err)
	return run
}

// stepsOf returns the steps of one contender.
func stepsOf(steps []lab.Step, contender int) (lane []lab.Step) {
	for _, step := range steps {
		if step.Contender == contender {
			lane = append(lane, step)
		}
	}
	return lane
}

func kindsOf(steps []lab.Step) (kinds []lab.Kind) {
	for _, step := range steps {
		kinds = append(kinds, step.Kind)
	}
	return kinds
}

// leavesNothingRunning calls carryOut. It requires that afterwards no goroutine that was
// started by it is in code of this package. A goroutine has the labels of the one that
// started it.
func leavesNothingRunning(t *testing.T, carryOut func(ctx context.Context)) {
	t.Helper()
	pprof.Do(t.Context(), pprof.Labels("test", t.Name()), carryOut)
	var profile bytes.Buffer
	require.NoError(t, pprof.Lookup("goroutine").WriteTo(&profile, 1))
	for goroutine := range strings.SplitSeq(profile.String(), "\n\n") {
		if strings.Contains(goroutine, `"test":"`+t.Name()+`"`) {
			require.NotContains(t, goroutine, "go-crablet/lab.", "it still runs")
		}
	}
}
