package dcb

import (
	"testing"

	"github.com/stretchr/testify/require"
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
		Into(&s.guest, Project(false, Tags{"room:blue", "who:ada"}, On(func(bool, taken) bool { return true }))),
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
		require.NoError(t, c.apply([]Event{e}, everyPart))
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

func TestAProjectionWithoutHandlersLooksAtNothing(t *testing.T) {
	require.True(t, Project(0, Tags{"room:blue"}).Query().IsZero())
	require.True(t, Boundary{}.Query().IsZero())
}
