package dcbfile_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb/dcbfile"
	"go-crablet/internal/bigterm"
	"go-crablet/internal/pgtest"
)

// A log of a million events is exported, imported into an empty log, and exported again.
func BenchmarkMillion(b *testing.B) {
	open := func() *pgxpool.Pool {
		pool, err := pgxpool.New(b.Context(), pgtest.Durable(b))
		require.NoError(b, err)
		b.Cleanup(pool.Close)
		return pool
	}
	original := open()
	require.NoError(b, bigterm.Load(b.Context(), original, bigterm.Large))
	path := filepath.Join(b.TempDir(), "log.ndjson")
	exportTo := func(b *testing.B, pool *pgxpool.Pool) dcbfile.Summary {
		file, err := os.Create(path)
		require.NoError(b, err)
		defer file.Close()
		summary, err := dcbfile.Export(b.Context(), pool, file, nil)
		require.NoError(b, err)
		return summary
	}
	perSecond := func(b *testing.B) {
		b.ReportMetric(float64(bigterm.Large.Events*b.N)/b.Elapsed().Seconds(), "events/s")
	}
	var exported dcbfile.Summary
	b.Run("export", func(b *testing.B) {
		for b.Loop() {
			exported = exportTo(b, original)
		}
		perSecond(b)
		info, err := os.Stat(path)
		require.NoError(b, err)
		b.ReportMetric(float64(info.Size())/1e6, "MB")
	})
	copied := open()
	b.Run("import", func(b *testing.B) {
		for b.Loop() {
			b.StopTimer()
			_, err := copied.Exec(b.Context(), `truncate dcb_event, dcb_event_tag`)
			require.NoError(b, err)
			file, err := os.Open(path)
			require.NoError(b, err)
			b.StartTimer()
			imported, err := dcbfile.Import(b.Context(), copied, file, nil)
			require.NoError(b, err)
			require.Equal(b, exported, imported)
			file.Close()
		}
		perSecond(b)
	})
	b.Run("decode", func(b *testing.B) { // of which the rest is the database's
		for b.Loop() {
			require.Equal(b, exported, exportTo(b, copied))
		}
		perSecond(b)
	})
}

var _ io.Writer
