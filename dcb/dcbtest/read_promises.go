package dcbtest

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

// count is a reducer that counts events.
var count = dcb.StateReducer{
	InitialState: 0,
	ReducerFn:    func(state any, _ dcb.Event) any { return state.(int) + 1 },
}

func streamsFollowTheirOptions(t *testing.T, s *site) {
	appendTo(t, s.store,
		event("Defined", "course:1"),             // 1
		event("Joined", "course:1", "student:1"), // 2
		event("Joined", "course:2", "student:1"), // 3
		event("Left", "course:1", "student:1"),   // 4
		event("Joined", "course:1", "student:2"), // 5
		event("Untagged"),                        // 6
	)
	course, types := tagged("course:1"), dcb.NewQuery(nil, "Joined", "Left")
	either := course.Or(tagged("student:1"))
	tests := []struct {
		name    string
		query   dcb.Query
		options dcb.ReadOptions
		want    []int64
	}{
		{name: "nothing", want: []int64{}},
		{name: "all events", query: dcb.AllEvents(), want: []int64{1, 2, 3, 4, 5, 6}},
		{name: "a tag", query: course, want: []int64{1, 2, 4, 5}},
		{name: "items", query: either, want: []int64{1, 2, 3, 4, 5}},
		{name: "after a position", query: course, options: dcb.ReadOptions{After: 2}, want: []int64{4, 5}},
		{name: "up to a position", query: course, options: dcb.ReadOptions{UpTo: 4}, want: []int64{1, 2, 4}},
		{name: "between positions", query: dcb.AllEvents(), options: dcb.ReadOptions{After: 2, UpTo: 4}, want: []int64{3, 4}},
		{name: "types after a position", query: types, options: dcb.ReadOptions{After: 3}, want: []int64{4, 5}},
		{name: "types up to a position", query: types, options: dcb.ReadOptions{UpTo: 4}, want: []int64{2, 3, 4}},
		{name: "a limit", query: either, options: dcb.ReadOptions{Limit: 3}, want: []int64{1, 2, 3}},
		{name: "a limit of types", query: types, options: dcb.ReadOptions{Limit: 2}, want: []int64{2, 3}},
		{name: "a limit of all events after a position", query: dcb.AllEvents(), options: dcb.ReadOptions{After: 1, Limit: 2}, want: []int64{2, 3}},
		{name: "a limit beyond the end", query: course, options: dcb.ReadOptions{Limit: 30}, want: []int64{1, 2, 4, 5}},
		{name: "up to beyond the end", query: course, options: dcb.ReadOptions{UpTo: 30}, want: []int64{1, 2, 4, 5}},
		{name: "after the end", query: course, options: dcb.ReadOptions{After: 30}, want: []int64{}},
		{name: "backwards", query: either, options: dcb.ReadOptions{Backwards: true}, want: []int64{5, 4, 3, 2, 1}},
		{name: "backwards between positions", query: types, options: dcb.ReadOptions{Backwards: true, After: 2, UpTo: 4}, want: []int64{4, 3}},
		{name: "backwards, a limit", query: either, options: dcb.ReadOptions{Backwards: true, Limit: 2}, want: []int64{5, 4}},
		{name: "backwards, a limit of all events up to a position", query: dcb.AllEvents(), options: dcb.ReadOptions{Backwards: true, UpTo: 5, Limit: 2}, want: []int64{5, 4}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, positions(stream(t, s.store, test.query, test.options)))
		})
	}
}

func streamsAreOfOneMoment(t *testing.T, s *site) {
	const stored = 2500
	appendTo(t, s.store, events(stored, "A", "x")...)
	var read int64
	for e, err := range s.store.Read(t.Context(), tagged("x"), dcb.ReadOptions{}) {
		require.NoError(t, err)
		read++
		require.Equal(t, read, e.Position)
		if read%500 == 1 {
			appendTo(t, s.store, event("Meanwhile", "x")) // the body may use the store
		}
	}
	require.EqualValues(t, stored, read)
	for e, err := range s.store.Read(t.Context(), tagged("x"), dcb.ReadOptions{Backwards: true, UpTo: stored}) {
		require.NoError(t, err)
		require.Equal(t, read, e.Position)
		read--
	}
	require.Zero(t, read)
	require.Len(t, stream(t, s.store, tagged("x"), dcb.ReadOptions{After: 100, UpTo: 1500}), 1400)
	require.Len(t, stream(t, s.store, tagged("x"), dcb.ReadOptions{Limit: 1200}), 1200)
}

func streamsEnd(t *testing.T, s *site) {
	appendTo(t, s.store, events(50, "A")...)
	for range 20 { // more often than a pool has connections
		for e, err := range s.store.Read(t.Context(), dcb.AllEvents(), dcb.ReadOptions{}) {
			require.NoError(t, err)
			require.EqualValues(t, 1, e.Position)
			break
		}
	}
}

func streamsEndWithTheirError(t *testing.T, s *site) {
	pairs := 0
	for e, err := range s.store.Read(t.Context(), dcb.NewQuery(nil), dcb.ReadOptions{}) {
		require.Error(t, err)
		require.Zero(t, e)
		pairs++
	}
	require.Equal(t, 1, pairs)
}

func statesAreReduced(t *testing.T, s *site) {
	position, state, err := s.store.ReadState(t.Context(), tagged("x"), count)
	require.NoError(t, err)
	assert.Zero(t, position, "of an empty log")
	assert.Equal(t, 0, state)

	appendTo(t, s.store, event("A", "x"), event("B", "x"), event("C", "y"))
	appendTo(t, s.store, event("D", "x"), event("E", "y"))
	inOrder := dcb.StateReducer{
		InitialState: "events: ",
		ReducerFn:    func(state any, e dcb.Event) any { return state.(string) + e.Type },
	}
	position, state, err = s.store.ReadState(t.Context(), tagged("x"), inOrder)
	require.NoError(t, err)
	assert.EqualValues(t, 5, position, "the end of the log, though its last event does not match")
	assert.Equal(t, "events: ABD", state)

	// An append under the same query and position holds as long as the state does.
	_, err = s.other.AppendEvents(t.Context(), []dcb.InputEvent{event("F", "x")}, tagged("x"), position)
	require.NoError(t, err)
	_, err = s.other.AppendEvents(t.Context(), []dcb.InputEvent{event("F", "x")}, tagged("x"), position)
	require.ErrorIs(t, err, dcb.ErrConflict)
}

func statesUpTo(t *testing.T, s *site) {
	appendTo(t, s.store, event("A", "x"), event("A", "x"), event("B", "y"))
	for _, test := range []struct {
		upTo, position int64
		state          int
	}{
		{upTo: -1, position: 0, state: 0},
		{upTo: 0, position: 0, state: 0}, // the log as it was before its first event
		{upTo: 1, position: 1, state: 1},
		{upTo: 2, position: 2, state: 2},
		{upTo: 3, position: 3, state: 2},
		{upTo: 99, position: 3, state: 2}, // no further than the log goes
	} {
		position, state, err := s.store.ReadStateUpTo(t.Context(), tagged("x"), count, test.upTo)
		require.NoError(t, err)
		assert.Equal(t, test.position, position, "up to %d", test.upTo)
		assert.Equal(t, test.state, state, "up to %d", test.upTo)
	}
}

// stream returns all that Read yields.
func stream(t *testing.T, store Store, query dcb.Query, options dcb.ReadOptions) []dcb.Event {
	t.Helper()
	var all []dcb.Event
	for e, err := range store.Read(t.Context(), query, options) {
		require.NoError(t, err)
		all = append(all, e)
	}
	return all
}
