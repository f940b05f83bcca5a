package dcb

import (
	"context"
	"errors"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb/internal/racetest"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

// A listening is what tails run to be woken, as far as they know it.
type listening struct {
	began, ended chan struct{}
}

func newListening() listening { return listening{make(chan struct{}, 9), make(chan struct{}, 9)} }

func (l listening) run(ctx context.Context) {
	l.began <- struct{}{}
	<-ctx.Done()
	l.ended <- struct{}{}
}

func TestTailsShareOneListenerFromTheFirstToTheLast(t *testing.T) {
	var ts tails
	l := newListening()
	first := ts.join(0, l.run)
	<-l.began
	second := ts.join(0, l.run)
	ts.leave(first)
	require.Empty(t, l.ended)
	ts.leave(second)
	require.Len(t, l.ended, 1, "leave waits for the end")
	require.Empty(t, l.began, "one has run")

	third := ts.join(0, l.run)
	<-l.began
	ts.leave(third)
	require.Len(t, l.ended, 2, "who comes later begins anew")
	ts.leave(third)
	require.Len(t, l.ended, 2)
}

func TestTailsKeepOneSignalForEach(t *testing.T) {
	var ts tails
	l := newListening()
	one, two := ts.join(0, l.run), ts.join(0, l.run)
	ts.wakeAll()
	ts.wakeAll()
	require.Len(t, one, 1)
	require.Len(t, two, 1)
	<-one
	ts.leave(two)
	<-two
	ts.wakeAll()
	require.Len(t, one, 1)
	require.Empty(t, two, "it has left")
	ts.leave(one)
}

func TestClosedTailsAreWokenAndListenNoMore(t *testing.T) {
	var ts tails
	ts.close()
	l := newListening()
	ts.leave(ts.join(0, l.run))
	require.Empty(t, l.began)

	ts = tails{}
	wake := ts.join(0, l.run)
	<-l.began
	ts.close()
	require.Len(t, l.ended, 1, "close waits for the end")
	require.Len(t, wake, 1)
	ts.close()
	late := ts.join(0, l.run)
	ts.leave(late)
	ts.leave(wake)
	require.Empty(t, l.began)
	require.Len(t, l.ended, 1)
}

func TestThePauseAfterAFailureDoublesUpToASecond(t *testing.T) {
	var pauses []time.Duration
	for failures := range 8 {
		pauses = append(pauses, retryAfter(failures)/time.Millisecond)
	}
	require.Equal(t, []time.Duration{16, 32, 64, 128, 256, 512, 1000, 1000}, pauses)
	for failures := 8; failures < 200; failures++ {
		require.Equal(t, time.Second, retryAfter(failures))
	}
}

func TestAListenerPausesLongerAfterEachFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		config, err := pgxpool.ParseConfig("postgres://somebody@192.0.2.1/log?sslmode=disable")
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		var pauses []time.Duration
		last := time.Now()
		config.ConnConfig.DialFunc = func(context.Context, string, string) (net.Conn, error) {
			pauses, last = append(pauses, time.Since(last)/time.Millisecond), time.Now()
			if len(pauses) == 9 {
				cancel()
			}
			return nil, errors.New("nobody answers")
		}
		pool, err := pgxpool.NewWithConfig(t.Context(), config)
		require.NoError(t, err)
		defer pool.Close()
		(&Store{pool: pool}).listen(ctx)
		require.Equal(t, []time.Duration{0, 16, 32, 64, 128, 256, 512, 1000, 1000}, pauses)
	})
}

func TestAConnectionThatCannotListenIsClosed(t *testing.T) {
	t.Parallel()
	config, err := pgxpool.ParseConfig(pgtest.URL(t))
	require.NoError(t, err)
	config.MaxConns = 1
	var used *pgx.Conn
	config.AfterConnect = func(_ context.Context, conn *pgx.Conn) error {
		used = conn
		return nil
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	_, err = pool.Exec(t.Context(), `alter table dcb_event rename to hidden`)
	require.NoError(t, err)
	_, err = (&Store{pool: pool}).listening(t.Context())
	require.Error(t, err)
	require.True(t, used.IsClosed())
}

// A muteConn says nothing any more to a server, which then has nothing to answer.
type muteConn struct {
	net.Conn
	mute *atomic.Bool
}

func (c muteConn) Write(b []byte) (int, error) {
	if c.mute.Load() {
		return len(b), nil
	}
	return c.Conn.Write(b)
}

func TestWhoListensHearsNotificationsAndFindsOutWhetherTheServerIsThere(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "a quarter of a minute of waiting")
	config, err := pgx.ParseConfig(pgtest.URL(t))
	require.NoError(t, err)
	var mute atomic.Bool
	config.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		return muteConn{conn, &mute}, err
	}
	conn, err := pgx.ConnectConfig(t.Context(), config)
	require.NoError(t, err)
	defer conn.Close(t.Context()) //nolint:errcheck // it is dead by then
	for _, statement := range []string{`listen here`, `notify here`} {
		_, err := conn.Exec(t.Context(), statement)
		require.NoError(t, err)
	}
	heard, err := hears(t.Context(), conn)
	require.NoError(t, err)
	require.True(t, heard)
	heard, err = hears(t.Context(), conn)
	require.NoError(t, err, "there is nothing to hear, and the server is there")
	require.False(t, heard)
	over, cancel := context.WithCancel(t.Context())
	cancel()
	heard, err = hears(over, conn)
	require.ErrorIs(t, err, context.Canceled)
	require.False(t, heard)
	mute.Store(true)
	heard, err = hears(t.Context(), conn)
	require.Error(t, err)
	require.False(t, heard)
}

// Where nobody can listen, a tail is told of each new end of the log, of the first one, and of nothing
// while the log stays as it is.
func TestTheEndOfALogIsWatchedUntilItCannotBeRead(t *testing.T) {
	t.Parallel()
	pool, hook := racetest.OpenPool(t, pgtest.URL(t), "read committed")
	store, err := NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	appendOne := func() {
		_, err := store.AppendEvents(t.Context(), []InputEvent{NewInputEvent("A", nil, []byte(`{}`))}, Query{}, 0)
		require.NoError(t, err)
	}
	appendOne()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	told, looks := 0, 0
	hook.Set(func(sql string) {
		if told >= 2 && strings.Contains(sql, "max(position)") {
			looks++
		}
		if looks == 3 {
			cancel()
		}
	})
	err = store.watchHead(ctx, func() {
		if told++; told == 1 {
			appendOne()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	require.ErrorIs(t, store.watchHead(ctx, func() { told++ }), context.Canceled)
	require.Equal(t, 2, told)
}
