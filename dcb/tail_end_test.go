package dcb_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

// Not parallel: it counts the goroutines of the package.
func TestTailsLeaveNothingBehind(t *testing.T) {
	pool := pgtest.New(t)
	store := openStore(t, pool)
	appendAll(t, store, event("A"))
	const rounds = 10
	requireGone := func(t *testing.T) {
		t.Helper()
		require.NotContains(t, stacks(), "dcb.(*Store).listen")
		require.Eventually(t, func() bool { return len(listeners(t, pool)) == 0 }, aWhile, 5*time.Millisecond, "the listener's connection is gone")
		require.Eventually(t, func() bool { return pool.Stat().AcquiredConns() == 0 }, aWhile, 5*time.Millisecond, "no connection is in use")
	}

	t.Run("when the loop breaks", func(t *testing.T) {
		for range store.Tail(t.Context(), dcb.AllEvents(), dcb.Checkpoint{}) {
			listens(t, pool)
			for range store.Tail(t.Context(), dcb.AllEvents(), dcb.Checkpoint{}) {
				break // of two that share a listener
			}
			listens(t, pool)
			break
		}
		requireGone(t)
	})
	t.Run("when the context is cancelled", func(t *testing.T) {
		other, cancelOther := context.WithCancel(t.Context())
		keep := follow(other, t, store, dcb.Query{}, 0) // with its listener there, nothing else wakes the others
		keep.reaches(t, 1)
		listens(t, pool)
		began := time.Now()
		for range rounds {
			ctx, cancel := context.WithCancel(t.Context())
			f := follow(ctx, t, store, dcb.AllEvents(), 0)
			f.reaches(t, 1)
			cancel()
			require.ErrorIs(t, f.ends(t), context.Canceled)
		}
		require.Less(t, time.Since(began), rounds*time.Second/2, "at once, and not at the next poll")
		cancelOther()
		require.ErrorIs(t, keep.ends(t), context.Canceled)
		requireGone(t)
	})
	t.Run("when the body panics", func(t *testing.T) {
		require.Panics(t, func() {
			for range store.Tail(t.Context(), dcb.AllEvents(), dcb.Checkpoint{}) {
				panic("out of here")
			}
		})
		requireGone(t)
	})
	t.Run("when the store is closed", func(t *testing.T) {
		began := time.Now()
		for range rounds {
			closing := openStore(t, pool)
			f := follow(t.Context(), t, closing, dcb.AllEvents(), 0)
			f.reaches(t, 1)
			closing.Close()
			require.ErrorContains(t, f.ends(t), "closed")
		}
		require.Less(t, time.Since(began), rounds*time.Second/2, "at once, and not at the next poll")
		requireGone(t)
	})
	t.Run("when a body closes the store", func(t *testing.T) {
		closing := openStore(t, pool)
		for _, err := range closing.Tail(t.Context(), dcb.AllEvents(), dcb.Checkpoint{}) {
			if err == nil {
				closing.Close()
			}
			require.NotContains(t, stacks(), "dcb.(*Store).listen", "Close waits for what it ends")
		}
		for progress, err := range closing.Tail(t.Context(), dcb.AllEvents(), dcb.Checkpoint{}) {
			require.Zero(t, progress)
			require.ErrorContains(t, err, "closed")
		}
		requireGone(t)
	})
}

// stacks returns the stack traces of all goroutines.
func stacks() string {
	buffer := make([]byte, 4<<20)
	return string(buffer[:runtime.Stack(buffer, true)])
}
