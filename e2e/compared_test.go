package e2e

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/internal/pgtest"
	"go-crablet/internal/sampled"
	"go-crablet/lab"
)

// compared makes databases that have the sample term and a comparison of all strategies, which is
// carried out once. comparedPath is its page.
var (
	comparedPath string
	compared     = pgtest.Prepare(func(ctx context.Context, pool *pgxpool.Pool) error {
		if err := sampled.Fill(ctx, pool); err != nil {
			return err
		}
		comparison, err := lab.NewComparison(lab.Burst{Contenders: 20, Seats: 5, Rounds: 5, Seed: 1})
		if err != nil {
			return err
		}
		if err := comparison.Do(ctx, pool); err != nil {
			return err
		}
		comparedPath = "/race/strategies/" + comparison.ID
		return lab.NewStore(pool).SaveComparison(ctx, comparison.Record())
	})
)

// newComparedSite is newSite with a comparison, for tests that look at its page.
func newComparedSite(t testing.TB) *site {
	t.Helper()
	return openSite(t, compared.URL(t), nil)
}
