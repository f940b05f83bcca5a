package lab

import (
	"context"
	"errors"
	"iter"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// watched collects what a watcher sees until its loop ends.
func watched[T any](watch iter.Seq2[[]T, error]) (seen []T, err error) {
	for items, err := range watch {
		if err != nil {
			return seen, err
		}
		seen = append(seen, items...)
	}
	return seen, nil
}

func numbersUpTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i + 1
	}
	return all
}

func TestWatchersSeeEverythingInOrderWheneverTheyCome(t *testing.T) {
	t.Parallel()
	const items, watchers = 3000, 20
	var f feed[int]
	var watching sync.WaitGroup
	for range watchers {
		watching.Go(func() {
			seen, err := watched(f.watch(t.Context()))
			assert.NoError(t, err)
			assert.Equal(t, numbersUpTo(items), seen)
		})
	}
	for i := range items {
		f.add(i + 1)
		if i == items/2 {
			watching.Go(func() { // a watcher that comes late
				seen, err := watched(f.watch(t.Context()))
				assert.NoError(t, err)
				assert.Equal(t, numbersUpTo(items), seen)
			})
		}
	}
	f.end(nil)
	watching.Wait()

	seen, err := watched(f.watch(t.Context())) // a watcher that comes after the end
	require.NoError(t, err)
	require.Equal(t, numbersUpTo(items), seen)
}

// The watcher that doesn't read stays in the body of its loop. If add waited for it, the test
// would never end.
func TestAWatcherThatDoesNotReadIsDroppedAndSlowsNobody(t *testing.T) {
	t.Parallel()
	var f feed[int]
	f.add(1)
	blocked, resume, dropped := make(chan struct{}), make(chan struct{}), make(chan error)
	go func() {
		seen := 0
		for items, err := range f.watch(t.Context()) {
			if err != nil {
				dropped <- err
				return
			}
			if seen += len(items); seen == 1 {
				close(blocked)
				<-resume
			}
		}
		dropped <- nil
	}()
	<-blocked

	quick, stop := iter.Pull2(f.watch(t.Context()))
	defer stop()
	total := 0
	for total < 1+maxBehind+1 {
		items, err, ok := quick()
		require.True(t, ok)
		require.NoError(t, err)
		total += len(items)
		f.add(total + 1)
	}
	f.end(nil)
	close(resume)
	require.ErrorIs(t, <-dropped, ErrTooSlow)
}

func TestAWatcherThatIsAsSlowAsItMayBeStays(t *testing.T) {
	t.Parallel()
	var f feed[int]
	f.add(1)
	next, stop := iter.Pull2(f.watch(t.Context()))
	defer stop()
	items, err, ok := next()
	require.True(t, ok)
	require.NoError(t, err)
	require.Equal(t, []int{1}, items)
	for i := range maxBehind {
		f.add(i + 2)
	}
	items, err, ok = next()
	require.True(t, ok)
	require.NoError(t, err)
	require.Len(t, items, maxBehind)
}

func TestAWatchEndsWithItsContextAndWithWhatEndedTheFeed(t *testing.T) {
	t.Parallel()
	var f feed[int]
	f.add(1)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	seen, err := watched(f.watch(ctx))
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, []int{1}, seen)

	broken := errors.New("broken")
	f.end(broken)
	seen, err = watched(f.watch(t.Context()))
	require.ErrorIs(t, err, broken)
	require.Equal(t, []int{1}, seen)
}

func TestAnAppendToItemsThatWereSeenDoesNotChangeTheFeed(t *testing.T) {
	t.Parallel()
	var f feed[int]
	for i := range 3 { // the list has room for a fourth now
		f.add(i + 1)
	}
	first := f.all()
	f.add(4)
	_ = append(first, 99)
	require.Equal(t, []int{1, 2, 3, 4}, f.all())
}
