package dcb_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

// A failingLog fails, always in the same way, and grows by an event before each read.
// There is no database behind it, so the pauses of a decision take no time in a bubble
// of synctest.
type failingLog struct {
	onRead, onAppend error
	reads            int
	queries          []dcb.Query // of the appends
	positions        []int64     // after which they were to hold
}

func (l *failingLog) ReadSince(context.Context, dcb.Query, dcb.Checkpoint) ([]dcb.Event, dcb.Checkpoint, error) {
	l.reads++
	return nil, dcb.At(int64(l.reads)), l.onRead
}

func (l *failingLog) ReadUpTo(context.Context, dcb.Query, dcb.Checkpoint) ([]dcb.Event, error) {
	return nil, l.onRead
}

func (l *failingLog) AppendAfter(_ context.Context, _ []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	l.queries, l.positions = append(l.queries, query), append(l.positions, known.Position)
	return 0, l.onAppend
}

// faster is the error of an append that lost its race.
var faster = &dcb.ConflictError{Events: []dcb.Event{{Type: "RoomOpened", Position: 1}}}

func openRoom(ctx context.Context, log dcb.Log) error {
	return dcb.Decide(ctx, log, takeSeat{Room: "blue"}.boundary, func(room) ([]dcb.Fact, error) {
		return dcb.Facts(roomOpened{"blue", 1}), nil
	})
}

func TestDecidePausesLongerEachTimeAndGivesUpAfter64(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := &failingLog{onAppend: faster}
		var waits []time.Duration
		began, gaveUp := time.Now(), false
		ctx := dcb.WithTrace(t.Context(), &dcb.Trace{Conflicted: func(step dcb.TraceConflicted) {
			assert.False(t, gaveUp, "after attempt %d", step.Attempt)
			if gaveUp = step.GaveUp; !gaveUp {
				waits = append(waits, step.Wait)
			}
		}})
		err := openRoom(ctx, log)
		require.ErrorIs(t, err, dcb.ErrConflict)
		require.ErrorIs(t, err, error(faster), "it carries the last conflict")
		require.True(t, gaveUp)
		require.Len(t, log.positions, 64)
		for i, query := range log.queries {
			assert.Equal(t, takeSeat{Room: "blue"}.boundary(&room{}).Query(), query, "the condition of append %d", i+1)
			assert.EqualValues(t, i+1, log.positions[i], "holds from where its attempt had read to")
		}

		var waited time.Duration
		longest, seen := 2*time.Millisecond, map[time.Duration]bool{}
		for i, wait := range waits {
			assert.GreaterOrEqual(t, wait, longest/2, "pause %d", i+1)
			assert.Less(t, wait, longest, "pause %d", i+1)
			longest = min(2*longest, 64*time.Millisecond)
			waited += wait
			seen[wait] = true
		}
		require.Len(t, waits, 63)
		require.Greater(t, slices.Max(waits), 56*time.Millisecond, "of 58 pauses, not all are among the shorter three quarters")
		require.Greater(t, len(seen), 50, "different pauses, so that losers don't come back together")
		require.Equal(t, waited, time.Since(began))
	})
}

func TestDecideGivesUpAfter64WhenItsLogIsAnotherOneEachTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := &failingLog{onAppend: &dcb.OtherHistoryError{}}
		var startedOver, failed []int
		ctx := dcb.WithTrace(t.Context(), &dcb.Trace{
			StartedOver: func(step dcb.TraceStartedOver) { startedOver = append(startedOver, step.Attempt) },
			Failed:      func(step dcb.TraceFailed) { failed = append(failed, step.Attempt) },
		})
		require.ErrorIs(t, openRoom(ctx, log), dcb.ErrOtherHistory)
		require.Len(t, log.positions, 64)
		require.Len(t, startedOver, 63)
		require.Equal(t, []int{64}, failed)
	})
}

// What a part of Then leaves in the state counts no more than what was read.
func TestADecisionThatStartsOverForgetsAllOfItsState(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		type state struct{ looks int }
		boundary := func(s *state) dcb.Boundary {
			return dcb.Boundary{dcb.Then(func() dcb.Boundary {
				s.looks++
				return nil
			})}
		}
		var looks []int
		err := dcb.Decide(t.Context(), &failingLog{onAppend: &dcb.OtherHistoryError{}}, boundary, func(s state) ([]dcb.Fact, error) {
			looks = append(looks, s.looks)
			return dcb.Facts(roomOpened{"blue", 1}), nil
		})
		require.ErrorIs(t, err, dcb.ErrOtherHistory)
		require.Equal(t, slices.Repeat([]int{1}, 64), looks)
	})
}

func TestDecideStopsInTheMiddleOfAPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		log := &failingLog{onAppend: faster}
		ctx, cancel := context.WithCancel(t.Context())
		began := time.Now()
		var failed []int
		ctx = dcb.WithTrace(ctx, &dcb.Trace{
			Conflicted: func(dcb.TraceConflicted) { cancel() },
			Failed:     func(step dcb.TraceFailed) { failed = append(failed, step.Attempt) },
		})
		require.Equal(t, context.Canceled, openRoom(ctx, log))
		require.Equal(t, []int{2}, failed, "the attempt that was to come")
		require.Zero(t, time.Since(began))
		require.Equal(t, 1, log.reads)
	})
}

func TestDecideTriesAnErrorOfTheLogOnlyOnce(t *testing.T) {
	t.Parallel()
	broken := errors.New("the connection broke")

	t.Run("when it reads", func(t *testing.T) {
		log := &failingLog{onRead: broken}
		require.ErrorIs(t, openRoom(t.Context(), log), broken)
		require.Equal(t, 1, log.reads)
		require.Empty(t, log.positions)
	})
	t.Run("when it appends, for the events may be stored", func(t *testing.T) {
		log := &failingLog{onAppend: broken}
		require.ErrorIs(t, openRoom(t.Context(), log), broken)
		require.Len(t, log.positions, 1)
	})
}
