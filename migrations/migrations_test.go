package migrations_test

import (
	"cmp"
	"context"
	"io/fs"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/pressly/goose/v3/lock"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
	"go-crablet/migrations"
)

// Several processes start at the same time on a new database. One migrates it, and the others
// wait.
func TestOneOfSeveralProcessesMigrates(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.sql")
	require.NoError(t, err)
	logs, err := filepath.Glob("../dcb/dcbschema/*.sql")
	require.NoError(t, err)
	all := len(files) + len(logs)
	url := pgtest.Empty(t, "")
	type end struct {
		applied int
		err     error
	}
	ends := make(chan end)
	const processes = 8
	for range processes {
		go func() {
			applied, err := migrations.Apply(t.Context(), url, nil)
			ends <- end{applied, err}
		}()
	}
	applied := map[int]int{}
	for range processes {
		end := <-ends
		require.NoError(t, end.err)
		applied[end.applied]++
	}
	require.Equal(t, map[int]int{all: 1, 0: processes - 1}, applied)
}

// The newest migration may be in either folder.
func TestADatabaseThatIsUpToDateStaysAsItIs(t *testing.T) {
	t.Parallel()
	entries, err := migrations.Files.ReadDir(".")
	require.NoError(t, err)
	require.True(t, slices.IsSortedFunc(entries, func(a, b fs.DirEntry) int { return cmp.Compare(a.Name(), b.Name()) }), "%v", entries)
	applied, err := migrations.Apply(t.Context(), pgtest.URL(t), nil)
	require.NoError(t, err)
	require.Zero(t, applied)
}

// The lock is goose's own, which older versions of the program take.
func TestAProcessThatWaitsToMigrateSaysSoAndGoesOnAtOnce(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t, "")
	other, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(func() { other.Close(context.Background()) })
	_, err = other.Exec(t.Context(), `select pg_advisory_lock($1)`, lock.DefaultLockID)
	require.NoError(t, err)
	waits, applied := make(chan bool), make(chan error, 1)
	go func() {
		_, err := migrations.Apply(t.Context(), url, func() { close(waits) })
		applied <- err
	}()
	select {
	case <-waits:
	case <-time.After(time.Minute):
		require.Fail(t, "waiting is not called")
	}
	require.Empty(t, applied)
	_, err = other.Exec(t.Context(), `select pg_advisory_unlock($1)`, lock.DefaultLockID)
	require.NoError(t, err)
	require.NoError(t, <-applied)

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = migrations.Apply(ctx, url, nil)
	require.ErrorIs(t, err, context.Canceled)
}
