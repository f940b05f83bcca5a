package dcbtest

import (
	"math/rand/v2"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"go-crablet/dcb"
	"go-crablet/internal/effort"
)

// Promises returns the names of the tests of a store.
func Promises() []string {
	var all []string
	for _, test := range testsOfAStore(nil, nil) {
		all = append(all, test.says)
	}
	return all
}

// TryThirdOfStore is TestStore in a thorough run. A usual run tests a third of the promises,
// drawn at random.
func TryThirdOfStore(t *testing.T, database func(t testing.TB) string, open func(t *testing.T, pool *pgxpool.Pool) Store) {
	t.Helper()
	run(t, third(testsOfAStore(database, open)))
}

// TryThirdOfLog is TestLog in a thorough run. A usual run tests a third of the promises, drawn
// at random.
func TryThirdOfLog(t *testing.T, open func(t *testing.T) dcb.Log) {
	t.Helper()
	run(t, third(testsOfALog(open)))
}

func third(tests []promiseTest) []promiseTest {
	rand.Shuffle(len(tests), func(i, j int) { tests[i], tests[j] = tests[j], tests[i] })
	return tests[:effort.Times(len(tests)/3, len(tests))]
}
