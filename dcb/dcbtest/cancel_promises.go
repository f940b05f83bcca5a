package dcbtest

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
)

func cancelledAppendsAreNotStored(t *testing.T, log, _ dcb.Log) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := log.AppendAfter(ctx, []dcb.InputEvent{event("A")}, dcb.Query{}, dcb.Checkpoint{})
	require.ErrorIs(t, err, context.Canceled)
	require.Empty(t, readFrom(t, log, dcb.AllEvents(), 0))
}

func cancelledAppendsTellTheTruth(t *testing.T, s *site) {
	s.cancelAtEveryMoment(t, func(ctx context.Context, e dcb.InputEvent) (int64, error) {
		return s.store.AppendAfter(ctx, []dcb.InputEvent{e}, tagged(e.Tags...), dcb.Checkpoint{})
	})
}

func ifNotExistsTellsTheTruth(t *testing.T, s *site) {
	s.cancelAtEveryMoment(t, func(ctx context.Context, e dcb.InputEvent) (int64, error) {
		return s.store.AppendEventsIfNotExists(ctx, []dcb.InputEvent{e}, tagged(e.Tags...), 0, exists)
	})
}

// An answer is what an append returned to its caller.
type answer struct {
	position int64
	err      error
}

// cancelAtEveryMoment cancels an append of one event before its first round trip, another
// append before its second, and so on, and the last one in its commit. Then it checks
// whether the answers are true.
func (s *site) cancelAtEveryMoment(t *testing.T, appendOne func(ctx context.Context, e dcb.InputEvent) (int64, error)) {
	t.Helper()
	answers := map[dcb.Tag]answer{} // by the tag of the event, which names the moment
	for n := int64(1); ; n++ {
		moment := dcb.Tag(fmt.Sprint("before round trip ", n))
		ctx, cancel := context.WithCancel(t.Context())
		var trips atomic.Int64
		s.hook.Set(func(string) {
			if trips.Add(1) == n {
				cancel()
			}
		})
		position, err := appendOne(ctx, event("A", moment))
		s.hook.Set(func(string) {})
		cancel()
		answers[moment] = answer{position, err}
		if trips.Load() < n {
			require.NoError(t, err, "there is no round trip %d, so nothing was cancelled", n)
			break
		}
	}
	answers["in the commit"] = s.cancelInTheCommit(t, "in the commit", appendOne)

	s.store.Close() // it may still be at work for callers who have left
	s.settle(t)
	for moment, told := range answers {
		stored := positions(readFrom(t, s.other, tagged(moment), 0))
		switch {
		case told.err == nil:
			assert.Equal(t, []int64{told.position}, stored, "cancelled %s", moment)
		case !errors.Is(told.err, dcb.ErrUnknownOutcome):
			assert.Empty(t, stored, "cancelled %s, its caller was told: %v", moment, told.err)
		}
	}
}

// cancelInTheCommit cancels an append after all of its statements.
func (s *site) cancelInTheCommit(t *testing.T, tag dcb.Tag, appendOne func(ctx context.Context, e dcb.InputEvent) (int64, error)) (told answer) {
	t.Helper()
	release := s.holdCommits(t)
	ctx, cancel := context.WithCancel(t.Context())
	appended := inBackground(func() { told.position, told.err = appendOne(ctx, event("Held", tag)) })
	s.asFarAsItGoes(t, appended, 1)
	cancel()
	select {
	case <-appended: // without waiting for the commit
	case <-time.After(100 * time.Millisecond):
	}
	release()
	<-appended
	return told
}
