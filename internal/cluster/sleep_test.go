//go:build linux

package cluster_test

import (
	"context"
	"flag"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/cluster"
	"go-crablet/internal/pgpair"
)

var sleeps = flag.Int("sleeps", 0, "how often the leader of a cluster sleeps until another one leads, and wakes")

// Each sleep takes about a minute, so this test runs when it is asked for:
// go test ./internal/cluster -run Slept -sleeps 30 -v -timeout 1h
func TestALeaderThatSleptFollowsTheNewOne(t *testing.T) {
	t.Parallel()
	if *sleeps == 0 {
		return
	}
	c := cluster.New(t, "../../ops/patroni.yml")
	execute(t, c, `create table kept (number bigint primary key)`)
	acknowledged := 0
	grow := func() {
		for range 20 {
			acknowledged++
			execute(t, c, `insert into kept values ($1)`, acknowledged)
		}
	}
	for i := range *sleeps {
		old := c.AwaitWhole(t)
		grow()
		old.Freeze(t)
		leader := c.AwaitLeader(t, old)
		grow()
		old.Thaw(t)
		now := c.AwaitWhole(t)
		kept := count(t, c)
		t.Logf("sleep %d: %s slept, %s led, and then %s: %d of %d kept", i+1, old.Name, leader.Name, now.Name, kept, acknowledged)
		assert.Equal(t, leader.Name, now.Name, "who leads when the old leader is awake")
		assert.Equal(t, acknowledged, kept)
	}
}

// execute carries out a statement on the leader, and returns when it is acknowledged.
func execute(t *testing.T, c *cluster.Cluster, sql string, args ...any) {
	t.Helper()
	conn := connect(t, c)
	defer conn.Close(context.Background())
	_, err := conn.Exec(t.Context(), sql, args...)
	require.NoError(t, err)
}

// count returns how many rows the leader has.
func count(t *testing.T, c *cluster.Cluster) (rows int) {
	t.Helper()
	conn := connect(t, c)
	defer conn.Close(context.Background())
	require.NoError(t, conn.QueryRow(t.Context(), `select count(*) from kept`).Scan(&rows))
	return rows
}

// connect connects to the leader as soon as there is one.
func connect(t *testing.T, c *cluster.Cluster) (conn *pgx.Conn) {
	t.Helper()
	pgpair.Await(t, "a server accepts writes", func(ctx context.Context) (_ bool, err error) {
		conn, err = pgx.Connect(ctx, c.URL()+"&connect_timeout=1")
		return err == nil, err
	})
	return conn
}
