package dcb

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

// A target here gets queries and events as text, so that its seeds can be read. An
// item is its types, a semicolon, its tags; items stand on lines of their own:
//
//	Joined,Left;course:1
//	;student:1,term:2
//
// Text without any line is the zero query, and an event is written as an item is.

func queryOf(text string) (q Query) {
	if text == "" {
		return q
	}
	for line := range strings.SplitSeq(text, "\n") {
		types, tags, _ := strings.Cut(line, ";")
		q = q.Or(NewQuery(tagsOf(tags), listOf(types)...))
	}
	return q
}

func eventOf(text string) Event {
	eventType, tags, _ := strings.Cut(text, ";")
	return Event{Type: eventType, Tags: tagsOf(tags)}
}

func tagsOf(text string) (tags Tags) {
	for _, tag := range listOf(text) {
		tags = append(tags, Tag(tag))
	}
	return tags
}

func listOf(text string) []string {
	if text == "" {
		return nil
	}
	return strings.Split(text, ",")
}

var (
	queriesAsText = []string{
		"", ";", "A;x", "A,B;x,y", ";x", "A;", "A;x\nB;y", ";x,y\n;y,x", "A;x,x\nA,A;x", ";x\nA;x,y\nB;", "A,B;\nB,C;\n;z", ";x\nA;x", "A;x\n;x",
	}
	eventsAsText = []string{"A;x", "B;x,y", "C;", ";", "A;x,x,y,z", "B;y"}
)

// A wider query loses nothing, and gains nothing of its own: Or matches exactly what
// one of its parts matches, whatever their order, and however they are nested.
func FuzzOrMatchesWhatEitherMatches(f *testing.F) {
	for i, q := range queriesAsText {
		for _, e := range eventsAsText {
			f.Add(q, queriesAsText[(i+4)%len(queriesAsText)], e)
		}
	}
	f.Fuzz(func(t *testing.T, first, second, event string) {
		q, r, e := queryOf(first), queryOf(second), eventOf(event)
		either := q.Matches(e) || r.Matches(e)
		require.Equal(t, either, q.Or(r).Matches(e))
		require.Equal(t, either, r.Or(q).Matches(e))
		require.Equal(t, either, Query{}.Or(q.Or(r), q).Matches(e))
		require.Equal(t, q.Matches(e), q.Or().Matches(e))
		require.True(t, q.Or(AllEvents()).Matches(e))
	})
}

// A weaker query matches more: an item with a tag taken away, with a type added, or
// with no types, matches every event that it matched before. And a query that matches an event
// also matches it with one tag more.
func FuzzLessAskedForIsMoreMatched(f *testing.F) {
	for _, q := range queriesAsText {
		for _, e := range eventsAsText {
			f.Add(q, e, "x")
		}
	}
	f.Fuzz(func(t *testing.T, query, event, extra string) {
		q, e := queryOf(query), eventOf(event)
		if !q.Matches(e) {
			return
		}
		more := e
		more.Tags = append(slices.Clone(e.Tags), Tag(extra))
		require.True(t, q.Matches(more), "an event with another tag")
		for i, item := range q.Items() {
			if !NewQuery(item.Tags, item.Types...).Matches(e) {
				continue
			}
			require.True(t, NewQuery(item.Tags).Matches(e), "item %d with any type", i)
			require.True(t, NewQuery(item.Tags, append(item.Types, e.Type, extra)...).Matches(e), "item %d with more types", i)
			for n := range item.Tags {
				fewer := slices.Delete(slices.Clone(item.Tags), n, n+1)
				require.True(t, NewQuery(fewer, item.Types...).Matches(e), "item %d without tag %d", i, n)
			}
		}
	})
}

// A simplified query matches the same events with at most as many items. None of them covers
// another, and simplifying the query again changes nothing.
func FuzzSimplifiedMatchesTheSame(f *testing.F) {
	for _, q := range queriesAsText {
		for _, e := range eventsAsText {
			f.Add(q, e)
		}
	}
	f.Fuzz(func(t *testing.T, query, event string) {
		q, e := queryOf(query), eventOf(event)
		simple := q.simplified()
		require.Equal(t, q.Matches(e), simple.Matches(e))
		require.LessOrEqual(t, len(simple.items), len(q.items))
		require.Equal(t, simple, simple.simplified())
		for i, item := range simple.items {
			for j, other := range simple.items {
				require.False(t, i != j && item.covers(other), "item %d covers item %d of %v", i, j, simple.items)
			}
		}
		require.Equal(t, q.IsZero(), simple.IsZero())
		if q.Check() == nil {
			require.NoError(t, simple.Check())
		}
	})
}

// A tag of NewTags is its key up to the first colon, and its value behind it; a key
// without a value is refused, whatever it is.
func FuzzNewTags(f *testing.F) {
	f.Add("student_id", "s1", "course_id", "c1")
	f.Add("", "", "", "")
	f.Add("at", "12:30", ":", ":")
	f.Add("\xff", "\x00", "ключ", "значение")
	f.Fuzz(func(t *testing.T, key1, value1, key2, value2 string) {
		tags := NewTags(key1, value1, key2, value2)
		require.Len(t, tags, 2)
		for i, pair := range [][2]string{{key1, value1}, {key2, value2}} {
			require.Equal(t, pair[0]+":"+pair[1], string(tags[i]))
			if !strings.Contains(pair[0], ":") {
				key, value, found := strings.Cut(string(tags[i]), ":")
				require.True(t, found)
				require.Equal(t, pair, [2]string{key, value})
			}
		}
		for _, odd := range [][]string{{key1}, {key1, value1, key2}} {
			require.Panics(t, func() { NewTags(odd...) })
		}
	})
}

// What arrayText writes, PostgreSQL reads: the same elements, in the same order. It
// does so for any text that a tag may be.
func FuzzArrayText(f *testing.F) {
	for _, seed := range []string{"x", `"`, `\`, `\"`, `{a,b}`, `,`, ` `, "\t\n", `NULL`, `null`, `{}`, "ü", "\u2028", `\x41`, `"} `, "\x7f", "\U0010ffff"} {
		f.Add(seed, "y")
		f.Add("y", seed)
	}
	pool := pgtest.New(f)
	f.Fuzz(func(t *testing.T, first, second string) {
		if checkText(first, maxTagLength) != nil || checkText(second, maxTagLength) != nil {
			t.Skip("no tag is like that")
		}
		for _, elements := range [][]string{{}, {first}, {first, second}, {second, first, first}} {
			var got []string
			require.NoError(t, pool.QueryRow(t.Context(), `select $1::text::text[]`, arrayText(elements)).Scan(&got))
			require.Equal(t, elements, got)
		}
	})
}

// Whatever is appended is refused for what it is, or is stored and found by its type
// and by its tags as it was given. There is no third way, such as an error of PostgreSQL.
func FuzzAppendIsRefusedOrReadBack(f *testing.F) {
	f.Add("Joined", "course:1", "student:1", `{"n":1}`, "")
	f.Add("A", `"`, `\`, ` {"a" : "\u0000\ud800" } `, "request 1")
	f.Add("NULL", `{a,"b"}`, "{}", "[1e999,-0.0]", "\\")
	f.Add("", "x", "y", "{}", "")
	f.Add("A", "x\x00", "y", "{}", "")
	f.Add("A", "x", "\xff", "{}", "\x00")
	f.Add("A", "x", "y", "{", "\xff")
	f.Add("A", "x", "y", "\"\xff\"", "")
	f.Add(strings.Repeat("a", 255), strings.Repeat("b", 1000), strings.Repeat("c", 1000), strings.Repeat("[", 1000)+strings.Repeat("]", 1000), strings.Repeat("d", 1000))
	f.Add(strings.Repeat("a", 256), "x", "y", "{}", "")
	pool := pgtest.New(f)
	store, err := NewEventStore(f.Context(), pool)
	require.NoError(f, err)
	f.Cleanup(store.Close)
	f.Fuzz(func(t *testing.T, eventType, tag1, tag2, data, id string) {
		ctx := WithMetadata(WithCorrelationID(t.Context(), id), "note", id)
		e := NewInputEvent(eventType, Tags{Tag(tag1), Tag(tag2)}, []byte(data))
		e.CausationID = id
		position, err := store.AppendEvents(ctx, []InputEvent{e}, Query{}, 0)
		if err != nil {
			_, ok := errors.AsType[InputError](err)
			require.True(t, ok, "%v", err)
			return
		}
		for _, q := range []Query{NewQuery(e.Tags[:1]), NewQuery(e.Tags[1:]), NewQuery(e.Tags), NewQuery(e.Tags, eventType), NewQuery(nil, eventType)} {
			found, head, err := store.ReadSince(t.Context(), q, At(position-1))
			require.NoError(t, err)
			require.Equal(t, position, head.Position)
			require.Len(t, found, 1)
			found[0].RecordedAt = found[0].RecordedAt.UTC()
			require.Equal(t, Event{
				ID: e.ID, Type: e.Type, Tags: e.Tags, Data: e.Data,
				Position: position, CorrelationID: id, CausationID: id, Metadata: map[string]string{"note": id}, RecordedAt: found[0].RecordedAt,
			}, found[0])
		}
	})
}
