package receipt_test

import (
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
	"go-crablet/receipt"
)

func TestReceiptsAreKeptInEveryExecMode(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "a database in each mode")
	for _, mode := range pgtest.ExecModes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			requireKept(t, pgtest.WithExecMode(pgtest.URL(t), mode))
		})
	}
}

func TestReceiptsAreKeptWhereTransactionsAreReadOnlyByDefault(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	pgtest.Configure(t, url, "default_transaction_read_only = on")
	requireKept(t, url)
}

// requireKept keeps receipts in a database, and finds them on all lists.
func requireKept(t *testing.T, url string) {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store := receipt.NewStore(pool)
	first := plain("a", time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
	first.Title, first.Boundary = `it's a \ "title"`, []dcb.QueryItem{{Tags: dcb.NewTags("course_id", "x")}}
	second := plain("b", time.Date(2026, 3, 1, 13, 0, 0, 0, time.UTC))
	for _, r := range []receipt.Receipt{first, second} {
		require.NoError(t, store.Save(t.Context(), r))
	}

	found, err := store.Find(t.Context(), "a")
	require.NoError(t, err)
	require.Equal(t, first.Title, found.Title)
	latest, err := store.Latest(t.Context(), receipt.Filter{}, 5)
	require.NoError(t, err)
	require.Equal(t, []string{"b", "a"}, ids(latest))
	about, err := store.Latest(t.Context(), receipt.Filter{About: dcb.NewTags("course_id", "x")}, 5)
	require.NoError(t, err)
	require.Equal(t, []string{"a"}, ids(about))
	after, err := store.After(t.Context(), receipt.Filter{}, "a", 5)
	require.NoError(t, err)
	require.Equal(t, []string{"b"}, ids(after))
	kept, err := store.Kept(t.Context(), []string{"a", "c"})
	require.NoError(t, err)
	require.Equal(t, []string{"a"}, kept)
	titles, err := store.Titles(t.Context(), []string{"a"})
	require.NoError(t, err)
	require.Equal(t, map[string]string{"a": first.Title}, titles)
	_, decisions, err := store.LatestAppends(t.Context(), "", 5)
	require.NoError(t, err)
	require.Equal(t, 2, decisions)
}
