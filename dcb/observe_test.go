package dcb_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbmemory"
	"go-crablet/internal/pgtest"
)

// A seen is what the hooks of a store were told.
type seen struct {
	began []string // the names of commands
	ended []error
}

func (s *seen) trace(ctx context.Context) *dcb.Trace {
	s.began = append(s.began, dcb.CommandName(ctx))
	return &dcb.Trace{Ended: func(end dcb.TraceEnded) { s.ended = append(s.ended, end.Err) }}
}

func TestAStoreIsToldOfTheBeginningAndTheEndOfEachDecision(t *testing.T) {
	t.Parallel()
	var all seen
	pool := pgtest.New(t)
	store := openStoreWith(t, pool, dcb.Options{Trace: all.trace})
	appendFacts(t, store, roomOpened{"blue", 1})
	ctx := dcb.WithCommandName(t.Context(), "TakeSeat")
	require.NoError(t, takeSeat{"blue", "ada"}.run(ctx, store))
	refusal := takeSeat{"blue", "kofi"}.run(ctx, store)
	require.Error(t, refusal)
	require.NoError(t, dcb.Decide(t.Context(), store, nothingRead, func(struct{}) ([]dcb.Fact, error) { return nil, nil }))
	over, cancel := context.WithCancel(ctx)
	cancel()
	require.ErrorIs(t, takeSeat{"blue", "eve"}.run(over, store), context.Canceled)

	require.Equal(t, []string{"TakeSeat", "TakeSeat", "", "TakeSeat"}, all.began)
	require.Len(t, all.ended, 4)
	require.Equal(t, []error{nil, refusal, nil}, all.ended[:3])
	require.ErrorIs(t, all.ended[3], context.Canceled)
}

func nothingRead(*struct{}) dcb.Boundary { return nil }

func TestADecisionInATransactionIsToldToTheStore(t *testing.T) {
	t.Parallel()
	var all seen
	pool := pgtest.New(t)
	store := openStoreWith(t, pool, dcb.Options{Trace: all.trace})
	appendFacts(t, store, roomOpened{"blue", 1})
	require.NoError(t, pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		return takeSeat{"blue", "ada"}.run(t.Context(), store.InTx(tx))
	}))
	require.Equal(t, []error{nil}, all.ended)
}

// A rehearsal wraps the store: nobody should count it as a decision.
func TestADecisionOnALogThatWrapsTheStoreIsNotToldToIt(t *testing.T) {
	t.Parallel()
	var all seen
	store := openStoreWith(t, pgtest.New(t), dcb.Options{Trace: all.trace})
	appendFacts(t, store, roomOpened{"blue", 1})
	require.NoError(t, takeSeat{"blue", "ada"}.run(t.Context(), struct{ *dcb.Store }{store}))
	require.Empty(t, all.began)
}

func TestTheHookOfTheStoreRunsAfterThoseOfTheContext(t *testing.T) {
	t.Parallel()
	var order []string
	say := func(who string) *dcb.Trace {
		return &dcb.Trace{Ended: func(dcb.TraceEnded) { order = append(order, who) }}
	}
	store := openStoreWith(t, pgtest.New(t), dcb.Options{Trace: func(context.Context) *dcb.Trace { return say("store") }})
	appendFacts(t, store, roomOpened{"blue", 2})
	require.NoError(t, takeSeat{"blue", "ada"}.run(dcb.WithTrace(t.Context(), say("context")), store))
	require.Equal(t, []string{"context", "store"}, order)

	none := openStoreWith(t, pgtest.New(t), dcb.Options{Trace: func(context.Context) *dcb.Trace { return nil }})
	appendFacts(t, none, roomOpened{"blue", 2})
	require.NoError(t, takeSeat{"blue", "ada"}.run(dcb.WithTrace(t.Context(), say("context of one without")), none))
	require.Equal(t, []string{"context", "store", "context of one without"}, order)
}

// A decision ends once, however many attempts it took, and on any log.
func TestADecisionThatGivesUpEndsOnce(t *testing.T) {
	t.Parallel()
	log := alwaysTaken{new(dcbmemory.Log)}
	var ended []error
	ctx := dcb.WithTrace(t.Context(), &dcb.Trace{Ended: func(end dcb.TraceEnded) { ended = append(ended, end.Err) }})
	ctx, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	err := dcb.Decide(ctx, log, nothingRead, func(struct{}) ([]dcb.Fact, error) { return dcb.Facts(seatTaken{"blue", "ada"}), nil })
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Len(t, ended, 1)
	require.True(t, errors.Is(ended[0], context.DeadlineExceeded))
}

// alwaysTaken is a log in which somebody else is always faster.
type alwaysTaken struct{ dcb.Log }

func (alwaysTaken) AppendAfter(context.Context, []dcb.InputEvent, dcb.Query, dcb.Checkpoint) (int64, error) {
	return 0, &dcb.ConflictError{}
}

func TestAStoreWithoutMemoryRemembersNothing(t *testing.T) {
	t.Parallel()
	store := openStoreWith(t, pgtest.New(t), dcb.Options{Memory: -1})
	appendFacts(t, store, roomOpened{"blue", 5})
	for _, who := range []string{"ada", "kofi"} {
		require.NoError(t, takeSeat{"blue", who}.run(t.Context(), store))
	}
	stat := store.MemoryStat()
	require.Zero(t, stat.Hits)
	require.NotZero(t, stat.Misses)
	require.Zero(t, stat.Bytes)
}

// The lag is what the bodies have not handled: a body that takes long is behind, too.
func TestTheSlowestOfTheTailsIsToldUntilItLeaves(t *testing.T) {
	t.Parallel()
	store := openStore(t, pgtest.New(t))
	require.Equal(t, dcb.TailStat{}, store.TailStat())
	appendFacts(t, store, roomOpened{"blue", 5}, roomOpened{"red", 5})
	head, err := store.Head(t.Context())
	require.NoError(t, err)

	entered, leave, left := make(chan struct{}), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(left)
		for range store.Tail(t.Context(), dcb.AllEvents(), dcb.Checkpoint{}) {
			close(entered)
			<-leave
			return
		}
	}()
	<-entered
	for progress, err := range store.Tail(t.Context(), dcb.AllEvents(), dcb.Checkpoint{}) {
		require.NoError(t, err)
		if progress.Position == head.Position {
			appendFacts(t, store, roomOpened{"green", 5})
			continue
		}
		require.Equal(t, dcb.TailStat{Running: 2, Slowest: 0}, store.TailStat())
		close(leave)
		<-left
		require.Equal(t, dcb.TailStat{Running: 1, Slowest: head.Position}, store.TailStat())
		break
	}
	require.Equal(t, dcb.TailStat{}, store.TailStat())
}

func TestABriefTraceIsToldHowManyEventsWereRead(t *testing.T) {
	t.Parallel()
	store := openStore(t, pgtest.New(t))
	appendFacts(t, store, roomOpened{"blue", 5}, seatTaken{"blue", "kofi"})
	counts := func(ctx context.Context) (count, events int) {
		ctx = dcb.WithTrace(ctx, &dcb.Trace{Brief: true, Read: func(step dcb.TraceRead) { count, events = step.Count, len(step.Events) }})
		require.NoError(t, takeSeat{"blue", "ada"}.run(ctx, store))
		return count, events
	}
	count, events := counts(t.Context())
	require.Equal(t, []int{2, 0}, []int{count, events})
	count, events = counts(dcb.WithTrace(t.Context(), &dcb.Trace{}))
	require.Equal(t, []int{3, 3}, []int{count, events}, "another trace wants to see them")
}

func TestABriefTraceCountsWhatLatestAndThenRead(t *testing.T) {
	t.Parallel()
	store := openStore(t, pgtest.New(t))
	appendFacts(t, store, number{"a", 1}, number{"a", 2}, number{"b", 7})
	latest := func(s *numbers, queue string) dcb.Part { return draw{queue}.boundary(s)[0] }
	for want, boundary := range map[int]func(*numbers) dcb.Boundary{
		1: func(s *numbers) dcb.Boundary { return dcb.Boundary{latest(s, "a")} },
		2: func(s *numbers) dcb.Boundary {
			return dcb.Boundary{latest(s, "a"), dcb.Then(func() dcb.Boundary { return dcb.Boundary{latest(new(numbers), "b")} })}
		},
	} {
		count := 0
		ctx := dcb.WithTrace(t.Context(), &dcb.Trace{Brief: true, Read: func(step dcb.TraceRead) { count = step.Count }})
		require.NoError(t, dcb.Decide(ctx, store, boundary, func(numbers) ([]dcb.Fact, error) { return nil, nil }))
		require.Equal(t, want, count)
	}
}
