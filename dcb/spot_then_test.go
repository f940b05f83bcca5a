package dcb_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

// Nobody waits for a seat in blue when the decision reads. Meanwhile somebody takes a seat there.
func TestADecisionIsTakenOnTheSpotWhileThenFindsNothing(t *testing.T) {
	t.Parallel()
	steps := serveMeanwhile(t, seatTaken{"blue", "kofi"})
	require.Equal(t, []string{
		"1 read [] after 0 up to 1, knows {taken:0 queue:{waiting:[] seats:[]}}",
		"1 decided 1, <nil>",
		"1 lost to [3], stale [taken], waits 0s",
		"2 read [3] after 1 up to 3, knows {taken:1 queue:{waiting:[] seats:[]}}",
		"2 decided 1, <nil>",
		"2 appended at 4",
	}, steps)
}

// Nobody waits for a seat in blue when the decision reads. Meanwhile Mei does, whose seats would
// have to be read.
func TestADecisionReadsOnWhenThenFindsSomethingOnTheSpot(t *testing.T) {
	t.Parallel()
	steps := serveMeanwhile(t, queued{"blue", "mei"})
	require.Len(t, steps, 6)
	require.Contains(t, steps[2], "1 lost to [3], stale [queue], waits")
	require.NotContains(t, steps[2], "waits 0s", "not on the spot")
	require.Equal(t, "2 read [3] after 1 up to 3, knows {taken:0 queue:{waiting:[mei] seats:[0]}}", steps[3])
}

// serveMeanwhile lets Ada take a seat in blue, which has two, while something else happens. It
// returns the steps of the decision.
func serveMeanwhile(t *testing.T, happens dcb.Fact) []string {
	type state struct {
		taken int
		queue queue
	}
	h := holdAppend(t, roomOpened{"blue", 2})
	ctx, steps := recorded(t.Context())
	store := func(fact dcb.Fact) func(struct{}) ([]dcb.Fact, error) {
		return func(struct{}) ([]dcb.Fact, error) { return dcb.Facts(fact), nil }
	}
	require.Equal(t, []error{nil, nil}, decideInOneBatch(t, h, nil,
		func() error {
			return dcb.Decide(t.Context(), h.store, func(*struct{}) dcb.Boundary { return nil }, store(happens))
		},
		func() error {
			return dcb.Decide(ctx, h.store, func(s *state) dcb.Boundary {
				taken := dcb.Project(0, dcb.NewTags("room", "blue"), dcb.On(func(n int, _ seatTaken) int { return n + 1 }))
				return append(serveNext{"blue"}.boundary(&s.queue), dcb.Into(&s.taken, taken))
			}, func(state) ([]dcb.Fact, error) { return dcb.Facts(seatTaken{"blue", "ada"}), nil })
		},
	))
	return *steps
}
