package dcbtest

import (
	"context"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

// soon is how long a call may wait for a connection. After that, it will not get one.
const soon = 10 * time.Second

// streamsEnd breaks out of more streams than a pool has connections.
func streamsEnd(t *testing.T, s *site) {
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	appendTo(t, s.store, events(50, "A")...)
	for range 20 {
		for e, err := range s.store.Read(ctx, dcb.AllEvents(), dcb.ReadOptions{}) {
			require.NoError(t, err)
			require.EqualValues(t, 1, e.Position)
			break
		}
	}
}

// bodiesHoldNoConnection appends inside loops over a store that has a single connection.
func bodiesHoldNoConnection(t *testing.T, s *site) {
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	store := s.openStore(t, func(config *pgxpool.Config) { config.MaxConns = 1 })
	appendTo(t, s.other, events(3, "A", "x")...)
	appendOne := func() error {
		_, err := store.AppendAfter(ctx, []dcb.InputEvent{event("Meanwhile")}, dcb.Query{}, dcb.Checkpoint{})
		return err
	}
	for _, err := range store.Read(ctx, tagged("x"), dcb.ReadOptions{}) {
		require.NoError(t, err)
		require.NoError(t, appendOne(), "in the body of Read")
	}
	for _, err := range store.Tail(ctx, tagged("x"), dcb.Checkpoint{}) {
		require.NoError(t, err)
		require.NoError(t, appendOne(), "in the body of Tail")
		break
	}
	require.Len(t, readFrom(t, s.other, dcb.AllEvents(), 0), 3+3+1)
}

// largeStreamsComeInParts counts the bytes that a store receives before a loop over a stream
// has its first event.
func largeStreamsComeInParts(t *testing.T, s *site) {
	const (
		stored = 40
		each   = 512 << 10
	)
	for range stored / 2 { // on a slow machine, a larger append may look like a lost connection
		appendTo(t, s.other, large("A", each), large("A", each))
	}
	var received atomic.Int64
	store := s.openStore(t, func(config *pgxpool.Config) {
		dial := config.ConnConfig.DialFunc
		config.ConnConfig.DialFunc = func(ctx context.Context, network, address string) (net.Conn, error) {
			conn, err := dial(ctx, network, address)
			return &countingConn{Conn: conn, received: &received}, err
		}
	})
	for _, backwards := range []bool{false, true} {
		received.Store(0)
		for e, err := range store.Read(t.Context(), dcb.AllEvents(), dcb.ReadOptions{Backwards: backwards}) {
			require.NoError(t, err)
			require.Len(t, e.Data, each)
			break
		}
		assert.Less(t, received.Load(), int64(stored*each/4), "bytes received for the first of %d", stored*each)
	}
}

// A countingConn counts the bytes that it receives.
type countingConn struct {
	net.Conn
	received *atomic.Int64
}

// Read implements [net.Conn].
func (c *countingConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.received.Add(int64(n))
	return n, err
}
