package dcb_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/internal/linear"
	"go-crablet/dcb/internal/racetest"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

// A mode is a way in which a store works. What is promised of a store holds in each of them,
// so what could break a promise is tried in each.
type mode struct {
	memory int64 // of [dcb.Options]
	trips  int   // that an append takes if nobody is in its way
}

var modes = map[string]mode{
	"memory, one trip":     {64 << 20, 1},
	"memory, two trips":    {64 << 20, 2},
	"no memory, one trip":  {-1, 1},
	"no memory, two trips": {-1, 2},
}

func (m mode) open(t testing.TB, pool *pgxpool.Pool) *dcb.Store {
	t.Helper()
	store := openStoreWith(t, pool, dcb.Options{Memory: m.memory})
	m.set(store)
	return store
}

// set sets how many trips appends of a store take. Call it before the first of them.
func (m mode) set(store *dcb.Store) {
	if m.trips == 1 {
		store.TryOneTrip()
	} else {
		store.TakeTwoTrips()
	}
}

// inEachMode runs a test in each mode.
func inEachMode(t *testing.T, test func(t *testing.T, m mode)) {
	t.Helper()
	inModes(t, modes, test)
}

// inOneTripAndInTwo runs a test of appends, which have nothing to do with what is remembered.
func inOneTripAndInTwo(t *testing.T, test func(t *testing.T, m mode)) {
	t.Helper()
	inModes(t, map[string]mode{"one trip": {64 << 20, 1}, "two trips": {64 << 20, 2}}, test)
}

func inModes(t *testing.T, modes map[string]mode, test func(t *testing.T, m mode)) {
	t.Helper()
	for name, m := range modes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, m)
		})
	}
}

// Whatever many callers do at once, by way of two stores, there is an order in which one
// caller could have done it one by one. There are five histories in each mode, in a usual run two.
func TestHistoriesAreLinearizable(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "a database in each mode")
	inEachMode(t, func(t *testing.T, m mode) {
		for range effort.Times(2, 5) {
			seed := rand.Uint64()
			t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
				url := pgtest.URL(t)
				one, requireOne := m.openWatched(t, url)
				other, requireOther := m.openWatched(t, url)
				linear.Check(t, seed, one, other)
				requireOne()
				requireOther()
			})
		}
	})
}

// openWatched opens a store, and returns what requires that it was in this mode.
func (m mode) openWatched(t *testing.T, url string) (*dcb.Store, func()) {
	t.Helper()
	pool, hook := racetest.OpenPool(t, url, "read committed")
	store := m.open(t, pool)
	trips, asked := countTrips(hook), store.CountQuestions()
	return store, func() {
		t.Helper()
		require.Positive(t, asked.All.Load())
		if m.memory > 0 {
			require.Positive(t, asked.OnlyNew.Load(), "it asks for what is new, and remembers the rest")
		} else {
			require.Zero(t, asked.OnlyNew.Load(), "it remembers nothing")
		}

		if m.trips == 1 {
			require.Positive(t, trips.one.Load())
		} else {
			require.Zero(t, trips.one.Load())
		}
		before := trips.all.Load()
		appendAll(t, store, event("Last"))
		require.EqualValues(t, m.trips, trips.all.Load()-before)
	}
}
