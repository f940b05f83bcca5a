package dcb

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

type opened struct {
	Seats int `json:"seats"`
}

type taken struct{}

func (opened) EventType() string { return "Opened" }
func (taken) EventType() string  { return "Taken" }
func (opened) Tags() Tags        { return nil }
func (taken) Tags() Tags         { return nil }

// hall is what some decision knows: two parts of one type, one that starts at
// another value, and one whose first field is at the same address.
type hall struct {
	size  struct{ seats int }
	taken int
	guest bool
}

func hallBoundary(s *hall, elsewhere *int) Boundary {
	blue, countTaken := Tags{"room:blue"}, On(func(n int, _ taken) int { return n + 1 })
	return Boundary{
		Into(&s.size, Project(struct{ seats int }{50}, blue, On(func(_ struct{ seats int }, e opened) struct{ seats int } {
			return struct{ seats int }{e.Seats}
		}))),
		Into(&s.taken, Project(0, blue, countTaken)),
		Into(&s.guest, Project(false, Tags{"room:blue", "who:ada"}, Sets[taken](true))),
		Into(elsewhere, Project(0, nil, countTaken)),
	}
}

func TestEveryPartSeesTheEventsOfItsOwnQuery(t *testing.T) {
	var state hall
	var everywhere int
	c := newConcern(hallBoundary(&state, &everywhere))
	require.Equal(t, hall{size: struct{ seats int }{50}}, state, "an empty log")
	for _, e := range []Event{
		{Type: "Opened", Tags: Tags{"room:blue"}, Data: []byte(`{"seats":3}`)},
		{Type: "Opened", Tags: Tags{"room:green"}, Data: []byte(`{"seats":4}`)},
		{Type: "Taken", Tags: Tags{"room:green", "who:ada"}, Data: []byte(`{}`)},
		{Type: "Taken", Tags: Tags{"room:blue", "who:kofi"}, Data: []byte(`{}`)},
	} {
		require.NoError(t, c.apply(share([]Event{e}), everyPart))
	}
	require.Equal(t, hall{size: struct{ seats int }{3}, taken: 1}, state)
	require.Equal(t, 2, everywhere)
}

func TestABoundaryAsksForAllThatItsPartsLookAt(t *testing.T) {
	opening, taking := On(func(n int, _ opened) int { return n }), On(func(n int, _ taken) int { return n })
	blue := Tags{"room:blue"}
	require.Equal(t, NewQuery(blue, "Opened", "Taken"), Project(0, blue, opening, taking).Query())
	require.Equal(t, []QueryItem{
		{Types: []string{"Opened", "Taken"}, Tags: blue},
		{Types: []string{"Taken"}, Tags: Tags{"who:ada"}},
	}, Boundary{
		Into(new(int), Project(0, blue, opening)),
		Into(new(int), Project(0, blue, taking)),
		Into(new(int), Project(0, Tags{"who:ada"}, taking)),
	}.Query().Items())
}

func TestMadeStaleNamesTheFieldsThatAnEventConcerns(t *testing.T) {
	var state hall
	c := newConcern(hallBoundary(&state, new(int))) // the last part fills no field, and has no name
	event := func(eventType string, tags ...Tag) Event { return Event{Type: eventType, Tags: tags} }

	require.Equal(t, []string{"size"}, c.madeStale(&state, []Event{event("Opened", "room:blue")}))
	require.Equal(t, []string{"taken"}, c.madeStale(&state, []Event{event("Taken", "room:blue")}))
	require.Equal(t, []string{"size", "taken", "guest"}, c.madeStale(&state, []Event{
		event("Taken", "room:blue", "who:ada"), event("Taken", "room:blue"), event("Opened", "room:blue"),
	}), "each once, in the order of the boundary")
	require.Empty(t, c.madeStale(&state, []Event{event("Taken", "room:green"), event("Painted", "room:blue")}))
}

func TestMadeStaleHasNoNameForAStateWithoutFields(t *testing.T) {
	var seats int
	c := newConcern(Boundary{Into(&seats, Project(0, Tags{"room:blue"}, On(func(n int, _ taken) int { return n + 1 })))})
	require.Empty(t, c.madeStale(&seats, []Event{{Type: "Taken", Tags: Tags{"room:blue"}}}))
}

func TestMadeStaleNamesAFieldOnceHoweverManyPartsFillIt(t *testing.T) {
	var state struct{ seats []int }
	state.seats = make([]int, 2)
	countTaken := On(func(n int, _ taken) int { return n + 1 })
	c := newConcern(Boundary{
		Into(&state.seats[0], Project(0, Tags{"room:blue"}, countTaken)),
		Into(&state.seats[1], Project(0, Tags{"room:green"}, countTaken)),
	})
	require.Equal(t, []string{"seats"}, c.madeStale(&state, []Event{{Type: "Taken", Tags: Tags{"room:blue", "room:green"}}}))
}

func TestMadeStaleNamesAFieldBySomethingInIt(t *testing.T) {
	var state struct {
		before  int
		rooms   []int
		between [2]int
		after   int
	}
	rooms := make([]int, 3)
	countTaken := On(func(n int, _ taken) int { return n + 1 })
	list := On(func(rooms []int, _ taken) []int { return rooms })
	for tag, part := range map[Tag]Part{
		"before":  Into(&state.before, Project(0, Tags{"before"}, countTaken)),
		"rooms":   Into(&state.rooms, Project([]int{1, 2}, Tags{"rooms"}, list)),
		"between": Into(&state.between[1], Project(0, Tags{"between"}, countTaken)),
		"after":   Into(&state.after, Project(0, Tags{"after"}, countTaken)),
	} {
		stale := newConcern(Boundary{part}).madeStale(&state, []Event{{Type: "Taken", Tags: Tags{tag}}})
		require.Equal(t, []string{string(tag)}, stale)
	}
	state.rooms = rooms[:2]
	first := Into(&rooms[0], Project(0, Tags{"first"}, countTaken))
	require.Equal(t, []string{"rooms"}, newConcern(Boundary{first}).madeStale(&state, []Event{{Type: "Taken", Tags: Tags{"first"}}}))
	elsewhere := Into(&rooms[2], Project(0, Tags{"elsewhere"}, countTaken))
	require.Empty(t, newConcern(Boundary{elsewhere}).madeStale(&state, []Event{{Type: "Taken", Tags: Tags{"elsewhere"}}}))
}

// Commands share what they know by an embedded struct, whose fields count as their own.
func TestMadeStaleNamesAFieldOfAnEmbeddedStruct(t *testing.T) {
	type Course struct{ capacity, seats int }
	var state struct {
		before int
		Course
		Names // embedded, but not a struct
		after int
	}
	countTaken := On(func(n int, _ taken) int { return n + 1 })
	for field, value := range map[string]*int{
		"before": &state.before, "capacity": &state.capacity, "seats": &state.seats, "after": &state.after,
	} {
		c := newConcern(Boundary{Into(value, Project(0, Tags{"room:blue"}, countTaken))})
		require.Equal(t, []string{field}, c.madeStale(&state, []Event{{Type: "Taken", Tags: Tags{"room:blue"}}}))
	}
	state.Names = make(Names, 2)
	name := Into(&state.Names[1], Project("", Tags{"room:blue"}, On(func(string, taken) string { return "taken" })))
	require.Equal(t, []string{"Names"}, newConcern(Boundary{name}).madeStale(&state, []Event{{Type: "Taken", Tags: Tags{"room:blue"}}}))
}

// Names are embedded as a list.
type Names []string

func TestAProjectionWithoutHandlersLooksAtNothing(t *testing.T) {
	require.True(t, Project(0, Tags{"room:blue"}).Query().IsZero())
	require.True(t, Boundary{}.Query().IsZero())
}

func TestAProjectionHasOneHandlerForAType(t *testing.T) {
	count := On(func(n int, _ taken) int { return n + 1 })
	anything := OnAny(func(n int, _ Event) int { return n + 1 })
	require.PanicsWithValue(t, "dcb.Project: there are two handlers for Taken", func() { Project(0, nil, count, count) })
	require.PanicsWithValue(t, "dcb.Project: there is a handler for any type, and another one", func() { Project(0, nil, anything, anything) })
	require.PanicsWithValue(t, "dcb.Project: there is a handler for any type, and another one", func() { Project(0, nil, count, anything) })
	require.PanicsWithValue(t, "dcb.Project: there is a handler for any type, and another one", func() { Project(0, nil, anything, count) })
}

// A fact that is implemented on its pointer would be asked for its type without being there.
func TestAHandlerIsForAStruct(t *testing.T) {
	require.PanicsWithValue(t, "dcb.On: *dcb.taken is a ptr: a fact is the struct itself", func() {
		On(func(n int, _ *taken) int { return n })
	})
	require.PanicsWithValue(t, "dcb.On: dcb.Fact is a interface: a fact is the struct itself", func() {
		On(func(n int, _ Fact) int { return n })
	})
}

func TestAProjectionOfAnyTypeAsksForItsTagsOnly(t *testing.T) {
	anything := Project(0, Tags{"request:1"}, OnAny(func(_ int, e Event) int { return int(e.Position) }))
	require.Equal(t, NewQuery(Tags{"request:1"}), anything.Query())
	var last int
	c := newConcern(Boundary{Into(&last, anything)})
	require.NoError(t, c.apply(share([]Event{
		{Type: "A", Tags: Tags{"request:1"}, Position: 1},
		{Type: "B", Tags: Tags{"request:1", "x"}, Position: 2},
		{Type: "B", Tags: Tags{"request:2"}, Position: 3},
	}), everyPart))
	require.Equal(t, 2, last)
}

func TestAnEventGoesToTheHandlerForItsType(t *testing.T) {
	var free int
	c := newConcern(Boundary{Into(&free, Project(0, Tags{"room:blue"},
		On(func(_ int, e opened) int { return e.Seats }),
		On(func(n int, _ taken) int { return n - 1 })))})
	require.NoError(t, c.apply(share([]Event{
		{Type: "Opened", Tags: Tags{"room:blue"}, Data: []byte(`{"seats":3}`)},
		{Type: "Taken", Tags: Tags{"room:blue"}, Data: []byte(`{}`)},
	}), everyPart))
	require.Equal(t, 2, free)
}

// A value that handlers change may be set anew: each time it is a copy.
func TestAValueIsSetEachTimeAnew(t *testing.T) {
	seats := map[int]bool{}
	free := Project(map[int]bool(nil), Tags{"room:blue"},
		Sets[opened](map[int]bool{1: true, 2: true}),
		On(func(free map[int]bool, _ taken) map[int]bool { delete(free, 1); return free }))
	c := newConcern(Boundary{Into(&seats, free)})
	open := Event{Type: "Opened", Tags: Tags{"room:blue"}, Data: []byte(`{"seats":2}`)}
	take := Event{Type: "Taken", Tags: Tags{"room:blue"}, Data: []byte(`{}`)}
	require.NoError(t, c.apply(share([]Event{open, take}), everyPart))
	require.Equal(t, map[int]bool{2: true}, seats)
	require.NoError(t, c.apply(share([]Event{open}), everyPart))
	require.Equal(t, map[int]bool{1: true, 2: true}, seats)
}

func TestAProjectionOfAnyOfTheseTags(t *testing.T) {
	take := On(func(n int, _ taken) int { return n + 1 })
	blue, green := Tags{"room:blue"}, Tags{"room:green", "floor:1"}
	either := ProjectAny(0, []Tags{blue, green}, take)
	require.Equal(t, NewQuery(blue, "Taken").Or(NewQuery(green, "Taken")), either.Query())
	var n int
	c := newConcern(Boundary{Into(&n, either)})
	for _, tags := range []Tags{blue, green, {"room:blue", "room:green", "floor:1"}, {"room:green"}, {"room:red"}, nil} {
		require.NoError(t, c.apply(share([]Event{{Type: "Taken", Tags: tags, Data: []byte(`{}`)}}), everyPart))
	}
	require.Equal(t, 3, n, "an event with the tags of both is one event")

	nothing := ProjectAny(7, nil, take)
	require.True(t, nothing.Query().IsZero())
	require.PanicsWithValue(t, "dcb.ProjectAny: one of the lists of tags is empty: events of any tags are what dcb.Project with no tags is for", func() {
		ProjectAny(0, []Tags{blue, {}}, take)
	})
	lists := []Tags{blue}
	kept := ProjectAny(0, lists, take)
	lists[0] = green
	require.Equal(t, NewQuery(blue, "Taken"), kept.Query())
}

// An event may carry a tag twice. It happened once.
func TestAnEventWithATagTwiceIsTakenInOnce(t *testing.T) {
	var n int
	c := newConcern(Boundary{Into(&n, Project(0, Tags{"room:blue"}, On(func(n int, _ taken) int { return n + 1 })))})
	require.NoError(t, c.apply(share([]Event{{Type: "Taken", Tags: Tags{"room:blue", "room:blue"}, Data: []byte(`{}`)}}), everyPart))
	require.Equal(t, 1, n)
}

// Of all parts of a boundary, and however many there are, those look at an event whose
// query matches it.
func TestAPartIsConcernedByWhatItsQueryMatches(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var b Boundary
		for _, tags := range rapid.SliceOfN(someTags, 0, 2*fewItems).Draw(t, "tags of parts") {
			handlers := []Handler[int]{On(func(n int, _ taken) int { return n + 1 })}
			if rapid.Bool().Draw(t, "any type") && len(tags) > 0 {
				handlers = []Handler[int]{OnAny(func(n int, _ Event) int { return n + 1 })}
			}
			p := Project(0, tags, handlers...)
			if more := rapid.SliceOfN(someTags, 0, 3).Draw(t, "or these"); len(tags) > 0 {
				more = slices.DeleteFunc(more, func(tags Tags) bool { return len(tags) == 0 })
				p = ProjectAny(0, append(more, tags), handlers...)
			}
			b = append(b, Into(new(int), p))
		}
		c := newConcern(b)
		for _, e := range rapid.SliceOfN(someEvent, 1, 8).Draw(t, "events") {
			if rapid.Bool().Draw(t, "taken") {
				e.Type = "Taken"
			}
			want := []int{}
			for i, part := range b {
				if part.query.Matches(e) {
					want = append(want, i)
				}
			}
			require.Equal(t, want, append([]int{}, c.of(&e, nil)...), "in the order of the boundary")
		}
	})
}

// A boundary may have thousands of parts. An event must not be compared with all of them.
func TestAnEventIsComparedWithThePartsOfItsOwnTags(t *testing.T) {
	values := make([]int, 1000)
	wide := make(Boundary, len(values))
	for i := range wide {
		wide[i] = Into(&values[i], Project(0, Tags{"hotel:1", Tag(fmt.Sprint("room:", i))}, On(func(n int, _ taken) int { return n + 1 })))
	}
	require.Equal(t, []int{7}, newConcern(wide).index.among(Tags{"hotel:1", "room:7"}))
}

// Each boundary of 10,000 keys costs what it says here, and not a hundred times that of
// 1,000.
func BenchmarkWideBoundary(b *testing.B) {
	for _, keys := range []int{1000, 10_000} {
		b.Run(fmt.Sprint("keys=", keys), func(b *testing.B) {
			values := make([]int, keys)
			for b.Loop() {
				wide := make(Boundary, keys)
				for i := range wide {
					wide[i] = Into(&values[i], Project(0, Tags{Tag(fmt.Sprint("key:", i))}, On(func(n int, _ taken) int { return n + 1 })))
				}
				newView(nil, wide, false)
			}
		})
	}
}
