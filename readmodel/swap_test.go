package readmodel

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

// The projector works while a new generation is about to serve. The new generation has to have
// the same events, or pages would go back in time.
func TestASwapNeverTakesPagesBack(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	log := openLog(t, pool)
	seated, left := inLog(t, pool)

	conn := ownSession(t, pool)
	lease := newLease(toRebuild)
	require.NoError(t, lease.take(t.Context(), conn))
	next, err := lease.newGeneration(t.Context(), conn)
	require.NoError(t, err)
	next, err = next.advanceOn(t.Context(), conn, seated)
	require.NoError(t, err)

	projector, err := pool.Begin(t.Context())
	require.NoError(t, err)
	defer projector.Rollback(t.Context())
	shown, err := begun.advance(t.Context(), projector, seated)
	require.NoError(t, err)
	_, err = shown.advance(t.Context(), projector, left)
	require.NoError(t, err)

	swapped := make(chan error)
	go func() {
		swapped <- lease.swap(t.Context(), conn, log, slog.New(slog.NewTextHandler(t.Output(), nil)), next)
	}()
	require.Eventually(t, func() bool { return waitsForLock(t, pool) }, time.Minute, firstRetry, "the swap waits for the projector")
	require.NoError(t, projector.Commit(t.Context()))
	require.NoError(t, <-swapped)

	var generation int
	var position int64
	require.NoError(t, pool.QueryRow(t.Context(), `select generation, position from read_generation where serving`).Scan(&generation, &position))
	require.Equal(t, 2, generation)
	require.EqualValues(t, 4, position)
}
