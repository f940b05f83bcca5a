package dcbtest_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbtest"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

func TestStoreInEveryExecMode(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "a database in each mode")
	for _, mode := range pgtest.ExecModes[1:] { // the first is the default
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			dcbtest.TryThirdOfLog(t, func(t *testing.T) dcb.Log { return openIn(t, mode) })

			t.Run("knows a repeated append by its IDs", func(t *testing.T) {
				t.Parallel()
				store := openIn(t, mode)
				given := dcb.NewInputEvent("A", dcb.Tags{"x", `"y"\`}, []byte(`{"text":"it's \\ \"quoted\""}`))
				given.ID = dcb.NewID()
				for range 2 {
					position, err := store.AppendEvents(t.Context(), []dcb.InputEvent{given}, dcb.NewQuery(dcb.Tags{"x"}), 0)
					require.NoError(t, err)
					require.EqualValues(t, 1, position)
				}
			})

			t.Run("reads from either end and follows", func(t *testing.T) {
				t.Parallel()
				store := openIn(t, mode)
				for range 3 {
					_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{{Type: "A", Data: []byte(`{}`)}}, dcb.Query{}, 0)
					require.NoError(t, err)
				}
				var read []int64
				for e, err := range store.Read(t.Context(), dcb.AllEvents(), dcb.ReadOptions{Backwards: true}) {
					require.NoError(t, err)
					read = append(read, e.Position)
				}
				require.Equal(t, []int64{3, 2, 1}, read)
				for progress, err := range store.Tail(t.Context(), dcb.AllEvents(), dcb.At(1)) {
					require.NoError(t, err)
					require.Len(t, progress.Events, 2)
					break
				}
			})
		})
	}
}

// openIn opens a store in a new database, in one of the modes of pgx.
func openIn(t *testing.T, mode string) dcbtest.Store {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), pgtest.WithExecMode(pgtest.URL(t), mode))
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store := open(t, pool)
	t.Cleanup(store.Close)
	return store
}
