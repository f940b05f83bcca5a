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

// The smallest domain with a limit: seats in a room.
type (
	roomOpened struct {
		Room  string `json:"room"`
		Seats int    `json:"seats"`
	}
	seatTaken struct {
		Room string `json:"room"`
		Who  string `json:"who"`
	}
)

func (roomOpened) EventType() string { return "RoomOpened" }
func (seatTaken) EventType() string  { return "SeatTaken" }
func (e roomOpened) Tags() dcb.Tags  { return dcb.NewTags("room", e.Room) }
func (e seatTaken) Tags() dcb.Tags   { return dcb.NewTags("room", e.Room, "who", e.Who) }

// errFull is a refusal.
var errFull = errors.New("the room is full")

type takeSeat struct{ Room, Who string }

type room struct {
	seats int
	taken int
}

func (cmd takeSeat) boundary(s *room) dcb.Boundary {
	tags := dcb.NewTags("room", cmd.Room)
	return dcb.Boundary{
		dcb.Into(&s.seats, dcb.Project(0, tags, dcb.On(func(_ int, e roomOpened) int { return e.Seats }))),
		dcb.Into(&s.taken, dcb.Project(0, tags, dcb.On(func(n int, _ seatTaken) int { return n + 1 }))),
	}
}

func (cmd takeSeat) decide(s room) ([]dcb.Fact, error) {
	if s.taken >= s.seats {
		return nil, errFull
	}
	return dcb.Facts(seatTaken{Room: cmd.Room, Who: cmd.Who}), nil
}

func (cmd takeSeat) run(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, cmd.boundary, cmd.decide)
}

func appendFacts(t testing.TB, store *dcb.Store, facts ...dcb.Fact) int64 {
	t.Helper()
	events, err := dcb.Encode(facts)
	require.NoError(t, err)
	return appendAll(t, store, events...)
}

func TestDecide(t *testing.T) {
	t.Parallel()

	t.Run("appends what was decided", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		appendFacts(t, store, roomOpened{"blue", 1})
		require.NoError(t, takeSeat{"blue", "ada"}.run(t.Context(), store))
		stored := readAll(t, store, dcb.NewQuery(dcb.NewTags("who", "ada")), dcb.ReadOptions{})
		require.Len(t, stored, 1)
		require.JSONEq(t, `{"room":"blue","who":"ada"}`, string(stored[0].Data))
	})

	t.Run("returns a refusal as it is, and appends nothing", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		appendFacts(t, store, roomOpened{"blue", 1}, seatTaken{"blue", "kofi"})
		require.Equal(t, errFull, takeSeat{"blue", "ada"}.run(t.Context(), store))
		require.Len(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}), 2)
	})

	t.Run("appends nothing when a refusal comes with facts", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		both := func(room) ([]dcb.Fact, error) { return dcb.Facts(roomOpened{"blue", 1}), errFull }
		require.Equal(t, errFull, dcb.Decide(t.Context(), store, takeSeat{}.boundary, both))
		require.Empty(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}))
	})

	t.Run("appends nothing when nothing follows", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		nothing := func(room) ([]dcb.Fact, error) { return nil, nil }
		require.NoError(t, dcb.Decide(t.Context(), store, takeSeat{}.boundary, nothing))
		require.Empty(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}))
	})

	t.Run("passes over what it does not know in an event", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		newer := dcb.NewInputEvent("RoomOpened", dcb.NewTags("room", "blue"), []byte(`{"room":"blue","seats":1,"window":true}`))
		appendAll(t, store, newer, event("RoomPainted", "room:blue"))
		require.NoError(t, takeSeat{"blue", "ada"}.run(t.Context(), store))
	})

	t.Run("fails when an event inside the boundary can't be read", func(t *testing.T) {
		t.Parallel()
		store := newStore(t)
		appendAll(t, store, dcb.NewInputEvent("RoomOpened", dcb.NewTags("room", "blue"), []byte(`{"seats":"many"}`)))
		err := takeSeat{"blue", "ada"}.run(t.Context(), store)
		require.ErrorContains(t, err, "decode RoomOpened at position 1")
		require.NotErrorIs(t, err, errFull)
	})
}

// Kofi takes a seat in the gap between Ada's decision and her append.
func TestDecideTriesAgainAfterAConflict(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendFacts(t, store, roomOpened{"blue", 3}, seatTaken{"blue", "noor"}, roomOpened{"green", 1})

	var steps []string
	ctx := dcb.WithTrace(t.Context(), &dcb.Trace{
		Stepwise: true,
		Read: func(step dcb.TraceRead) {
			steps = append(steps, fmt.Sprintf("attempt %d read %v after %d up to %d, knows %+v",
				step.Attempt, positions(step.Events), step.After, step.Position, step.State))
			_, head, err := store.ReadSince(t.Context(), dcb.Query{}, dcb.Checkpoint{})
			require.NoError(t, err)
			assert.Equal(t, head, step.Known)
		},
		Decided: func(step dcb.TraceDecided) {
			steps = append(steps, fmt.Sprintf("decided %d fact", len(step.Facts)))
			if step.Attempt == 1 {
				appendFacts(t, store, seatTaken{"green", "mei"}, seatTaken{"blue", "kofi"})
			}
		},
		Conflicted: func(step dcb.TraceConflicted) {
			steps = append(steps, fmt.Sprintf("lost to %v, which made %v stale", positions(step.Conflict.Events), step.Stale))
			assert.Positive(t, step.Wait)
			assert.False(t, step.GaveUp)
		},
		Appended: func(step dcb.TraceAppended) {
			steps = append(steps, fmt.Sprintf("appended %s at %d", step.Events[0].Type, step.Position))
		},
	})
	require.NoError(t, takeSeat{"blue", "ada"}.run(ctx, store))
	require.Equal(t, []string{
		"attempt 1 read [1 2] after 0 up to 3, knows {seats:3 taken:1}",
		"decided 1 fact",
		"lost to [5], which made [taken] stale",
		"attempt 2 read [5] after 3 up to 5, knows {seats:3 taken:2}",
		"decided 1 fact",
		"appended SeatTaken at 6",
	}, steps)
}

func TestDecideIsRefusedByAClosedStore(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	store.Close()
	require.ErrorIs(t, takeSeat{"blue", "ada"}.run(t.Context(), store), dcb.ErrClosed)
}

// A log that has lost its end by the time of the first append.
type shortenedLog struct {
	dcb.Log
	appends int
}

func (l *shortenedLog) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	if l.appends++; l.appends == 1 {
		return 0, dcb.ErrBeyondHead
	}
	return l.Log.AppendAfter(ctx, events, query, known)
}

func TestDecideStartsOverWhenTheLogEndsBeforeWhatItHasRead(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendFacts(t, store, roomOpened{"blue", 1})
	var over []dcb.TraceStartedOver
	ctx := dcb.WithTrace(t.Context(), &dcb.Trace{StartedOver: func(step dcb.TraceStartedOver) { over = append(over, step) }})
	require.NoError(t, takeSeat{"blue", "ada"}.run(ctx, &shortenedLog{Log: store}))
	require.Len(t, over, 1)
	require.ErrorIs(t, over[0].Err, dcb.ErrOtherHistory)
	require.ErrorIs(t, over[0].Err, dcb.ErrBeyondHead)
	require.EqualValues(t, 1, over[0].Known.Position)
	require.Len(t, readAll(t, store, tagged("who:ada"), dcb.ReadOptions{}), 1)
}

func TestDecideRefusesAfterAConflictThatTookTheLastSeat(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendFacts(t, store, roomOpened{"blue", 1})
	attempts := 0
	ctx := dcb.WithTrace(t.Context(), &dcb.Trace{Stepwise: true, Decided: func(step dcb.TraceDecided) {
		if attempts = step.Attempt; attempts == 1 {
			appendFacts(t, store, seatTaken{"blue", "kofi"})
		}
	}})
	require.Equal(t, errFull, takeSeat{"blue", "ada"}.run(ctx, store))
	require.Equal(t, 2, attempts)
}

func TestTracesInOneContextAllRun(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendFacts(t, store, roomOpened{"blue", 1})
	var heard []string
	ctx := dcb.WithTrace(t.Context(), &dcb.Trace{Appended: func(dcb.TraceAppended) { heard = append(heard, "first") }})
	ctx = dcb.WithTrace(ctx, &dcb.Trace{}) // no hook is fine
	ctx = dcb.WithTrace(ctx, &dcb.Trace{Appended: func(dcb.TraceAppended) { heard = append(heard, "second") }})
	require.NoError(t, takeSeat{"blue", "ada"}.run(ctx, store))
	require.Equal(t, []string{"first", "second"}, heard)
}

func TestTracesOfTwoContextsMadeOfOneStayApart(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	var heard []string
	hear := func(who string) *dcb.Trace {
		return &dcb.Trace{Stepwise: true, Decided: func(dcb.TraceDecided) { heard = append(heard, who) }}
	}
	parent := t.Context()
	for _, who := range []string{"a", "b", "c"} {
		parent = dcb.WithTrace(parent, hear(who))
	}
	left, right := dcb.WithTrace(parent, hear("left")), dcb.WithTrace(parent, hear("right"))
	require.Equal(t, errFull, takeSeat{"blue", "ada"}.run(left, store))
	require.Equal(t, errFull, takeSeat{"blue", "ada"}.run(right, store))
	require.Equal(t, []string{"a", "b", "c", "left", "a", "b", "c", "right"}, heard)
}

// What [dcb.Causing] and [dcb.WithTags] note on a fact is not part of it.
func TestATraceTellsFactsAsValuesOfTheirOwnTypes(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	facts := dcb.Facts(seatTaken{"blue", "ada"}, seatTaken{"blue", "kofi"})
	var told []dcb.TraceDecided
	ctx := dcb.WithTrace(t.Context(), &dcb.Trace{Decided: func(step dcb.TraceDecided) { told = append(told, step) }})
	require.NoError(t, dcb.Decide(ctx, store, takeSeat{}.boundary, func(room) ([]dcb.Fact, error) {
		return dcb.WithTags(dcb.Causing(facts[0], facts[1]), "request:1"), nil
	}))
	require.Len(t, told, 1)
	require.Equal(t, facts, told[0].Facts)
	require.Equal(t, dcb.Tags{"room:blue", "who:kofi", "request:1"}, told[0].Events[1].Tags, "while the events have all that was noted")
	require.Equal(t, told[0].Events[0].ID, told[0].Events[1].CausationID)
}

// Exactly as many as there are seats, over two stores with pools of their own.
func TestOfManyDecisionsExactlyAsManyWinAsThereAreSeats(t *testing.T) {
	t.Parallel()
	inEachMode(t, func(t *testing.T, m mode) {
		const seats, callers = 7, 60
		pool := pgtest.New(t)
		stores := []*dcb.Store{m.open(t, pool), m.open(t, pool)}
		appendFacts(t, stores[0], roomOpened{"blue", seats})

		var won, refused atomic.Int64
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		racetest.AtOnce(callers, func(i int) {
			switch err := (takeSeat{"blue", fmt.Sprint("student ", i)}).run(ctx, stores[i%2]); {
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
		require.Len(t, readAll(t, stores[1], dcb.NewQuery(nil, "SeatTaken"), dcb.ReadOptions{}), seats)
	})
}

// Each of two programs remembers what it has read of a room, and the other one changes it.
// A refusal, and a seat that is given, is by what was stored before the call.
func TestADecisionKnowsWhatAnotherStoreStoredBeforeIt(t *testing.T) {
	t.Parallel()
	inEachMode(t, func(t *testing.T, m mode) {
		pool := pgtest.New(t)
		stores := []*dcb.Store{m.open(t, pool), m.open(t, pool)}
		for seats := range 20 {
			one, other := stores[seats%2], stores[1-seats%2]
			require.Equal(t, errFull, takeSeat{"blue", "nobody"}.run(t.Context(), one))
			appendFacts(t, other, roomOpened{"blue", seats + 1})
			require.NoError(t, takeSeat{"blue", fmt.Sprint("student ", seats)}.run(t.Context(), one))
			require.Equal(t, errFull, takeSeat{"blue", "nobody"}.run(t.Context(), other))
		}
		require.Equal(t, 20, seatsIn(t, stores[0], "blue"))
	})
}
