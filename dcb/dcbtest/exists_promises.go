package dcbtest

import (
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/internal/racetest"
)

// exists reduces to a state after any event, and to nil after an event of type Removed.
var exists = dcb.StateReducer{ReducerFn: func(_ any, e dcb.Event) any {
	if e.Type == "Removed" {
		return nil
	}
	return "there"
}}

func ifNotExistsAppends(t *testing.T, s *site) {
	appendTo(t, s.store, event("Added", "y"))
	position, err := s.store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("Added", "x")}, tagged("x"), 0, exists)
	require.NoError(t, err)
	require.EqualValues(t, 2, position)

	appendTo(t, s.store, event("Removed", "x"))
	position, err = s.store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("Added", "x")}, tagged("x"), 0, exists)
	require.NoError(t, err)
	require.EqualValues(t, 4, position, "events exist but make no state")
}

func ifNotExistsFinds(t *testing.T, s *site) {
	appendTo(t, s.store, event("Added", "x"), event("Added", "y"))
	position, err := s.store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("Added", "x")}, tagged("x"), 0, exists)
	require.NoError(t, err)
	require.EqualValues(t, 2, position)
	require.Len(t, readFrom(t, s.store, dcb.AllEvents(), 0), 2)
}

func ifNotExistsReadsAfresh(t *testing.T, s *site) {
	appendTo(t, s.store, event("Added", "x"), event("Added", "y"))
	for _, known := range []int64{1, 2} {
		position, err := s.store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("Added", "x")}, tagged("x"), known, exists)
		require.NoError(t, err)
		require.EqualValues(t, 2, position)
	}
	require.Len(t, readFrom(t, s.store, dcb.AllEvents(), 0), 2)
}

func ifNotExistsBeginsAsNil(t *testing.T, s *site) {
	for _, initial := range []any{0, false, "", struct{}{}, (*int)(nil), []string{}, map[string]int(nil)} {
		reducer := dcb.StateReducer{InitialState: initial, ReducerFn: exists.ReducerFn}
		_, err := s.store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("Added", "x")}, tagged("x"), 0, reducer)
		assert.ErrorAs(t, err, new(dcb.InputError), "%#v", initial)
	}
	require.Empty(t, readFrom(t, s.store, dcb.AllEvents(), 0))
}

func ifNotExistsTakesTypedNils(t *testing.T, s *site) {
	appendTo(t, s.store, event("Removed", "x"))
	for i, state := range []any{(*int)(nil), map[string]int(nil), []string(nil)} {
		reducer := dcb.StateReducer{ReducerFn: func(any, dcb.Event) any { return state }}
		position, err := s.store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("Added", "x")}, tagged("x"), 0, reducer)
		require.NoError(t, err)
		require.EqualValues(t, i+2, position, "%#v is a state of nil", state)
	}
	for _, state := range []any{new(int), map[string]int{}, []string{}, 0, false} {
		reducer := dcb.StateReducer{ReducerFn: func(any, dcb.Event) any { return state }}
		position, err := s.store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("Added", "x")}, tagged("x"), 0, reducer)
		require.NoError(t, err)
		require.EqualValues(t, 4, position, "%#v is a state", state)
	}
	require.Len(t, readFrom(t, s.store, dcb.AllEvents(), 0), 4)
}

// inItsGap returns exists as a reducer that lets s.other append e when it is first called.
func inItsGap(t *testing.T, s *site, e dcb.InputEvent) (reducer dcb.StateReducer, wait func()) {
	var (
		once sync.Once
		done <-chan struct{}
	)
	meanwhile := func() {
		done = inBackground(func() {
			_, err := s.other.AppendAfter(t.Context(), []dcb.InputEvent{e}, dcb.Query{}, dcb.Checkpoint{})
			assert.NoError(t, err)
		})
		s.asFarAsItGoes(t, done, 1)
	}
	reducer = dcb.StateReducer{ReducerFn: func(state any, e dcb.Event) any {
		once.Do(meanwhile)
		return exists.ReducerFn(state, e)
	}}
	return reducer, func() { <-done }
}

func ifNotExistsMeetsAnother(t *testing.T, s *site) {
	appendTo(t, s.store, event("Removed", "x"))
	theirs, ours := event("Added", "x"), event("Added", "x")
	reducer, wait := inItsGap(t, s, theirs)
	position, err := s.store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{ours}, tagged("x"), 0, reducer)
	require.NoError(t, err)
	wait()
	stored := readFrom(t, s.store, tagged("x"), 1)
	require.NotEmpty(t, stored)
	if stored[0].ID == ours.ID {
		return // the other append had to wait
	}
	require.Len(t, stored, 1, "the other append makes the state")
	require.EqualValues(t, 2, position, "the position of the state")
}

func ifNotExistsAtOnce(t *testing.T, s *site) {
	stores := []Store{s.store, s.other}
	for _, tag := range []dcb.Tag{"a", "b", "c", "d", "e"} {
		racetest.AtOnce(20, func(i int) {
			_, err := stores[i%2].AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("Added", tag)}, tagged(tag), 0, exists)
			assert.NoError(t, err)
		})
		require.Len(t, readFrom(t, s.store, tagged(tag), 0), 1)
	}
}
