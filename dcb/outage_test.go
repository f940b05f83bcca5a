package dcb_test

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/internal/racetest"
	"go-crablet/internal/effort"
	"go-crablet/internal/localpg"
	"go-crablet/internal/pgtest"
)

// A wire is all the connections of a pool to its database. It can be made deaf, so
// that answers get lost, and be cut.
type wire struct {
	mu    sync.Mutex
	conns []net.Conn
	deaf  bool // answers of connections made so far are lost

	silent []*atomic.Bool // of each connection: nothing gets through any more
}

// cancelRequest is the code of the message that asks for a statement to be cancelled.
const cancelRequest = 80877102

// openWired opens a store whose connections can be hurt, with a hook, and another
// store in the same database that is safe.
func openWired(t *testing.T) (hurt, safe *dcb.Store, w *wire, h *racetest.Hook) {
	t.Helper()
	return openWiredAt(t, pgtest.URL(t), "read committed")
}

func openWiredAt(t *testing.T, url, level string) (hurt, safe *dcb.Store, w *wire, h *racetest.Hook) {
	t.Helper()
	w, h = &wire{}, &racetest.Hook{}
	config, err := pgxpool.ParseConfig(url)
	require.NoError(t, err)
	config.ConnConfig.Tracer = h
	config.ConnConfig.RuntimeParams["default_transaction_isolation"] = level
	network, address := pgconn.NetworkAddress(config.ConnConfig.Host, config.ConnConfig.Port)
	config.ConnConfig.DialFunc = func(ctx context.Context, _, _ string) (net.Conn, error) {
		return w.dial(ctx, network, address)
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	safePool, _ := racetest.OpenPool(t, url, "read committed")
	return openStore(t, pool), openStore(t, safePool), w, h
}

// dial connects by way of a pipe, so that what comes back can be dropped.
func (w *wire) dial(ctx context.Context, network, address string) (net.Conn, error) {
	server, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	ours, theirs := net.Pipe()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.conns = append(w.conns, theirs, server)
	lost, silent := &w.deaf, &atomic.Bool{}
	w.silent = append(w.silent, silent)
	go func() {
		defer server.Close()
		first := make([]byte, 8) // the length and the kind of what a client says first
		if _, err := io.ReadFull(theirs, first); err != nil || binary.BigEndian.Uint32(first[4:]) == cancelRequest {
			theirs.Close() // who lost a connection asks for its statement to be cancelled; that gets lost as well
			return
		}
		server.Write(first)
		for buffer := make([]byte, 4096); ; {
			n, err := theirs.Read(buffer)
			if err != nil {
				return
			}
			if !silent.Load() {
				server.Write(buffer[:n])
			}
		}
	}()
	go func() {
		buffer := make([]byte, 4096)
		for {
			n, err := server.Read(buffer)
			if err != nil {
				theirs.Close()
				return
			}
			w.mu.Lock()
			drop := *lost || silent.Load()
			w.mu.Unlock()
			if !drop {
				theirs.Write(buffer[:n])
			}
		}
	}()
	return ours, nil
}

// mute loses the answers on its way.
func (w *wire) mute() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.deaf = true
}

// vanish makes the connections silent for good, as those to a machine that is gone; new
// ones are well.
func (w *wire) vanish() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, silent := range w.silent {
		silent.Store(true)
	}
	w.silent = nil
}

// cut ends the connections; new ones are well.
func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, conn := range w.conns {
		conn.Close()
	}
	w.conns, w.deaf = nil, false
}

// isInsert reports whether a statement is the last that an append sends, with its
// commit behind it.
func isInsert(sql string) bool { return strings.Contains(sql, "insert into dcb_event") }

func TestAnAppendWhoseConfirmationIsLostFindsOutThatItIsStored(t *testing.T) {
	t.Parallel()
	inOneTripAndInTwo(t, func(t *testing.T, m mode) {
		store, safe, wire, hook := openWired(t)
		m.set(store)
		appendAll(t, store, event("Before"))
		hook.Set(func(sql string) {
			if isInsert(sql) {
				hook.Set(func(string) {})
				wire.mute()
			}
		})
		done := send(t.Context(), store, tagged("x"), event("Stored", "x"))
		require.Eventually(t, func() bool {
			_, head, err := safe.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
			require.NoError(t, err)
			return head.Position == 2
		}, time.Minute, time.Millisecond, "it is stored, but nobody says so")
		wire.cut()
		require.Equal(t, result{2, nil}, <-done)
		require.Len(t, readAll(t, safe, dcb.AllEvents(), dcb.ReadOptions{}), 2)
	})
}

// The server is still busy with the commit when its client has lost the connection and
// asks about it on another one. If that transaction had the default isolation level of this
// database, it would look at the log as it was before the commit.
func TestAnAppendThatIsStillBeingCommittedIsWaitedFor(t *testing.T) {
	t.Parallel()
	inOneTripAndInTwo(t, func(t *testing.T, m mode) {
		url := pgtest.URL(t)
		store, safe, wire, _ := openWiredAt(t, url, "repeatable read")
		m.set(store)
		pool, _ := racetest.OpenPool(t, url, "read committed")
		_, err := pool.Exec(t.Context(), `
			create function slow() returns trigger language plpgsql as
				$$ begin perform pg_advisory_xact_lock(42); return null; end $$;
			create constraint trigger slow after insert on dcb_event
				deferrable initially deferred for each row execute function slow()`)
		require.NoError(t, err)
		brake, err := pool.Begin(t.Context())
		require.NoError(t, err)
		defer brake.Rollback(context.Background())
		_, err = brake.Exec(t.Context(), `select pg_advisory_xact_lock(42)`)
		require.NoError(t, err)
		locksAwaited := func(n int) func() bool {
			return func() bool {
				const waiting = `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
				var got int
				require.NoError(t, pool.QueryRow(t.Context(), waiting).Scan(&got))
				return got == n
			}
		}

		done := send(t.Context(), store, dcb.Query{}, event("Stored"))
		require.Eventually(t, locksAwaited(1), time.Minute, time.Millisecond, "the commit is held up")
		wire.cut()
		require.Eventually(t, locksAwaited(2), time.Minute, time.Millisecond, "somebody asks what became of it")
		require.NoError(t, brake.Rollback(t.Context()))
		require.Equal(t, result{1, nil}, <-done)
		require.Len(t, readAll(t, safe, dcb.AllEvents(), dcb.ReadOptions{}), 1)
	})
}

// An append needs one connection at a time, or stores that share a pool would wait for
// each other's.
func TestAnAppendMakesDoWithOneConnection(t *testing.T) {
	t.Parallel()
	config := pgtest.New(t).Config()
	config.MaxConns = 1
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store := openStore(t, pool)
	repeated := event("A", "x")
	appendAll(t, store, repeated)

	done := make(chan result, 3)
	go func() {
		for _, e := range []dcb.InputEvent{event("B", "x"), repeated, {ID: repeated.ID, Type: "Impostor", Data: []byte(`{}`)}} {
			position, err := store.AppendEvents(t.Context(), []dcb.InputEvent{e}, tagged("x"), 0)
			done <- result{position, err}
		}
	}()
	const long = 10 * time.Second // a deadlock lasts as long as a batch may, which is 30
	for _, want := range []error{dcb.ErrConflict, nil, dcb.ErrConflict} {
		select {
		case got := <-done:
			require.True(t, errors.Is(got.err, want), "%v", got.err)
		case <-time.After(long):
			require.Fail(t, "the append waits for a connection that it has itself")
		}
	}
}

func TestAnAppendWhoseConnectionIsLostBeforeItsCommitIsNotStored(t *testing.T) {
	t.Parallel()
	store, safe, wire, hook := openWired(t)
	store.TakeTwoTrips()
	appendAll(t, store, event("Before"))
	hook.Set(func(sql string) {
		if isInsert(sql) {
			hook.Set(func(string) {})
			wire.cut()
		}
	})
	_, err := store.AppendEvents(t.Context(), []dcb.InputEvent{event("Lost", "x")}, dcb.Query{}, 0)
	require.ErrorContains(t, err, "before anything was stored")
	require.Len(t, readAll(t, safe, dcb.AllEvents(), dcb.ReadOptions{}), 1)

	position, err := store.AppendEvents(t.Context(), []dcb.InputEvent{event("Next", "x")}, dcb.Query{}, 0)
	require.NoError(t, err, "the store has recovered")
	require.EqualValues(t, 2, position)
}

func TestAConnectionThatDiedInThePoolIsReplaced(t *testing.T) {
	t.Parallel()
	inOneTripAndInTwo(t, func(t *testing.T, m mode) {
		store, _, wire, hook := openWired(t)
		m.set(store)
		appendAll(t, store, event("Before"))
		hook.Set(func(sql string) {
			if strings.HasPrefix(sql, "begin") {
				hook.Set(func(string) {})
				wire.cut() // the pool takes it for a good one
			}
		})
		position, err := store.AppendEvents(t.Context(), []dcb.InputEvent{event("After")}, dcb.Query{}, 0)
		require.NoError(t, err)
		require.EqualValues(t, 2, position)
	})
}

// PostgreSQL is killed 15 times under load, in a usual run 6 times: a process of it, upon which it ends all
// connections and recovers, and sometimes the whole server. Whatever was
// acknowledged is there once; what was not is there once or not at all.
func TestAppendsSurviveKill9OfTheServer(t *testing.T) {
	t.Parallel()
	inOneTripAndInTwo(t, surviveKill9)
}

func surviveKill9(t *testing.T, m mode) {
	server := pgtest.Server(t)
	pool, err := pgxpool.New(t.Context(), server.URL("postgres"))
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store := m.open(t, pool)

	const callers = 8
	type attempt struct {
		event dcb.InputEvent
		got   result
	}
	attempts := make([][]attempt, callers)
	ctx, stop := context.WithCancel(t.Context())
	var load sync.WaitGroup
	for i := range callers {
		load.Go(func() {
			for ctx.Err() == nil {
				e := event("A", dcb.Tag("caller:"+string(rune('a'+i))))
				got := <-send(t.Context(), store, dcb.Query{}, e)
				attempts[i] = append(attempts[i], attempt{e, got})
				if got.err != nil {
					time.Sleep(time.Millisecond) // the server is away: do not spin
				}
			}
		})
	}
	killServers(t, server, pool, effort.Times(6, 15))
	stop()
	load.Wait()

	stored := storedOnce(t, store)
	acknowledged, failed := 0, 0
	for _, attempts := range attempts {
		for _, a := range attempts {
			if a.got.err != nil {
				failed++
				continue
			}
			acknowledged++
			assert.Equal(t, a.got.position, stored[a.event.ID])
		}
	}
	t.Logf("%d acknowledged, %d failed, %d stored", acknowledged, failed, len(stored))
	require.Positive(t, acknowledged)
}

// killServers kills processes of a server, one after the other, while appends go on: most of
// the time the backend of a client, and every fifth time the server itself.
func killServers(t *testing.T, server *localpg.Server, pool *pgxpool.Pool, kills int) {
	t.Helper()
	for i := range kills {
		require.Eventually(t, appendedMore(t, pool), time.Minute, 5*time.Millisecond, "appends go on")
		pid, ok := server.PID()
		if i%5 != 0 {
			const aBackend = `select pid from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid() limit 1`
			ok = pool.QueryRow(t.Context(), aBackend).Scan(&pid) == nil
		}
		if ok {
			_ = syscall.Kill(pid, syscall.SIGKILL) // it may be gone already
		}
	}
	require.Eventually(t, appendedMore(t, pool), time.Minute, 5*time.Millisecond, "appends go on after the last kill")
}

// storedOnce returns the positions of all events by their IDs. Each is stored once, and there is no
// gap.
func storedOnce(t *testing.T, store *dcb.Store) (stored map[string]int64) {
	t.Helper()
	var log []dcb.Event
	require.Eventually(t, func() bool {
		var err error
		log, _, err = store.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
		return err == nil
	}, time.Minute, 5*time.Millisecond, "the last kill may take effect only now")
	stored = map[string]int64{}
	for _, e := range log {
		require.NotContains(t, stored, e.ID)
		stored[e.ID] = e.Position
		require.EqualValues(t, len(stored), e.Position, "without a gap")
	}
	return stored
}

// appendedMore makes a condition: the log has grown since.
func appendedMore(t *testing.T, pool *pgxpool.Pool) func() bool {
	t.Helper()
	head := func() (n int64, ok bool) {
		err := pool.QueryRow(t.Context(), `select coalesce(max(position), 0) from dcb_event`).Scan(&n)
		return n, err == nil
	}
	before, ok := head()
	return func() bool {
		now, answered := head()
		if !ok {
			before, ok = now, answered
			return false
		}
		return answered && now > before+20
	}
}

// The trace, and with it a receipt, speaks of the events that are stored, not of those
// that lost, also when the answer got lost.
func TestADecisionOnTheSpotWhoseConfirmationIsLostTellsWhatIsStored(t *testing.T) {
	t.Parallel()
	store, safe, wire, hook := openWired(t)
	store.TakeTwoTrips()
	appendFacts(t, store, roomOpened{"blue", 2})
	hook.Set(func(sql string) {
		if isInsert(sql) {
			hook.Set(func(string) {})
			wire.mute()
		}
	})
	ctx, steps := recorded(t.Context())
	var told dcb.TraceAppended
	ctx = dcb.WithTrace(ctx, &dcb.Trace{
		Decided: func(step dcb.TraceDecided) {
			if step.Attempt == 1 {
				appendFacts(t, safe, seatTaken{"blue", "kofi"})
			}
		},
		Appended: func(step dcb.TraceAppended) { told = step },
	})
	done := make(chan error, 1)
	go func() { done <- takeSeat{"blue", "ada"}.run(ctx, store) }()
	require.Eventually(t, func() bool {
		_, head, err := safe.ReadSince(t.Context(), dcb.AllEvents(), dcb.Checkpoint{})
		require.NoError(t, err)
		return head.Position == 3
	}, time.Minute, time.Millisecond, "it is stored, but nobody says so")
	wire.cut()
	require.NoError(t, <-done)

	stored := readAll(t, safe, dcb.NewQuery(dcb.NewTags("who", "ada")), dcb.ReadOptions{})
	require.Len(t, stored, 1)
	require.Len(t, told.Events, 1)
	require.Equal(t, stored[0].ID, told.Events[0].ID)
	require.Equal(t, []string{
		"1 read [1] after 0 up to 1, knows {seats:2 taken:0}",
		"1 decided 1, <nil>",
		"1 lost to [2], stale [taken], waits 0s",
		"2 read [2] after 1 up to 2, knows {seats:2 taken:1}",
		"2 decided 1, <nil>",
		"2 appended at 3",
	}, *steps)
}

// Its condition meets what it stored itself the first time. Until that is known, to
// call it a conflict would be wrong.
func TestARepetitionThatCannotBeLookedUpIsNoConflict(t *testing.T) {
	t.Parallel()
	store, safe, wire, hook := openWired(t)
	store.TakeTwoTrips()
	e := event("Stored", "x")
	e.ID = dcb.NewID()
	again := func() (int64, error) {
		return store.AppendEvents(t.Context(), []dcb.InputEvent{e}, tagged("x"), 0)
	}
	position, err := again()
	require.NoError(t, err)
	begins := 0
	hook.Set(func(sql string) {
		if strings.HasPrefix(sql, "begin") {
			if begins++; begins == 2 { // the first was that of the append
				wire.cut()
			}
		}
	})
	_, err = again()
	hook.Set(func(string) {})
	require.ErrorIs(t, err, dcb.ErrUnknownOutcome)
	require.NotErrorIs(t, err, dcb.ErrConflict)

	repeated, err := again()
	require.NoError(t, err)
	require.Equal(t, position, repeated)
	require.Len(t, readAll(t, safe, dcb.AllEvents(), dcb.ReadOptions{}), 1)
}
