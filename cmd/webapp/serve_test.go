package main

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A client can't keep a connection by being slow. The time is that of the synctest bubble:
// it is exact, and the test does not take it.
func TestASlowClientLosesItsConnection(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		sent string
		read bool // whether the client reads what it is sent
		want time.Duration
	}{
		{"that never ends its headers", "GET / HTTP/1.1\r\nHost: x\r\n", true, 5 * time.Second},
		{"that never ends its body", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc", true, 15 * time.Second},
		{"that sends no other request", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", true, 2 * time.Minute},
		{"that does not read the answer", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", false, 30 * time.Second},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				client, closed := serveOne(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					io.Copy(io.Discard, r.Body)
					io.WriteString(w, strings.Repeat("x", 1<<20))
				}))
				_, err := io.WriteString(client, test.sent)
				require.NoError(t, err)
				if test.read {
					go io.Copy(io.Discard, client)
				}
				<-closed
				require.Equal(t, test.want, time.Since(start))
			})
		})
	}
}

func TestHeadersAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, _ := serveOne(t, http.NotFoundHandler())
		go io.WriteString(client, "GET / HTTP/1.1\r\nHost: x\r\nCookie: session="+strings.Repeat("A", 80<<10)+"\r\n\r\n")
		response, err := http.ReadResponse(bufio.NewReader(client), nil)
		require.NoError(t, err)
		require.Equal(t, http.StatusRequestHeaderFieldsTooLarge, response.StatusCode)
	})
}

// When the program stops, requests that are under way after seven seconds are told so. Those
// that have not ended after ten are cut off.
func TestWhoIsUnderWayIsAnsweredBeforeItIsCutOff(t *testing.T) {
	t.Parallel()
	const form = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc"
	for name, test := range map[string]struct {
		handler http.HandlerFunc
		ends    time.Duration
		answer  bool
	}{
		"with its context": {func(w http.ResponseWriter, r *http.Request) {
			<-r.Context().Done()
			http.Error(w, context.Cause(r.Context()).Error(), http.StatusServiceUnavailable)
		}, 7 * time.Second, true},
		"while the body does not come": {func(w http.ResponseWriter, r *http.Request) {
			_, err := io.ReadAll(r.Body)
			http.Error(w, err.Error(), http.StatusServiceUnavailable)
		}, 7 * time.Second, true},
		"for ever": {func(http.ResponseWriter, *http.Request) { time.Sleep(time.Minute) }, 10 * time.Second, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, stop := context.WithCancel(t.Context())
				client, server := net.Pipe()
				listener := &oneConn{conns: make(chan net.Conn, 1), done: make(chan struct{})}
				listener.conns <- server
				served := make(chan error, 1)
				go func() { served <- serve(ctx, listener, test.handler, slog.New(slog.DiscardHandler)) }()
				_, err := io.WriteString(client, form)
				require.NoError(t, err)
				synctest.Wait()
				stop()
				start := time.Now()
				response, err := http.ReadResponse(bufio.NewReader(client), nil)
				require.Equal(t, test.answer, err == nil, "%v", err)
				require.Equal(t, test.ends, time.Since(start))
				if test.answer {
					require.Equal(t, http.StatusServiceUnavailable, response.StatusCode)
				}
				client.Close()
				require.NoError(t, <-served)
				time.Sleep(time.Minute) // until all handlers have ended
			})
		})
	}
}

// serveOne serves a single client, and tells when its connection is closed.
func serveOne(t *testing.T, h http.Handler) (client net.Conn, closed <-chan struct{}) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	client, server := net.Pipe()
	conn := &watchedConn{Conn: server, closed: make(chan struct{})}
	listener := &oneConn{conns: make(chan net.Conn, 1), done: make(chan struct{})}
	listener.conns <- conn
	served := make(chan error, 1)
	go func() { served <- serve(ctx, listener, h, slog.New(slog.DiscardHandler)) }()
	t.Cleanup(func() {
		client.Close()
		cancel()
		require.NoError(t, <-served)
	})
	return client, conn.closed
}

// A watchedConn tells when it is closed.
type watchedConn struct {
	net.Conn
	closed chan struct{}
}

func (c *watchedConn) Close() error {
	select {
	case <-c.closed:
	default:
		close(c.closed)
	}
	return c.Conn.Close()
}

// A oneConn is a listener whose connections have come already.
type oneConn struct {
	conns chan net.Conn
	done  chan struct{}
}

func (l *oneConn) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *oneConn) Close() error   { close(l.done); return nil }
func (l *oneConn) Addr() net.Addr { return &net.TCPAddr{} }

// A path that is not clean is redirected to one that is. The application or the API does that,
// so that the answer has the headers of all their answers.
func TestRedirectsToCleanPathsHaveTheHeadersOfAllAnswers(t *testing.T) {
	t.Parallel()
	mark := func(name string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("By", name) })
	}
	handler := withAPI(mark("app"), mark("api"))
	for path, by := range map[string]string{
		"/": "app", "//": "app", "/courses//x": "app", "/../dcb/read": "app", "//dcb/read": "app", "/dcb": "app",
		"/dcb/read": "api", "/dcb//read": "api", "/dcb/../courses": "api",
	} {
		w := httptest.NewRecorder()
		handler.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://localhost"+path, nil))
		assert.Equal(t, http.StatusOK, w.Code, path)
		assert.Equal(t, by, w.Header().Get("By"), path)
	}
}
