package dcb_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

func TestRead(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendAll(t, store,
		event("Defined", "course:1"),                // 1
		event("Registered", "student:1"),            // 2
		event("Joined", "course:1", "student:1"),    // 3
		event("Joined", "course:2", "student:1"),    // 4
		event("Joined", "course:1", "student:2"),    // 5
		event("Left", "student:1", "course:1", "x"), // 6
		event("Untagged"),                           // 7
	)
	tests := []struct {
		name    string
		query   dcb.Query
		options dcb.ReadOptions
		want    []int64
	}{
		{name: "the zero query matches nothing", want: []int64{}},
		{name: "all events are all of them", query: dcb.AllEvents(), want: []int64{1, 2, 3, 4, 5, 6, 7}},
		{name: "a tag", query: tagged("course:1"), want: []int64{1, 3, 5, 6}},
		{name: "tags within an item narrow", query: tagged("course:1", "student:1"), want: []int64{3, 6}},
		{name: "the order of tags means nothing", query: tagged("student:1", "course:1"), want: []int64{3, 6}},
		{name: "three tags", query: tagged("student:1", "course:1", "x"), want: []int64{6}},
		{name: "a tag asked for twice", query: tagged("x", "x"), want: []int64{6}},
		{name: "types within an item widen", query: dcb.NewQuery(dcb.Tags{"course:1"}, "Joined", "Left"), want: []int64{3, 5, 6}},
		{name: "types without tags", query: dcb.NewQuery(nil, "Joined", "Untagged"), want: []int64{3, 4, 5, 7}},
		{name: "items widen", query: tagged("course:1").Or(tagged("student:1")), want: []int64{1, 2, 3, 4, 5, 6}},
		{name: "an event that matches two items is one event", query: tagged("course:1").Or(tagged("course:1", "student:1")), want: []int64{1, 3, 5, 6}},
		{name: "items with and without tags", query: tagged("x").Or(dcb.NewQuery(nil, "Untagged")), want: []int64{6, 7}},
		{name: "a tag that nothing carries", query: tagged("course"), want: []int64{}},
		{name: "after a position", query: tagged("course:1"), options: dcb.ReadOptions{After: 3}, want: []int64{5, 6}},
		{name: "up to a position", query: tagged("course:1"), options: dcb.ReadOptions{UpTo: 5}, want: []int64{1, 3, 5}},
		{name: "between positions", query: dcb.AllEvents(), options: dcb.ReadOptions{After: 2, UpTo: 4}, want: []int64{3, 4}},
		{name: "types after a position", query: dcb.NewQuery(nil, "Joined", "Left"), options: dcb.ReadOptions{After: 4}, want: []int64{5, 6}},
		{name: "types up to a position", query: dcb.NewQuery(nil, "Joined", "Left"), options: dcb.ReadOptions{UpTo: 5}, want: []int64{3, 4, 5}},
		{name: "a limit of types", query: dcb.NewQuery(nil, "Joined", "Left"), options: dcb.ReadOptions{Limit: 2}, want: []int64{3, 4}},
		{name: "a limit of all events", query: dcb.AllEvents(), options: dcb.ReadOptions{After: 1, Limit: 2}, want: []int64{2, 3}},
		{name: "a limit", query: tagged("course:1").Or(tagged("student:1")), options: dcb.ReadOptions{Limit: 3}, want: []int64{1, 2, 3}},
		{name: "a limit beyond the end", query: tagged("x"), options: dcb.ReadOptions{Limit: 3}, want: []int64{6}},
		{name: "backwards, a limit takes the newest", query: tagged("course:1").Or(tagged("student:1")), options: dcb.ReadOptions{Backwards: true, Limit: 3}, want: []int64{6, 5, 4}},
		{name: "backwards, a limit of types", query: dcb.NewQuery(nil, "Left", "Joined"), options: dcb.ReadOptions{Backwards: true, Limit: 2}, want: []int64{6, 5}},
		{name: "backwards, a limit of all events", query: dcb.AllEvents(), options: dcb.ReadOptions{Backwards: true, Limit: 1}, want: []int64{7}},
		{name: "backwards, a limit between positions", query: dcb.AllEvents(), options: dcb.ReadOptions{Backwards: true, After: 1, UpTo: 5, Limit: 2}, want: []int64{5, 4}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			require.Equal(t, test.want, positions(readAll(t, store, test.query, test.options)))
		})
		if test.options.Limit > 0 {
			continue
		}
		t.Run(test.name+", backwards", func(t *testing.T) {
			test.options.Backwards = true
			slices.Reverse(test.want)
			require.Equal(t, test.want, positions(readAll(t, store, test.query, test.options)))
		})
	}

	t.Run("stops when the loop does", func(t *testing.T) {
		for e, err := range store.Read(t.Context(), dcb.AllEvents(), dcb.ReadOptions{}) {
			require.NoError(t, err)
			require.EqualValues(t, 1, e.Position)
			break
		}
	})
	t.Run("yields its error last", func(t *testing.T) {
		pairs := 0
		for _, err := range store.Read(t.Context(), dcb.NewQuery(nil), dcb.ReadOptions{}) {
			require.ErrorContains(t, err, "AllEvents()")
			pairs++
		}
		require.Equal(t, 1, pairs)
	})
}

// A tag is opaque, whatever SQL or JSON would make of it.
func TestTagsAndTypesAreOpaque(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	for _, text := range []string{`"`, `\`, `\"`, `{a,b}`, `,`, ` `, `null`, `NULL`, `'; drop table dcb_event; --`, `%`, `$1`, "\n", "ü", "<&>", "\u2028", `{}`} {
		position := appendAll(t, store, event(text, dcb.Tag(text), "and:another"))
		require.Equal(t, []int64{position}, positions(readAll(t, store, tagged(dcb.Tag(text)), dcb.ReadOptions{})), "tag %q", text)
		require.Equal(t, []int64{position}, positions(readAll(t, store, tagged("and:another", dcb.Tag(text)), dcb.ReadOptions{})), "tags %q", text)
		require.Equal(t, []int64{position}, positions(readAll(t, store, dcb.NewQuery(nil, text), dcb.ReadOptions{})), "type %q", text)
		stored := readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{After: position - 1})
		require.Equal(t, text, stored[0].Type)
		require.Equal(t, dcb.Tags{dcb.Tag(text), "and:another"}, stored[0].Tags)
	}
}

func TestReadReturnsTheEventsOfOneMoment(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	const pages = 2500 // more than two of them
	batch := make([]dcb.InputEvent, pages)
	for i := range batch {
		batch[i] = event("A", "x")
	}
	appendAll(t, store, batch...)

	var read int64
	for e, err := range store.Read(t.Context(), tagged("x"), dcb.ReadOptions{}) {
		require.NoError(t, err)
		read++
		require.Equal(t, read, e.Position)
		if read%500 == 1 {
			appendAll(t, store, event("Meanwhile", "x")) // the body may use the store
		}
	}
	require.EqualValues(t, pages, read)

	read = 0
	for e, err := range store.Read(t.Context(), tagged("x"), dcb.ReadOptions{After: 100, UpTo: 1500}) {
		require.NoError(t, err)
		read = e.Position
	}
	require.EqualValues(t, 1500, read, "up to, on the second page")
	require.Len(t, readAll(t, store, tagged("x"), dcb.ReadOptions{Limit: 1200}), 1200, "a limit beyond the first page")
}

func TestReadBackwardsReturnsTheEventsOfOneMoment(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	const pages = 2500 // more than two of them
	appendAll(t, store, slices.Repeat([]dcb.InputEvent{{Type: "A", Tags: dcb.Tags{"x"}, Data: []byte(`{}`)}}, pages)...)

	next := int64(pages)
	for e, err := range store.Read(t.Context(), tagged("x"), dcb.ReadOptions{Backwards: true}) {
		require.NoError(t, err)
		require.Equal(t, next, e.Position)
		if next%500 == 0 {
			appendAll(t, store, event("Meanwhile", "x")) // the body may use the store
		}
		next--
	}
	require.Zero(t, next)

	newest := readAll(t, store, tagged("x"), dcb.ReadOptions{Backwards: true, After: 100, UpTo: 2000, Limit: 1200})
	require.Len(t, newest, 1200, "a limit beyond the first page")
	require.EqualValues(t, 2000, newest[0].Position)
	require.EqualValues(t, 801, newest[1199].Position)
	require.Len(t, readAll(t, store, tagged("x"), dcb.ReadOptions{Backwards: true, After: 100, UpTo: 2000}), 1900)

	// Down to the first event, with the page's end on it.
	require.Len(t, readAll(t, store, tagged("x"), dcb.ReadOptions{Backwards: true, UpTo: 1000}), 1000)
}

func TestReadsAreRefusedAfterClose(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	store.Close()
	_, _, err := store.ReadSince(t.Context(), dcb.AllEvents(), 0)
	require.ErrorContains(t, err, "closed")
	_, _, err = store.ReadState(t.Context(), dcb.AllEvents(), count)
	require.ErrorContains(t, err, "closed")
}

func TestReadState(t *testing.T) {
	t.Parallel()
	store := newStore(t)

	position, state, err := store.ReadState(t.Context(), tagged("x"), count)
	require.NoError(t, err)
	assert.Zero(t, position, "of an empty log")
	assert.Equal(t, 0, state)

	appendAll(t, store, event("A", "x"), event("A", "x"), event("B", "y"))

	position, state, err = store.ReadState(t.Context(), tagged("x"), count)
	require.NoError(t, err)
	assert.EqualValues(t, 3, position, "the end of the log, though the last event does not match")
	assert.Equal(t, 2, state)

	position, state, err = store.ReadStateUpTo(t.Context(), tagged("x"), count, 1)
	require.NoError(t, err)
	assert.EqualValues(t, 1, position)
	assert.Equal(t, 1, state)

	position, state, err = store.ReadStateUpTo(t.Context(), tagged("x"), count, 0)
	require.NoError(t, err)
	assert.Zero(t, position, "before the first event")
	assert.Equal(t, 0, state)

	position, state, err = store.ReadStateUpTo(t.Context(), tagged("x"), count, 99)
	require.NoError(t, err)
	assert.EqualValues(t, 3, position, "no further than the log goes")
	assert.Equal(t, 2, state)
}
