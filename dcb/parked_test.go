package dcb_test

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/effort"
)

var errPoison = errors.New("nobody can read \x00 this")

// One event in the middle of an append can't be handled. Those around it are, each once.
func TestAnEventThatCannotBeHandledIsParkedAndTold(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c, log := s.consumer("c"), &said{}
	c.Tries, c.Park, c.Logger = 3, true, slog.New(slog.NewTextHandler(log, nil))
	tries := 0
	c.Handle = unless("Poison", errPoison, func(ctx context.Context, tx pgx.Tx, events []dcb.Event) error {
		if len(events) == 1 && events[0].Position == 3 {
			tries++
		}
		return writes("c")(ctx, tx, events)
	})
	appendAll(t, s.store, event("A"), event("B"), event("Poison"), event("C"), event("D"))
	f := s.follow(c)
	s.reaches("c", 5)
	s.reaches("c", appendAll(t, s.store, event("Poison")))
	s.reaches("c", appendAll(t, s.store, event("E")))
	require.Equal(t, []int64{1, 2, 4, 5, 7}, s.effects("c"), "what was done for the others is done, what was done for it is not")
	require.Equal(t, 3, tries)
	require.Equal(t, [2]int64{7, 0}, s.stands("c"))
	require.Equal(t, 2, log.count(`level=ERROR msg="an event can't be handled, and is parked" consumer=c events=1 position=`))
	require.Equal(t, 1, log.count(`is parked" consumer=c events=1 position=3 id=`))

	parked, err := s.store.Parked(t.Context(), "c")
	require.NoError(t, err)
	require.Len(t, parked, 2)
	poison := readAll(t, s.store, dcb.NewQuery(nil, "Poison"), dcb.ReadOptions{})
	require.Equal(t, poison[0].Checkpoint(), parked[0].Checkpoint)
	require.Equal(t, 3, parked[0].Tries)
	require.Equal(t, "nobody can read \ufffd this", parked[0].Error)
	require.WithinDuration(t, time.Now(), parked[0].ParkedAt, time.Hour)

	// Handed in again, it fails again, and stays.
	require.ErrorIs(t, s.store.Retry(t.Context(), c, 3), errPoison)
	require.Equal(t, []int64{3, 6}, s.parked("c"))
	require.Equal(t, []int64{1, 2, 4, 5, 7}, s.effects("c"))
	// By a program that can, in another process, while this one follows.
	better := s.consumer("c")
	require.NoError(t, openSite(t, s.url).store.Retry(t.Context(), better, 3))
	require.Equal(t, []int64{6}, s.parked("c"))
	require.Equal(t, []int64{1, 2, 4, 5, 7, 3}, s.effects("c"))
	require.ErrorContains(t, s.store.Retry(t.Context(), better, 3), "it is not parked")
	other := s.consumer("other")
	require.ErrorContains(t, s.store.Retry(t.Context(), other, 6), "it is not parked")
	require.ErrorContains(t, s.store.Retry(t.Context(), better, 0), "it is not parked")
	require.Equal(t, []int64{6}, s.parked("c"))
	f.end()
}

func TestOfALongErrorTheBeginningIsKept(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.consumer("c")
	c.Tries, c.Park = 1, true
	c.Handle = func(context.Context, pgx.Tx, []dcb.Event) error { return errors.New(strings.Repeat("x", 20_000)) }
	s.follow(c)
	s.reaches("c", appendAll(t, s.store, event("A")))
	parked, err := s.store.Parked(t.Context(), "c")
	require.NoError(t, err)
	require.Len(t, parked, 1)
	require.Equal(t, strings.Repeat("x", 10_000), parked[0].Error)
}

// Without Park, nothing behind the event is handled: the consumer may rely on the order.
func TestAnEventThatCannotBeHandledEndsAConsumerThatDoesNotPark(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.consumer("c")
	c.Tries = 2
	c.Handle = unless("Poison", errPoison, writes("c"))
	appendAll(t, s.store, event("A"), event("B"))
	appendAll(t, s.store, event("C"), event("Poison"), event("D"))
	appendAll(t, s.store, event("E"))
	active, standby := s.follow(c), openSite(t, s.url).follow(c)
	for _, f := range []followed{active, standby} {
		err := f.ends()
		require.ErrorIs(t, err, errPoison)
		require.ErrorContains(t, err, `follow the log as consumer "c": handle what was appended at position 3 (tries: 2): nobody`)
	}
	require.Equal(t, []int64{1, 2}, s.effects("c"), "and no part of the append")
	require.Equal(t, [2]int64{2, 4}, s.stands("c"))
	require.Empty(t, s.parked("c"))

	s.follow(s.consumer("c")) // one that can
	s.reaches("c", 6)
	require.Equal(t, to(1, 6), s.effects("c"))
}

// The place does not move past an event that is neither handled nor parked.
func TestAnEventThatCannotBeParkedIsNotForgotten(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c, log := s.consumer("c"), &said{}
	c.Tries, c.Park, c.Logger = 1, true, slog.New(slog.NewTextHandler(log, nil))
	c.Handle = unless("Poison", errPoison, writes("c"))
	s.exec(`alter table dcb_parked add constraint no_room check (false)`)
	s.follow(c)
	appendAll(t, s.store, event("Poison"))
	require.Eventually(t, func() bool { return log.count("no_room") > 0 }, aWhile, time.Millisecond, "parking has failed")
	appendAll(t, s.store, event("A"))
	s.exec(`alter table dcb_parked drop constraint no_room`)
	s.reaches("c", 2)
	require.Equal(t, []int64{1}, s.parked("c"))
	require.Equal(t, []int64{2}, s.effects("c"))
}

// Of what fails together, each append is handled alone.
func TestWhatFailsTogetherIsHandledAppendByAppend(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c, handed := s.consumer("c"), make(chan []int64, 10)
	c.Handle = func(ctx context.Context, tx pgx.Tx, events []dcb.Event) error {
		handed <- positions(events)
		if len(events) == 4 {
			return errPoison
		}
		return writes("c")(ctx, tx, events)
	}
	appendAll(t, s.store, event("A"))
	appendAll(t, s.store, event("B"))
	appendAll(t, s.store, event("C"), event("D"))
	s.follow(c)
	s.requireAllOnce()
	for _, want := range [][]int64{{1, 2, 3, 4}, {1}, {2}, {3, 4}} {
		require.Equal(t, want, <-handed)
	}
	require.Empty(t, handed)
}

func TestAnEventIsTriedTenTimesUnlessSaidOtherwise(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of waiting")
	s := newSite(t)
	c := s.consumer("c")
	var tries atomic.Int64
	c.Handle = func(context.Context, pgx.Tx, []dcb.Event) error {
		tries.Add(1)
		return errPoison
	}
	appendAll(t, s.store, event("A"))
	began := time.Now()
	require.ErrorIs(t, s.follow(c).ends(), errPoison)
	require.EqualValues(t, 10, tries.Load())
	require.GreaterOrEqual(t, time.Since(began), (1<<9-1)*16*time.Millisecond, "the pauses double")
}

// An error that passes is none of the event's.
func TestAnEventIsTriedUntilItIsHandled(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.consumer("c")
	c.Tries, c.Park = 3, true
	tries := 0
	c.Handle = func(ctx context.Context, tx pgx.Tx, events []dcb.Event) error {
		if err := writes("c")(ctx, tx, events); err != nil {
			return err
		}
		if tries++; tries < 3 {
			return errors.New("the mail server is away")
		}
		return nil
	}
	appendAll(t, s.store, event("A"))
	s.follow(c)
	s.reaches("c", 1)
	require.Equal(t, []int64{1}, s.effects("c"))
	require.Empty(t, s.parked("c"))
}

// The pause before the last try is longer than a turn.
func TestAConsumerKeepsItsTurnBetweenTwoTries(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "a quarter of a minute of waiting")
	s := newSite(t)
	c, standby := s.consumer("c"), s.consumer("c")
	c.Tries, c.Park = 11, true
	began := make(chan bool, 11)
	c.Handle = func(context.Context, pgx.Tx, []dcb.Event) error {
		began <- true
		return errPoison
	}
	s.follow(c)
	appendAll(t, s.store, event("A"))
	<-began
	openSite(t, s.url).follow(standby) // it could
	s.reaches("c", 1)
	require.Len(t, began, 10)
	require.Equal(t, []int64{1}, s.parked("c"))
	require.Empty(t, s.effects("c"))
}

// Whatever Handle does to the transaction, an event is handled once, or parked.
func TestAHandleThatSpoilsItsTransactionFails(t *testing.T) {
	t.Parallel()
	deferred := func(ctx context.Context, tx pgx.Tx) error {
		_, err := tx.Exec(ctx, `insert into twice values (1), (1)`)
		return err
	}
	for name, test := range map[string]struct {
		spoil func(context.Context, pgx.Tx) error
		want  string
	}{
		"by rows that fail at the commit": {deferred, "twice_at_key"},
		"by a statement that failed, and it is silent": {func(ctx context.Context, tx pgx.Tx) error {
			_, _ = tx.Exec(ctx, `select 1/0`)
			return nil
		}, "commit unexpectedly resulted in rollback"},
		"by a rollback": {func(ctx context.Context, tx pgx.Tx) error { return tx.Rollback(ctx) }, "tx is closed"},
		"by a deadline of its own": {func(ctx context.Context, tx pgx.Tx) error {
			ctx, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
			defer cancel()
			_, err := tx.Exec(ctx, `select pg_sleep(60)`)
			return err
		}, "context deadline exceeded"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			s.exec(`create table twice (at int unique deferrable initially deferred)`)
			c := s.consumer("c")
			c.Tries, c.Park = 2, true
			c.Handle = func(ctx context.Context, tx pgx.Tx, events []dcb.Event) error {
				if err := writes("c")(ctx, tx, events); err != nil {
					return err
				}
				if events[0].Type == "Poison" {
					return test.spoil(ctx, tx)
				}
				return nil
			}
			s.follow(c)
			s.reaches("c", appendAll(t, s.store, event("Poison")))
			s.reaches("c", appendAll(t, s.store, event("A")))
			require.Equal(t, []int64{2}, s.effects("c"))
			parked, err := s.store.Parked(t.Context(), "c")
			require.NoError(t, err)
			require.Len(t, parked, 1)
			require.Contains(t, parked[0].Error, test.want)
			require.Equal(t, 2, parked[0].Tries)
		})
	}
}

func TestAHandleThatCommitsHandlesNoEventTwice(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.consumer("c")
	c.Handle = func(ctx context.Context, tx pgx.Tx, events []dcb.Event) error {
		if err := writes("c")(ctx, tx, events); err != nil {
			return err
		}
		return tx.Commit(ctx)
	}
	s.follow(c)
	s.reaches("c", appendAll(t, s.store, event("A"), event("B")))
	s.reaches("c", appendAll(t, s.store, event("C")))
	require.Equal(t, to(1, 3), s.effects("c"))
}

// Of several who hand a parked event in at once, one has its effect.
func TestAParkedEventIsHandledOnce(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.consumer("c")
	c.Tries, c.Park = 1, true
	c.Handle = unless("Poison", errPoison, writes("c"))
	appendAll(t, s.store, event("Poison"))
	s.follow(c)
	s.reaches("c", 1)
	ends := make(chan error)
	for range 8 {
		go func() { ends <- s.store.Retry(t.Context(), s.consumer("c"), 1) }()
	}
	handled := 0
	for range 8 {
		if err := <-ends; err == nil {
			handled++
		} else {
			require.ErrorContains(t, err, "it is not parked")
		}
	}
	require.Equal(t, 1, handled)
	require.Equal(t, []int64{1}, s.effects("c"))
}
