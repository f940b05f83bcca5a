package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

func TestIsOutage(t *testing.T) {
	t.Parallel()
	for err, is := range map[error]bool{
		&pgconn.PgError{Code: "08006"}:                               true,
		&pgconn.PgError{Code: "57P01"}:                               true,
		&pgconn.PgError{Code: "25006"}:                               true,
		&pgconn.PgError{Code: "0A000"}:                               true,
		&pgconn.PgError{Code: "53300"}:                               true,
		&pgconn.PgError{Code: "53100"}:                               false,
		&pgconn.PgError{Code: "53100", SeverityUnlocalized: "PANIC"}: true,
		&pgconn.PgError{Code: "57014"}:                               false,
		&pgconn.PgError{Code: "55P03"}:                               false,
		io.ErrUnexpectedEOF:                                          true,
		net.ErrClosed:                                                true,
		context.DeadlineExceeded:                                     false,
		context.Canceled:                                             false,
	} {
		assert.Equal(t, is, isOutage(fmt.Errorf("read events: %w", err)), "%v", err)
	}

	pool := pgtest.New(t)
	conn, err := pool.Acquire(t.Context())
	require.NoError(t, err)
	defer conn.Release()
	require.NoError(t, conn.Conn().Close(t.Context()))
	_, err = conn.Exec(t.Context(), `select 1`)
	require.True(t, isOutage(err), "a connection that broke while nobody used it: %v", err)

	closed, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	require.NoError(t, closed.Close())
	_, err = pgx.Connect(t.Context(), "postgres://"+closed.Addr().String()+"/any?connect_timeout=5")
	require.True(t, isOutage(err), "%v", err)
}

// The database is well, and a statement takes too long.
func TestADeadlineIsNotAnOutage(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := pool.Exec(ctx, `select pg_sleep(60)`)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.False(t, isOutage(err), "%v", err)
	require.NoError(t, pool.Ping(t.Context()))
}

// The server says that it is full, and goes on. A PANIC of the same code ends it.
func TestIsFull(t *testing.T) {
	t.Parallel()
	for err, is := range map[error]bool{
		&pgconn.PgError{Code: "53100", SeverityUnlocalized: "ERROR"}:                                     true,
		&pgconn.PgError{Code: "53200", SeverityUnlocalized: "ERROR"}:                                     true,
		&pgconn.PgError{Code: "53100", SeverityUnlocalized: "PANIC"}:                                     false,
		&pgconn.PgError{Code: "53200", SeverityUnlocalized: "FATAL"}:                                     false,
		&pgconn.PgError{Code: "53300", SeverityUnlocalized: "ERROR"}:                                     false,
		&pgconn.PgError{Code: "53400", SeverityUnlocalized: "ERROR"}:                                     false,
		&pgconn.PgError{Code: "58030", SeverityUnlocalized: "ERROR"}:                                     false,
		errors.Join(dcb.ErrUnknownOutcome, &pgconn.PgError{Code: "53100", SeverityUnlocalized: "ERROR"}): false,
		io.ErrUnexpectedEOF: false,
	} {
		assert.Equal(t, is, isFull(fmt.Errorf("append events: %w", err)), "%v", err)
		assert.False(t, isFull(err) && isOutage(err), "%v", err)
	}
}
