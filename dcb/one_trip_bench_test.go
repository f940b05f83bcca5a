package dcb_test

import (
	"context"
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

// BenchmarkOneTrip appends in one trip and in two, in turns, to a database that is beside
// the program, and to one that is a millisecond away, there and back; as one process, and as
// two that are in each other's way:
//
//	go test -run '^$' -bench OneTrip -benchtime 4000x ./dcb
func BenchmarkOneTrip(b *testing.B) {
	log := openHistory(b, 10_000)
	for _, away := range []time.Duration{0, time.Millisecond} {
		one := []*dcb.Store{openFarAway(b, log, away), openFarAway(b, log, away)}
		two := []*dcb.Store{openFarAway(b, log, away), openFarAway(b, log, away)}
		for _, store := range two {
			store.TakeTwoTrips()
		}
		by := func(stores []*dcb.Store) benchCall {
			return func(ctx context.Context, log *benchLog, i int64) error {
				_, err := stores[i%int64(len(stores))].AppendEvents(ctx, []dcb.InputEvent{log.seat(i)}, dcb.Query{}, 0)
				return err
			}
		}
		for _, load := range []struct{ processes, callers int }{{1, 1}, {1, 64}, {2, 2}, {2, 16}, {2, 64}} {
			b.Run(fmt.Sprintf("away=%v/processes=%d/callers=%d", away, load.processes, load.callers), func(b *testing.B) {
				const turns = 20
				var inOne, inTwo measured
				for range turns {
					inOne.add(log.burst(b, by(one[:load.processes]), load.callers, max(b.N/turns, 1)))
					inTwo.add(log.burst(b, by(two[:load.processes]), load.callers, max(b.N/turns, 1)))
				}
				report(b, inOne)
				b.ReportMetric(inOne.perSecond()/inTwo.perSecond(), "of-two-trips")
			})
		}
	}
}

func openFarAway(b *testing.B, log *benchLog, away time.Duration) *dcb.Store {
	b.Helper()
	config, err := pgxpool.ParseConfig(log.pool.Config().ConnString())
	require.NoError(b, err)
	network, address := pgconn.NetworkAddress(config.ConnConfig.Host, config.ConnConfig.Port)
	config.ConnConfig.DialFunc = func(ctx context.Context, _, _ string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, network, address)
		return &farConn{Conn: conn, away: away}, err
	}
	pool, err := pgxpool.NewWithConfig(b.Context(), config)
	require.NoError(b, err)
	b.Cleanup(pool.Close)
	return openStore(b, pool)
}

// A farConn is a connection whose answers take a while, there and back.
type farConn struct {
	net.Conn
	away time.Duration
	sent time.Time
}

func (c *farConn) Write(p []byte) (int, error) {
	c.sent = time.Now()
	return c.Conn.Write(p)
}

func (c *farConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	time.Sleep(time.Until(c.sent.Add(c.away)))
	return n, err
}
