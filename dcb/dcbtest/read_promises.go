package dcbtest

import (
	"slices"
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

// A streamTest has a query with options, and the positions of the events that a stream yields.
type streamTest struct {
	name    string
	query   dcb.Query
	options dcb.ReadOptions
	want    []int64
}

func streamTests() []streamTest {
	course, types := tagged("course:1"), dcb.NewQuery(nil, "Joined", "Left")
	either := course.Or(tagged("student:1"))
	return []streamTest{
		{name: "nothing", want: []int64{}},
		{name: "all events", query: dcb.AllEvents(), want: []int64{1, 2, 3, 4, 5, 6}},
		{name: "a tag", query: course, want: []int64{1, 2, 4, 5}},
		{name: "items", query: either, want: []int64{1, 2, 3, 4, 5}},
		{name: "after a position", query: course, options: dcb.ReadOptions{After: 2}, want: []int64{4, 5}},
		{name: "before a position", query: course, options: dcb.ReadOptions{Before: 5}, want: []int64{1, 2, 4}},
		{name: "between positions", query: dcb.AllEvents(), options: dcb.ReadOptions{After: 2, Before: 5}, want: []int64{3, 4}},
		{name: "types between positions", query: types, options: dcb.ReadOptions{After: 2, Before: 5}, want: []int64{3, 4}},
		{name: "types after a position", query: types, options: dcb.ReadOptions{After: 3}, want: []int64{4, 5}},
		{name: "types before a position", query: types, options: dcb.ReadOptions{Before: 5}, want: []int64{2, 3, 4}},
		{name: "a limit", query: either, options: dcb.ReadOptions{Limit: 3}, want: []int64{1, 2, 3}},
		{name: "a limit of types", query: types, options: dcb.ReadOptions{Limit: 2}, want: []int64{2, 3}},
		{name: "a limit of all events after a position", query: dcb.AllEvents(), options: dcb.ReadOptions{After: 1, Limit: 2}, want: []int64{2, 3}},
		{name: "a limit beyond the end", query: course, options: dcb.ReadOptions{Limit: 30}, want: []int64{1, 2, 4, 5}},
		{name: "before a position beyond the end", query: course, options: dcb.ReadOptions{Before: 31}, want: []int64{1, 2, 4, 5}},
		{name: "before the first", query: course, options: dcb.ReadOptions{Before: 1}, want: []int64{}},
		{name: "after the end", query: course, options: dcb.ReadOptions{After: 30}, want: []int64{}},
		{name: "the last, by a limit", query: either, options: dcb.ReadOptions{Backwards: true, Limit: 2}, want: []int64{5, 4}},
		{name: "the last, by a limit of types", query: types, options: dcb.ReadOptions{Backwards: true, Limit: 2}, want: []int64{5, 4}},
		{name: "the last, by a limit between positions", query: dcb.AllEvents(), options: dcb.ReadOptions{Backwards: true, After: 1, Before: 6, Limit: 2}, want: []int64{5, 4}},
		{name: "the last, by a limit of all events before a position", query: dcb.AllEvents(), options: dcb.ReadOptions{Backwards: true, Before: 6, Limit: 2}, want: []int64{5, 4}},
	}
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
	for _, test := range streamTests() {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, positions(stream(t, s.store, test.query, test.options)))
		})
		if test.options.Limit > 0 {
			continue // from the other end, the limit selects other events
		}
		t.Run(test.name+", backwards", func(t *testing.T) {
			test.options.Backwards = true
			slices.Reverse(test.want)
			require.Equal(t, test.want, positions(stream(t, s.store, test.query, test.options)))
		})
	}
}

// streamsAreOfOneMoment reads more than fits into one answer, and appends meanwhile.
func streamsAreOfOneMoment(t *testing.T, s *site) {
	const stored = 2500
	appendTo(t, s.store, events(stored, "A", "x")...)
	head := int64(stored)
	for _, backwards := range []bool{false, true} {
		wanted, step := int64(1), int64(1)
		if backwards {
			wanted, step = head, -1
		}
		read, end := int64(0), head
		for e, err := range s.store.Read(t.Context(), tagged("x"), dcb.ReadOptions{Backwards: backwards}) {
			require.NoError(t, err)
			require.Equal(t, wanted, e.Position)
			wanted += step
			if read++; read%500 == 1 {
				head = appendTo(t, s.store, event("Meanwhile", "x")) // the body may use the store
			}
		}
		require.Equal(t, end, read)
	}
}

func longStreamsFollowTheirOptions(t *testing.T, s *site) {
	appendTo(t, s.store, events(2500, "A", "x")...)
	for _, test := range []struct {
		options            dcb.ReadOptions
		count, first, last int64
	}{
		{dcb.ReadOptions{After: 100, Before: 1501}, 1400, 101, 1500},
		{dcb.ReadOptions{After: 100, Before: 1501, Backwards: true}, 1400, 1500, 101},
		{dcb.ReadOptions{Limit: 1200}, 1200, 1, 1200},
		{dcb.ReadOptions{Limit: 1200, Backwards: true}, 1200, 2500, 1301},
		{dcb.ReadOptions{After: 100, Before: 2001, Limit: 1200, Backwards: true}, 1200, 2000, 801},
		{dcb.ReadOptions{Before: 1001, Backwards: true}, 1000, 1000, 1},
	} {
		read := stream(t, s.store, tagged("x"), test.options)
		require.Len(t, read, int(test.count), "%+v", test.options)
		assert.Equal(t, test.first, read[0].Position, "%+v", test.options)
		assert.Equal(t, test.last, read[len(read)-1].Position, "%+v", test.options)
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
	_, err = s.other.AppendAfter(t.Context(), []dcb.InputEvent{event("F", "x")}, tagged("x"), dcb.At(position))
	require.NoError(t, err)
	_, err = s.other.AppendAfter(t.Context(), []dcb.InputEvent{event("F", "x")}, tagged("x"), dcb.At(position))
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
