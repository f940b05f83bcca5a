package lab_test

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/lab"
)

func TestManyWatchTheSameRace(t *testing.T) {
	t.Parallel()
	store, _ := openLog(t)
	run := newRun(t, lab.Race{Contenders: 12, Courses: 1, Seats: 3, Think: 10 * time.Millisecond})
	seen := make([][]lab.Step, 15)
	var watching sync.WaitGroup
	for i := range seen {
		watching.Go(func() {
			for steps, err := range run.Watch(t.Context()) {
				if !assert.NoError(t, err) {
					return
				}
				seen[i] = append(seen[i], steps...)
			}
		})
	}
	_, err := run.Do(t.Context(), store)
	require.NoError(t, err)
	watching.Wait()
	for _, steps := range seen {
		require.Equal(t, run.Replay().Steps, steps)
	}
}

// The watcher never comes back for more steps, and the race ends nevertheless.
func TestARaceDoesNotWaitForAWatcher(t *testing.T) {
	t.Parallel()
	store, _ := openLog(t)
	run := newRun(t, lab.Race{Contenders: 30, Courses: 1, Seats: 3})
	inLoop, over := make(chan struct{}), make(chan struct{})
	watcher := make(chan struct{})
	go func() {
		defer close(watcher)
		once := sync.OnceFunc(func() { close(inLoop) })
		for range run.Watch(t.Context()) {
			once()
			<-over
		}
	}()
	result, err := run.Do(t.Context(), store)
	require.NoError(t, err)
	<-inLoop
	require.Equal(t, 3, result.Sold)
	close(over)
	<-watcher
}

func TestARaceThatIsStoppedLeavesNothingRunning(t *testing.T) {
	t.Parallel()
	store, _ := openLog(t)
	run := newRun(t, lab.Race{Contenders: 40, Courses: 2, Seats: 10, Think: 300 * time.Millisecond, Spread: 100 * time.Millisecond})
	leavesNothingRunning(t, func(ctx context.Context) {
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		watcher := make(chan struct{})
		go func() { // stop when one contender has a seat and the others don't yet
			defer close(watcher)
			for steps := range run.Watch(context.WithoutCancel(ctx)) {
				for _, step := range steps {
					if step.Kind == lab.Seated {
						stop()
					}
				}
			}
		}()
		_, err := run.Do(ctx, store)
		require.ErrorIs(t, err, context.Canceled)
		<-watcher // it has ended, because the feed has
	})
	replay := run.Replay()
	require.Nil(t, replay.Result)
	appended, stopped := 0, 0
	for _, who := range run.Lineup.Contenders {
		lane := stepsOf(replay.Steps, who.Number)
		switch lane[len(lane)-1].Kind {
		case lab.Seated:
			appended++
		case lab.Stopped:
			stopped++
		default:
			require.Failf(t, "a lane without an end", "%v", kindsOf(lane))
		}
	}
	require.Positive(t, stopped)
	require.Equal(t, 40, appended+stopped)

	var seats int
	events, _, err := store.ReadSince(t.Context(), dcb.NewQuery(nil, courses.StudentSubscribedToCourse{}.EventType()), dcb.Checkpoint{})
	require.NoError(t, err)
	for range events {
		seats++
	}
	require.Equal(t, appended, seats, "those who were told that they have a seat have one, and nobody else has")
}

// If the decision of one contender breaks, the race ends for all contenders and watchers.
func TestARaceEndsWhenTheLogBreaks(t *testing.T) {
	t.Parallel()
	store, _ := openLog(t)
	run := newRun(t, lab.Race{Contenders: 20, Courses: 1, Seats: 5, Spread: 5 * time.Second})
	var closing sync.Once
	closes := func(ctx context.Context, _ dcb.Command) (context.Context, *dcb.Trace, func() string) {
		trace := &dcb.Trace{Decided: func(dcb.TraceDecided) { closing.Do(store.Close) }}
		return dcb.WithTrace(ctx, trace), trace, func() string { return "" }
	}
	leavesNothingRunning(t, func(ctx context.Context) {
		_, err := run.DoRecorded(ctx, store, closes)
		require.ErrorContains(t, err, "the event store is closed")
	})
	var ended error
	for _, err := range run.Watch(t.Context()) {
		ended = err
	}
	require.ErrorContains(t, ended, "the event store is closed")
	require.Nil(t, run.Replay().Result)

	last := slices.MaxFunc(run.Lineup.Contenders, func(a, b lab.Contender) int { return cmp.Compare(a.Start, b.Start) })
	require.Equal(t, []lab.Kind{lab.Stopped}, kindsOf(stepsOf(run.Replay().Steps, last.Number)), "it was not to start yet")
}
