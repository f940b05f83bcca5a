package dcb

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var (
	// A few, so that they meet often; awkward ones, for a store has to quote them.
	fewTypes = []string{"A", `B, {"b"} \`, "null"}
	fewTags  = []Tag{"x", `{"y", 'z'} \`, "NULL"}

	someTypes = common(rapid.SliceOfDistinct(rapid.SampledFrom(fewTypes), rapid.ID[string]))
	someTags  = common(rapid.Map(rapid.SliceOfDistinct(rapid.SampledFrom(fewTags), rapid.ID[Tag]),
		func(tags []Tag) Tags { return tags }))
	someEvent = common(rapid.Custom(func(t *rapid.T) Event {
		return Event{Type: rapid.SampledFrom(fewTypes).Draw(t, "type"), Tags: someTags.Draw(t, "tags")}
	}))
	someQuery = common(rapid.Custom(func(t *rapid.T) Query {
		var q Query
		for range rapid.IntRange(0, 5).Draw(t, "items") {
			q = q.Or(NewQuery(someTags.Draw(t, "tags"), someTypes.Draw(t, "types")...))
		}
		return q
	}))
)

// common makes a generator fit for tests that run side by side. A generator of rapid writes down its
// name when somebody first asks for it, and reads the name with each value, without a lock. So the
// name is asked for here, before any test runs.
func common[V any](g *rapid.Generator[V]) *rapid.Generator[V] {
	_ = g.String()
	return g
}

func TestSimplifiedMatchesTheSameEvents(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		query, event := someQuery.Draw(t, "query"), someEvent.Draw(t, "event")
		simple := query.simplified()
		require.Equal(t, query.Matches(event), simple.Matches(event))
		require.LessOrEqual(t, len(simple.items), len(query.items))
	})
}

func TestOrMatchesWhatEitherMatches(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, event := someQuery.Draw(t, "a"), someQuery.Draw(t, "b"), someEvent.Draw(t, "event")
		require.Equal(t, a.Matches(event) || b.Matches(event), a.Or(b).Matches(event))
	})
}

func TestOrLeavesItsOperandsAlone(t *testing.T) {
	a := NewQuery(Tags{"x"}).Or(NewQuery(Tags{"y"}))
	before := slices.Clone(a.items)
	_, _ = a.Or(NewQuery(Tags{"z"})), a.Or(AllEvents())
	require.Equal(t, before, a.items)
	require.False(t, a.all)

	three := a.Or(NewQuery(Tags{"z"}))
	left, right := three.Or(NewQuery(Tags{"left"})), three.Or(NewQuery(Tags{"right"}))
	require.Equal(t, Tags{"left"}, left.items[3].Tags, "two queries made of one share nothing")
	require.Equal(t, Tags{"right"}, right.items[3].Tags)
}

func TestOrAllEventsMatchesEverything(t *testing.T) {
	some := NewQuery(Tags{"x"})
	for _, q := range []Query{some.Or(AllEvents()), AllEvents().Or(some), Query{}.Or(some, AllEvents())} {
		require.True(t, q.Matches(Event{Type: "A", Tags: Tags{"y"}}))
		require.True(t, q.simplified().Matches(Event{Type: "A", Tags: Tags{"y"}}))
	}
}

func TestAQueryKeepsWhatItWasMadeOf(t *testing.T) {
	tags, types := Tags{"x"}, []string{"A"}
	q := NewQuery(tags, types...)
	tags[0], types[0] = "y", "B"
	q.Items()[0].Tags[0], q.Items()[0].Types[0] = "z", "C"
	require.Equal(t, []QueryItem{{Types: []string{"A"}, Tags: Tags{"x"}}}, q.Items())
}

func TestAQueryIsMadeAgainOfItsItems(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := someQuestion.Draw(t, "query")
		require.Equal(t, q, QueryOf(q.Items()...))
	})
	require.True(t, QueryOf().IsZero())
	require.Equal(t, AllEvents().Items(), QueryOf(QueryItem{Types: []string{"A"}}, QueryItem{}).Items())
	require.Error(t, QueryOf(QueryItem{}, QueryItem{Tags: Tags{""}}).Check(), "what is wrong is told, though all is asked for")
}

func TestQueryOfNoItemsMatchesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		event := someEvent.Draw(t, "event")
		require.False(t, Query{}.Matches(event))
		require.True(t, AllEvents().Matches(event))
	})
}

func TestSimplifiedFoldsTheProjectionsOfOneSubject(t *testing.T) {
	course, student := Tags{"course"}, Tags{"student"}
	q := NewQuery(course, "Defined").
		Or(NewQuery(course, "Defined", "Resized")).
		Or(NewQuery(course, "Joined", "Left")).
		Or(NewQuery(student, "Joined", "Left")).
		Or(NewQuery(Tags{"student", "course"}, "Joined", "Left"))
	require.Equal(t, []QueryItem{
		{Types: []string{"Defined", "Resized", "Joined", "Left"}, Tags: course},
		{Types: []string{"Joined", "Left"}, Tags: student},
	}, q.simplified().Items())
}

func TestSimplifiedLeavesOutWhatAWiderItemMatchesToo(t *testing.T) {
	course, both := Tags{"course"}, Tags{"course", "student"}
	for name, test := range map[string]struct{ wide, narrow Query }{
		"any type, for one type": {NewQuery(course), NewQuery(both, "Joined")},
		"any type, for any type": {NewQuery(course), NewQuery(both)},
		"two types, for one":     {NewQuery(course, "Joined", "Left"), NewQuery(both, "Left")},
	} {
		require.Equal(t, test.wide.Items(), test.narrow.Or(test.wide).simplified().Items(), name)
		require.Equal(t, test.wide.Items(), test.wide.Or(test.narrow).simplified().Items(), name)
	}
	for name, q := range map[string]Query{
		"another type": NewQuery(course, "Joined").Or(NewQuery(both, "Left")),
		"more types":   NewQuery(course, "Joined").Or(NewQuery(both, "Joined", "Left")),
		"any type":     NewQuery(course, "Joined").Or(NewQuery(both)),
		"a wider tag":  NewQuery(course, "Joined").Or(NewQuery(Tags{"student"}, "Joined")),
	} {
		require.Equal(t, q.Items(), q.simplified().Items(), name)
	}
}

// To compare 20,000 items with each other takes most of a minute. To compare each with
// those of its own tags takes a fifth of a second.
func TestAQueryOfManyItemsIsSimplifiedFast(t *testing.T) {
	items := make([]Query, 20_000)
	for i := range items {
		items[i] = NewQuery(Tags{"hotel:1", Tag(fmt.Sprint("room:", i))}, "Taken")
	}
	q := Query{}.Or(items...)
	began := time.Now()
	require.Len(t, q.simplified().items, len(items))
	require.Less(t, time.Since(began), 10*time.Second)
}

func TestOnlyTheQueryThatMatchesNothingIsZero(t *testing.T) {
	require.True(t, Query{}.IsZero())
	require.False(t, NewQuery(Tags{"x"}).IsZero())
	require.False(t, AllEvents().IsZero())
}

func TestTheSizeOfAQueryIsThatOfItsTagsAndTypes(t *testing.T) {
	const beside = 16 // for each item
	require.Zero(t, Query{}.size())
	require.Equal(t, 3+beside, NewQuery(Tags{"a", "bc"}).size())
	require.Equal(t, (1+beside)+(4+3+beside), NewQuery(nil, "T").Or(NewQuery(Tags{"abcd"}, "U", "VW")).size())
}

// A query may ask for every type and every tag that an event can have, and for no others.
func TestAQueryAsksForTypesAndTagsThatEventsCanHave(t *testing.T) {
	text := func(n int) string { return strings.Repeat("x", n) }
	require.NoError(t, NewQuery(Tags{Tag(text(1000))}, text(255)).Check())
	require.EqualError(t, NewQuery(nil, "A", text(256)).Check(), fmt.Sprintf("the query's type %q is longer than 255 bytes", text(40)))
	require.EqualError(t, NewQuery(Tags{"a", Tag(text(1001))}).Check(), fmt.Sprintf("the query's tag %q is longer than 1000 bytes", text(40)))
}

func TestNewTags(t *testing.T) {
	require.Equal(t, Tags{"student_id:s1", "course_id:c1"}, NewTags("student_id", "s1", "course_id", "c1"))
	require.Equal(t, Tags{}, NewTags())
	odd := []string{"a", "1", "b"}
	require.PanicsWithValue(t, `dcb.NewTags: the key "b" has no value`, func() { NewTags(odd...) })
}

func TestNewIDIsAUUIDOfVersion7(t *testing.T) {
	first, second := NewID(), NewID()
	require.NotEqual(t, first, second)
	for _, id := range []string{first, second} {
		require.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, id)
		require.True(t, isUUID(id))
	}
	require.LessOrEqual(t, first[:13], second[:13], "the clock comes first")
}
