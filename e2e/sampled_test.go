package e2e

import (
	"context"
	"log/slog"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
	"go-crablet/readmodel"
)

// sampled makes databases with the sample term, in the log and in the tables of pages. A program that
// starts on one has nothing to load.
var sampled = pgtest.Prepare(loadSampleTerm)

func loadSampleTerm(ctx context.Context, pool *pgxpool.Pool) error {
	store, err := dcb.NewEventStore(ctx, pool)
	if err != nil {
		return err
	}
	defer store.Close()
	if _, err := courses.LoadSampleTerm(ctx, store); err != nil {
		return err
	}
	return readmodel.New(pool).Rebuild(ctx, store, slog.New(slog.DiscardHandler), func(int64, int64) {})
}

// Nothing is new to whoever looks first: pages show the term before a program starts.
func TestASampledDatabaseHasItsPages(t *testing.T) {
	t.Parallel()
	const places = `select position from read_generation`
	require.Equal(t, len(courses.SampleTerm()), count(t, sampled.URL(t), places))
}
