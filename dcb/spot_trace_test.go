package dcb_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

func TestADecisionThatHasNothingToDoOnTheSpotAppendsNothing(t *testing.T) {
	t.Parallel()
	h := holdAppend(t, roomOpened{"blue", 1})
	ctx, steps := recorded(t.Context())
	cmd := takeSeat{"blue", "ada"}
	errs := decideInOneBatch(t, h, nil,
		func() error { return takeSeat{"blue", "kofi"}.run(t.Context(), h.store) },
		func() error {
			return dcb.Decide(ctx, h.store, cmd.boundary, func(s room) ([]dcb.Fact, error) {
				if s.taken > 0 {
					return nil, nil
				}
				return cmd.decide(s)
			})
		},
	)
	require.Equal(t, []error{nil, nil}, errs)
	require.Len(t, *steps, 5)
	require.Equal(t, "2 decided 0, <nil>", (*steps)[4])
	require.Equal(t, 1, seatsIn(t, h.store, "blue"))
}

// A conflict tells ten events, and what the attempt on the spot read is all of them.
func TestOnTheSpotAConflictTellsTheFirstTenEventsAndTheReadAll(t *testing.T) {
	t.Parallel()
	store, other, hook := openHooked(t)
	store.DecideOnTheSpotWithin(time.Minute, time.Minute)
	appendFacts(t, store, roomOpened{"blue", 20})
	ctx, steps := recorded(t.Context())
	hook.Set(beforeBegin(func() {
		hook.Set(func(string) {})
		appendFacts(t, other, slices.Repeat([]dcb.Fact{seatTaken{"blue", "kofi"}}, 12)...)
	}))
	require.NoError(t, takeSeat{"blue", "ada"}.run(ctx, store))
	require.Equal(t, []string{
		"1 read [1] after 0 up to 1, knows {seats:20 taken:0}",
		"1 decided 1, <nil>",
		"1 lost to [2 3 4 5 6 7 8 9 10 11], stale [taken], waits 0s",
		"2 read [2 3 4 5 6 7 8 9 10 11 12 13] after 1 up to 13, knows {seats:20 taken:12}",
		"2 decided 1, <nil>",
		"2 appended at 14",
	}, *steps)
}

// What a decision does to a map of its state is done when the trace is told of it.
func TestATraceToldOnTheSpotKnowsWhatTheAttemptKnew(t *testing.T) {
	t.Parallel()
	h := holdAppend(t, roomOpened{"blue", 9})
	type seats struct{ of map[string]int }
	var known []string
	ctx := dcb.WithTrace(t.Context(), &dcb.Trace{Read: func(step dcb.TraceRead) {
		known = append(known, fmt.Sprint(step.State.(seats).of))
	}})
	errs := decideInOneBatch(t, h, nil,
		func() error { return takeSeat{"blue", "kofi"}.run(t.Context(), h.store) },
		func() error {
			return dcb.Decide(ctx, h.store, func(s *seats) dcb.Boundary {
				return dcb.Boundary{dcb.Into(&s.of, dcb.Project(map[string]int{}, dcb.NewTags("room", "blue"),
					dcb.On(func(of map[string]int, e seatTaken) map[string]int { of[e.Who]++; return of })))}
			}, func(s seats) ([]dcb.Fact, error) {
				s.of["ada"]++ // as it should not
				return dcb.Facts(seatTaken{"blue", "ada"}), nil
			})
		},
	)
	require.Equal(t, []error{nil, nil}, errs)
	require.Equal(t, []string{"map[]", "map[kofi:1]"}, known)
}

// A refusal with facts is a refusal; a fact that is not JSON is an error.
func TestABadAnswerOnTheSpotIsWhatItIsByReading(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		again func() ([]dcb.Fact, error)
		says  string
		steps int
		last  string
	}{
		"a refusal with facts": {
			func() ([]dcb.Fact, error) { return dcb.Facts(seatTaken{"blue", "ada"}), errFull },
			"the room is full", 5, "2 decided 1, the room is full",
		},
		"a fact that is not JSON": {
			func() ([]dcb.Fact, error) { return dcb.Facts(mute{}), nil },
			"encode Mute: json: unsupported type: chan int", 6, "2 failed: encode Mute: json: unsupported type: chan int",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := holdAppend(t, roomOpened{"blue", 2})
			ctx, steps := recorded(t.Context())
			cmd := takeSeat{"blue", "ada"}
			errs := decideInOneBatch(t, h, nil,
				func() error { return takeSeat{"blue", "kofi"}.run(t.Context(), h.store) },
				func() error {
					return dcb.Decide(ctx, h.store, cmd.boundary, func(s room) ([]dcb.Fact, error) {
						if s.taken > 0 {
							return test.again()
						}
						return cmd.decide(s)
					})
				},
			)
			require.NoError(t, errs[0])
			require.EqualError(t, errs[1], test.says)
			require.Len(t, *steps, test.steps)
			require.Equal(t, test.last, (*steps)[test.steps-1])
			require.Equal(t, 1, seatsIn(t, h.store, "blue"))
		})
	}
}

type mute struct{ Voice chan int }

func (mute) EventType() string { return "Mute" }
func (mute) Tags() dcb.Tags    { return nil }
