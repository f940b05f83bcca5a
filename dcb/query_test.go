package dcb

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

var (
	// A few, so that they meet often; awkward ones, for a store has to quote them.
	fewTypes = []string{"A", `B, {"b"} \`, "null"}
	fewTags  = []Tag{"x", `{"y", 'z'} \`, "NULL"}

	someTypes = rapid.SliceOfDistinct(rapid.SampledFrom(fewTypes), rapid.ID[string])
	someTags  = rapid.Map(rapid.SliceOfDistinct(rapid.SampledFrom(fewTags), rapid.ID[Tag]),
		func(tags []Tag) Tags { return tags })
	someEvent = rapid.Custom(func(t *rapid.T) Event {
		return Event{Type: rapid.SampledFrom(fewTypes).Draw(t, "type"), Tags: someTags.Draw(t, "tags")}
	})
	someQuery = rapid.Custom(func(t *rapid.T) Query {
		var q Query
		for range rapid.IntRange(0, 5).Draw(t, "items") {
			q = q.Or(NewQuery(someTags.Draw(t, "tags"), someTypes.Draw(t, "types")...))
		}
		return q
	})
)

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
