package dcb_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
)

const seatsInARoom = 3

// Sixty times, in a usual run 18 times, a connection is cut under load, at random and in every
// way there is, or PostgreSQL ends all of them. What was acknowledged is in the log once, and where its
// caller was told; what failed is not there; and no decision was misled.
func TestAppendsSurviveConnectionsThatAreCutAtRandom(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	inEachMode(t, surviveCuts)
}

func surviveCuts(t *testing.T, m mode) {
	url := pgtest.URL(t)
	safe, err := pgxpool.New(t.Context(), url)
	require.NoError(t, err)
	t.Cleanup(safe.Close)
	c := newCutter(t, url)
	var calls calls
	load, stop := context.WithCancel(t.Context())
	defer stop()
	var callers sync.WaitGroup
	for range 2 {
		store := m.open(t, c.pool(t, url))
		callers.Go(func() { calls.append(load, t, store) })
		for range 2 {
			callers.Go(func() { calls.reserve(load, t, store) })
		}
		for range 3 {
			callers.Go(func() { calls.takeSeats(load, t, store) })
		}
	}
	for range effort.Times(3, 10) {
		for _, kind := range []cut{requestHalved, requestForwarded, answerHalved, answerLost, confirmationLost, confirmationFatal} {
			c.cut(t, kind)
		}
		const endAll = `
			select count(pg_terminate_backend(pid)) from pg_stat_activity
			where application_name = 'cut' and datname = current_database()`
		require.Eventually(t, func() bool {
			var ended int
			require.NoError(t, safe.QueryRow(t.Context(), endAll).Scan(&ended))
			return ended > 0
		}, time.Minute, time.Millisecond, "there is a connection, or soon will be")
	}
	stop()
	callers.Wait()
	calls.check(t, readAll(t, openStore(t, safe), dcb.AllEvents(), dcb.ReadOptions{}))
}

// calls are the appends of a test, and what their callers were told.
type calls struct {
	mu   sync.Mutex
	made []call
}

type call struct {
	tag      dcb.Tag // that its events carry, and no others
	events   int
	position int64 // of the last one
	err      error
}

func (cs *calls) add(made call) {
	cs.mu.Lock()
	defer cs.mu.Unlock()
	cs.made = append(cs.made, made)
}

func newWho() (who string, tag dcb.Tag) {
	who = dcb.NewID()
	return who, dcb.NewTags("who", who)[0]
}

// append appends up to three events at a time, and lets be what failed.
func (cs *calls) append(load context.Context, t *testing.T, store *dcb.Store) {
	for load.Err() == nil {
		_, tag := newWho()
		events := []dcb.InputEvent{event("A", tag), event("B", tag), event("C", tag)}[rand.N(3):]
		position, err := store.AppendEvents(t.Context(), events, dcb.Query{}, 0)
		cs.add(call{tag, len(events), position, err})
	}
}

// reserve races for one place after the other, and repeats an append that failed until
// it is told who has the place.
func (cs *calls) reserve(load context.Context, t *testing.T, store *dcb.Store) {
	for n := 0; load.Err() == nil; n++ {
		_, tag := newWho()
		place := dcb.Tag(fmt.Sprint("place:", n))
		mine := []dcb.InputEvent{event("Reserved", place, tag)}
		position, err := store.AppendEvents(t.Context(), mine, tagged(place), 0)
		for err != nil && !errors.Is(err, dcb.ErrConflict) {
			position, err = store.AppendEvents(t.Context(), mine, tagged(place), 0)
		}
		cs.add(call{tag, 1, position, err})
	}
}

// takeSeats takes seats in one room after the other, each for somebody else, until it
// is told that the room is full.
func (cs *calls) takeSeats(load context.Context, t *testing.T, store *dcb.Store) {
	found := dcb.StateReducer{ReducerFn: func(any, dcb.Event) any { return "open" }}
	for n := 0; load.Err() == nil; n++ {
		room := roomOpened{fmt.Sprint(n), seatsInARoom}
		opened, err := dcb.Encode(dcb.Facts(room))
		assert.NoError(t, err)
		for err = errFull; err != nil; {
			_, err = store.AppendEventsIfNotExists(t.Context(), opened, dcb.NewQuery(room.Tags(), room.EventType()), 0, found)
		}
		for !errors.Is(err, errFull) {
			who, tag := newWho()
			var position int64
			ctx := dcb.WithTrace(t.Context(), &dcb.Trace{Appended: func(step dcb.TraceAppended) { position = step.Position }})
			err = takeSeat{room.Room, who}.run(ctx, store)
			cs.add(call{tag, 1, position, err})
		}
	}
}

// check holds the log against what the callers were told.
func (cs *calls) check(t *testing.T, log []dcb.Event) {
	t.Helper()
	byTag := map[dcb.Tag][]dcb.Event{}
	for i, e := range log {
		require.EqualValues(t, i+1, e.Position, "without a gap")
		for _, tag := range e.Tags {
			byTag[tag] = append(byTag[tag], e)
		}
	}
	acknowledged, failed := 0, 0
	for _, made := range cs.made {
		stored := byTag[made.tag]
		delete(byTag, made.tag)
		if made.err == nil {
			acknowledged++
			if assert.Len(t, stored, made.events, "acknowledged, so it is there once") {
				assert.Equal(t, made.position, stored[made.events-1].Position)
			}
			continue
		}
		if errors.Is(made.err, dcb.ErrUnknownOutcome) && len(stored) > 0 { // the connections were too slow to find out
			assert.Len(t, stored, made.events, "all or none")
		} else {
			assert.Empty(t, stored, "stored, and its caller was told: %v", made.err)
		}
		if !errors.Is(made.err, dcb.ErrConflict) && !errors.Is(made.err, errFull) {
			failed++
		}
	}
	for tag, events := range byTag {
		switch kind, _, _ := strings.Cut(string(tag), ":"); kind {
		case "place":
			assert.Len(t, events, 1, "reservations of %s", tag)
		case "room":
			assert.Len(t, events, 1+seatsInARoom, "its opening, and the seats taken in %s", tag)
		default:
			assert.Fail(t, "nobody appended this", "%v", events)
		}
	}
	t.Logf("%d calls: %d acknowledged, %d failed; %d events stored", len(cs.made), acknowledged, failed, len(log))
	require.Positive(t, acknowledged)
}

// A cut is a way in which a connection can end.
type cut int

const (
	none             cut = iota
	requestHalved        // the server gets half of what was sent
	requestForwarded     // the server gets it, and then nobody is there for its answer
	answerHalved
	answerLost        // the server has answered, and nobody hears
	confirmationLost  // as the one before, and the answer is that of a commit
	confirmationFatal // instead of it the server says that it ends the connection
)

// endOfConnection is what PostgreSQL says when an administrator ends a connection.
const endOfConnection = "E\x00\x00\x00\x27SFATAL\x00VFATAL\x00C57P01\x00Mterminating\x00\x00"

// A cutter stands between pools and their database, and cuts connections.
type cutter struct {
	listener         net.Listener
	network, address string // of the database

	mu      sync.Mutex
	next    cut
	passing int           // how many messages may pass before that
	done    chan struct{} // gets one signal for each cut
}

func newCutter(t *testing.T, url string) *cutter {
	t.Helper()
	config, err := pgxpool.ParseConfig(url)
	require.NoError(t, err)
	c := &cutter{done: make(chan struct{}, 1)}
	c.network, c.address = pgconn.NetworkAddress(config.ConnConfig.Host, config.ConnConfig.Port)
	c.listener, err = net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { c.listener.Close() })
	go func() {
		for {
			client, err := c.listener.Accept()
			if err != nil {
				return
			}
			c.join(client.(*net.TCPConn))
		}
	}()
	return c
}

// pool returns a pool whose connections can be cut.
func (c *cutter) pool(t *testing.T, url string) *pgxpool.Pool {
	t.Helper()
	config, err := pgxpool.ParseConfig(url)
	require.NoError(t, err)
	config.ConnConfig.RuntimeParams["application_name"] = "cut"
	config.ConnConfig.DialFunc = func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "tcp", c.listener.Addr().String())
	}
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

// cut waits until some connection was cut this way, in the middle of its work.
func (c *cutter) cut(t *testing.T, kind cut) {
	t.Helper()
	c.mu.Lock()
	c.next, c.passing = kind, rand.N(100)
	c.mu.Unlock()
	select {
	case <-c.done:
	case <-time.After(time.Minute):
		require.Fail(t, "no connection was used")
	}
}

// join passes messages on, in both directions, until the connection is cut.
func (c *cutter) join(client *net.TCPConn) {
	server, err := net.Dial(c.network, c.address)
	if err != nil {
		client.Close()
		return
	}
	pass := func(from, to net.Conn, kinds ...cut) {
		defer server.Close()
		defer client.Close()
		message := make([]byte, 64<<10)
		for {
			n, err := from.Read(message)
			if err != nil {
				return
			}
			kind := c.due(message[:n], kinds)
			switch kind {
			case requestHalved, answerHalved:
				n /= 2
			case answerLost, confirmationLost:
				n = 0
			}
			if kind == confirmationFatal {
				n = copy(message, endOfConnection)
			}
			_, _ = to.Write(message[:n]) // the next Read fails if this did
			if kind != none {
				_ = client.SetLinger(rand.N(2) - 1) // 0 resets the connection, -1 ends it as usual
				return
			}
		}
	}
	go pass(client, server, requestHalved, requestForwarded)
	go pass(server, client, answerHalved, answerLost, confirmationLost, confirmationFatal)
}

// due returns the cut that this message is to suffer, one of the kinds or none.
func (c *cutter) due(message []byte, kinds []cut) cut {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.passing--
	switch {
	case c.passing >= 0, !slices.Contains(kinds, c.next):
		return none
	case (c.next == confirmationLost || c.next == confirmationFatal) && !bytes.Contains(message, []byte("COMMIT")):
		return none
	}
	due := c.next
	c.next = none
	c.done <- struct{}{}
	return due
}
