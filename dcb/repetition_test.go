package dcb_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

// withIDs makes events of type A with IDs and tags of their own.
func withIDs(tags ...dcb.Tag) []dcb.InputEvent {
	events := make([]dcb.InputEvent, len(tags))
	for i, tag := range tags {
		events[i] = event("A", tag, "all")
	}
	return events
}

func TestARepetitionIsOfAWholeAppend(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendAll(t, store, event("Before"))
	first := withIDs("a", "b", "c")
	require.EqualValues(t, 4, appendAll(t, store, first...))
	neighbours := withIDs("d", "e", "f")
	require.EqualValues(t, 7, appendAll(t, store, neighbours...))
	a, b, c := first[0], first[1], first[2]

	refused := map[string][]dcb.InputEvent{
		"its beginning":             {a, b},
		"its end":                   {b, c},
		"its middle":                {b},
		"its events turned round":   {c, b, a},
		"a hole in it":              {a, c},
		"one of them twice":         {a, a},
		"all, and one of them more": {a, b, c, c},
		"all, and a new one":        {a, b, c, event("New")},
		"a new one, and all":        {event("New"), a, b, c},
		"both appends as one":       slices.Concat(first, neighbours),
		"a part of each":            {b, c, neighbours[0]},
	}
	for name, events := range refused {
		t.Run("not of "+name, func(t *testing.T) {
			_, err := store.AppendEvents(t.Context(), events, dcb.Query{}, 0)
			require.ErrorContains(t, err, "is taken by another event")
			_, err = store.AppendEvents(t.Context(), events, tagged("all"), 0)
			require.ErrorIs(t, err, dcb.ErrConflict)
		})
	}
	for _, query := range []dcb.Query{{}, tagged("all")} {
		position, err := store.AppendEvents(t.Context(), first, query, 0)
		require.NoError(t, err)
		require.EqualValues(t, 4, position)
	}
	require.Len(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}), 7)
}

func TestARepetitionMayHaveItsTagsInAnyOrder(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	e := event("A", "x", "y", "z")
	appendAll(t, store, e)
	for _, tags := range []dcb.Tags{{"z", "y", "x"}, {"x", "y", "z", "x"}} {
		e.Tags = tags
		require.EqualValues(t, 1, appendAll(t, store, e), "%v", tags)
	}
	for _, tags := range []dcb.Tags{{"x", "y"}, {"x", "y", "z", "more"}, {"x", "y", "y"}, nil} {
		e.Tags = tags
		_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{e}, dcb.Query{}, 0)
		require.ErrorContains(t, err, "is taken by another event", "%v", tags)
	}
}

// An append of before 0006_dcb_append.sql did not note what belongs to it.
func TestARepetitionOfAnAppendOfAnOlderVersionIsKnownByItsEventsStandingTogether(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	store := openStore(t, pool)
	first := withIDs("a", "b", "c")
	appendAll(t, store, first...)
	_, err := pool.Exec(t.Context(), `update dcb_event set append_rest = null, bytes = null`)
	require.NoError(t, err)
	require.EqualValues(t, 3, appendAll(t, store, first...))
	_, err = store.AppendEvents(t.Context(), []dcb.InputEvent{first[1], first[0]}, dcb.Query{}, 0)
	require.ErrorContains(t, err, "is taken by another event")
}

// The conflict of a decision is certain: nobody can have appended its events before, for
// it has just made their IDs. So no look-up can fail, and it decides again.
func TestAConflictOfADecisionIsNotLookedUp(t *testing.T) {
	t.Parallel()
	store, safe, wire, hook := openWired(t)
	appendFacts(t, store, roomOpened{"blue", 1})
	lookUps := 0
	hook.Set(func(sql string) {
		if strings.Contains(sql, "join dcb_event as e using (id)") {
			lookUps++
			wire.cut()
		}
	})
	ctx := dcb.WithTrace(t.Context(), &dcb.Trace{
		Stepwise: true,
		Decided: func(step dcb.TraceDecided) {
			if step.Attempt == 1 {
				appendFacts(t, safe, seatTaken{"blue", "kofi"})
			}
		},
	})
	require.Equal(t, errFull, takeSeat{"blue", "ada"}.run(ctx, store))

	nameless := dcb.InputEvent{Type: "A", Tags: dcb.NewTags("room", "blue"), Data: []byte(`{}`)}
	_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{nameless}, tagged("room:blue"), 0)
	require.ErrorIs(t, err, dcb.ErrConflict, "nor can an event without an ID have been there before")
	require.Zero(t, lookUps)
}

func TestWhatIsStoredAtFirstIsNotLookedUp(t *testing.T) {
	t.Parallel()
	store, _, hook := openHooked(t)
	looks := 0
	hook.Set(func(sql string) {
		if strings.Contains(sql, "join dcb_event as e using (id)") {
			looks++
		}
	})
	appendAll(t, store, withIDs("a")...)
	require.Zero(t, looks)
	_, err := store.AppendEvents(t.Context(), withIDs("b"), tagged("all"), 0)
	require.ErrorIs(t, err, dcb.ErrConflict)
	require.Equal(t, 1, looks, "after a conflict it is")
	nameless := dcb.InputEvent{Type: "A", Tags: dcb.Tags{"all"}, Data: []byte(`{}`)}
	for _, events := range [][]dcb.InputEvent{{nameless}, {nameless, event("A")}, {event("A"), nameless}} {
		_, err = store.AppendEvents(t.Context(), events, tagged("all"), 0)
		require.ErrorIs(t, err, dcb.ErrConflict)
	}
	require.Equal(t, 1, looks, "unless the caller gave some of the events no ID, and so can't repeat them")
}

// Of three in a batch, one is a repetition, whatever becomes of its neighbours.
func TestARepetitionIsKnownAmongTheOthersOfItsBatch(t *testing.T) {
	t.Parallel()
	h := holdAppend(t)
	stranger := send(t.Context(), h.store, tagged("first"), withIDs("a")...)
	waiting(t, h.store, 1)
	repeated := withIDs("b", "c")
	first := send(t.Context(), h.store, dcb.Query{}, repeated...)
	waiting(t, h.store, 2)
	second := send(t.Context(), h.store, tagged("all"), repeated...)
	waiting(t, h.store, 3)
	h.release()
	require.NoError(t, (<-h.done).err)
	require.ErrorIs(t, (<-stranger).err, dcb.ErrConflict)
	require.Equal(t, result{3, nil}, <-first)
	require.Equal(t, result{3, nil}, <-second)
}
