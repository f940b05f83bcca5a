package dcb_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/internal/racetest"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

// A slowRoad delivers what is sent on one connection much later, when its sender has given
// it up. All other connections are well.
type slowRoad struct {
	mu       sync.Mutex
	next     bool // the connection that is written to next is slow
	slow     net.Conn
	held     bytes.Buffer
	heldBack chan struct{} // closed when something is held
}

// slowConn is a connection on the road.
type slowConn struct {
	net.Conn
	road *slowRoad
}

func (c *slowConn) Write(p []byte) (int, error) {
	c.road.mu.Lock()
	defer c.road.mu.Unlock()
	if c.road.next {
		c.road.next, c.road.slow = false, c.Conn
		close(c.road.heldBack)
	}
	if c.road.slow == c.Conn {
		return c.road.held.Write(p)
	}
	return c.Conn.Write(p)
}

// Close leaves a slow connection open: what is under way on it goes on.
func (c *slowConn) Close() error {
	c.road.mu.Lock()
	defer c.road.mu.Unlock()
	if c.road.slow == c.Conn {
		return nil
	}
	return c.Conn.Close()
}

// deliver delivers what was held, and waits until the server has dealt with it.
func (r *slowRoad) deliver(t *testing.T) {
	t.Helper()
	r.mu.Lock()
	defer r.mu.Unlock()
	terminate := []byte{'X', 0, 0, 0, 4}
	_, err := r.slow.Write(append(r.held.Bytes(), terminate...))
	require.NoError(t, err)
	require.NoError(t, r.slow.SetReadDeadline(time.Now().Add(time.Minute)))
	_, err = io.Copy(io.Discard, r.slow)
	require.NoError(t, err)
}

// openOnSlowRoad opens a store whose append of "Late" gets on its way, and is not delivered.
func openOnSlowRoad(t *testing.T) (*dcb.Store, *slowRoad, *racetest.Hook, *pgxpool.Pool) {
	t.Helper()
	road, hook := &slowRoad{heldBack: make(chan struct{})}, &racetest.Hook{}
	url := pgtest.URL(t)
	config, err := pgxpool.ParseConfig(url)
	require.NoError(t, err)
	config.ConnConfig.Tracer = hook
	network, address := pgconn.NetworkAddress(config.ConnConfig.Host, config.ConnConfig.Port)
	config.ConnConfig.DialFunc = func(ctx context.Context, _, _ string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		return &slowConn{conn, road}, err
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store := openStore(t, pool)
	appendAll(t, store, event("Before")) // so that its statements are prepared
	hook.Set(func(sql string) {
		if isInsert(sql) {
			hook.Set(func(string) {})
			road.mu.Lock()
			defer road.mu.Unlock()
			road.next = true
		}
	})
	return store, road, hook, openPool(t, url)
}

// The trip is given up and looked up, and is not stored. Its caller has left meanwhile, and may
// not be told that it never will be: the two trips store it, and then the late one arrives.
func TestATripThatArrivesLateStoresNothingTwice(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of waiting")
	store, road, _, safe := openOnSlowRoad(t)
	ctx, cancel := context.WithCancel(t.Context())
	late := send(ctx, store, dcb.Query{}, dcb.InputEvent{Type: "Late", Data: []byte(`{}`)})
	<-road.heldBack
	cancel()
	require.Equal(t, result{2, nil}, <-late)
	road.deliver(t)
	require.Equal(t, []string{"Before", "Late"}, types(readAll(t, openStore(t, safe), dcb.AllEvents(), dcb.ReadOptions{})))
}

// The two trips fail. That does not say what will become of the one that is late.
func TestWhatBecomesOfALateTripIsUnknown(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of waiting")
	store, road, hook, safe := openOnSlowRoad(t)
	late := send(t.Context(), store, dcb.Query{}, dcb.InputEvent{Type: "Late", Data: []byte(`{}`)})
	<-road.heldBack
	hook.Set(func(sql string) {
		if strings.HasPrefix(sql, "begin") && strings.Contains(sql, "plan_cache_mode") {
			hook.Set(func(string) {})
			_, err := safe.Exec(t.Context(), `alter table dcb_event rename to moved`)
			require.NoError(t, err)
		}
	})
	require.ErrorIs(t, (<-late).err, dcb.ErrUnknownOutcome)
	_, err := safe.Exec(t.Context(), `alter table moved rename to dcb_event`)
	require.NoError(t, err)
	road.deliver(t)
	require.Equal(t, []string{"Before", "Late"}, types(readAll(t, openStore(t, safe), dcb.AllEvents(), dcb.ReadOptions{})))
}

// The trip arrives just before the first of the two trips, which then meets its own events.
// They are no conflict, and no reason to decide again.
func TestALateTripThatArrivesFirstIsNoConflict(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of waiting")
	for name, call := range map[string]func(context.Context, *dcb.Store) error{
		"of an append": func(ctx context.Context, store *dcb.Store) error {
			_, err := store.AppendEvents(ctx, []dcb.InputEvent{{Type: "Late", Tags: dcb.Tags{"x"}, Data: []byte(`{}`)}}, tagged("x"), 1)
			return err
		},
		"of an append on no condition": func(ctx context.Context, store *dcb.Store) error {
			_, err := store.AppendEvents(ctx, []dcb.InputEvent{{Type: "Late", Tags: dcb.Tags{"x"}, Data: []byte(`{}`)}}, dcb.Query{}, 0)
			return err
		},
		"of a decision": func(ctx context.Context, store *dcb.Store) error {
			return dcb.Decide(ctx, store, func(n *int) dcb.Boundary {
				return dcb.Boundary{dcb.Into(n, seatsOf("ada"))}
			}, func(int) ([]dcb.Fact, error) { return dcb.Facts(seatTaken{"blue", "ada"}), nil })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store, road, hook, safe := openOnSlowRoad(t)
			done := make(chan error, 1)
			go func() { done <- call(t.Context(), store) }()
			<-road.heldBack
			hook.Set(func(sql string) {
				if strings.HasPrefix(sql, "begin") && strings.Contains(sql, "plan_cache_mode") {
					hook.Set(func(string) {})
					road.deliver(t)
				}
			})
			require.NoError(t, <-done)
			require.Len(t, readAll(t, openStore(t, safe), dcb.AllEvents(), dcb.ReadOptions{}), 2)
		})
	}
}

// The first look-up fails, and the next one finds nothing. That does not say that the trip will
// not arrive.
func TestWhatBecomesOfALateTripIsUnknownIfTheFirstLookUpFails(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of waiting")
	store, road, hook, safe := openOnSlowRoad(t)
	rename := func(statement string) {
		_, err := safe.Exec(t.Context(), statement)
		require.NoError(t, err)
	}
	late := send(t.Context(), store, dcb.Query{}, dcb.InputEvent{Type: "Late", Data: []byte(`{}`)})
	<-road.heldBack
	hook.Set(func(sql string) {
		if !strings.Contains(sql, "join dcb_event as e using (id)") {
			return
		}
		rename(`alter table dcb_event rename to moved`)
		hook.Set(beforeBegin(func() {
			hook.Set(func(string) {})
			rename(`alter table moved rename to dcb_event`)
		}))
	})
	require.ErrorIs(t, (<-late).err, dcb.ErrUnknownOutcome)
	road.deliver(t)
	require.Equal(t, []string{"Before", "Late"}, types(readAll(t, openStore(t, safe), dcb.AllEvents(), dcb.ReadOptions{})))
}

// The first try of two trips waits for the lock and does not get it. A caller who is cancelled then
// may not leave, as without the late trip: it may still store their events.
func TestWhoIsCancelledWhileATripIsLateLearnsTheTruth(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "ten seconds of waiting")
	store, road, hook, safe := openOnSlowRoad(t)
	ctx, cancel := context.WithCancel(t.Context())
	late := send(ctx, store, dcb.Query{}, dcb.InputEvent{Type: "Late", Data: []byte(`{}`)})
	<-road.heldBack
	var release func()
	hook.Set(func(sql string) {
		if !strings.HasPrefix(sql, "begin") || !strings.Contains(sql, "plan_cache_mode") {
			return
		}
		if release == nil {
			release = lockLog(t, safe)
			return
		}
		hook.Set(func(string) {})
		release()
	})
	cancel()
	require.Equal(t, result{2, nil}, <-late)
	road.deliver(t)
	require.Equal(t, []string{"Before", "Late"}, types(readAll(t, openStore(t, safe), dcb.AllEvents(), dcb.ReadOptions{})))
}

// The caller is cancelled while its trip is under way, and the trip meets something in its way. When
// the trip is back, it is certain that nothing is stored, and the caller need not wait for the lock.
func TestACallerThatIsCancelledDuringATripInVainDoesNotWaitForTheLock(t *testing.T) {
	t.Parallel()
	url := pgtest.URL(t)
	pool, hook := racetest.OpenPool(t, url, "read committed")
	store := openStore(t, pool)
	release := lockLog(t, openPool(t, url))
	ctx, cancel := context.WithCancel(t.Context())
	hook.Set(func(sql string) {
		if isInsert(sql) {
			cancel()
		}
	})
	require.ErrorIs(t, (<-send(ctx, store, dcb.Query{}, event("A"))).err, context.Canceled)
	release()
	require.EqualValues(t, 1, appendAll(t, store, event("B")))
}
