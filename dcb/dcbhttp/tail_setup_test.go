package dcbhttp_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb/dcbhttp"
)

// aWhile is how long a test waits for what has to happen. It does not measure how long that takes.
const aWhile = 30 * time.Second

// A tailServer serves an API to clients over TCP, as a program does.
type tailServer struct {
	*httptest.Server
	api *dcbhttp.API
}

func (a *api) serves(t testing.TB) tailServer {
	return a.servesImpatiently(t, time.Hour, aWhile)
}

// servesImpatiently serves with other times for tails.
func (a *api) servesImpatiently(t testing.TB, keepAlive, longestPiece time.Duration) tailServer {
	t.Helper()
	handler := dcbhttp.NewImpatient(a.config(""), keepAlive, longestPiece)
	s := tailServer{httptest.NewServer(handler), handler}
	t.Cleanup(func() {
		handler.Close()
		s.Close()
	})
	return s
}

// A client reads the stream of a tail.
type client struct {
	t     tester
	leave context.CancelFunc
	lines *bufio.Scanner
}

// asks sends a request for a tail.
func (s tailServer) asks(t testing.TB, ctx context.Context, parameters url.Values, lastEventID string) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/dcb/tail?"+parameters.Encode(), nil)
	require.NoError(t, err)
	if lastEventID != "" {
		request.Header.Set("Last-Event-ID", lastEventID)
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	return response
}

// follows opens a stream.
func (s tailServer) follows(t testing.TB, parameters url.Values, lastEventID string) *client {
	t.Helper()
	ctx, leave := context.WithTimeout(t.Context(), 2*aWhile) // a stream that stays silent fails its test
	response := s.asks(t, ctx, parameters, lastEventID)
	t.Cleanup(func() {
		leave()
		response.Body.Close()
	})
	if response.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(response.Body)
		require.FailNow(t, "the stream did not open", "%d %s", response.StatusCode, text)
	}
	require.Equal(t, "text/event-stream", response.Header.Get("Content-Type"))
	require.Equal(t, "no", response.Header.Get("X-Accel-Buffering"))
	c := &client{t, leave, bufio.NewScanner(response.Body)}
	c.lines.Buffer(nil, 32<<20)
	require.Equal(t, "retry: 1000", c.line())
	require.Empty(t, c.line())
	return c
}

func (c *client) line() string {
	c.t.Helper()
	require.True(c.t, c.lines.Scan(), "the stream ended: %v", c.lines.Err())
	return c.lines.Text()
}

// next returns the next event and its ID. It passes over signs of life.
func (c *client) next() (got event, id string) {
	c.t.Helper()
	line := c.line()
	for line == ":" || line == "" {
		line = c.line()
	}
	id, isID := strings.CutPrefix(line, "id: ")
	require.True(c.t, isID, c.lines.Text())
	data, isData := strings.CutPrefix(c.line(), "data: ")
	require.True(c.t, isData, c.lines.Text())
	require.NoError(c.t, json.Unmarshal([]byte(data), &got))
	require.Empty(c.t, c.line())
	return got, id
}

// sees reads events, which must stand at these positions.
func (c *client) sees(want ...int64) (lastID string) {
	c.t.Helper()
	got := []int64{}
	for range want {
		e, id := c.next()
		got, lastID = append(got, e.Position), id
	}
	require.Equal(c.t, want, got)
	return lastID
}

// ends reads the stream up to its end.
func (c *client) ends() {
	c.t.Helper()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for c.lines.Scan() {
		}
	}()
	select {
	case <-ended:
	case <-time.After(aWhile):
		require.FailNow(c.t, "the stream did not end")
	}
}

// cut takes the events after a position out of the log, as a restore of a backup does.
func (a *api) cut(after int64) {
	a.t.Helper()
	_, err := a.pool.Exec(a.t.Context(), `delete from dcb_event_tag where position > $1`, after)
	require.NoError(a.t, err)
	_, err = a.pool.Exec(a.t.Context(), `delete from dcb_event where position > $1`, after)
	require.NoError(a.t, err)
}

// noted is the body of an append of n events with a tag.
func noted(n int, tag string) string {
	one := `{"type":"Noted","tags":["` + tag + `"],"data":"x"}`
	return `{"events":[` + one + strings.Repeat(","+one, n-1) + `]}`
}

// takes reads n events of a tail, without a connection.
func (a *api) takes(address, lastEventID string, n int) (events []event) {
	a.t.Helper()
	ctx, leave := context.WithTimeout(a.t.Context(), aWhile)
	defer leave()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	require.NoError(a.t, err)
	r.Header.Set("Last-Event-ID", lastEventID)
	w := &leaving{ResponseRecorder: httptest.NewRecorder(), after: n, leave: leave}
	a.handler.ServeHTTP(w, r)
	a.hear(exchangeOf(r, "", w.ResponseRecorder))
	for line := range strings.Lines(w.Body.String()) {
		if data, isData := strings.CutPrefix(line, "data: "); isData {
			var e event
			require.NoError(a.t, json.Unmarshal([]byte(data), &e))
			events = append(events, e)
		}
	}
	return events
}

// leaving leaves a stream when a number of events have come.
type leaving struct {
	*httptest.ResponseRecorder
	after int
	leave func()
}

func (w *leaving) Write(piece []byte) (int, error) {
	n, err := w.ResponseRecorder.Write(piece)
	if strings.Count(w.Body.String(), "\ndata: ") >= w.after {
		w.leave()
	}
	return n, err
}
