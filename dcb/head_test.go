package dcb_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

// Nobody can know what a log says beyond its end. A condition from there on would hold
// whatever happens, until the log has grown past it.
func TestAPositionBeyondTheEndOfTheLogIsRefused(t *testing.T) {
	t.Parallel()
	store := newStore(t)
	appendAll(t, store, event("A", "x"), event("B", "x"))
	for _, query := range []dcb.Query{{}, tagged("x"), tagged("nothing"), dcb.AllEvents()} {
		_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{event("C", "x")}, query, 3)
		require.ErrorIs(t, err, dcb.ErrBeyondHead)
		require.NotErrorIs(t, err, dcb.ErrConflict)
		require.ErrorContains(t, err, "it ends at 2, before 3")
		_, _, err = store.ReadSince(t.Context(), query, 3)
		require.ErrorIs(t, err, dcb.ErrBeyondHead)
	}
	exists := dcb.StateReducer{ReducerFn: func(any, dcb.Event) any { return "there" }}
	for _, tag := range []dcb.Tag{"x", "nothing"} {
		_, err := store.AppendEventsIfNotExists(t.Context(), []dcb.InputEvent{event("C", "x")}, tagged(tag), 3, exists)
		require.ErrorIs(t, err, dcb.ErrBeyondHead)
	}
	require.Len(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{}), 2)
	require.Empty(t, readAll(t, store, dcb.AllEvents(), dcb.ReadOptions{After: 3}), "a stream between two positions may be empty")
}

// The others of its batch have nothing to do with it.
func TestAPositionBeyondTheEndFailsAloneInItsBatch(t *testing.T) {
	t.Parallel()
	h := holdAppend(t)
	good := send(t.Context(), h.store, dcb.Query{}, event("Good"))
	waiting(t, h.store, 1)
	bad := make(chan error, 1)
	go func() {
		_, err := h.store.AppendEvents(t.Context(), []dcb.InputEvent{event("Bad")}, dcb.Query{}, 2)
		bad <- err
	}()
	waiting(t, h.store, 2)
	h.release()
	require.Equal(t, result{1, nil}, <-h.done)
	require.Equal(t, result{2, nil}, <-good)
	require.ErrorIs(t, <-bad, dcb.ErrBeyondHead, "2 was not there when it was sent")
}

// The log loses its end to a restore, say, after a decision has read it, and before that
// appends; or between two pages of a read, or the two reads of a decision with Then.
func TestALogThatLostItsEndIsToldAsAnotherHistory(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	lose := func(t *testing.T, n int) {
		pool := openPool(t, url)
		_, err := pool.Exec(t.Context(), `delete from dcb_event where position > (select max(position) - $1 from dcb_event)`, n)
		require.NoError(t, err)
	}
	store := openStore(t, openPool(t, url))
	appendFacts(t, store, roomOpened{"blue", 5}, seatTaken{"blue", "kofi"}, seatTaken{"blue", "mei"})

	t.Run("to a decision", func(t *testing.T) {
		var failed []dcb.TraceFailed
		ctx := dcb.WithTrace(t.Context(), &dcb.Trace{
			Decided: func(dcb.TraceDecided) { lose(t, 1) },
			Failed:  func(step dcb.TraceFailed) { failed = append(failed, step) },
		})
		err := takeSeat{"blue", "ada"}.run(ctx, store)
		require.ErrorIs(t, err, dcb.ErrOtherHistory)
		require.ErrorIs(t, err, dcb.ErrBeyondHead)
		require.Len(t, failed, 1)
		require.Equal(t, 1, failed[0].Attempt)
		require.Equal(t, err, failed[0].Err)
		require.Equal(t, 1, seatsIn(t, store, "blue"))
	})
	t.Run("to a decision with Then", func(t *testing.T) {
		err := dcb.Decide(t.Context(), store, func(s *struct{ first, second int }) dcb.Boundary {
			return dcb.Boundary{
				dcb.Into(&s.first, seatsOf("ada")),
				dcb.Then(func() dcb.Boundary {
					lose(t, 1)
					return dcb.Boundary{dcb.Into(&s.second, seatsOf("kofi"))}
				}),
			}
		}, func(struct{ first, second int }) ([]dcb.Fact, error) { return nil, errors.New("it decides") })
		require.ErrorIs(t, err, dcb.ErrOtherHistory)
	})
	t.Run("to a read of several pages", func(t *testing.T) {
		many := make([]dcb.InputEvent, 2500)
		for i := range many {
			many[i] = event("Many", "many")
		}
		appendAll(t, store, many...)
		seen := 0
		for _, err := range store.Read(t.Context(), tagged("many"), dcb.ReadOptions{}) {
			if err != nil {
				require.ErrorIs(t, err, dcb.ErrOtherHistory)
				break
			}
			if seen++; seen == 500 {
				lose(t, 1)
			}
		}
		require.Equal(t, 1000, seen)
	})
	t.Run("to a tail", func(t *testing.T) {
		seen, told := int64(0), false
		for progress, err := range store.Tail(t.Context(), dcb.AllEvents(), 0) {
			if err != nil {
				require.ErrorIs(t, err, dcb.ErrOtherHistory)
				told = true
				break
			}
			if seen = progress.Position; seen == 2500 {
				lose(t, 5)
			}
		}
		require.True(t, told)
	})
}
