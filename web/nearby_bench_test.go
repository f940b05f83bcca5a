//go:build linux || darwin

package web_test

import (
	"log/slog"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
	"go-crablet/internal/pgpair"
	"go-crablet/nearby"
	"go-crablet/web"
)

// BenchmarkPagesOfAStandby compares a page that is read from a standby with the same page of a program
// that knows no standbys, and with the statement that asks the standby for its place. They take turns, so
// whatever else the machine does slows all of them:
//
//	go test -run '^$' -bench PagesOfAStandby -benchtime 2000x ./web
func BenchmarkPagesOfAStandby(b *testing.B) {
	pair := pgpair.New(b)
	open := func(url string) *pgxpool.Config {
		config, err := pgxpool.ParseConfig(url)
		require.NoError(b, err)
		return config
	}
	pool, err := pgxpool.NewWithConfig(b.Context(), open(pair.Primary.URL()))
	require.NoError(b, err)
	b.Cleanup(pool.Close)
	plain := &app{t: b, pool: pool}
	plain.start()
	_, err = courses.LoadSampleTerm(b.Context(), plain.store)
	require.NoError(b, err)
	plain.awaitPages()
	pair.CatchUp(b)
	standbys, err := nearby.Open(b.Context(), pool, []*pgxpool.Config{open(pair.Standby.URL())}, slog.New(slog.DiscardHandler))
	require.NoError(b, err)
	b.Cleanup(standbys.Close)
	require.Empty(b, standbys.States()[0].Why)
	near := plain.another(func(config *web.Config) { config.Nearby = standbys })

	for name, path := range map[string]string{"catalogue": "/", "course": "/courses/compilers", "log": "/log"} {
		b.Run(name, func(b *testing.B) {
			visitors := []visitor{plain.as("ada"), near.as("ada")}
			chosen, done := standbys.Choose(b.Context(), 0)
			defer done()
			took := [3][]time.Duration{}
			for b.Loop() {
				for i, v := range visitors {
					began := time.Now()
					got := v.get(path)
					took[i] = append(took[i], time.Since(began))
					require.Equal(b, http.StatusOK, got.status)
				}
				began := time.Now()
				_, err := standbys.Reached(chosen)
				took[2] = append(took[2], time.Since(began))
				require.NoError(b, err)
			}
			require.Contains(b, visitors[1].get(path).body, "<dd>a standby</dd>")
			median := func(i int) float64 {
				slices.Sort(took[i])
				return took[i][len(took[i])/2].Seconds() * 1000
			}
			b.ReportMetric(median(0), "primary-p50-ms")
			b.ReportMetric(median(1), "standby-p50-ms")
			b.ReportMetric(median(2), "place-p50-ms")
			b.ReportMetric(median(1)/median(0), "ratio")
			b.ReportMetric(100*median(2)/median(1), "place-%")
			b.ReportMetric(0, "ns/op")
		})
	}
}
