package dcb_test

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/internal/racetest"
	"go-crablet/internal/pgtest"
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
		StartedOver: func(step dcb.TraceStartedOver) {
			say("%d started over, knew up to %d", step.Attempt, step.Known.Position)
		},
		Failed: func(step dcb.TraceFailed) { say("%d failed: %v", step.Attempt, step.Err) },
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

// What is appended in the same batch has no recorded time yet. A handler that may ask for it
// waits until it has.
func TestAWholeEventIsNotLookedAtBeforeItIsStored(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]dcb.Handler[[]time.Time]{
		"OnEvent": dcb.OnEvent(func(at []time.Time, _ seatTaken, e dcb.Event) []time.Time { return append(at, e.RecordedAt) }),
		"OnAny":   dcb.OnAny(func(at []time.Time, e dcb.Event) []time.Time { return append(at, e.RecordedAt) }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := holdAppend(t)
			blue := dcb.NewTags("room", "blue")
			var known [][]time.Time
			errs := decideInOneBatch(t, h, nil,
				func() error {
					return (<-send(t.Context(), h.store, dcb.Query{}, encoded(t, seatTaken{"blue", "kofi"})...)).err
				},
				func() error {
					return dcb.Decide(t.Context(), h.store,
						func(at *[]time.Time) dcb.Boundary {
							return dcb.Boundary{dcb.Into(at, dcb.Project([]time.Time(nil), blue, handler))}
						},
						func(at []time.Time) ([]dcb.Fact, error) {
							known = append(known, at)
							return dcb.Facts(seatTaken{"blue", "ada"}), nil
						})
				},
			)
			require.Equal(t, []error{nil, nil}, errs)
			taken := readAll(t, h.store, dcb.NewQuery(blue), dcb.ReadOptions{})
			require.Len(t, taken, 2)
			require.Equal(t, [][]time.Time{nil, {taken[0].RecordedAt}}, known)
		})
	}
}

// R is outside the condition and C is inside; both are about the red room. To know C and
// not R would be to know what never was.
func TestWhatIsUnguardedStaysOnTheSpotAsItWasRead(t *testing.T) {
	t.Parallel()
	h := holdAppend(t, seatTaken{"red", "noor"})
	ctx, steps := recorded(t.Context())
	var queries []dcb.Query
	ctx = dcb.WithTrace(ctx, &dcb.Trace{Read: func(step dcb.TraceRead) { queries = append(queries, step.Query) }})
	send(t.Context(), h.store, dcb.Query{}, encoded(t, seatTaken{"red", "mei"})...) // R
	waiting(t, h.store, 1)
	send(t.Context(), h.store, dcb.Query{}, encoded(t, seatTaken{"red", "ada"})...) // C
	waiting(t, h.store, 2)
	done := make(chan error, 1)
	go func() { done <- dcb.Decide(ctx, h.store, seatUnlessTaken, decideUnlessTaken) }()
	waiting(t, h.store, 3)
	h.release()
	require.Equal(t, errFull, <-done)
	require.Equal(t, []string{
		"1 read [1] after 0 up to 1, knows {mine:0 red:1}",
		"1 decided 1, <nil>",
		"1 lost to [4], stale [mine red], waits 0s",
		"2 read [4] after 1 up to 4, knows {mine:1 red:1}",
		"2 decided 0, the room is full",
	}, *steps)
	require.Len(t, queries, 2)
	require.Equal(t, queries[0], queries[1], "the boundary is where it was")
}

// A broken event is no refusal: the decision reads on and meets it there.
func TestAnEventThatCannotBeDecodedOnTheSpotIsAnErrorAsByReading(t *testing.T) {
	t.Parallel()
	h := holdAppend(t, roomOpened{"blue", 2})
	ctx, steps := recorded(t.Context())
	broken := dcb.NewInputEvent("SeatTaken", dcb.NewTags("room", "blue"), []byte(`{"room":7}`))
	send(t.Context(), h.store, dcb.Query{}, broken)
	waiting(t, h.store, 1)
	done := make(chan error, 1)
	go func() { done <- takeSeat{"blue", "ada"}.run(ctx, h.store) }()
	waiting(t, h.store, 2)
	h.release()
	require.ErrorContains(t, <-done, "decode SeatTaken at position 3")
	require.Len(t, *steps, 4)
	require.Contains(t, (*steps)[2], "1 lost to [3], stale [taken], waits ")
	require.Contains(t, (*steps)[3], "2 failed: decode SeatTaken at position 3")
}

// What the database would refuse does not get there, and costs the others nothing.
func TestWhatCannotBeStoredIsRefusedOnTheSpotAsByAppending(t *testing.T) {
	t.Parallel()
	h := holdAppend(t, roomOpened{"blue", 2}, roomOpened{"green", 1})
	ctx, steps := recorded(t.Context())
	cmd, calls := takeSeat{"blue", "ada"}, 0
	errs := decideInOneBatch(t, h, nil,
		func() error { return takeSeat{"blue", "kofi"}.run(t.Context(), h.store) },
		func() error {
			return dcb.Decide(ctx, h.store, cmd.boundary, func(s room) ([]dcb.Fact, error) {
				if calls++; calls > 1 {
					return dcb.WithTags(dcb.Facts(seatTaken{"blue", "ada"}), ""), nil
				}
				return cmd.decide(s)
			})
		},
		func() error { return takeSeat{"green", "mei"}.run(t.Context(), h.store) },
	)
	require.NoError(t, errs[0])
	_, isInput := errors.AsType[dcb.InputError](errs[1])
	require.True(t, isInput, "%v", errs[1])
	require.NoError(t, errs[2])
	require.Equal(t, 2, *h.begins, "the batch was not taken apart")
	require.Contains(t, (*steps)[len(*steps)-1], "2 failed: ")
	require.Equal(t, 1, seatsIn(t, h.store, "blue"))
}

// The first pass decides that Ada gets a seat; the second, after the batch was taken
// apart, that she is refused. It must not store what the first one decided.
func TestTheLastAnswerOnTheSpotCounts(t *testing.T) {
	t.Parallel()
	h := holdAppend(t, roomOpened{"blue", 2})
	opening := readAll(t, h.store, dcb.AllEvents(), dcb.ReadOptions{})[0]
	cmd, calls := takeSeat{"blue", "ada"}, 0
	var bad <-chan result
	errs := decideInOneBatch(t, h, func() {
		bad = send(t.Context(), h.store, dcb.Query{}, dcb.InputEvent{ID: opening.ID, Type: "Impostor", Data: []byte(`{}`)})
		waiting(t, h.store, 3)
	},
		func() error { return takeSeat{"blue", "kofi"}.run(t.Context(), h.store) },
		func() error {
			return dcb.Decide(t.Context(), h.store, cmd.boundary, func(s room) ([]dcb.Fact, error) {
				if calls++; calls == 3 {
					return nil, errFull
				}
				return cmd.decide(s)
			})
		},
	)
	require.Error(t, (<-bad).err)
	require.Equal(t, []error{nil, errFull}, errs)
	require.Equal(t, 3, calls, "at first, in the batch, and alone")
	require.Equal(t, 1, seatsIn(t, h.store, "blue"))
}

// More got in between than the check fetches. To decide from a part of it would sell
// seats that are taken.
func TestADecisionThatMissedMoreThanTheCheckFetchesReadsOn(t *testing.T) {
	t.Parallel()
	const meanwhile = 150
	store, other, hook := openHooked(t)
	store.DecideOnTheSpotWithin(time.Minute, time.Minute)
	appendFacts(t, store, roomOpened{"blue", meanwhile})
	ctx, steps := recorded(t.Context())
	hook.Set(beforeBegin(func() {
		hook.Set(func(string) {})
		var seats []dcb.Fact
		for i := range meanwhile {
			seats = append(seats, seatTaken{"blue", fmt.Sprint("student ", i)})
		}
		appendFacts(t, other, seats...)
	}))
	require.Equal(t, errFull, takeSeat{"blue", "ada"}.run(ctx, store))
	require.Len(t, *steps, 5)
	require.NotContains(t, (*steps)[2], "waits 0s")
	require.Contains(t, (*steps)[3], "knows {seats:150 taken:150}")
	require.Equal(t, meanwhile, seatsIn(t, store, "blue"))
}

// A wrapper that embeds a store and appends in a way of its own is not passed by.
func TestADecisionAppendsByTheLogItIsGiven(t *testing.T) {
	t.Parallel()
	log := &countingLog{Store: newStore(t)}
	appendFacts(t, log.Store, roomOpened{"blue", 1})
	require.NoError(t, takeSeat{"blue", "ada"}.run(t.Context(), log))
	require.Equal(t, 1, log.appends)
}

type countingLog struct {
	*dcb.Store
	appends int
}

func (l *countingLog) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	l.appends++
	return l.Store.AppendAfter(ctx, events, query, known)
}

func encoded(t *testing.T, facts ...dcb.Fact) []dcb.InputEvent {
	t.Helper()
	events, err := dcb.Encode(facts)
	require.NoError(t, err)
	return events
}

// Sixty-four at once in one room: none of them needs a third attempt.
func TestDecisionsOfOneProcessDoNotTrampleEachOther(t *testing.T) {
	t.Parallel()
	inEachMode(t, func(t *testing.T, m mode) {
		const seats, callers = 40, 64
		store := m.open(t, pgtest.New(t))
		store.DecideOnTheSpotWithin(time.Minute, time.Minute)
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
	})
}
