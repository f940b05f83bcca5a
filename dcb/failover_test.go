//go:build linux || darwin

package dcb_test

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/internal/racetest"
	"go-crablet/internal/pgpair"
)

// A lostAppend is an append that the primary has committed, and that nobody could tell its
// caller of: the primary is gone, and only the standby can be reached.
type lostAppend struct {
	pair  *pgpair.Pair
	done  <-chan result
	asked atomic.Int32 // transactions that the store has begun on the standby
}

func loseAppend(t *testing.T, reachesStandby bool) *lostAppend {
	t.Helper()
	l := &lostAppend{pair: pgpair.New(t)}
	w, hook := &wire{}, &racetest.Hook{}
	var away atomic.Bool // both servers
	config, err := pgxpool.ParseConfig(l.pair.AnyURL())
	require.NoError(t, err)
	config.ConnConfig.Tracer = hook
	config.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		if away.Load() {
			return nil, errors.New("nobody can be reached")
		}
		return w.dial(ctx, network, address)
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store := openStore(t, pool)
	appendAll(t, store, event("Before"))
	l.pair.CatchUp(t)
	if !reachesStandby {
		l.pair.Cut(t)
	}
	hook.Set(func(sql string) {
		if isInsert(sql) {
			hook.Set(func(string) {})
			away.Store(true)
			w.mute()
		}
	})
	l.done = send(t.Context(), store, dcb.Query{}, event("Stored"))
	const stored = `select exists (select from dcb_event where type = 'Stored')`
	l.pair.Primary.Await(t, stored)
	if reachesStandby {
		l.pair.Standby.Await(t, stored)
	}
	l.pair.Primary.Stop(t, pgpair.Immediate)
	w.cut()
	hook.Set(func(sql string) {
		if strings.HasPrefix(sql, "begin") {
			l.asked.Add(1)
		}
	})
	away.Store(false)
	return l
}

// hasAsked waits until the store has asked the standby about the append more than once, and
// requires that it did not take the reply for an answer.
func (l *lostAppend) hasAsked(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool { return len(l.done) > 0 || l.asked.Load() > 1 }, time.Minute, time.Millisecond)
	select {
	case got := <-l.done:
		require.Fail(t, "a server in recovery can't know", "%+v", got)
	default:
	}
}

// The standby has not got the event, and perhaps the primary comes back. Only a server
// that accepts writes may say that nothing was stored.
func TestAServerInRecoveryDoesNotSayThatNothingWasStored(t *testing.T) {
	t.Parallel()

	t.Run("and without another server the outcome is unknown", func(t *testing.T) {
		t.Parallel()
		lost := loseAppend(t, false)
		got := <-lost.done
		require.ErrorIs(t, got.err, dcb.ErrUnknownOutcome)
	})

	t.Run("when it is promoted it does, and the trip may still arrive", func(t *testing.T) {
		t.Parallel()
		lost := loseAppend(t, false)
		lost.hasAsked(t)
		lost.pair.Promote(t)
		got := <-lost.done
		require.ErrorContains(t, got.err, "before anything was stored")
		require.ErrorIs(t, got.err, dcb.ErrUnknownOutcome, "it was sent in one trip")
	})

	t.Run("and when it is promoted and has the event, that is stored", func(t *testing.T) {
		t.Parallel()
		lost := loseAppend(t, true)
		lost.pair.Promote(t)
		require.Equal(t, result{2, nil}, <-lost.done)
	})
}

// waitsForStandby is how a commit shows that waits for a standby, except that of $1.
const waitsForStandby = `select pid from pg_stat_activity where wait_event = 'SyncRep' and pid <> $1`

// awaitCommit waits until another process of the server than a given one waits for the
// standby, and returns which. It requires that meanwhile there is no outcome.
func awaitCommit(t *testing.T, pool *pgxpool.Pool, done <-chan result, other int) (pid int) {
	t.Helper()
	require.Eventually(t, func() bool {
		return len(done) > 0 || pool.QueryRow(t.Context(), waitsForStandby, other).Scan(&pid) == nil
	}, time.Minute, time.Millisecond, "a commit waits for the standby")
	require.Empty(t, done, "it has an outcome, and no standby has the event")
	return pid
}

// openWithStandbyAway opens a store on a primary whose commits wait for a standby that is
// not there, and a pool to look at it.
func openWithStandbyAway(t *testing.T) (pair *pgpair.Pair, store *dcb.Store, pool *pgxpool.Pool) {
	t.Helper()
	pair = pgpair.New(t)
	pair.Synchronous(t, true)
	pool, _ = racetest.OpenPool(t, pair.Primary.URL(), "read committed")
	own, _ := racetest.OpenPool(t, pair.Primary.URL(), "read committed")
	store = openStore(t, own)
	pair.Standby.Stop(t, pgpair.Fast)
	return pair, store, pool
}

// A commit whose wait for the standby is broken off can be seen on the primary, though no
// standby has it. A store that finds it there must not take that for an acknowledgement.
func TestAnAppendThatIsFoundIsAcknowledgedWhenTheStandbyHasIt(t *testing.T) {
	t.Parallel()

	t.Run("after its own connection was ended", func(t *testing.T) {
		t.Parallel()
		pair, store, pool := openWithStandbyAway(t)
		done := send(t.Context(), store, dcb.Query{}, event("Stored"))
		first := awaitCommit(t, pool, done, 0)
		_, err := pool.Exec(t.Context(), `select pg_terminate_backend($1)`, first)
		require.NoError(t, err)
		awaitCommit(t, pool, done, first)

		pair.Standby.Start(t)
		require.Equal(t, result{1, nil}, <-done)
	})

	t.Run("when it is a repetition", func(t *testing.T) {
		t.Parallel()
		pair, store, pool := openWithStandbyAway(t)
		e := event("Stored", "x")
		e.ID = dcb.NewID()
		once := send(t.Context(), store, tagged("x"), e)
		first := awaitCommit(t, pool, once, 0)
		// An operator has enough of waiting: PostgreSQL then warns, and says that it is done.
		_, err := pool.Exec(t.Context(), `select pg_cancel_backend($1)`, first)
		require.NoError(t, err)
		require.Equal(t, result{1, nil}, <-once)

		another, _ := racetest.OpenPool(t, pair.Primary.URL(), "read committed")
		again := send(t.Context(), openStore(t, another), tagged("x"), e)
		awaitCommit(t, pool, again, 0)
		pair.Standby.Start(t)
		require.Equal(t, result{1, nil}, <-again)
	})
}
