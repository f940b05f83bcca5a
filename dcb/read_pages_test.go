package dcb_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

// A page is 1,000 events. What is asked for does not end where a page does.
func TestAReadOfSeveralPagesIsWhatWasAskedFor(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	many := make([]dcb.InputEvent, 2500)
	for i := range many {
		many[i] = event("Many", "many")
	}
	appendAll(t, store, many...)
	all := make([]int64, len(many))
	for i := range all {
		all[i] = int64(i + 1)
	}
	for _, limit := range []int{0, 1, 999, 1000, 1001, 1999, 2000, 2001, 2500, 2501} {
		for _, bounds := range []struct{ after, before int64 }{{0, 0}, {1, 2500}, {700, 0}, {0, 1001}, {1500, 2501}, {2499, 0}, {2500, 0}, {0, 1}} {
			want := all[bounds.after:]
			if bounds.before > 0 {
				want = all[bounds.after : bounds.before-1]
			}
			backwards := slices.Clone(want)
			slices.Reverse(backwards)
			if limit > 0 {
				want, backwards = want[:min(limit, len(want))], backwards[:min(limit, len(want))]
			}
			options := dcb.ReadOptions{After: bounds.after, Before: bounds.before, Limit: limit}
			require.Equal(t, want, append([]int64{}, positions(readAll(t, store, tagged("many"), options))...), "%+v", options)
			options.Backwards = true
			require.Equal(t, backwards, append([]int64{}, positions(readAll(t, store, tagged("many"), options))...), "%+v", options)
		}
	}
}

// Each item of a query could fill the page alone.
func TestALimitIsOfTheWholeQuery(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendAll(t, store, event("A", "x"), event("A", "y"), event("A", "x"), event("A", "y"))
	query := tagged("x").Or(tagged("y"))
	require.Equal(t, []int64{1, 2, 3}, positions(readAll(t, store, query, dcb.ReadOptions{Limit: 3})))
	require.Equal(t, []int64{4, 3, 2}, positions(readAll(t, store, query, dcb.ReadOptions{Limit: 3, Backwards: true})))
	require.Equal(t, []int64{1}, positions(readAll(t, store, query, dcb.ReadOptions{Limit: 1})))
}

func TestALoopMayBreakInAnyPage(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendAll(t, store, slices.Repeat([]dcb.InputEvent{{Type: "Many", Tags: dcb.Tags{"many"}, Data: []byte(`{}`)}}, 2500)...)
	for _, last := range []int64{1, 500, 1000, 1001, 2000, 2500} {
		seen := int64(0)
		for e, err := range store.Read(t.Context(), tagged("many"), dcb.ReadOptions{}) {
			require.NoError(t, err)
			if seen = e.Position; seen == last {
				break
			}
		}
		require.Equal(t, last, seen)
	}
}

// Each of two pages is a statement of its own, and an event is appended before each.
func TestAReadShowsTheLogOfTheMomentAtWhichItBegan(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendAll(t, store, slices.Repeat([]dcb.InputEvent{{Type: "Many", Tags: dcb.Tags{"many"}, Data: []byte(`{}`)}}, 1500)...)
	for _, options := range []dcb.ReadOptions{{}, {Backwards: true}, {Limit: 1600}} {
		seen, before := 0, len(readAll(t, store, tagged("many"), dcb.ReadOptions{}))
		for _, err := range store.Read(t.Context(), tagged("many"), options) {
			require.NoError(t, err)
			if seen++; seen == 1 || seen == 1000 {
				appendAll(t, store, event("Many", "many"))
			}
		}
		require.Equal(t, before, seen, "%+v", options)
	}
}

// The position is what the append is conditional on. Had it come from the second page, it
// would hide an event that nobody has read.
func TestTheStateAndItsPositionAreOfOneMoment(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendAll(t, store, slices.Repeat([]dcb.InputEvent{{Type: "Many", Tags: dcb.Tags{"many"}, Data: []byte(`{}`)}}, 1500)...)
	position, state, err := store.ReadState(t.Context(), tagged("many"), dcb.StateReducer{
		InitialState: 0,
		ReducerFn: func(state any, _ dcb.Event) any {
			if state == 0 {
				appendAll(t, store, event("Many", "many"))
			}
			return state.(int) + 1
		},
	})
	require.NoError(t, err)
	require.EqualValues(t, 1500, position)
	require.Equal(t, 1500, state)
}

func TestTheStateUpToAPositionIsThatOfTheLogThatEndsThere(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendAll(t, store, event("A", "x"), event("B"), event("A", "x"), event("B"))
	for _, test := range []struct {
		upTo, position int64
		counted        int
	}{{-1, 0, 0}, {0, 0, 0}, {1, 1, 1}, {2, 2, 1}, {3, 3, 2}, {4, 4, 2}, {5, 4, 2}} {
		position, state, err := store.ReadStateUpTo(t.Context(), tagged("x"), count, test.upTo)
		require.NoError(t, err)
		require.Equal(t, test.position, position, "up to %d", test.upTo)
		require.Equal(t, test.counted, state, "up to %d", test.upTo)
	}
}

func TestNothingIsReadUpToTheBeginningOfALog(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendAll(t, store, event("A"))
	events, err := store.ReadUpTo(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
	require.NoError(t, err)
	require.Empty(t, events)
}

// The error is the last pair, also of a loop that would go on.
func TestAReadEndsWithItsError(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	pairs := 0
	for e, err := range store.Read(t.Context(), dcb.NewQuery(nil), dcb.ReadOptions{}) {
		_, ok := errors.AsType[dcb.InputError](err)
		require.True(t, ok, "%v", err)
		require.Zero(t, e)
		pairs++
	}
	require.Equal(t, 1, pairs)
}
