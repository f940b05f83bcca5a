package standing_test

import (
	"log/slog"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
	. "go-crablet/standing"
)

func TestMain(m *testing.M) {
	effort.SideBySide()
	m.Run()
}

// on opens a pool on a database.
func on(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	pool, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

func look(t *testing.T, pool *pgxpool.Pool) Report {
	t.Helper()
	report, err := Look(t.Context(), pool, Build{"v1.2.3", "abc", "go1.26"})
	require.NoError(t, err)
	return report
}

// lines returns the lines of a report by their names.
func lines(report Report) map[string]Line {
	found := map[string]Line{}
	for _, section := range report.Sections {
		for _, line := range section.Lines {
			found[line.Name] = line
		}
	}
	return found
}

// execute executes a statement.
func execute(t *testing.T, pool *pgxpool.Pool, sql string, args ...any) {
	t.Helper()
	_, err := pool.Exec(t.Context(), sql, args...)
	require.NoError(t, err)
}

// unwell returns the names of the lines that are outside their normal range. Servers of tests do
// without fsync, so that line is left out.
func unwell(report Report) (names []string) {
	for _, section := range report.Sections {
		for _, line := range section.Lines {
			if line.State == Unwell && line.Name != "fsync" {
				names = append(names, line.Name)
			}
		}
	}
	return names
}

// unseen returns the names of the lines that could not be seen.
func unseen(report Report) (names []string) {
	for _, section := range report.Sections {
		for _, line := range section.Lines {
			if line.State == Unseen {
				names = append(names, line.Name)
			}
		}
	}
	return names
}

func logger(t *testing.T) *slog.Logger { return slog.New(slog.NewTextHandler(t.Output(), nil)) }
