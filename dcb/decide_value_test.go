package dcb_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

// drawNumber takes a seat in the blue room, and tells which one it is.
func drawNumber(ctx context.Context, log dcb.Log, who string) (number int, position int64, err error) {
	cmd := takeSeat{"blue", who}
	return dcb.DecideValue(ctx, log, cmd.boundary, func(s room) (int, []dcb.Fact, error) {
		facts, err := cmd.decide(s)
		return s.taken + 1, facts, err
	})
}

type drawn struct {
	number   int
	position int64
}

func TestADecisionTellsTheValueAndThePositionOfWhatWasAppended(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendFacts(t, store, roomOpened{"blue", 2})
	for i, who := range []string{"ada", "kofi"} {
		number, position, err := drawNumber(t.Context(), store, who)
		require.NoError(t, err)
		require.Equal(t, drawn{i + 1, int64(i + 2)}, drawn{number, position})
	}
	number, position, err := drawNumber(t.Context(), store, "mei")
	require.ErrorIs(t, err, errFull)
	require.Zero(t, drawn{number, position}, "a refusal tells nothing else")
}

func TestADecisionWithNothingToDoTellsHowFarItHasRead(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendFacts(t, store, roomOpened{"blue", 2}, roomOpened{"green", 1})
	seats, position, err := dcb.DecideValue(t.Context(), store, takeSeat{"blue", "ada"}.boundary,
		func(s room) (int, []dcb.Fact, error) { return s.seats, nil, nil })
	require.NoError(t, err)
	require.Equal(t, drawn{2, 2}, drawn{seats, position})

	var nobody any
	nobody, _, err = dcb.DecideValue(t.Context(), store, takeSeat{"blue", "ada"}.boundary,
		func(room) (any, []dcb.Fact, error) { return nil, nil, nil })
	require.NoError(t, err)
	require.Nil(t, nobody)
}

func TestADecisionThatIsTakenAgainOnTheSpotTellsTheValueFromThere(t *testing.T) {
	t.Parallel()
	h := holdAppend(t, roomOpened{"blue", 3})
	var numbers [3]drawn
	draw := func(i int, who string) func() error {
		return func() (err error) {
			numbers[i].number, numbers[i].position, err = drawNumber(t.Context(), h.store, who)
			return err
		}
	}
	errs := decideInOneBatch(t, h, nil, draw(0, "kofi"), draw(1, "ada"), draw(2, "mei"))
	require.Equal(t, []error{nil, nil, nil}, errs)
	require.Equal(t, [3]drawn{{1, 3}, {2, 4}, {3, 5}}, numbers)
}

// On the spot there turns out to be nothing to do, for somebody of the same batch did it.
func TestADecisionThatTurnsOutToHaveNothingToDoTellsHowFarItLooked(t *testing.T) {
	t.Parallel()
	h := holdAppend(t, roomOpened{"blue", 3})
	var found drawn
	errs := decideInOneBatch(t, h, nil,
		func() error { return takeSeat{"blue", "kofi"}.run(t.Context(), h.store) },
		func() (err error) {
			cmd := takeSeat{"blue", "ada"}
			found.number, found.position, err = dcb.DecideValue(t.Context(), h.store, cmd.boundary, func(s room) (int, []dcb.Fact, error) {
				if s.taken > 0 {
					return s.taken, nil, nil
				}
				facts, err := cmd.decide(s)
				return 0, facts, err
			})
			return err
		},
	)
	require.Equal(t, []error{nil, nil}, errs)
	require.Equal(t, drawn{1, 3}, found)
}

// The batch fails after the decision was taken again on the spot, and then Mei's append,
// which was in Ada's way, is not stored. What Ada decided first counts, and not the last
// call of decide.
func TestTheValueIsThatOfTheAnswerThatCounts(t *testing.T) {
	t.Parallel()
	h := holdAppend(t, roomOpened{"blue", 3})
	taken := readAll(t, h.store, dcb.AllEvents(), dcb.ReadOptions{})[0].ID
	var ada drawn
	last := 0 // what a variable of the caller would hold
	cmd := takeSeat{"blue", "ada"}
	bad := encoded(t, seatTaken{"blue", "mei"})
	bad[0].ID = taken // of another event
	errs := decideInOneBatch(t, h, nil,
		func() error { return (<-send(t.Context(), h.store, dcb.Query{}, bad...)).err },
		func() (err error) {
			ada.number, ada.position, err = dcb.DecideValue(t.Context(), h.store, cmd.boundary, func(s room) (int, []dcb.Fact, error) {
				last = s.taken + 1
				facts, err := cmd.decide(s)
				return s.taken + 1, facts, err
			})
			return err
		},
	)
	require.Error(t, errs[0])
	require.NoError(t, errs[1])
	require.Equal(t, drawn{1, 3}, ada)
	require.Equal(t, 2, last)
}

func TestADecisionThatFailsTellsNoValue(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendFacts(t, store, roomOpened{"blue", 2})
	ctx, cancel := context.WithCancel(t.Context())
	number, position, err := dcb.DecideValue(ctx, store, takeSeat{"blue", "ada"}.boundary, func(room) (int, []dcb.Fact, error) {
		cancel()
		return 7, dcb.Facts(seatTaken{"blue", "ada"}), nil
	})
	require.True(t, errors.Is(err, context.Canceled), "%v", err)
	require.Zero(t, drawn{number, position})
}
