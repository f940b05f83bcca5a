package dcb

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// causesOf returns the events of the facts, and for each the index of the event that
// it names as its cause, or -1.
func causesOf(t *testing.T, facts []Fact) (events []InputEvent, causes []int) {
	t.Helper()
	events, err := Encode(facts)
	require.NoError(t, err)
	index := map[string]int{"": -1}
	for i, e := range events {
		cause, ok := index[e.CausationID]
		require.True(t, ok, "event %d names a cause that is not stored before it", i)
		causes = append(causes, cause)
		index[e.ID] = i
	}
	return events, causes
}

func TestCausing(t *testing.T) {
	t.Run("makes consequences name their cause, each its own", func(t *testing.T) {
		facts := append(Facts(opened{}), Causing(opened{1}, append(Causing(opened{2}, taken{}, taken{}), taken{})...)...)
		facts = append(facts, Causing(opened{3}, taken{})...)
		_, causes := causesOf(t, append(facts, taken{}))
		require.Equal(t, []int{-1, -1, 1, 2, 2, 1, -1, 6, -1}, causes)
	})
	t.Run("knows the cause that stands somewhere else in the list", func(t *testing.T) {
		xs := Causing(opened{1}, opened{2}) // x causes b
		facts := append(xs[:1:1], Causing(xs[1], taken{})...)
		_, causes := causesOf(t, facts)
		require.Equal(t, []int{-1, 0, 1}, causes, "b causes c, and x does not")
	})
	t.Run("leaves the cause of a consequence that has one", func(t *testing.T) {
		b := Causing(opened{2}, taken{})
		facts := append(Causing(opened{1}, b[0]), Causing(opened{3}, b[1])...)
		_, causes := causesOf(t, facts)
		require.Equal(t, []int{-1, 0, -1, 1}, causes)
	})
	t.Run("tells equal facts apart", func(t *testing.T) {
		facts := append(Causing(taken{}, taken{}), Causing(taken{}, taken{})...)
		_, causes := causesOf(t, facts)
		require.Equal(t, []int{-1, 0, -1, 2}, causes)
	})
	t.Run("of nothing is the fact alone", func(t *testing.T) {
		require.Equal(t, Facts(opened{1}), Causing(opened{1}))
	})
	t.Run("goes on from a cause that has consequences already", func(t *testing.T) {
		first := Causing(opened{1}, taken{})
		facts := append(Causing(first[0], opened{2}), first[1])
		_, causes := causesOf(t, facts)
		require.Equal(t, []int{-1, 0, 0}, causes)
	})
	t.Run("leaves what is stored as it is", func(t *testing.T) {
		events, _ := causesOf(t, Causing(opened{1}, opened{2}))
		require.Equal(t, "Opened", events[1].Type)
		require.Equal(t, `{"seats":2}`, string(events[1].Data))
		require.Empty(t, events[1].Tags)
	})
	t.Run("does not stand without its cause", func(t *testing.T) {
		_, err := Encode(Causing(opened{}, taken{})[1:])
		require.EqualError(t, err, "encode Taken: its cause does not stand before it")
	})
}

func TestWithTags(t *testing.T) {
	t.Run("adds tags to those of the facts", func(t *testing.T) {
		events, causes := causesOf(t, WithTags(WithTags(Causing(inRoom{"blue"}, taken{}), "a"), "b", "c"))
		require.Equal(t, Tags{"room:blue", "a", "b", "c"}, events[0].Tags)
		require.Equal(t, Tags{"a", "b", "c"}, events[1].Tags)
		require.Equal(t, []int{-1, 0}, causes)
		require.Equal(t, `{"room":"blue"}`, string(events[0].Data))
	})
	t.Run("leaves the facts it was given alone", func(t *testing.T) {
		facts := Facts(inRoom{"blue"})
		WithTags(facts, "a")
		require.Equal(t, Facts(inRoom{"blue"}), facts)
	})
}

func TestAFactThatIsNotJSONIsNamedByTheErrorOfEncode(t *testing.T) {
	events, err := Encode(Facts(taken{}, unspeakable{}))
	require.Nil(t, events)
	require.EqualError(t, err, "encode Unspeakable: json: unsupported type: func()")
}

type unspeakable struct{ Do func() }

func (unspeakable) EventType() string { return "Unspeakable" }
func (unspeakable) Tags() Tags        { return nil }

type inRoom struct {
	Room string `json:"room"`
}

func (inRoom) EventType() string { return "InRoom" }
func (e inRoom) Tags() Tags      { return NewTags("room", e.Room) }
