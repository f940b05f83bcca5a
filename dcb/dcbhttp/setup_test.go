package dcbhttp_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/dcbhttp"
	"go-crablet/internal/journal"
	"go-crablet/internal/pgtest"
)

// A tester is a test, or one round of a property or a fuzz target.
type tester interface {
	require.TestingT
	Helper()
	Context() context.Context
}

// An api is the handler on a new database.
type api struct {
	t       tester
	handler http.Handler
	store   *dcb.Store
	pool    *pgxpool.Pool
	logged  *journal.Journal
	heard   func(exchange) // hears of each exchange, unless it is nil
}

func newAPI(t testing.TB, token string) *api {
	t.Helper()
	a := &api{t: t, pool: pgtest.New(t), logged: &journal.Journal{}}
	var err error
	a.store, err = dcb.NewEventStore(t.Context(), a.pool)
	require.NoError(t, err)
	t.Cleanup(a.store.Close)
	a.handler = dcbhttp.New(a.config(token))
	return a
}

func (a *api) config(token string) dcbhttp.Config {
	return dcbhttp.Config{
		Log:    a.store,
		Ping:   a.pool.Ping,
		Token:  token,
		Logger: slog.New(slog.NewTextHandler(a.logged, nil)),
	}
}

// in returns the same API for one round of a test.
func (a *api) in(t tester) *api {
	round := *a
	round.t = t
	return &round
}

const here = "http://127.0.0.1:8080"

// do sends a request. Its headers are names and values in turn.
func (a *api) do(method, url, body string, namesAndValues ...string) *httptest.ResponseRecorder {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), method, url, strings.NewReader(body))
	require.NoError(a.t, err)
	for i := 0; i < len(namesAndValues); i += 2 {
		r.Header.Set(namesAndValues[i], namesAndValues[i+1])
	}
	w := httptest.NewRecorder()
	a.handler.ServeHTTP(w, r)
	a.hear(exchangeOf(r, body, w))
	return w
}

// hear compares an exchange with the document of the API.
func (a *api) hear(x exchange) {
	a.t.Helper()
	isAsDocumented(a.t, x)
	if a.heard != nil {
		a.heard(x)
	}
}

func (a *api) post(body string) *httptest.ResponseRecorder {
	a.t.Helper()
	return a.do(http.MethodPost, here+"/dcb/append", body, "Content-Type", "application/json")
}

// appends sends an append, which must be a valid request, and reports whether its condition
// held.
func (a *api) appends(body string) bool {
	a.t.Helper()
	w := a.post(body)
	require.Equal(a.t, http.StatusOK, w.Code, w.Body)
	var result map[string]any
	require.NoError(a.t, json.Unmarshal(w.Body.Bytes(), &result))
	require.Len(a.t, result, 2)
	require.GreaterOrEqual(a.t, result["durationInMicroseconds"], 1.0)
	return !result["appendConditionFailed"].(bool)
}

// An event is an event as a client sees it.
type event struct {
	Type     string   `json:"type"`
	Tags     []string `json:"tags"`
	Data     *string  `json:"data"`
	Position int64    `json:"position,omitempty"`

	Checkpoint json.RawMessage `json:"checkpoint,omitempty"`
}

func (a *api) get(query, options string) *httptest.ResponseRecorder {
	a.t.Helper()
	parameters := url.Values{}
	if query != "" {
		parameters.Set("query", query)
	}
	if options != "" {
		parameters.Set("options", options)
	}
	return a.do(http.MethodGet, here+"/dcb/read?"+parameters.Encode(), "")
}

func (a *api) reads(query, options string) []event {
	a.t.Helper()
	w := a.get(query, options)
	require.Equal(a.t, http.StatusOK, w.Code, w.Body)
	require.Equal(a.t, "application/json", w.Header().Get("Content-Type"))
	events := []event{}
	require.NoError(a.t, json.Unmarshal(w.Body.Bytes(), &events))
	return events
}

func positions(events []event) []int64 {
	found := []int64{}
	for _, e := range events {
		found = append(found, e.Position)
	}
	return found
}

// errorText returns the sentence of an error answer.
func errorText(t tester, w *httptest.ResponseRecorder) string {
	t.Helper()
	var body map[string]string
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &body), w.Body)
	require.Len(t, body, 1)
	require.Regexp(t, `(?s)^[^a-z].*\.$`, body["error"], "a sentence")
	return body["error"]
}

// asJSON encodes a value that can be encoded.
func asJSON(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		panic(err)
	}
	return string(text)
}
