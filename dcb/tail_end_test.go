package dcb_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

// Not parallel: it counts the goroutines of the package.
func TestTailsLeaveNothingBehind(t *testing.T) {
	pool := pgtest.New(t)
	store := openStore(t, pool)
	appendAll(t, store, event("A"))
	for name, end := range map[string]func(*testing.T, *pgxpool.Pool, *dcb.Store){
		"when the loop breaks":          breakTheLoop,
		"when the context is cancelled": cancelTheContext,
		"when the body panics":          panicInTheBody,
		"when the store is closed":      closeTheStore,
		"when a body closes the store":  closeTheStoreInTheBody,
	} {
		t.Run(name, func(t *testing.T) {
			end(t, pool, store)
			require.NotContains(t, stacks(), "dcb.(*Store).listen")
			require.Eventually(t, func() bool { return len(listeners(t, pool)) == 0 }, aWhile, 5*time.Millisecond, "the listener's connection is gone")
			require.Eventually(t, func() bool { return pool.Stat().AcquiredConns() == 0 }, aWhile, 5*time.Millisecond, "no connection is in use")
		})
	}
}

func breakTheLoop(t *testing.T, pool *pgxpool.Pool, store *dcb.Store) {
	for range store.Tail(t.Context(), dcb.AllEvents(), dcb.Checkpoint{}) {
		listens(t, pool)
		for range store.Tail(t.Context(), dcb.AllEvents(), dcb.Checkpoint{}) {
			break // of two that share a listener
		}
		listens(t, pool)
		break
	}
}

func cancelTheContext(t *testing.T, pool *pgxpool.Pool, store *dcb.Store) {
	const rounds = 10
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
}

func panicInTheBody(t *testing.T, _ *pgxpool.Pool, store *dcb.Store) {
	require.Panics(t, func() {
		for range store.Tail(t.Context(), dcb.AllEvents(), dcb.Checkpoint{}) {
			panic("out of here")
		}
	})
}

func closeTheStore(t *testing.T, pool *pgxpool.Pool, _ *dcb.Store) {
	const rounds = 10
	began := time.Now()
	for range rounds {
		closing := openStore(t, pool)
		f := follow(t.Context(), t, closing, dcb.AllEvents(), 0)
		f.reaches(t, 1)
		closing.Close()
		require.ErrorContains(t, f.ends(t), "closed")
	}
	require.Less(t, time.Since(began), rounds*time.Second/2, "at once, and not at the next poll")
}

func closeTheStoreInTheBody(t *testing.T, pool *pgxpool.Pool, _ *dcb.Store) {
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
}

// stacks returns the stack traces of all goroutines.
func stacks() string {
	buffer := make([]byte, 4<<20)
	return string(buffer[:runtime.Stack(buffer, true)])
}
