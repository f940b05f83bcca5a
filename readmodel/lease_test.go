package readmodel

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

func TestALeaseIsHeldByOne(t *testing.T) {
	t.Parallel()

	t.Run("until it runs out", func(t *testing.T) {
		t.Parallel()
		pool := pgtest.New(t)
		conn := ownSession(t, pool)
		one, other := newLease(toRebuild), newLease(toRebuild)
		require.NoError(t, one.take(t.Context(), conn))
		require.ErrorIs(t, other.take(t.Context(), conn), errLeaseLost)
		require.ErrorIs(t, other.renew(t.Context(), conn), errLeaseLost)
		require.NoError(t, one.renew(t.Context(), conn))

		runsOut(t, pool)
		require.NoError(t, one.renew(t.Context(), conn), "nobody has taken it")
		runsOut(t, pool)
		require.NoError(t, other.take(t.Context(), conn))
		require.ErrorIs(t, one.renew(t.Context(), conn), errLeaseLost)
	})

	t.Run("until it is given back, by its holder only", func(t *testing.T) {
		t.Parallel()
		pool := pgtest.New(t)
		conn := ownSession(t, pool)
		one, other := newLease(toRebuild), newLease(toRebuild)
		require.NoError(t, one.take(t.Context(), conn))
		other.giveBack(pool)
		require.ErrorIs(t, other.take(t.Context(), conn), errLeaseLost)
		one.giveBack(pool)
		require.NoError(t, other.take(t.Context(), conn))
	})

	t.Run("for each task", func(t *testing.T) {
		t.Parallel()
		conn := ownSession(t, pgtest.New(t))
		require.NoError(t, newLease("another task").take(t.Context(), conn))
		require.NoError(t, newLease(toRebuild).take(t.Context(), conn))
	})
}

// A rebuild was stopped, and goes on after another one has begun or even ended.
func TestARebuildThatLostItsLeaseChangesNothing(t *testing.T) {
	t.Parallel()
	for _, ended := range []bool{false, true} {
		pool := pgtest.New(t)
		log := openLog(t, pool)
		logger := slog.New(slog.NewTextHandler(t.Output(), nil))
		conn := ownSession(t, pool)
		stopped, successor := newLease(toRebuild), newLease(toRebuild)
		require.NoError(t, stopped.take(t.Context(), conn))
		old, err := stopped.newGeneration(t.Context(), conn)
		require.NoError(t, err)

		runsOut(t, pool)
		require.NoError(t, successor.take(t.Context(), conn))
		require.NoError(t, successor.clearAway(t.Context(), conn))
		if ended {
			successor.giveBack(pool)
		}

		require.ErrorIs(t, stopped.swap(t.Context(), conn, log, logger, old), errLeaseLost)
		require.ErrorIs(t, stopped.clearAway(t.Context(), conn), errLeaseLost)
		_, err = stopped.newGeneration(t.Context(), conn)
		require.ErrorIs(t, err, errLeaseLost)
		var serving, others int
		const count = `select count(*) filter (where serving), count(*) filter (where not serving) from read_generation`
		require.NoError(t, pool.QueryRow(t.Context(), count).Scan(&serving, &others))
		require.Equal(t, 1, serving)
		require.Zero(t, others)
	}
}

// A projector that is stopped in a transaction holds locks that the next one waits for. The
// server ends the transaction.
func TestAProjectorThatHangsInATransactionHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	effort.NotShort(t, "seconds of waiting")
	pool := pgtest.New(t)
	seated, _ := inLog(t, pool)
	hanging, goOn, ended := make(chan struct{}), make(chan struct{}), make(chan error)
	conn := ownSession(t, pool)
	go func() {
		ended <- change(t.Context(), conn, func(_ context.Context, tx pgx.Tx) error {
			_, err := begun.advance(t.Context(), tx, seated)
			close(hanging)
			<-goOn
			return err
		})
	}()
	<-hanging
	began := time.Now()
	_, err := begun.advanceOn(t.Context(), ownSession(t, pool), seated)
	require.NoError(t, err)
	require.Less(t, time.Since(began), 10*time.Second)
	close(goOn)
	require.Error(t, <-ended)
	requireSeats(t, pool, 3, 1)
}

// renew renews the lease, and changes nothing else.
func (l lease) renew(ctx context.Context, conn *pgx.Conn) error {
	return l.change(ctx, conn, func(context.Context, pgx.Tx) error { return nil })
}

func runsOut(t *testing.T, pool *pgxpool.Pool) {
	t.Helper()
	_, err := pool.Exec(t.Context(), `update read_lease set until = clock_timestamp() - interval '1 ms'`)
	require.NoError(t, err)
}
