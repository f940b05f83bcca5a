package readmodel_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/bigterm"
)

// BenchmarkRebuild measures how many events a rebuild takes in per second:
//
//	go test -run '^$' -bench Rebuild -benchtime 1x ./readmodel
func BenchmarkRebuild(b *testing.B) {
	bench := newBench(b)
	size := bigterm.Size{Courses: 10_000, Students: 100_000, Events: 300_000}
	began := time.Now()
	require.NoError(b, bigterm.Load(b.Context(), bench.pool, size))
	b.Logf("loaded in %s", time.Since(began))
	for b.Loop() {
		require.NoError(b, bench.model.Rebuild(context.Background(), bench.log, logger(b), func(int64, int64) {}))
	}
	b.ReportMetric(float64(size.Events)*float64(b.N)/b.Elapsed().Seconds(), "events/s")
}
