package main

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestThePrivateDatabase(t *testing.T) {
	t.Run("is used whatever the environment says of databases", func(t *testing.T) {
		for _, name := range []string{
			"PGSERVICE", "PGSERVICEFILE", "PGTARGETSESSIONATTRS", "PGOPTIONS", "PGTZ", "PGHOST", "PGPORT",
			"PGUSER", "PGDATABASE", "PGSSLMODE", "PGSSLROOTCERT", "PGCONNECT_TIMEOUT", "PGREQUIREAUTH",
		} {
			t.Setenv(name, "nonsense")
		}
		o, err := parseOptions([]string{"-data", dataDir(t)}, environment(), io.Discard)
		require.NoError(t, err)
		db, err := openDatabase(t.Context(), o, slog.New(slog.NewTextHandler(t.Output(), nil)))
		require.NoError(t, err)
		t.Cleanup(db.Close)
		var events int
		require.NoError(t, db.pool.QueryRow(t.Context(), `select count(*) from dcb_event`).Scan(&events))
		require.Zero(t, events)
	})

	t.Run("is named in what goes wrong with it, and no DATABASE_URL", func(t *testing.T) {
		for _, url := range []string{"postgres://nobody@127.0.0.1:1/none", "postgres://nobody@127.0.0.1:none/none"} {
			_, err := checkDatabase(t.Context(), url, privateDatabase, slog.New(slog.DiscardHandler))
			require.ErrorContains(t, err, " the private PostgreSQL: ")
			require.NotContains(t, err.Error(), "DATABASE_URL")
			_, err = checkDatabase(t.Context(), url, namedDatabase, slog.New(slog.DiscardHandler))
			require.ErrorContains(t, err, "DATABASE_URL")
		}
	})
}

// dataDir returns a directory that also the user of PostgreSQL can enter.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "webapp-data-") //nolint:usetesting // t.TempDir is below a directory that only we can enter
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755))
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	return filepath.Join(dir, "data")
}
