//go:build unix

package pgtest_test

import (
	"slices"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

func TestAPoolerSharesSessions(t *testing.T) {
	t.Parallel()
	pooler := pgtest.StartPooler(t)
	url := pooler.Through(pgtest.URL(t))
	require.Empty(t, pooler.LeftBehind(t, url))

	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	for _, statement := range []string{
		`set idle_session_timeout = '7s'`,
		`listen something`,
		`select pg_advisory_lock(1)`,
		`prepare something as select 1`,
	} {
		_, err := conn.Exec(t.Context(), statement)
		require.NoError(t, err)
	}
	require.NoError(t, conn.Close(t.Context()))
	left := pooler.LeftBehind(t, url)
	slices.Sort(left)
	require.Equal(t, []string{
		"an advisory lock",
		"idle_session_timeout = 7000",
		"listens on something",
		"prepared: prepare something as select 1",
	}, left)
}
