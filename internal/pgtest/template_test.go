//go:build unix

package pgtest_test

import (
	"context"
	"os"
	"os/exec"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

func TestProcessesThatBeginAtOnceShareOneTemplate(t *testing.T) {
	t.Parallel()
	server := pgtest.Server(t)
	program, err := os.Executable()
	require.NoError(t, err)
	var processes sync.WaitGroup
	for range 4 {
		processes.Go(func() {
			cmd := exec.CommandContext(t.Context(), program, "-test.run", "^TestNew$/^gives_a_migrated,_empty_database$", "-test.v")
			cmd.Env = append(os.Environ(), "TEST_DATABASE_URL="+server.URL("postgres"))
			said, err := cmd.CombinedOutput()
			assert.NoError(t, err, "%s", said)
			assert.Contains(t, string(said), "--- PASS: TestNew/gives_a_migrated,_empty_database")
		})
	}
	processes.Wait()

	conn, err := pgx.Connect(t.Context(), server.URL("postgres"))
	require.NoError(t, err)
	defer conn.Close(context.Background())
	rows, err := conn.Query(t.Context(), "select datname from pg_database where datname not in ('postgres', 'template0', 'template1')")
	require.NoError(t, err)
	left, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Len(t, left, 1)
	require.Regexp(t, "^template_[0-9a-f]{32}$", left[0])
}
