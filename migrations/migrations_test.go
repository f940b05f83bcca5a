package migrations_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
	"go-crablet/migrations"
)

// Several processes start at once on a new database. One migrates it, and the others wait
// for that.
func TestOfSeveralWhoMigrateAtOnceOneDoes(t *testing.T) {
	t.Parallel()
	files, err := os.ReadDir(".")
	require.NoError(t, err)
	all := 0
	for _, file := range files {
		if strings.HasSuffix(file.Name(), ".sql") {
			all++
		}
	}
	url := pgtest.Empty(t, "")
	type end struct {
		applied int
		err     error
	}
	ends := make(chan end)
	const processes = 8
	for range processes {
		go func() {
			applied, err := migrations.Apply(t.Context(), url)
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
