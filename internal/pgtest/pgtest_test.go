//go:build unix

package pgtest_test

import (
	"context"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

func TestNew(t *testing.T) {
	t.Parallel()

	t.Run("gives a migrated, empty database", func(t *testing.T) {
		t.Parallel()
		var events int
		require.NoError(t, pgtest.New(t).QueryRow(t.Context(), "select count(*) from dcb_event").Scan(&events))
		require.Zero(t, events)
	})

	t.Run("gives every test its own", func(t *testing.T) {
		t.Parallel()
		for range 10 {
			t.Run("", func(t *testing.T) {
				t.Parallel()
				_, err := pgtest.New(t).Exec(t.Context(), "create table only_mine ()")
				require.NoError(t, err)
			})
		}
	})

	t.Run("has room for a race of 200 connections", func(t *testing.T) {
		t.Parallel()
		databaseURL := pgtest.URL(t)
		for range 200 {
			conn, err := pgx.Connect(t.Context(), databaseURL)
			require.NoError(t, err)
			t.Cleanup(func() { conn.Close(context.Background()) })
		}
	})
}

func TestPreparedDatabasesBeginAlikeAndAreFilledOnce(t *testing.T) {
	t.Parallel()
	filled := 0
	prepared := pgtest.Prepare(func(ctx context.Context, pool *pgxpool.Pool) error {
		filled++
		_, err := pool.Exec(ctx, "create table content as select 1 as n")
		return err
	})
	for range 2 {
		pool := prepared.New(t)
		var n int
		require.NoError(t, pool.QueryRow(t.Context(), "select sum(n) from content").Scan(&n))
		require.Equal(t, 1, n)
		_, err := pool.Exec(t.Context(), "insert into content values (1)") // the other database has a table of its own
		require.NoError(t, err)
	}
	require.Equal(t, 1, filled)
}

func TestServer(t *testing.T) {
	t.Parallel()

	t.Run("keeps every commit through kill -9", func(t *testing.T) {
		t.Parallel()
		server := pgtest.Server(t)
		ctx := t.Context()
		conn, err := pgx.Connect(ctx, server.URL("postgres"))
		require.NoError(t, err)
		t.Cleanup(func() { conn.Close(context.Background()) })
		_, err = conn.Exec(ctx, "create table kept (n int)")
		require.NoError(t, err)
		for n := range 100 {
			_, err = conn.Exec(ctx, "insert into kept values ($1)", n)
			require.NoError(t, err)
		}

		pid, ok := server.PID()
		require.True(t, ok)
		require.NoError(t, syscall.Kill(pid, syscall.SIGKILL))

		var kept int
		require.EventuallyWithT(t, func(c *assert.CollectT) {
			again, err := pgx.Connect(ctx, server.URL("postgres"))
			require.NoError(c, err)
			defer again.Close(ctx)
			require.NoError(c, again.QueryRow(ctx, "select count(*) from kept").Scan(&kept))
		}, 20*time.Second, 20*time.Millisecond)
		require.Equal(t, 100, kept)
	})
}

func BenchmarkURL(b *testing.B) {
	pgtest.URL(b)
	for b.Loop() {
		pgtest.URL(b)
	}
}
