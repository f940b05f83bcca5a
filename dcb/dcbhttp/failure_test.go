package dcbhttp

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"

	"go-crablet/dcb"
)

func TestEveryErrorOfTheLogHasItsAnswer(t *testing.T) {
	t.Parallel()
	full := errors.New("secret: no space left on device")
	s := &server{Config: Config{
		Ping:   func(context.Context) error { return nil },
		Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
		IsFull: func(err error) bool { return errors.Is(err, full) },
	}}
	const lookFirst = "the events may be stored or not, so read before you send them again"
	for _, test := range []struct {
		err       error
		method    string
		status    int
		says      string
		lookFirst bool
	}{
		{dcb.ErrUnknownOutcome, http.MethodPost, 503, "The connection to the database was lost", true},
		{dcb.ErrClosed, http.MethodPost, 503, "The server is stopping, and nothing was stored", false},
		{dcb.ErrClosed, http.MethodGet, 503, "The server is stopping", false},
		{dcb.ErrOtherHistory, http.MethodGet, 503, "The log lost its end while it was read: read again from the start", false},
		{dcb.ErrBeyondHead, http.MethodPost, 409, "read again", false},
		{context.DeadlineExceeded, http.MethodPost, 503, "The database does not answer in time", true},
		{context.DeadlineExceeded, http.MethodGet, 503, "The database does not answer in time", false},
		{full, http.MethodPost, 503, "The disk or the memory of the database is full, and nothing was stored", false},
		{full, http.MethodGet, 503, "The disk or the memory of the database is full, and nothing was stored", false},
		{errors.New("secret"), http.MethodPost, 500, "Something broke", true},
		{errors.New("secret"), http.MethodGet, 500, "Something broke", false},
	} {
		name := test.method + " " + test.err.Error()
		w := httptest.NewRecorder()
		s.handle(func(http.ResponseWriter, *http.Request) error {
			return fmt.Errorf("append events: %w", test.err)
		}).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), test.method, "/dcb/", nil))
		assert.Equal(t, test.status, w.Code, name)
		assert.Contains(t, w.Body.String(), test.says, name)
		wait := map[int]string{503: "2"}[test.status]
		if errors.Is(test.err, full) {
			wait = "60"
		}
		assert.Equal(t, wait, w.Header().Get("Retry-After"), name)
		if test.lookFirst {
			assert.Contains(t, w.Body.String(), lookFirst, name)
		} else {
			assert.NotContains(t, w.Body.String(), lookFirst, name)
		}
		assert.NotContains(t, w.Body.String(), "secret", name)
	}
}

// The context of a request ends when the server is about to stop, or when the client has
// gone. In the second case there is no answer.
func TestWhoIsUnderWayHearsThatTheServerStops(t *testing.T) {
	t.Parallel()
	s := &server{Config: Config{
		Ping:   func(context.Context) error { return nil },
		Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
	}}
	for _, test := range []struct {
		cause error
		err   error
		says  string
	}{
		{dcb.ErrClosed, context.Canceled, "The server is stopping, and nothing was stored"},
		{dcb.ErrClosed, dcb.ErrUnknownOutcome, "The connection to the database was lost; the events may be stored or not"},
		{nil, context.Canceled, ""},
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(test.cause)
		w := httptest.NewRecorder()
		s.handle(func(http.ResponseWriter, *http.Request) error { return test.err }).
			ServeHTTP(w, httptest.NewRequestWithContext(ctx, http.MethodPost, "/dcb/append", nil))
		if test.says == "" {
			assert.Empty(t, w.Body.String())
			continue
		}
		assert.Equal(t, http.StatusServiceUnavailable, w.Code)
		assert.Contains(t, w.Body.String(), test.says)
	}
}
