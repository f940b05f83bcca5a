package sealed_test

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb/sealed"
	"go-crablet/internal/pgtest"
)

// Two of the modes get bytes as text.
func TestKeysAreReadHoweverTheServerWritesBytes(t *testing.T) {
	t.Parallel()
	for _, mode := range pgtest.ExecModes {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			url := pgtest.URL(t)
			pgtest.Configure(t, url, "bytea_output = escape")
			pool, err := pgxpool.New(t.Context(), pgtest.WithExecMode(url, mode))
			require.NoError(t, err)
			t.Cleanup(pool.Close)
			b := newBench(t, pool)
			name := b.seal(ada, "Ada Lovelace")
			opened, err := b.open(name)
			require.NoError(t, err)
			require.Equal(t, "Ada Lovelace", opened)
			require.NoError(t, b.keys.Forget(t.Context(), ada, forgets(ada)))
			_, err = b.open(name)
			require.ErrorIs(t, err, sealed.ErrForgotten)
		})
	}
}
