package dcb_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/internal/racetest"
)

// recorded returns a context whose decision writes its steps down.
func recorded(ctx context.Context) (context.Context, *[]string) {
	steps := &[]string{}
	say := func(format string, args ...any) { *steps = append(*steps, fmt.Sprintf(format, args...)) }
	return dcb.WithTrace(ctx, &dcb.Trace{
		Read: func(step dcb.TraceRead) {
			say("%d read %v after %d up to %d, knows %+v", step.Attempt, positions(step.Events), step.After, step.Position, step.State)
		},
		Decided: func(step dcb.TraceDecided) { say("%d decided %d, %v", step.Attempt, len(step.Facts), step.Refusal) },
		Conflicted: func(step dcb.TraceConflicted) {
			say("%d lost to %v, stale %v, waits %v", step.Attempt, positions(step.Conflict.Events), step.Stale, step.Wait)
		},
		Appended: func(step dcb.TraceAppended) { say("%d appended at %d", step.Attempt, step.Position) },
	}), steps
}

// decideInOneBatch lets decisions read and decide, one after the other, and commits
// their appends in one batch, after whatever is queued in between.
func decideInOneBatch(t *testing.T, h held, before func(), decisions ...func() error) []error {
	t.Helper()
	var results []chan error
	queued := 0
	next := func(call func() error) {
		done := make(chan error, 1)
		go func() { done <- call() }()
		results = append(results, done)
		queued++
		waiting(t, h.store, queued)
	}
	for _, decision := range decisions {
		next(decision)
	}
	if before != nil {
		before()
	}
	h.release()
	require.NoError(t, (<-h.done).err)
	errs := make([]error, len(results))
	for i, done := range results {
		errs[i] = <-done
	}
	return errs
}

func TestADecisionThatLosesWithinABatchIsTakenAgainOnTheSpot(t *testing.T) {
	t.Parallel()
	h := holdAppend(t, roomOpened{"blue", 2}, roomOpened{"green", 2})
	ctx, steps := recorded(t.Context())
	errs := decideInOneBatch(t, h, nil,
		func() error { return takeSeat{"blue", "kofi"}.run(t.Context(), h.store) },
		func() error { return takeSeat{"green", "mei"}.run(t.Context(), h.store) },
		func() error { return takeSeat{"blue", "ada"}.run(ctx, h.store) },
		func() error { return takeSeat{"blue", "noor"}.run(t.Context(), h.store) },
	)
	require.Equal(t, []error{nil, nil, nil, errFull}, errs)
	require.Equal(t, []string{
		"1 read [1] after 0 up to 2, knows {seats:2 taken:0}",
		"1 decided 1, <nil>",
		"1 lost to [4], stale [taken], waits 0s",
		"2 read [4] after 2 up to 5, knows {seats:2 taken:1}",
		"2 decided 1, <nil>",
		"2 appended at 6",
	}, *steps, "3 is the held append, 4 Kofi's, 5 Mei's")
	require.Equal(t, 2, *h.begins, "all four in one transaction")
	require.Len(t, readAll(t, h.store, dcb.NewQuery(dcb.NewTags("room", "blue"), "SeatTaken"), dcb.ReadOptions{}), 2)
}

func TestARefusalOnTheSpotIsToldAsItHappened(t *testing.T) {
	t.Parallel()
	h := holdAppend(t, roomOpened{"blue", 1})
	ctx, steps := recorded(t.Context())
	errs := decideInOneBatch(t, h, nil,
		func() error { return takeSeat{"blue", "kofi"}.run(t.Context(), h.store) },
		func() error { return takeSeat{"blue", "ada"}.run(ctx, h.store) },
	)
	require.Equal(t, []error{nil, errFull}, errs)
	require.Equal(t, []string{
		"1 read [1] after 0 up to 1, knows {seats:1 taken:0}",
		"1 decided 1, <nil>",
		"1 lost to [3], stale [taken], waits 0s",
		"2 read [3] after 1 up to 3, knows {seats:1 taken:1}",
		"2 decided 0, the room is full",
	}, *steps)
}

// The batch is tried, fails because of somebody else's bad append, and its requests
// are tried alone. What the first try let a decision believe did not happen.
func TestWhatAFailedBatchDecidedOnTheSpotDoesNotCount(t *testing.T) {
	t.Parallel()
	h := holdAppend(t, roomOpened{"blue", 2})
	taken := readAll(t, h.store, dcb.AllEvents(), dcb.ReadOptions{})[0].ID
	ctx, steps := recorded(t.Context())
	var bad <-chan result
	errs := decideInOneBatch(t, h,
		func() {
			bad = send(t.Context(), h.store, dcb.Query{}, dcb.InputEvent{ID: taken, Type: "Impostor", Data: []byte(`{}`)})
			waiting(t, h.store, 3)
		},
		func() error { return takeSeat{"blue", "kofi"}.run(t.Context(), h.store) },
		func() error { return takeSeat{"blue", "ada"}.run(ctx, h.store) },
	)
	require.Error(t, (<-bad).err)
	require.Equal(t, []error{nil, nil}, errs)
	require.Equal(t, []string{
		"1 read [1] after 0 up to 1, knows {seats:2 taken:0}",
		"1 decided 1, <nil>",
		"1 lost to [3], stale [taken], waits 0s",
		"2 read [3] after 1 up to 3, knows {seats:2 taken:1}",
		"2 decided 1, <nil>",
		"2 appended at 4",
	}, *steps)
	require.Len(t, readAll(t, h.store, dcb.NewQuery(nil, "SeatTaken"), dcb.ReadOptions{}), 2)
}

func TestAPanicOnTheSpotIsThatOfWhoDecides(t *testing.T) {
	t.Parallel()
	h := holdAppend(t, roomOpened{"blue", 2})
	calls := 0
	errs := decideInOneBatch(t, h, nil,
		func() error { return takeSeat{"blue", "kofi"}.run(t.Context(), h.store) },
		func() (err error) {
			defer func() { err = fmt.Errorf("recovered: %v", recover()) }()
			return dcb.Decide(t.Context(), h.store, takeSeat{"blue", "ada"}.boundary, func(s room) ([]dcb.Fact, error) {
				if calls++; calls == 2 {
					panic("out of chairs")
				}
				return takeSeat{"blue", "ada"}.decide(s)
			})
		},
	)
	require.NoError(t, errs[0])
	require.EqualError(t, errs[1], "recovered: out of chairs")
	require.NoError(t, takeSeat{"blue", "mei"}.run(t.Context(), h.store), "the store goes on")
}

// Sixty-four at once in one room: none of them needs a third attempt.
func TestDecisionsOfOneProcessDoNotTrampleEachOther(t *testing.T) {
	t.Parallel()
	const seats, callers = 40, 64
	store := newStore(t)
	appendFacts(t, store, roomOpened{"blue", seats})
	var won, refused, most atomic.Int64
	racetest.AtOnce(callers, func(i int) {
		ctx := dcb.WithTrace(t.Context(), &dcb.Trace{Read: func(step dcb.TraceRead) {
			for n := most.Load(); int64(step.Attempt) > n && !most.CompareAndSwap(n, int64(step.Attempt)); n = most.Load() {
			}
		}})
		switch err := (takeSeat{"blue", fmt.Sprint("student ", i)}).run(ctx, store); {
		case err == nil:
			won.Add(1)
		case errors.Is(err, errFull):
			refused.Add(1)
		default:
			assert.NoError(t, err)
		}
	})
	require.EqualValues(t, seats, won.Load())
	require.EqualValues(t, callers-seats, refused.Load())
	require.LessOrEqual(t, most.Load(), int64(2))
	require.Len(t, readAll(t, store, dcb.NewQuery(nil, "SeatTaken"), dcb.ReadOptions{}), seats)
}
