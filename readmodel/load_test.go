package readmodel_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/bigterm"
)

// Both benchmarks measure how many events per second are applied to the tables, of a million
// events about 10,000 courses and 100,000 students:
//
//	go test -run '^$' -bench 'Rebuild|CatchUp' -benchtime 1x ./readmodel

// BenchmarkRebuild rebuilds while other tables serve.
func BenchmarkRebuild(b *testing.B) {
	bench := loaded(b)
	for b.Loop() {
		require.NoError(b, bench.rebuild(silent))
	}
	reportEvents(b)
}

// BenchmarkCatchUp runs a projector from the start of the log.
func BenchmarkCatchUp(b *testing.B) {
	bench := loaded(b)
	for b.Loop() {
		for _, forget := range []string{
			`truncate read_course, read_student, read_place`,
			`update read_generation set position = 0`,
		} {
			_, err := bench.pool.Exec(b.Context(), forget)
			require.NoError(b, err)
		}
		end := bench.project()
		reached, err := bench.model.Await(b.Context(), int64(bigterm.Large.Events), time.Hour)
		require.NoError(b, err)
		require.True(b, reached)
		end()
	}
	reportEvents(b)
}

func loaded(b *testing.B) *bench {
	b.Helper()
	bench := newBench(b)
	require.NoError(b, bigterm.Load(b.Context(), bench.pool, bigterm.Large))
	return bench
}

func reportEvents(b *testing.B) {
	b.ReportMetric(float64(bigterm.Large.Events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
