//go:build unix

package pgtest_test

import (
	"context"
	"os"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgpair"
	"go-crablet/internal/pgtest"
)

func TestADatabaseIsReachedWhateverTheEnvironmentSays(t *testing.T) {
	if os.Getenv("TEST_DATABASE_URL") == "" { // of that server, the environment may say more
		for name, value := range map[string]string{
			"PGSERVICE": "nonsense", "PGSERVICEFILE": "/nonsense", "PGTARGETSESSIONATTRS": "standby", "PGHOST": "nonsense",
			"PGOPTIONS": "-c default_transaction_read_only=on", "PGTZ": "nonsense", "PGSSLMODE": "verify-full", "PGREQUIREAUTH": "nonsense",
		} {
			t.Setenv(name, value)
		}
	}
	direct := pgtest.URL(t)
	for way, url := range map[string]string{
		"directly":         direct,
		"by a line":        pgtest.NewLine(t, direct).URL,
		"through a pooler": pgtest.StartPooler(t).Through(direct),
	} {
		conn, err := pgx.Connect(t.Context(), url)
		require.NoError(t, err, way)
		var readOnly string
		require.NoError(t, conn.QueryRow(t.Context(), "show default_transaction_read_only").Scan(&readOnly), way)
		require.Equal(t, "off", readOnly, way)
		require.NoError(t, conn.Close(context.Background()), way)
	}
}

func TestTheEnvironmentSaysWhichPostgreSQLTestsRunOn(t *testing.T) {
	t.Setenv("TEST_POSTGRES", "16")
	require.Regexp(t, `^16\.`, versionOf(t, pgtest.Server(t).URL("postgres")))
	require.Regexp(t, `^16\.`, versionOf(t, pgpair.New(t).URL()))

	for _, nonsense := range []string{"16.1", "-1", "0", "newest"} {
		t.Setenv("TEST_POSTGRES", nonsense)
		_, err := pgtest.Major()
		require.EqualError(t, err, `TEST_POSTGRES should be a major version, such as 16, and is "`+nonsense+`"`)
	}
}

func versionOf(t *testing.T, databaseURL string) (version string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), databaseURL)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	require.NoError(t, conn.QueryRow(t.Context(), "show server_version").Scan(&version))
	return version
}
