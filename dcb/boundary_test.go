package dcb_test

import (
	"context"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

// A domain in which one read says what the next one is about: people queue for a
// room, and nobody may have two seats, in whatever rooms.
type queued struct {
	Room string `json:"room"`
	Who  string `json:"who"`
}

func (queued) EventType() string { return "Queued" }
func (e queued) Tags() dcb.Tags  { return dcb.NewTags("room", e.Room) }

// serveNext gives a seat to the first in the queue who has none.
type serveNext struct{ Room string }

type queue struct {
	waiting []string
	seats   []int // of each who waits
}

func (cmd serveNext) boundary(s *queue) dcb.Boundary {
	return dcb.Boundary{
		dcb.Into(&s.waiting, dcb.Project([]string(nil), dcb.NewTags("room", cmd.Room),
			dcb.On(func(before []string, e queued) []string { return append(slices.Clip(before), e.Who) }))),
		dcb.Then(func() (found dcb.Boundary) {
			s.seats = make([]int, len(s.waiting))
			for i, who := range s.waiting {
				found = append(found, dcb.Into(&s.seats[i], seatsOf(who)))
			}
			return found
		}),
	}
}

func seatsOf(who string) dcb.Projection[int] {
	return dcb.Project(0, dcb.NewTags("who", who), dcb.On(func(n int, _ seatTaken) int { return n + 1 }))
}

func (cmd serveNext) decide(s queue) ([]dcb.Fact, error) {
	for i, who := range s.waiting {
		if s.seats[i] == 0 {
			return dcb.Facts(seatTaken{Room: cmd.Room, Who: who}), nil
		}
	}
	return nil, nil
}

func (cmd serveNext) run(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, cmd.decide)
}

// A busyLog runs something before each of its reads and appends.
type busyLog struct {
	dcb.Log
	before func(step string)
}

func (l *busyLog) ReadSince(ctx context.Context, query dcb.Query, after dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	l.before("read")
	return l.Log.ReadSince(ctx, query, after)
}

func (l *busyLog) ReadUpTo(ctx context.Context, query dcb.Query, upTo dcb.Checkpoint) ([]dcb.Event, error) {
	l.before("read")
	return l.Log.ReadUpTo(ctx, query, upTo)
}

func (l *busyLog) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	l.before("append")
	return l.Log.AppendAfter(ctx, events, query, known)
}

// meanwhile makes things happen right before the n-th read or append of a decision:
// "read2" is the second read.
func meanwhile(log dcb.Log, events map[string]func()) dcb.Log {
	counts := map[string]int{}
	return &busyLog{log, func(step string) {
		counts[step]++
		if happen := events[fmt.Sprint(step, counts[step])]; happen != nil {
			happen()
		}
	}}
}

func TestThen(t *testing.T) {
	t.Parallel()
	t.Run("reads on where the first read says", thenReadsOnWhereTheFirstReadSays)
	t.Run("makes the append conditional on what was found", thenGuardsWhatWasFound)
	t.Run("knows all as of one moment, and meets what came after it", thenKnowsAllAsOfOneMoment)
	t.Run("tells of an older event when it is first read", thenTellsOfAnOlderEvent)
	t.Run("is not decided on the spot, where it could not read on", thenIsNotDecidedOnTheSpot)
	t.Run("finds more from what was found", thenFindsMoreFromWhatWasFound)
}

// newQueue returns a store in which two students wait for a seat in blue, and one of them has a
// seat elsewhere.
func newQueue(t *testing.T) (*dcb.Store, context.Context, *[]string) {
	t.Parallel()
	store := newStore(t)
	appendFacts(t, store, queued{"blue", "ada"}, queued{"blue", "kofi"}, seatTaken{"green", "ada"}, seatTaken{"red", "mei"})
	ctx, steps := recorded(t.Context())
	return store, ctx, steps
}

// seatsBy returns how many seats somebody has.
func seatsBy(t *testing.T, store *dcb.Store, who string) int {
	t.Helper()
	_, n, err := store.ReadState(t.Context(), seatsOf(who).Query(), count)
	require.NoError(t, err)
	return n.(int)
}

func thenReadsOnWhereTheFirstReadSays(t *testing.T) {
	store, ctx, steps := newQueue(t)
	require.NoError(t, serveNext{"blue"}.run(ctx, store))
	require.Equal(t, []string{
		"1 read [1 2 3] after 0 up to 4, knows {waiting:[ada kofi] seats:[1 0]}",
		"1 decided 1, <nil>",
		"1 appended at 5",
	}, *steps)
	require.Equal(t, 1, seatsBy(t, store, "kofi"))
}

func thenGuardsWhatWasFound(t *testing.T) {
	store, ctx, steps := newQueue(t)
	require.NoError(t, serveNext{"blue"}.run(ctx, meanwhile(store, map[string]func(){
		"append1": func() { appendFacts(t, store, seatTaken{"red", "kofi"}) },
	})))
	assert.Contains(t, (*steps)[2], "1 lost to [5], stale [seats], waits")
	require.Equal(t, []string{
		"2 read [5] after 4 up to 5, knows {waiting:[ada kofi] seats:[1 1]}",
		"2 decided 0, <nil>",
	}, (*steps)[3:])
	require.Equal(t, 1, seatsBy(t, store, "kofi"))
}

func thenKnowsAllAsOfOneMoment(t *testing.T) {
	store, ctx, steps := newQueue(t)
	require.NoError(t, serveNext{"blue"}.run(ctx, meanwhile(store, map[string]func(){
		"read2": func() { appendFacts(t, store, seatTaken{"red", "kofi"}) },
	})))
	require.Equal(t, "1 read [1 2 3] after 0 up to 4, knows {waiting:[ada kofi] seats:[1 0]}", (*steps)[0])
	require.Equal(t, "2 read [5] after 4 up to 5, knows {waiting:[ada kofi] seats:[1 1]}", (*steps)[3])
	require.Equal(t, 1, seatsBy(t, store, "kofi"))
}

func thenTellsOfAnOlderEvent(t *testing.T) {
	store, ctx, steps := newQueue(t)
	require.NoError(t, serveNext{"blue"}.run(ctx, meanwhile(store, map[string]func(){
		"append1": func() { appendFacts(t, store, queued{"blue", "mei"}) },
	})))
	require.Equal(t, "2 read [4 5] after 4 up to 5, knows {waiting:[ada kofi mei] seats:[1 0 1]}", (*steps)[3])
}

func thenIsNotDecidedOnTheSpot(t *testing.T) {
	t.Parallel()
	h := holdAppend(t, queued{"blue", "kofi"})
	ctx, steps := recorded(t.Context())
	require.Equal(t, []error{nil, nil}, decideInOneBatch(t, h, nil,
		func() error {
			return dcb.Decide(t.Context(), h.store, func(*struct{}) dcb.Boundary { return nil },
				func(struct{}) ([]dcb.Fact, error) { return dcb.Facts(seatTaken{"red", "kofi"}), nil })
		},
		func() error { return serveNext{"blue"}.run(ctx, h.store) },
	))
	require.Contains(t, (*steps)[2], "1 lost to [3], stale [seats], waits")
	require.Equal(t, "2 decided 0, <nil>", (*steps)[4])
	require.Equal(t, 1, seatsBy(t, h.store, "kofi"))
}

func thenFindsMoreFromWhatWasFound(t *testing.T) {
	store, _, _ := newQueue(t)
	var found []string
	err := dcb.Decide(t.Context(), store, func(s *struct{ first, second, third int }) dcb.Boundary {
		return dcb.Boundary{
			dcb.Into(&s.first, seatsOf("ada")),
			dcb.Then(func() dcb.Boundary {
				return dcb.Boundary{
					dcb.Into(&s.second, seatsOf("mei")),
					dcb.Then(func() dcb.Boundary {
						if s.second == 1 {
							found = append(found, "kofi")
						}
						return dcb.Boundary{dcb.Into(&s.third, seatsOf("kofi"))}
					}),
				}
			}),
		}
	}, func(s struct{ first, second, third int }) ([]dcb.Fact, error) {
		assert.Equal(t, struct{ first, second, third int }{1, 1, 0}, s)
		return nil, nil
	})
	require.NoError(t, err)
	require.Equal(t, []string{"kofi"}, found)
}

// seatsKnown is for a seat in blue for Ada if she has none: how many are in red is good
// to know only.
type seatsKnown struct{ mine, red int }

func seatUnlessTaken(s *seatsKnown) dcb.Boundary {
	return dcb.Boundary{
		dcb.Into(&s.mine, seatsOf("ada")),
		dcb.Unguarded(dcb.Into(&s.red, dcb.Project(0, dcb.NewTags("room", "red"),
			dcb.On(func(n int, _ seatTaken) int { return n + 1 })))),
	}
}

func decideUnlessTaken(s seatsKnown) ([]dcb.Fact, error) {
	if s.mine > 0 {
		return nil, errFull
	}
	return dcb.Facts(seatTaken{"blue", "ada"}), nil
}

func TestUnguarded(t *testing.T) {
	t.Parallel()

	t.Run("is read, and is not part of the condition", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		appendFacts(t, store, seatTaken{"red", "mei"})
		ctx, steps := recorded(t.Context())
		require.NoError(t, dcb.Decide(ctx, meanwhile(store, map[string]func(){
			"append1": func() { appendFacts(t, store, seatTaken{"red", "kofi"}) },
		}), seatUnlessTaken, decideUnlessTaken))
		require.Equal(t, []string{
			"1 read [1] after 0 up to 1, knows {mine:0 red:1}",
			"1 decided 1, <nil>",
			"1 appended at 3",
		}, *steps)
		b := seatUnlessTaken(&seatsKnown{})
		require.Equal(t, tagged("who:ada").Items()[0].Tags, b.Condition().Items()[0].Tags)
		require.Len(t, b.Condition().Items(), 1)
		require.Len(t, b.Query().Items(), 2)
	})

	t.Run("leaves no condition when all parts are", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		ctx, steps := recorded(t.Context())
		require.NoError(t, dcb.Decide(ctx, meanwhile(store, map[string]func(){
			"append1": func() { appendFacts(t, store, seatTaken{"red", "ada"}) },
		}), func(seats *int) dcb.Boundary {
			return dcb.Boundary{dcb.Unguarded(dcb.Into(seats, seatsOf("ada")))}
		}, func(int) ([]dcb.Fact, error) { return dcb.Facts(seatTaken{"blue", "ada"}), nil }))
		require.Equal(t, []string{
			"1 read [] after 0 up to 0, knows 0",
			"1 decided 1, <nil>",
			"1 appended at 2",
		}, *steps)
	})

	t.Run("leaves the other parts guarded, and is read again with them", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		ctx, steps := recorded(t.Context())
		require.Equal(t, errFull, dcb.Decide(ctx, meanwhile(store, map[string]func(){
			"append1": func() { appendFacts(t, store, seatTaken{"red", "kofi"}, seatTaken{"green", "ada"}) },
		}), seatUnlessTaken, decideUnlessTaken))
		require.Contains(t, (*steps)[2], "1 lost to [2], stale [mine]")
		require.Equal(t, "2 read [1 2] after 0 up to 2, knows {mine:1 red:1}", (*steps)[3])
	})
}
