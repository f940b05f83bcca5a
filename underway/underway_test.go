package underway_test

import (
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
	"go-crablet/underway"
)

func TestMain(m *testing.M) {
	effort.SideBySide()
	m.Run()
}

type record struct {
	Step int `json:"step"`
}

func TestTheLatestRecordIsFoundInEveryExecMode(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "a database in each mode")
	for _, mode := range pgtest.ExecModes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			ctx := t.Context()
			pool, err := pgxpool.New(ctx, pgtest.WithExecMode(pgtest.URL(t), mode))
			require.NoError(t, err)
			t.Cleanup(pool.Close)
			here, there := underway.NewStore(pool), underway.NewStore(pool)
			require.NoError(t, here.Show(ctx, underway.Race, "a", record{1}, false))
			require.NoError(t, here.Show(ctx, underway.Race, "a", record{2}, false))
			var found record
			version, err := there.Find(ctx, underway.Race, "a", &found)
			require.NoError(t, err)
			require.Equal(t, record{2}, found)
			require.EqualValues(t, 2, version)
			_, err = there.Find(ctx, underway.Held, "a", &found)
			require.ErrorIs(t, err, underway.ErrNotFound, "it is of another kind")
			all, err := underway.All[record](ctx, there, underway.Race)
			require.NoError(t, err)
			require.Equal(t, []record{{2}}, all)

			require.NoError(t, there.Wish(ctx, "a", record{7}))
			require.NoError(t, there.Wish(ctx, "a", record{8}))
			var wish record
			wished, err := here.Touch(ctx, "a", &wish)
			require.NoError(t, err)
			require.True(t, wished)
			require.Equal(t, record{8}, wish, "the later wish counts")
			wished, err = here.Touch(ctx, "a", &wish)
			require.NoError(t, err)
			require.False(t, wished, "a wish is taken once")
			require.NoError(t, here.Remove(ctx, "a"))
			wished, err = here.Touch(ctx, "a", &wish)
			require.NoError(t, err)
			require.False(t, wished)
			_, err = there.Find(ctx, underway.Race, "a", &found)
			require.ErrorIs(t, err, underway.ErrNotFound)
		})
	}
}

func TestWhatCannotBeAnIDIsNotFound(t *testing.T) {
	t.Parallel()
	store := underway.NewStore(pgtest.New(t))
	for _, id := range []string{"", "\x00", "\xff", "A", "a b", strings.Repeat("a", 65)} {
		_, err := store.Find(t.Context(), underway.Held, id, new(record))
		require.ErrorIs(t, err, underway.ErrNotFound, "%q", id)
	}
}

func TestAProcessThatIsSilentHasBrokenOff(t *testing.T) {
	t.Parallel()
	ctx, pool := t.Context(), pgtest.New(t)
	store := underway.NewStore(pool)
	require.NoError(t, store.Show(ctx, underway.Race, "running", record{1}, false))
	require.NoError(t, store.Show(ctx, underway.Held, "over", record{2}, true))
	silent := func(seconds int) {
		_, err := pool.Exec(ctx, `update under_way set seen_at = clock_timestamp() - make_interval(secs => $1)`, seconds)
		require.NoError(t, err)
	}
	silent(6)
	var found record
	_, err := store.Find(ctx, underway.Race, "running", &found)
	require.ErrorIs(t, err, underway.ErrBrokeOff)
	require.Equal(t, record{1}, found)
	_, err = store.Find(ctx, underway.Held, "over", &found)
	require.NoError(t, err, "what is over says nothing any more")
	all, err := underway.All[record](ctx, store, underway.Race)
	require.NoError(t, err)
	require.Empty(t, all)
	_, err = store.Touch(ctx, "running", &found)
	require.NoError(t, err)
	_, err = store.Find(ctx, underway.Race, "running", &found)
	require.NoError(t, err, "it was only slow")

	removed, err := store.Trim(ctx)
	require.NoError(t, err)
	require.Zero(t, removed)
	silent(601)
	removed, err = store.Trim(ctx)
	require.NoError(t, err)
	require.Equal(t, 2, removed)
}
