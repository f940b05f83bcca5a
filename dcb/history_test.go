package dcb_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

// A past is a log whose end can be lost, as to a restore of a backup, or to a failover to
// a standby that had not got everything. Then positions are given a second time.
type past struct {
	*dcb.Store
	t    *testing.T
	pool *pgxpool.Pool
}

func newPast(t *testing.T) past {
	t.Helper()
	return newPastIn(t, modes["memory, one trip"])
}

func newPastIn(t *testing.T, m mode) past {
	t.Helper()
	pool := pgtest.New(t)
	return past{m.open(t, pool), t, pool}
}

// lose takes the events after a position away.
func (p past) lose(after int64) {
	p.t.Helper()
	_, err := p.pool.Exec(p.t.Context(), `delete from dcb_event_tag where position > $1`, after)
	require.NoError(p.t, err)
	_, err = p.pool.Exec(p.t.Context(), `delete from dcb_event where position > $1`, after)
	require.NoError(p.t, err)
}

// then runs something once, after a decision has read and before it appends.
func then(do func()) *dcb.Trace {
	return &dcb.Trace{Decided: func(step dcb.TraceDecided) {
		if step.Attempt == 1 {
			do()
		}
	}}
}

// Ada sees a seat free, as of an event that is lost. Another one stands there when she
// appends, and it takes the seat: after that position there is nothing new.
func TestADecisionStartsOverWhenItsLogIsAnotherOne(t *testing.T) {
	t.Parallel()
	inEachMode(t, startOver)
}

func startOver(t *testing.T, m mode) {
	for name, test := range map[string]func(*testing.T, past){
		"because another event stands where it had read to": startOverAtAnotherEvent,
		"because the same event stands there a second time": startOverAtTheSameEventASecondTime,
		"because it ends earlier":                           startOverAtAnEarlierEnd,
		"as it reads on":                                    startOverAsItReadsOn,
		"between its two reads":                             startOverBetweenTwoReads,
		"and tells again of the events that it finds":       startOverAndTellAgainWhatIsFound,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newPastIn(t, m))
		})
	}
}

func startOverAtAnotherEvent(t *testing.T, log past) {
	appendFacts(t, log.Store, roomOpened{"blue", 2}, seatTaken{"blue", "kofi"}, roomOpened{"green", 1})
	ctx, steps := recorded(t.Context())
	ctx = dcb.WithTrace(ctx, then(func() {
		log.lose(2)
		appendFacts(t, log.Store, seatTaken{"blue", "mei"})
	}))
	require.Equal(t, errFull, takeSeat{"blue", "ada"}.run(ctx, log.Store))
	require.Equal(t, 2, seatsIn(t, log.Store, "blue"))
	require.Equal(t, []string{
		"1 read [1 2] after 0 up to 3, knows {seats:2 taken:1}",
		"1 decided 1, <nil>",
		"1 started over, knew up to 3",
		"2 read [1 2 3] after 0 up to 3, knows {seats:2 taken:2}",
		"2 decided 0, the room is full",
	}, *steps)
}

func startOverAtTheSameEventASecondTime(t *testing.T, log past) {
	repeated := event("Elsewhere")
	appendFacts(t, log.Store, roomOpened{"blue", 1}, roomOpened{"green", 1})
	appendAll(t, log.Store, repeated)
	ctx := dcb.WithTrace(t.Context(), then(func() {
		log.lose(1)
		appendFacts(t, log.Store, seatTaken{"blue", "mei"})
		require.EqualValues(t, 3, appendAll(t, log.Store, repeated), "whoever lost it sends it again")
	}))
	require.Equal(t, errFull, takeSeat{"blue", "ada"}.run(ctx, log.Store))
	require.Equal(t, 1, seatsIn(t, log.Store, "blue"))
}

func startOverAtAnEarlierEnd(t *testing.T, log past) {
	appendFacts(t, log.Store, roomOpened{"blue", 1}, seatTaken{"blue", "kofi"})
	ctx := dcb.WithTrace(t.Context(), &dcb.Trace{Decided: func(step dcb.TraceDecided) {
		if step.Attempt == 1 {
			require.Equal(t, errFull, step.Refusal)
			log.lose(1)
		}
	}})
	require.Equal(t, errFull, takeSeat{"blue", "ada"}.run(ctx, log.Store), "it was decided from the log of then")
	require.NoError(t, takeSeat{"blue", "ada"}.run(t.Context(), log.Store))
	require.Equal(t, 1, seatsIn(t, log.Store, "blue"))
}

func startOverAsItReadsOn(t *testing.T, log past) {
	appendFacts(t, log.Store, roomOpened{"blue", 2}, seatTaken{"blue", "kofi"})
	ctx, steps := recorded(t.Context())
	ctx = dcb.WithTrace(ctx, &dcb.Trace{
		Stepwise: true,
		Decided: func(step dcb.TraceDecided) {
			if step.Attempt == 1 {
				appendFacts(t, log.Store, seatTaken{"blue", "mei"})
			}
		},
		Conflicted: func(dcb.TraceConflicted) {
			log.lose(1)
			appendFacts(t, log.Store, roomOpened{"green", 1}, roomOpened{"red", 1}, roomOpened{"grey", 1})
		},
	})
	require.NoError(t, takeSeat{"blue", "ada"}.run(ctx, log.Store))
	require.Equal(t, 1, seatsIn(t, log.Store, "blue"))
	require.Equal(t, "2 started over, knew up to 2", (*steps)[3])
	require.Equal(t, "3 read [1] after 0 up to 4, knows {seats:2 taken:0}", (*steps)[4])
}

func startOverBetweenTwoReads(t *testing.T, log past) {
	appendFacts(t, log.Store, seatTaken{"blue", "ada"}, seatTaken{"blue", "kofi"}, roomOpened{"green", 1})
	type guests struct{ first, second int }
	attempts := 0
	err := dcb.Decide(t.Context(), log, func(s *guests) dcb.Boundary {
		return dcb.Boundary{
			dcb.Into(&s.first, seatsOf("ada")),
			dcb.Then(func() dcb.Boundary {
				if attempts++; attempts == 1 {
					log.lose(0)
					appendFacts(t, log.Store, roomOpened{"blue", 1}, roomOpened{"red", 1}, seatTaken{"blue", "kofi"})
				}
				return dcb.Boundary{dcb.Into(&s.second, seatsOf("kofi"))}
			}),
		}
	}, func(s guests) ([]dcb.Fact, error) {
		require.Equal(t, guests{0, 1}, s)
		return nil, nil
	})
	require.NoError(t, err)
	require.Equal(t, 2, attempts)
}

func startOverAndTellAgainWhatIsFound(t *testing.T, log past) {
	appendFacts(t, log.Store, seatTaken{"blue", "ada"}, seatTaken{"blue", "kofi"}, roomOpened{"green", 1})
	var told [][]int64
	ctx := dcb.WithTrace(t.Context(), &dcb.Trace{
		Read: func(step dcb.TraceRead) { told = append(told, positions(step.Events)) },
		Decided: func(step dcb.TraceDecided) {
			if step.Attempt == 1 {
				log.lose(1)
				appendFacts(t, log.Store, seatTaken{"red", "kofi"}, roomOpened{"red", 1})
			}
		},
	})
	type guests struct{ first, second int }
	require.NoError(t, dcb.Decide(ctx, log, func(s *guests) dcb.Boundary {
		return dcb.Boundary{
			dcb.Into(&s.first, seatsOf("ada")),
			dcb.Then(func() dcb.Boundary { return dcb.Boundary{dcb.Into(&s.second, seatsOf("kofi"))} }),
		}
	}, func(guests) ([]dcb.Fact, error) { return []dcb.Fact{roomOpened{"blue", 1}}, nil }))
	require.Equal(t, [][]int64{{1, 2}, {1, 2}}, told)
}

// The store has read a room, and remembers it. Then the log loses its end, and another
// program gives the same positions to other events.
func TestADecisionKnowsNothingOfAHistoryThatIsLost(t *testing.T) {
	t.Parallel()
	for name, stored := range map[string][]dcb.Fact{
		"the log is shorter":                 nil,
		"it ends where it did":               {seatTaken{"blue", "mei"}, roomOpened{"green", 1}},
		"it is longer":                       {seatTaken{"blue", "mei"}, roomOpened{"green", 1}, seatTaken{"blue", "noor"}},
		"another room is where this one was": {roomOpened{"green", 9}, seatTaken{"green", "mei"}, seatTaken{"green", "noor"}},
		"it says the same in another order":  {seatTaken{"green", "mei"}, seatTaken{"blue", "kofi"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inEachMode(t, func(t *testing.T, m mode) {
				log := newPastIn(t, m)
				another := m.open(t, log.pool)
				appendFacts(t, log.Store, roomOpened{"blue", 3})
				for _, who := range []string{"ada", "kofi"} {
					require.NoError(t, takeSeat{"blue", who}.run(t.Context(), log.Store))
				}
				log.lose(1)
				if len(stored) > 0 {
					appendFacts(t, another, stored...)
				}
				for free := 3 - seatsIn(t, another, "blue"); free > 0; free-- {
					require.NoError(t, takeSeat{"blue", fmt.Sprint("guest ", free)}.run(t.Context(), log.Store))
				}
				require.Equal(t, errFull, takeSeat{"blue", "nobody"}.run(t.Context(), log.Store))
				require.Equal(t, 3, seatsIn(t, another, "blue"))
			})
		})
	}
}

// What is asked for twice, and stored in between, is not stored again.
func TestAppendEventsIfNotExistsStartsOverWhenItsLogIsAnotherOne(t *testing.T) {
	t.Parallel()
	log := newPast(t)
	appendAll(t, log.Store, event("A"), event("B"))
	reads := 0
	_, err := log.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("Added", "x")}, tagged("x").Or(dcb.NewQuery(nil, "B")), 0,
		dcb.StateReducer{ReducerFn: func(state any, e dcb.Event) any {
			if e.Type == "Added" {
				return "there"
			}
			if reads++; reads == 1 {
				log.lose(0)
				appendAll(t, log.Store, event("B"), event("Added", "x"))
			}
			return state
		}})
	require.NoError(t, err)
	require.Len(t, readAll(t, log.Store, tagged("x"), dcb.ReadOptions{}), 1)
}

func TestACheckpointIsOfOneHistory(t *testing.T) {
	t.Parallel()
	log := newPast(t)
	appendAll(t, log.Store, event("A", "x"), event("B"), event("C", "x"))
	known, err := log.Head(t.Context())
	require.NoError(t, err)
	events := []dcb.InputEvent{event("D", "y")}

	holds := func(c dcb.Checkpoint) bool {
		_, _, since := log.ReadSince(t.Context(), tagged("x"), c)
		_, upTo := log.ReadUpTo(t.Context(), tagged("x"), c)
		_, after := log.AppendAfter(t.Context(), events, tagged("y"), c)
		if since == nil {
			require.NoError(t, upTo)
			require.NoError(t, after)
			log.lose(3)
			return true
		}
		for _, err := range []error{since, upTo, after} {
			require.ErrorIs(t, err, dcb.ErrOtherHistory)
			differs, ok := errors.AsType[*dcb.OtherHistoryError](err)
			require.True(t, ok)
			require.Equal(t, c, differs.Known)
		}
		return false
	}
	require.True(t, holds(known))
	for name, other := range map[string]dcb.Checkpoint{
		"an event that is elsewhere in the log": {Position: 2, EventID: known.EventID, RecordedAt: known.RecordedAt},
		"an event that is not in it":            {Position: 3, EventID: dcb.NewID(), RecordedAt: known.RecordedAt},
		"the same one at another time":          {Position: 3, EventID: known.EventID, RecordedAt: known.RecordedAt.Add(1000)},
		"one beyond its end":                    {Position: 4, EventID: known.EventID, RecordedAt: known.RecordedAt},
	} {
		require.False(t, holds(other), name)
	}

	log.lose(2)
	appendAll(t, log.Store, event("C", "x"))
	require.False(t, holds(known))
	require.True(t, holds(dcb.At(3)), "a position alone does not tell")
}

func TestAnOtherHistoryErrorSaysWhereTheLogDiffers(t *testing.T) {
	const prefix = "the log has another history than the one that was read: "
	for head, says := range map[int64]string{
		2: "it ends at 2, and had reached 3",
		3: "another event stands at 3",
		4: "another event stands at 3",
	} {
		require.EqualError(t, &dcb.OtherHistoryError{Known: dcb.At(3), Head: dcb.At(head)}, prefix+says)
	}
}

func TestACheckpointThatCannotBeIsRefused(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	for says, wrong := range map[string]dcb.Checkpoint{
		": -1": dcb.At(-1),
		`the ID of the event at position 1 is no UUID: "a"`:             {Position: 1, EventID: "a"},
		"there is no event at position 0, and the checkpoint names one": {EventID: dcb.NewID()},
		"the event at position 1 can't be from the year -4713: PostgreSQL keeps times from 4713 BC to 294276 AD": {
			Position: 1, EventID: dcb.NewID(), RecordedAt: time.Date(-4713, 11, 23, 23, 59, 59, 0, time.UTC),
		},
		"the event at position 1 can't be from the year 294277: ": {
			Position: 1, EventID: dcb.NewID(), RecordedAt: time.Date(294277, 1, 1, 0, 0, 0, 0, time.UTC),
		},
	} {
		_, _, since := store.ReadSince(t.Context(), dcb.AllEvents(), wrong)
		_, upTo := store.ReadUpTo(t.Context(), dcb.AllEvents(), wrong)
		_, after := store.AppendAfter(t.Context(), []dcb.InputEvent{event("A")}, dcb.AllEvents(), wrong)
		for _, err := range []error{wrong.Check(), since, upTo, after} {
			require.ErrorContains(t, err, says)
			_, ok := errors.AsType[dcb.InputError](err)
			require.True(t, ok, "%T", err)
		}
	}
	require.NoError(t, dcb.Checkpoint{}.Check())
	require.NoError(t, dcb.Checkpoint{Position: 1, EventID: dcb.NewID()}.Check())
	appendAll(t, store, event("A"))
	for _, at := range []time.Time{
		time.Date(-4713, 11, 24, 0, 0, 0, 0, time.UTC),
		time.Date(294276, 12, 31, 23, 59, 59, 999_999_000, time.UTC),
	} {
		_, _, err := store.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{Position: 1, EventID: dcb.NewID(), RecordedAt: at})
		require.ErrorIs(t, err, dcb.ErrOtherHistory, "PostgreSQL knows the time, %s", at)
	}
}

// One of them has read another log. The others have nothing to do with that.
func TestAnAppendAfterAnotherHistoryFailsAloneInItsBatch(t *testing.T) {
	t.Parallel()
	h := holdAppend(t)
	other := dcb.Checkpoint{Position: 1, EventID: dcb.NewID()}
	good := send(t.Context(), h.store, dcb.Query{}, event("Good"))
	waiting(t, h.store, 1)
	bad := make(chan error, 1)
	go func() {
		_, err := h.store.AppendAfter(t.Context(), []dcb.InputEvent{event("Bad")}, dcb.Query{}, other)
		bad <- err
	}()
	waiting(t, h.store, 2)
	h.release()
	require.Equal(t, result{1, nil}, <-h.done)
	require.Equal(t, result{2, nil}, <-good)
	require.ErrorIs(t, <-bad, dcb.ErrOtherHistory)
}

// A read of several pages is of one moment, and so of one log.
func TestAReadOfSeveralPagesIsOfOneHistory(t *testing.T) {
	t.Parallel()
	for _, backwards := range []bool{false, true} {
		log := newPast(t)
		many := make([]dcb.InputEvent, 2500)
		for i := range many {
			many[i] = event("Many", "many")
		}
		appendAll(t, log.Store, many...)
		seen := 0
		for _, err := range log.Read(t.Context(), tagged("many"), dcb.ReadOptions{Backwards: backwards}) {
			if err != nil {
				require.ErrorIs(t, err, dcb.ErrOtherHistory)
				break
			}
			if seen++; seen == 500 {
				log.lose(2499)
				appendAll(t, log.Store, event("Many", "many"), event("Many", "many"))
			}
		}
		require.Equal(t, 1000, seen)
	}
}

// A tail that had read 20 events goes on with the 21st, and would never see 10 of those
// that are in the log now.
func TestATailTellsFromWhereTheLogDiffers(t *testing.T) {
	t.Parallel()
	log := newPast(t)
	var at10, at20 dcb.Checkpoint
	for range 10 {
		appendAll(t, log.Store, event("A"))
	}
	for progress, err := range log.Tail(t.Context(), dcb.AllEvents(), dcb.Checkpoint{}) {
		switch {
		case err != nil:
			differs, ok := errors.AsType[*dcb.OtherHistoryError](err)
			require.True(t, ok, "%v", err)
			require.Equal(t, at20, differs.Known)
			require.Equal(t, at10, differs.Same)
			require.EqualValues(t, 25, differs.Head.Position)
			return
		case progress.Position < 20:
			if progress.Position == 10 {
				at10 = progress.Checkpoint
			}
			appendAll(t, log.Store, event("A"), event("A"), event("A"), event("A"), event("A"))
		default:
			at20 = progress.Checkpoint
			log.lose(11)
			for range 14 {
				appendAll(t, log.Store, event("B"))
			}
		}
	}
}

// The tail began at a position without knowing the event there. It may be another event
// now.
func TestATailDoesNotTakeABarePositionForAPlaceThatIsTheSame(t *testing.T) {
	t.Parallel()
	log := newPast(t)
	appendAll(t, log.Store, event("A"), event("A"))
	for progress, err := range log.Tail(t.Context(), dcb.AllEvents(), dcb.At(1)) {
		if err == nil {
			require.EqualValues(t, 2, progress.Position)
			log.lose(0)
			appendAll(t, log.Store, event("B"), event("B"))
			continue
		}
		differs, ok := errors.AsType[*dcb.OtherHistoryError](err)
		require.True(t, ok, "%v", err)
		require.Zero(t, differs.Same)
		break
	}
}

// The caller keeps the checkpoint from which the tail goes on, perhaps for days.
func TestATailThatIsTakenUpKnowsItsHistory(t *testing.T) {
	t.Parallel()
	log := newPast(t)
	appendAll(t, log.Store, event("A"), event("B"))
	kept, err := log.Head(t.Context())
	require.NoError(t, err)
	log.lose(1)
	appendAll(t, log.Store, event("C"), event("D"))
	for progress, err := range log.Tail(t.Context(), dcb.AllEvents(), kept) {
		require.Zero(t, progress)
		require.ErrorIs(t, err, dcb.ErrOtherHistory)
		break
	}
}
