package lab_test

import (
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
	"go-crablet/lab"
)

// Strategies are compared in the modes that don't ask the server for types: in both of them in
// a thorough run, in one in a usual run.
func TestRacesAndComparisonsInEveryExecMode(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "a database in each mode")
	for _, mode := range pgtest.ExecModes[1:] { // the first is the default
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			pool := openPool(t, pgtest.WithExecMode(pgtest.URL(t), mode))
			requireRaces(t, pool)
			if mode == "simple_protocol" || mode == "exec" && effort.Thorough() {
				requireComparisons(t, pool)
			}
		})
	}
}

func TestRacesAndComparisonsWhereTransactionsAreReadOnlyByDefault(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	url := pgtest.URL(t)
	pgtest.Configure(t, url, "default_transaction_read_only = on")
	pool := openPool(t, url)
	requireRaces(t, pool)
	requireComparisons(t, pool)
}

// A role that may not create schemas runs races, and is told why it can't compare strategies.
func TestComparisonsTakeTheRightToCreateSchemas(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	role := pgtest.Role(t, url)
	pool := openPoolAs(t, url, role)
	requireRaces(t, pool)
	const refusal = lab.Busy("each strategy needs a schema of its own, and the program may not create any: grant its role CREATE on the database to compare them")
	require.ErrorIs(t, newComparison(t, smallBurst).Do(t.Context(), pool), refusal)
}

func openPool(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

func openPoolAs(t *testing.T, url, role string) *pgxpool.Pool {
	t.Helper()
	config, err := pgxpool.ParseConfig(url)
	require.NoError(t, err)
	config.ConnConfig.User = role
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

// requireRaces runs a race that sells exactly its seats, and keeps it.
func requireRaces(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	log, err := dcb.NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	t.Cleanup(log.Close)
	run := newRun(t, lab.Race{Contenders: 20, Courses: 2, Seats: 3, Seed: 3})
	result, err := run.Do(t.Context(), log)
	require.NoError(t, err)
	require.True(t, result.Exact)
	require.Equal(t, 6, result.Sold)
	var sold int
	rows, _ := pool.Query(t.Context(), `select count(*) from dcb_event where type = 'StudentSubscribedToCourse'`)
	sold, err = pgx.CollectExactlyOneRow(rows, pgx.RowTo[int])
	require.NoError(t, err)
	require.Equal(t, 6, sold)

	store := lab.NewStore(pool)
	require.NoError(t, store.SaveRace(t.Context(), run.Replay()))
	kept, err := store.Race(t.Context(), run.ID)
	require.NoError(t, err)
	require.Equal(t, run.Replay().Steps, kept.Steps)
	latest, err := store.Races(t.Context(), 5)
	require.NoError(t, err)
	require.Len(t, latest, 1)
}

var smallBurst = lab.Burst{Contenders: 2, Seats: 1, Rounds: 1}

// requireComparisons compares all strategies, and keeps the comparison.
func requireComparisons(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	comparison := newComparison(t, smallBurst)
	require.NoError(t, comparison.Do(t.Context(), pool))
	store := lab.NewStore(pool)
	require.NoError(t, store.SaveComparison(t.Context(), comparison.Record()))
	kept, err := store.Comparison(t.Context(), comparison.ID)
	require.NoError(t, err)
	require.Len(t, kept.Trials, len(lab.Strategies()))
}
