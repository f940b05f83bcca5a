package main

import (
	"context"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
	"go-crablet/internal/pgurl"
)

// silent returns the address of a machine that takes connections and says nothing.
func silent(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { listener.Close() })
	return listener.Addr().String()
}

// closed returns an address at which nobody listens.
func closed(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, listener.Close())
	return listener.Addr().String()
}

// poolOf returns a pool on several hosts: those that are given, and then that of a URL.
func poolOf(t *testing.T, url string, hosts ...string) *pgxpool.Pool {
	t.Helper()
	config, err := poolConfig(url, pgurl.Database, false)
	require.NoError(t, err)
	last := config.ConnConfig
	all := []*pgconn.FallbackConfig{}
	for _, host := range hosts {
		address, err := netip.ParseAddrPort(host)
		require.NoError(t, err)
		all = append(all, &pgconn.FallbackConfig{Host: address.Addr().String(), Port: address.Port()})
	}
	all = append(all, &pgconn.FallbackConfig{Host: last.Host, Port: last.Port, TLSConfig: last.TLSConfig})
	last.Host, last.Port, last.TLSConfig, last.Fallbacks = all[0].Host, all[0].Port, nil, all[1:]
	last.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsReadWrite // as target_session_attrs=read-write does
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool
}

func TestASilentHostHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	pool := poolOf(t, pgtest.URL(t), silent(t), closed(t))
	began := time.Now()
	require.NoError(t, pool.Ping(t.Context()))
	require.Less(t, time.Since(began), longestConnect)
}

func TestHostsThatWillNotDoAreNamed(t *testing.T) {
	t.Parallel()
	database := pgtest.URL(t)
	pgtest.Configure(t, database, "default_transaction_read_only = on")
	nobody := closed(t)
	err := poolOf(t, database, nobody).Ping(t.Context())
	require.ErrorContains(t, err, "none of the hosts that DATABASE_URL names will do")
	require.ErrorContains(t, err, nobody)
	require.ErrorContains(t, err, "read only connection")
}

func TestAHostThatIsJustPromotedIsFoundBesideASilentOne(t *testing.T) {
	t.Parallel()
	database := pgtest.URL(t)
	pgtest.Configure(t, database, "default_transaction_read_only = on")
	pool := poolOf(t, database, silent(t))
	found := make(chan error, 1)
	go func() { found <- pool.Ping(context.Background()) }()
	promote(t, database)
	require.NoError(t, <-found)
}

// promote makes a database accept writes again.
func promote(t *testing.T, database string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), database)
	require.NoError(t, err)
	defer conn.Close(context.Background())
	const reset = `do $$ begin execute format('alter database %I reset default_transaction_read_only', current_database()); end $$`
	for _, statement := range []string{`set default_transaction_read_only = off`, reset} {
		_, err := conn.Exec(t.Context(), statement)
		require.NoError(t, err)
	}
}
