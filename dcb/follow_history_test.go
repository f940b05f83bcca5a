package dcb_test

import (
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/internal/racetest"
)

// lose takes the events after a position away.
func (s *site) lose(after int64) {
	s.t.Helper()
	s.exec(`delete from dcb_event_tag where position > $1`, after)
	s.exec(`delete from dcb_event where position > $1`, after)
}

// loseAndGrow is lose, and appends so many events. Nobody sees the log in between.
func (s *site) loseAndGrow(after int64, grows int) {
	s.t.Helper()
	require.NoError(s.t, pgx.BeginFunc(s.t.Context(), s.pool, func(tx pgx.Tx) error {
		for _, table := range []string{"dcb_event_tag", "dcb_event"} {
			if _, err := tx.Exec(s.t.Context(), `delete from `+table+` where position > $1`, after); err != nil {
				return err
			}
		}
		if grows == 0 {
			return nil
		}
		var events []dcb.InputEvent
		for range grows {
			events = append(events, event("D"))
		}
		_, err := s.store.InTx(tx).AppendAfter(s.t.Context(), events, dcb.Query{}, dcb.At(after))
		return err
	}))
}

// The log lost its end, and what the consumer has made of it is still there. By positions alone
// it would go on, and keep what never happened.
func TestAConsumerOfALogThatLostItsEndEndsAndSaysSo(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		running bool
		grows   int // events that are appended afterwards
	}{
		"while it follows, and the log has grown again": {true, 2},
		"before it follows again, and it has not":       {false, 0},
		"before it follows again, and it has":           {false, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			f := s.follow(s.consumer("c"))
			s.reaches("c", appendAll(t, s.store, event("A"), event("B"), event("C")))
			place, _, err := s.store.Place(t.Context(), "c")
			require.NoError(t, err)
			if !test.running {
				f.end()
			}
			s.loseAndGrow(2, test.grows)
			if !test.running {
				f = s.follow(s.consumer("c"))
			}
			err = f.ends()
			require.ErrorIs(t, err, dcb.ErrOtherHistory)
			var differs *dcb.OtherHistoryError
			require.ErrorAs(t, err, &differs)
			require.Equal(t, place, differs.Known)
			require.EqualValues(t, 2+test.grows, differs.Head.Position)
			require.Equal(t, to(1, 3), s.effects("c"))
			require.ErrorIs(t, s.store.WaitFor(t.Context(), "c", 4), dcb.ErrOtherHistory)
			_, _, err = s.store.Place(t.Context(), "c")
			require.ErrorIs(t, err, dcb.ErrOtherHistory)
		})
	}
}

// A failover or a restored backup takes the log, the place and the effects back together. Then
// nothing is wrong with the place, and only this process knows more.
func TestAConsumerGoesOnFromAPlaceThatWasTakenBackWithTheLog(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.follow(s.consumer("c"))
	s.reaches("c", appendAll(t, s.store, event("A"), event("B")))
	before, err := s.store.Head(t.Context())
	require.NoError(t, err)
	s.reaches("c", appendAll(t, s.store, event("C"), event("D")))

	require.NoError(t, pgx.BeginFunc(t.Context(), s.pool, func(tx pgx.Tx) error {
		for _, lost := range []string{
			`delete from effect where position > 2`, `delete from dcb_event_tag where position > 2`, `delete from dcb_event where position > 2`,
		} {
			_, err := tx.Exec(t.Context(), lost)
			require.NoError(t, err)
		}
		_, err := tx.Exec(t.Context(), `update dcb_consumer set position = 2, event_id = $1::uuid, recorded_at = $2`, before.EventID, before.RecordedAt)
		return err
	}))
	s.reaches("c", appendAll(t, s.store, event("E"), event("F"), event("G")))
	require.Equal(t, to(1, 5), s.effects("c"))
	require.Equal(t, [2]int64{5, 0}, s.stands("c"))
}

// The events are read, and lost before they are handled.
func TestAConsumerHandlesNothingThatTheLogHasLost(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	pool, hook := racetest.OpenPool(t, s.url, "read committed")
	following := &site{t, s.url, pool, openStore(t, pool)}
	following.follow(s.consumer("c"))
	s.reaches("c", appendAll(t, s.store, event("A")))
	lost := make(chan bool, 1)
	hook.Set(func(sql string) {
		if strings.Contains(sql, "update dcb_consumer\n\t\tset position") {
			hook.Set(func(string) {})
			s.lose(1)
			lost <- true
		}
	})
	appendAll(t, s.store, event("B"))
	<-lost
	s.reaches("c", appendAll(t, s.store, event("C"), event("D")))
	require.Equal(t, to(1, 3), s.effects("c"))
}

// Whatever has changed about the place meanwhile, what was read after it is not handled.
func TestAConsumerMovesItsPlaceOnlyFromWhereItHasLeftIt(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"another process has the turn":   `update dcb_consumer set holder = 'another process', until = 'infinity'`,
		"it is at another position":      `update dcb_consumer set position = 2`,
		"it is at another event":         `update dcb_consumer set event_id = gen_random_uuid()`,
		"its event is of another moment": `update dcb_consumer set recorded_at = recorded_at + interval '1 second'`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSite(t)
			pool, hook := racetest.OpenPool(t, s.url, "read committed")
			following := &site{t, s.url, pool, openStore(t, pool)}
			c, log := s.consumer("c"), &said{}
			c.Logger = slog.New(slog.NewTextHandler(log, nil))
			following.follow(c)
			s.reaches("c", appendAll(t, s.store, event("A")))
			var looks atomic.Bool
			hook.Set(func(sql string) {
				if strings.Contains(sql, "update dcb_consumer\n\t\tset position") {
					s.exec(change)
					hook.Set(func(sql string) {
						if strings.Contains(sql, "left join dcb_consumer as c on c.name = wanted.name") {
							looks.Store(true)
						}
					})
				}
			})
			appendAll(t, s.store, event("B"))
			require.Eventually(t, looks.Load, aWhile, time.Millisecond, "it looks where the place is now")
			require.Equal(t, to(1, 1), s.effects("c"))
			require.Equal(t, 1, log.count(`level=INFO msg="another process follows the log now, or the place was moved"`))
			require.Zero(t, log.count("level=WARN"), "which is no outage")
		})
	}
}

// move moves the consumer, and takes its effects back.
func (s *site) move(name string, place dcb.Checkpoint) (from dcb.Checkpoint) {
	s.t.Helper()
	require.NoError(s.t, pgx.BeginFunc(s.t.Context(), s.pool, func(tx pgx.Tx) (err error) {
		if from, err = s.store.MoveTo(s.t.Context(), tx, name, place); err != nil {
			return err
		}
		_, err = tx.Exec(s.t.Context(), `delete from effect where consumer = $1 and position > $2`, name, place.Position)
		return err
	}))
	return from
}

func TestAConsumerThatIsMovedGoesOnFromThere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.consumer("c")
	c.Tries, c.Park = 1, true
	c.Handle = unless("Poison", errPoison, writes("c"))
	f := s.follow(c)
	s.reaches("c", appendAll(t, s.store, event("Poison"), event("A"), event("B"), event("Poison"), event("C")))
	end, err := s.store.Head(t.Context())
	require.NoError(t, err)
	require.Equal(t, []int64{1, 4}, s.parked("c"))
	s.exec(`update dcb_parked set tries = 99`)

	require.Equal(t, end, s.move("c", dcb.At(2)))
	s.reaches("c", 5)
	require.Equal(t, []int64{2, 3, 5}, s.effects("c"))
	parked, err := s.store.Parked(t.Context(), "c")
	require.NoError(t, err)
	require.Len(t, parked, 2)
	require.Equal(t, []int{99, 1}, []int{parked[0].Tries, parked[1].Tries}, "the one behind the place was handled again")

	f.end()
	s.follow(s.consumer("c")) // one that can
	s.move("c", dcb.Checkpoint{})
	s.reaches("c", appendAll(t, s.store, event("D")))
	require.Equal(t, to(1, 6), s.effects("c"))
	require.Empty(t, s.parked("c"))

	// One that nobody has run yet.
	require.Zero(t, s.move("new", end))
	s.follow(s.consumer("new"))
	s.reaches("new", 6)
	require.Equal(t, []int64{6}, s.effects("new"))
}

// Somebody changes the row while its consumer waits for events, and lets nobody know.
func TestAConsumerThatIsMovedByHandGoesOnFromThere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.follow(s.consumer("c"))
	s.reaches("c", appendAll(t, s.store, event("A"), event("B")))
	s.exec(`with back as (delete from effect) update dcb_consumer set position = 0, event_id = null, recorded_at = null`)
	appendAll(t, s.store, event("C"))
	s.requireAllOnce()
}

// It has looked where it is, and is moved before it takes its turn. Nothing is appended after that.
func TestAConsumerThatIsMovedBeforeItsTurnGoesOnFromThere(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	f := s.follow(s.consumer("c"))
	s.reaches("c", appendAll(t, s.store, event("A"), event("B")))
	f.end()
	pool, hook := racetest.OpenPool(t, s.url, "read committed")
	following := &site{t, s.url, pool, openStore(t, pool)}
	moved := make(chan bool)
	hook.Set(func(sql string) {
		if strings.Contains(sql, "for update skip locked") {
			hook.Set(func(string) {})
			s.move("c", dcb.Checkpoint{})
			close(moved)
		}
	})
	following.follow(s.consumer("c"))
	<-moved
	s.requireAllOnce()
}

// What MoveTo is for.
func TestAConsumerIsMovedToWhatBothHistoriesHave(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	f := s.follow(s.consumer("c"))
	s.reaches("c", appendAll(t, s.store, event("A"), event("B"), event("C")))
	s.lose(2)
	appendAll(t, s.store, event("D"), event("E"))
	var differs *dcb.OtherHistoryError
	require.ErrorAs(t, f.ends(), &differs)
	require.Equal(t, differs.Known, s.move("c", differs.Same))
	s.follow(s.consumer("c"))
	s.reaches("c", 4)
	require.Equal(t, to(1, 4), s.effects("c"))
}

func TestMoveToTellsThePlaceBefore(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	appendAll(t, s.store, event("A"))
	first := readAll(t, s.store, dcb.AllEvents(), dcb.ReadOptions{})[0].Checkpoint()
	require.Zero(t, s.move("c", dcb.Checkpoint{}), "it had no place")
	require.Zero(t, s.move("c", first), "it was at the beginning")
	require.Equal(t, first, s.move("c", dcb.Checkpoint{}), "it was at the first event")
}

func TestAConsumerIsNotMovedToWhatTheLogDoesNotHave(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	s.follow(s.consumer("c"))
	s.reaches("c", appendAll(t, s.store, event("A"), event("B")))
	end, err := s.store.Head(t.Context())
	require.NoError(t, err)
	for _, test := range []struct {
		to   dcb.Checkpoint
		want error
	}{
		{dcb.At(3), dcb.ErrBeyondHead},
		{dcb.Checkpoint{Position: 1, EventID: end.EventID, RecordedAt: end.RecordedAt}, dcb.ErrOtherHistory},
		{dcb.At(-1), dcb.InputError("there is nothing before the first event: -1")},
	} {
		err := pgx.BeginFunc(t.Context(), s.pool, func(tx pgx.Tx) error {
			_, err := s.store.MoveTo(t.Context(), tx, "c", test.to)
			return err
		})
		require.ErrorIs(t, err, test.want)
	}
	require.Equal(t, [2]int64{2, 0}, s.stands("c"))
}

// The event that is parked is not in the log any more, and another one stands there.
func TestAParkedEventOfAnotherHistoryIsNotHandedIn(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	c := s.consumer("c")
	c.Tries, c.Park = 1, true
	c.Handle = unless("Poison", errPoison, writes("c"))
	s.follow(c)
	s.reaches("c", appendAll(t, s.store, event("Poison")))
	s.lose(0)
	appendAll(t, s.store, event("A"))
	require.ErrorIs(t, s.store.Retry(t.Context(), s.consumer("c"), 1), dcb.ErrOtherHistory)
	require.Equal(t, []int64{1}, s.parked("c"))
	require.Empty(t, s.effects("c"))
}
