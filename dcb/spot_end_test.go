package dcb_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

// takeSeatWith takes a seat in the blue room, and does something before it decides again.
func takeSeatWith(t *testing.T, store *dcb.Store, who string, again func()) error {
	calls := 0
	cmd := takeSeat{"blue", who}
	return dcb.Decide(t.Context(), store, cmd.boundary, func(s room) ([]dcb.Fact, error) {
		if calls++; calls == 2 {
			again()
		}
		return cmd.decide(s)
	})
}

func seatsIn(t *testing.T, store *dcb.Store, room string) int {
	t.Helper()
	return len(readAll(t, store, dcb.NewQuery(dcb.NewTags("room", room), "SeatTaken"), dcb.ReadOptions{}))
}

func TestAPanicOnTheSpotIsThatOfWhoDecides(t *testing.T) {
	t.Parallel()
	h := holdAppend(t, roomOpened{"blue", 2})
	errs := decideInOneBatch(t, h, nil,
		func() error { return takeSeat{"blue", "kofi"}.run(t.Context(), h.store) },
		func() (err error) {
			defer func() { err = fmt.Errorf("recovered: %v", recover()) }()
			return takeSeatWith(t, h.store, "ada", func() { panic("out of chairs") })
		},
		func() error { return takeSeat{"blue", "mei"}.run(t.Context(), h.store) },
	)
	require.Equal(t, []error{nil, fmt.Errorf("recovered: out of chairs"), nil}, errs)
	require.Equal(t, 2, seatsIn(t, h.store, "blue"))
}

// A require that fails in a decision ends the goroutine of the test, and no other.
func TestADecisionThatEndsItsGoroutineOnTheSpotLeavesTheStoreAlone(t *testing.T) {
	t.Parallel()
	h := holdAppend(t, roomOpened{"blue", 2})
	errs := decideInOneBatch(t, h, nil,
		func() error { return takeSeat{"blue", "kofi"}.run(t.Context(), h.store) },
		func() error {
			ended := make(chan struct{})
			go func() {
				defer close(ended)
				_ = takeSeatWith(t, h.store, "ada", runtime.Goexit)
			}()
			<-ended
			return nil
		},
		func() error { return takeSeat{"blue", "mei"}.run(t.Context(), h.store) },
	)
	require.Equal(t, []error{nil, nil, nil}, errs)
	require.Equal(t, 2, seatsIn(t, h.store, "blue"), "Kofi's and Mei's")
	require.Equal(t, errFull, takeSeat{"blue", "noor"}.run(t.Context(), h.store), "the store goes on")
}

// What made Ada decide again is not stored in the end, so nothing is in the way of what
// she decided first. But she is not there any more.
func TestADecisionThatPanickedIsNotStoredWhenItsBatchIsTakenApart(t *testing.T) {
	t.Parallel()
	h := holdAppend(t, roomOpened{"blue", 2})
	opening := readAll(t, h.store, dcb.AllEvents(), dcb.ReadOptions{})[0]
	impostor, err := dcb.Encode(dcb.Facts(seatTaken{"blue", "kofi"}))
	require.NoError(t, err)
	impostor[0].ID = opening.ID
	bad := send(t.Context(), h.store, dcb.Query{}, impostor...)
	waiting(t, h.store, 1)
	panicked := make(chan any, 1)
	go func() {
		defer func() { panicked <- recover() }()
		_ = takeSeatWith(t, h.store, "ada", func() { panic("out of chairs") })
	}()
	waiting(t, h.store, 2)
	h.release()
	require.NoError(t, (<-h.done).err)
	require.ErrorContains(t, (<-bad).err, "is taken by another event")
	require.Equal(t, "out of chairs", <-panicked)
	appendAll(t, h.store, event("Last")) // what was in the queue before is over
	require.Zero(t, seatsIn(t, h.store, "blue"))
}

// Ada thinks until a stranger has appended who stands behind her in the same batch.
func TestADecisionThatTakesTooLongOnTheSpotHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	h := holdAppend(t, roomOpened{"blue", 9}, roomOpened{"green", 1})
	h.store.DecideOnTheSpotWithin(time.Millisecond, time.Minute)
	ctx, steps := recorded(t.Context())
	stranger := make(chan struct{})
	cmd, calls := takeSeat{"blue", "ada"}, 0
	errs := decideInOneBatch(t, h, nil,
		func() error { return takeSeat{"blue", "kofi"}.run(t.Context(), h.store) },
		func() error {
			return dcb.Decide(ctx, h.store, cmd.boundary, func(s room) ([]dcb.Fact, error) {
				if calls++; calls == 2 {
					<-stranger
				}
				return cmd.decide(s)
			})
		},
		func() error {
			defer close(stranger)
			return takeSeat{"green", "mei"}.run(t.Context(), h.store)
		},
	)
	require.Equal(t, []error{nil, nil, nil}, errs)
	require.Equal(t, 3, calls)
	require.Equal(t, "1 read [1] after 0 up to 2, knows {seats:9 taken:0}", (*steps)[0])
	require.Contains(t, (*steps)[2], "1 lost to [4], stale [taken], waits ", "an ordinary conflict")
	require.NotContains(t, (*steps)[2], "waits 0s")
	require.Equal(t, []string{
		"2 read [4] after 2 up to 5, knows {seats:9 taken:1}",
		"2 decided 1, <nil>",
		"2 appended at 6",
	}, (*steps)[3:])
	require.Equal(t, 2, seatsIn(t, h.store, "blue"))
}

// There is no time for anybody, so all who lose read on.
func TestABatchWithoutTimeDecidesNothingOnTheSpot(t *testing.T) {
	t.Parallel()
	h := holdAppend(t, roomOpened{"blue", 1})
	h.store.DecideOnTheSpotWithin(time.Minute, 0)
	ctx, steps := recorded(t.Context())
	errs := decideInOneBatch(t, h, nil,
		func() error { return takeSeat{"blue", "kofi"}.run(t.Context(), h.store) },
		func() error { return takeSeat{"blue", "ada"}.run(ctx, h.store) },
	)
	require.Equal(t, []error{nil, errFull}, errs)
	require.NotContains(t, (*steps)[2], "waits 0s")
	require.Equal(t, "2 decided 0, the room is full", (*steps)[4])
}

// It is not known whether the events that were decided on the spot are stored. So it is
// these that the trace tells of, and not those that lost.
func TestAnUnknownOutcomeOnTheSpotIsToldOfWhatWasDecidedThere(t *testing.T) {
	t.Parallel()
	store, other, hook := openHooked(t)
	store.TakeTwoTrips()
	store.DecideOnTheSpotWithin(time.Minute, time.Minute)
	appendFacts(t, store, roomOpened{"blue", 2})
	ctx, steps := recorded(t.Context())
	hook.Set(func(sql string) {
		switch {
		case strings.HasPrefix(sql, "begin"):
			appendFacts(t, other, seatTaken{"blue", "kofi"})
		case isInsert(sql):
			hook.Set(func(string) {})
			runtime.Goexit()
		}
	})
	require.ErrorIs(t, takeSeat{"blue", "ada"}.run(ctx, store), dcb.ErrUnknownOutcome)
	require.Equal(t, []string{
		"1 read [1] after 0 up to 1, knows {seats:2 taken:0}",
		"1 decided 1, <nil>",
		"1 lost to [2], stale [taken], waits 0s",
		"2 read [2] after 1 up to 2, knows {seats:2 taken:1}",
		"2 decided 1, <nil>",
		"2 failed: append events: whether the events were stored is unknown",
	}, *steps)
}

// The answer that comes too late is not waited for a second time: when Ada loses again,
// and once more, she reads on, though she would be quick now.
func TestADecisionThatWasTooSlowOnceIsNotTakenOnTheSpotAnyMore(t *testing.T) {
	t.Parallel()
	store, other, hook := openHooked(t)
	store.TakeTwoTrips()
	store.DecideOnTheSpotWithin(time.Millisecond, time.Minute)
	appendFacts(t, store, roomOpened{"blue", 9})
	ctx, steps := recorded(t.Context())
	tooLate, appends := make(chan struct{}), 0
	hook.Set(func(sql string) {
		switch {
		case strings.HasPrefix(sql, "begin"):
			if appends++; appends <= 3 {
				appendFacts(t, other, seatTaken{"blue", fmt.Sprint("student ", appends)})
			}
			if appends == 2 {
				store.DecideOnTheSpotWithin(time.Minute, time.Minute)
			}
		case sql == "rollback" && appends == 1:
			close(tooLate)
		}
	})
	cmd, calls := takeSeat{"blue", "ada"}, 0
	require.NoError(t, dcb.Decide(ctx, store, cmd.boundary, func(s room) ([]dcb.Fact, error) {
		if calls++; calls == 2 {
			<-tooLate
		}
		return cmd.decide(s)
	}))
	require.Equal(t, 5, calls, "at first, on the spot, and three times by reading")
	require.Len(t, *steps, 12)
	require.Contains(t, (*steps)[5], "2 lost to [3], stale [taken], waits ")
	require.NotContains(t, (*steps)[5], "waits 0s")
	require.Contains(t, (*steps)[8], "3 lost to [4], stale [taken], waits ")
	require.NotContains(t, (*steps)[8], "waits 0s")
	require.Equal(t, "4 appended at 5", (*steps)[11])
}

// In the batch an impostor has the seat, and Ada decides for another room. The impostor
// is not stored, so what counts is what she decided at first.
func TestWhatWasDecidedAboutAnEventThatIsNotStoredDoesNotCount(t *testing.T) {
	t.Parallel()
	h := holdAppend(t, roomOpened{"blue", 1})
	opening := readAll(t, h.store, dcb.AllEvents(), dcb.ReadOptions{})[0]
	impostor := encoded(t, seatTaken{"blue", "kofi"})
	impostor[0].ID = opening.ID
	bad := send(t.Context(), h.store, dcb.Query{}, impostor...)
	waiting(t, h.store, 1)
	ctx, steps := recorded(t.Context())
	cmd, done := takeSeat{"blue", "ada"}, make(chan error, 1)
	go func() {
		done <- dcb.Decide(ctx, h.store, cmd.boundary, func(s room) ([]dcb.Fact, error) {
			if s.taken > 0 {
				return dcb.Facts(seatTaken{"green", "ada"}), nil
			}
			return cmd.decide(s)
		})
	}()
	waiting(t, h.store, 2)
	h.release()
	require.ErrorContains(t, (<-bad).err, "is taken by another event")
	require.NoError(t, <-done)
	require.Equal(t, []string{
		"1 read [1] after 0 up to 1, knows {seats:1 taken:0}",
		"1 decided 1, <nil>",
		"1 appended at 3",
	}, *steps)
	require.Equal(t, 1, seatsIn(t, h.store, "blue"))
	require.Zero(t, seatsIn(t, h.store, "green"))
}
