package main

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

func TestThePrivateDatabase(t *testing.T) {
	effort.NotShort(t, "a server of its own")
	t.Run("is used whatever the environment says about databases", func(t *testing.T) {
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

	t.Run("is named in its errors, and DATABASE_URL is not", func(t *testing.T) {
		for _, url := range []string{"postgres://nobody@127.0.0.1:1/none", "postgres://nobody@127.0.0.1:none/none"} {
			check := func(which string) error {
				ctx, cancel := context.WithTimeout(t.Context(), time.Second) // a server that is away is waited for
				defer cancel()
				_, err := checkDatabase(ctx, url, which, slog.New(slog.DiscardHandler))
				return err
			}
			private := check(privateDatabase)
			require.ErrorContains(t, private, " the private PostgreSQL: ")
			require.NotContains(t, private.Error(), "DATABASE_URL")
			require.ErrorContains(t, check(namedDatabase), "DATABASE_URL")
		}
	})
}

// Two of the modes get times as texts.
func TestTimesAreReadWhateverTheDateStyleOfTheDatabaseIs(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	pgtest.Configure(t, url, "DateStyle = German", "TimeZone = 'Asia/Kathmandu'", "client_encoding = latin1")
	for _, mode := range pgtest.ExecModes {
		o := options{databaseURL: pgtest.WithExecMode(url, mode)}
		db, err := openDatabase(t.Context(), o, slog.New(slog.DiscardHandler))
		require.NoError(t, err, mode)
		t.Cleanup(db.Close)
		var now time.Time
		require.NoError(t, db.pool.QueryRow(t.Context(), `select now()`).Scan(&now), mode)
		require.WithinDuration(t, time.Now(), now, time.Minute, mode)

		var report bytes.Buffer
		err = status(t.Context(), o, slog.New(slog.DiscardHandler), &report)
		require.Contains(t, report.String(), "Head: the log is empty", "%s: %v", mode, err) // other lines may be outside their range
	}
}

// dataDir returns the path of a data directory that the user of PostgreSQL can enter, too.
func dataDir(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "webapp-data-") //nolint:usetesting // t.TempDir is below a directory that only we can enter
	require.NoError(t, err)
	require.NoError(t, os.Chmod(dir, 0o755))
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	return filepath.Join(dir, "data")
}

// A command that has nothing to do in a new database names the directory in which it found none, and
// makes nothing there.
func TestNoDatabaseIsMadeToExportOrToRebuildIt(t *testing.T) {
	t.Parallel()
	for _, command := range []string{"log export", "log discard", "rebuild", "status"} {
		dir := filepath.Join(t.TempDir(), "data")
		err := run(t.Context(), append([]string{"-data", dir}, strings.Fields(command)...), environment(), io.Discard, io.Discard)
		require.EqualError(t, err, "there is no private database in "+dir+" yet: start webapp once, name another directory with -data, or set DATABASE_URL", command)
		require.NoDirExists(t, dir, command)
	}
}
