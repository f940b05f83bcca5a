package dcbfile_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb/dcbfile"
	"go-crablet/internal/bigterm"
	"go-crablet/internal/pgtest"
)

// A term of 1,000,000 events goes to another server with its disk, and comes out as it was:
//
//	go test ./dcb/dcbfile -run '^$' -bench events=1000000 -benchtime 1x -timeout 30m
func BenchmarkMove(b *testing.B) {
	path := filepath.Join(b.TempDir(), "events.ndjson")
	export := func(b *testing.B, pool *pgxpool.Pool) (summary dcbfile.Summary) {
		for b.Loop() {
			file, err := os.Create(path)
			require.NoError(b, err)
			summary, err = dcbfile.Export(b.Context(), pool, file, nil)
			require.NoError(b, err)
			require.NoError(b, file.Close())
		}
		b.ReportMetric(float64(summary.Events*int64(b.N))/b.Elapsed().Seconds(), "events/s")
		return summary
	}
	original, copied := durable(b), durable(b)
	require.NoError(b, bigterm.Load(b.Context(), original, bigterm.Large))

	var exported, imported, again dcbfile.Summary
	b.Run("events=1000000/export", func(b *testing.B) { exported = export(b, original) })
	b.Run("events=1000000/import", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			_, err := copied.Exec(b.Context(), `truncate dcb_event, dcb_event_tag`)
			require.NoError(b, err)
			file, err := os.Open(path)
			require.NoError(b, err)
			b.StartTimer()
			imported, err = dcbfile.Import(b.Context(), copied, file, nil)
			require.NoError(b, err)
			require.NoError(b, file.Close())
		}
		b.ReportMetric(float64(imported.Events*int64(b.N))/b.Elapsed().Seconds(), "events/s")
	})
	b.Run("events=1000000/export again", func(b *testing.B) { again = export(b, copied) })
	require.Equal(b, exported, imported)
	require.Equal(b, exported, again)
}

func durable(b *testing.B) *pgxpool.Pool {
	pool, err := pgxpool.New(b.Context(), pgtest.Durable(b))
	require.NoError(b, err)
	b.Cleanup(pool.Close)
	return pool
}
