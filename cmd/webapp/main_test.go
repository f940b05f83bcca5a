package main

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/internal/pgtest"
)

// newMain returns the program on a database of its own, with a data directory that is empty.
func newMain(t *testing.T) *Main {
	t.Helper()
	o, err := parseOptions([]string{"-addr", "127.0.0.1:0", "-data", t.TempDir()}, environment("DATABASE_URL="+pgtest.URL(t)), io.Discard)
	require.NoError(t, err)
	return NewMain(o, slog.New(slog.NewTextHandler(t.Output(), nil)))
}

func TestMainServesFromOpenToClose(t *testing.T) {
	t.Parallel()
	m := newMain(t)
	ctx, stop := context.WithCancel(t.Context())
	require.NoError(t, m.Open(ctx))
	served := make(chan error, 1)
	go func() { served <- m.Serve(ctx) }()
	response, err := http.Get(m.URL() + "/healthz")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusOK, response.StatusCode)

	stop()
	require.NoError(t, <-served)
	require.NoError(t, m.Close())
	requireClosed(t, m)
	require.NoError(t, m.Close(), "a second time")
}

// The session key is read when the database and the log are open already.
func TestAnOpenThatFailsHalfwayClosesWhatItOpened(t *testing.T) {
	t.Parallel()
	m := newMain(t)
	require.NoError(t, os.WriteFile(filepath.Join(m.options.data, "session.key"), []byte("half"), 0o600))
	require.ErrorContains(t, m.Open(t.Context()), "is too short; remove the file to have a new one made")
	requireClosed(t, m)
}

func TestAnOpenThatFindsItsAddressTakenOpensNothing(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer taken.Close()
	m := newMain(t)
	m.options.addr = taken.Addr().String()
	require.ErrorContains(t, m.Open(t.Context()), "choose another address with -addr")
	require.Nil(t, m.database)
	require.NoError(t, m.Close())
}

// requireClosed requires that the log and the database are closed, and the address is free.
func requireClosed(t *testing.T, m *Main) {
	t.Helper()
	require.ErrorContains(t, m.database.pool.Ping(t.Context()), "closed pool")
	_, err := m.store.AppendEvents(t.Context(), []dcb.InputEvent{dcb.NewInputEvent("A", nil, []byte(`{}`))}, dcb.Query{}, 0)
	require.ErrorIs(t, err, dcb.ErrClosed)
	listener, err := net.Listen("tcp", m.listener.Addr().String())
	require.NoError(t, err)
	require.NoError(t, listener.Close())
}
