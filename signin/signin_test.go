package signin_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
	"go-crablet/signin"
)

func TestASignInLastsUntilItIsEndedOrRunsOut(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	here, there := signin.NewStore(pool), signin.NewStore(pool)
	lasts := func(secret string) bool {
		lasts, err := there.Lasts(t.Context(), secret)
		require.NoError(t, err)
		return lasts
	}
	begin := func(lasting time.Duration) string {
		secret, err := here.Begin(t.Context(), lasting)
		require.NoError(t, err)
		return secret
	}

	one, other := begin(time.Hour), begin(time.Hour)
	require.NotEqual(t, one, other)
	require.True(t, lasts(one))
	require.False(t, lasts(""))
	require.False(t, lasts(one+"x"))

	require.NoError(t, here.End(t.Context(), one))
	require.False(t, lasts(one), "it was ended")
	require.True(t, lasts(other), "another was not")
	require.NoError(t, there.End(t.Context(), one), "once more")

	over := begin(-time.Second)
	require.False(t, lasts(over), "it has run out")
	begin(time.Hour)
	var kept int
	require.NoError(t, pool.QueryRow(t.Context(), `select count(*) from signin`).Scan(&kept))
	require.Equal(t, 2, kept, "what has run out is removed")
}

func TestTheTableOfSignInsHoldsNoSecret(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	secret, err := signin.NewStore(pool).Begin(t.Context(), time.Hour)
	require.NoError(t, err)
	var row string
	require.NoError(t, pool.QueryRow(t.Context(), `select signin::text || encode(secret_hash, 'escape') from signin`).Scan(&row))
	require.NotContains(t, row, secret)
}
