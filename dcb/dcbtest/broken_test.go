package dcbtest_test

import (
	"errors"
	"maps"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb/dcbtest"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

// A mistake makes a broken store, which the suite must fail: it changes the script of the plain
// store, or some of its calls.
type mistake struct {
	breaks []string // the promises that the suite has to find broken
	change func(s *script)
	wrap   func(s *plainStore) dcbtest.Store
}

// broken has the mistakes of all broken stores by name.
var broken = together(wrongOrders, wrongAppends, wrongRepetitions, wrongReads, wrongCalls, wrongExists, wrongStreams, wrongTails, wrongHistories)

func together(parts ...map[string]mistake) map[string]mistake {
	all := map[string]mistake{}
	for _, part := range parts {
		for name, m := range part {
			if _, taken := all[name]; taken {
				panic("two mistakes have the name " + name)
			}
			all[name] = m
		}
	}
	return all
}

// open makes the broken store.
func (m mistake) open(t *testing.T, pool *pgxpool.Pool) dcbtest.Store {
	t.Helper()
	script := correct()
	if m.change != nil {
		m.change(&script)
	}
	store := newPlain(t, pool, script)
	if m.wrap != nil {
		return m.wrap(store)
	}
	return store
}

// A thorough run tests every broken store, a usual one thirty of them, drawn at random.
func TestTheSuiteFailsEveryBrokenStore(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "a process for each store")
	names := slices.Collect(maps.Keys(broken)) // in another order each time
	for _, name := range names[:effort.Times(30, len(names))] {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var tests, patterns []string
			for _, promise := range broken[name].breaks {
				test := strings.ReplaceAll(promise, " ", "_")
				tests, patterns = append(tests, test), append(patterns, regexp.QuoteMeta(test))
			}
			output := failing(t, name, "^TestStore$/^("+strings.Join(patterns, "|")+")$")
			for _, test := range tests {
				assert.Contains(t, output, "--- FAIL: TestStore/"+test+" ")
			}
		})
	}
}

func TestEveryPromiseIsBrokenByAStore(t *testing.T) {
	t.Parallel()
	var found []string
	for _, mistake := range broken {
		found = append(found, mistake.breaks...)
	}
	slices.Sort(found)
	require.ElementsMatch(t, dcbtest.Promises(), slices.Compact(found))
}

// The table in docs/append.md says what mistakes cost. alternatives_test.go has the SQL that was
// measured. Each of these mistakes has a broken store.
func TestEveryRowOfTheTableIsABrokenStore(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/append.md")
	require.NoError(t, err)
	var measured, rows []string
	for _, a := range alternatives {
		measured = append(measured, a.name)
	}
	for _, row := range regexp.MustCompile(`(?m)^\| ([^|]+?) \| \d`).FindAllStringSubmatch(string(page), -1) {
		rows = append(rows, row[1])
	}
	require.Equal(t, []string{"as `dcb` does it", "the same, one append a transaction"}, rows[:2])
	require.Equal(t, rows[2:], measured)
	require.ElementsMatch(t, measured, slices.Collect(maps.Keys(wrongOrders)))
}

// failing runs tests of this program in another process, with a broken store, and returns its
// output. The tests must fail.
func failing(t *testing.T, store, tests string) (output string) {
	t.Helper()
	child := exec.CommandContext(t.Context(), os.Args[0], "-test.run="+tests, "-test.timeout=2m")
	child.Env = append(os.Environ(), brokenStore+"="+store, "TEST_DATABASE_URL="+pgtest.URL(t))
	written, err := child.CombinedOutput()
	exit, ok := errors.AsType[*exec.ExitError](err)
	require.True(t, ok, "the tests passed, or did not run: %v\n%s", err, written)
	require.Equal(t, 1, exit.ExitCode(), "%s", written)
	return string(written)
}
