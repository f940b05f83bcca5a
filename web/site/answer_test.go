package site

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"go-crablet/dcb"
)

var (
	errAway = errors.New("dial tcp 10.1.2.3: connection refused")
	errFull = errors.New("could not extend file: no space left on device")
)

// aServer knows an outage by errAway, and a full database by errFull.
func aServer(t *testing.T) *Site {
	return &Site{Config: Config{
		Ping:     func(context.Context) error { return nil },
		IsOutage: func(err error) bool { return errors.Is(err, errAway) },
		IsFull:   func(err error) bool { return errors.Is(err, errFull) },
		Logger:   slog.New(slog.NewTextHandler(t.Output(), nil)),
	}}
}

func TestEveryErrorOfTheLogHasItsAnswer(t *testing.T) {
	t.Parallel()
	s := aServer(t)
	for _, test := range []struct {
		err    error
		status int
		says   string
	}{
		{dcb.ErrUnknownOutcome, 503, "It is unknown whether it was stored"},
		{errors.Join(dcb.ErrUnknownOutcome, errAway), 503, "It is unknown whether it was stored"},
		{dcb.ErrOtherHistory, 503, "The log lost its end"},
		{errors.Join(dcb.ErrOtherHistory, dcb.ErrBeyondHead), 503, "The log lost its end"},
		{dcb.ErrBeyondHead, 500, "Something broke"},
		{dcb.ErrClosed, 503, "The program is stopping"},
		{errAway, 503, "The database does not answer"},
		{errFull, 503, "The database is full"},
		{errors.Join(dcb.ErrUnknownOutcome, errFull), 503, "It is unknown whether it was stored"},
		{context.DeadlineExceeded, 503, "This took too long"},
		{&dcb.DecodeError{Type: "Taken", Position: 7, Err: errors.New("no seat")}, 500, "Every decision that reads the event Taken at position 7 of the log fails"},
	} {
		w := httptest.NewRecorder()
		err := fmt.Errorf("append events: %w", WithReceipt("abcdefghij", test.err))
		s.newVisit(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)).fail(err)
		assert.Equal(t, test.status, w.Code, "%v", test.err)
		assert.Contains(t, w.Body.String(), test.says)
		assert.Contains(t, w.Body.String(), `href="/decisions/abcdefghij">To the receipt of this decision<`)
		assert.NotContains(t, w.Body.String(), test.err.Error())
		wait := map[int]string{503: "2"}[test.status]
		if test.says == "The database is full" {
			wait = "60"
		}
		assert.Equal(t, wait, w.Header().Get("Retry-After"))
	}
}

// If it is known that nothing is lost, the page says so. Otherwise the page sends the same form
// again, which is carried out once at most.
func TestAnOutageSaysWhatToDo(t *testing.T) {
	t.Parallel()
	s := aServer(t)
	for _, test := range []struct {
		err    error
		method string
		form   string
		says   string
		button string
	}{
		{errAway, http.MethodGet, "", "Nothing is lost. Load the page again in a moment.", ""},
		{errFull, http.MethodGet, "", "Its disk or its memory is full. Nothing is lost. Load the page again later.", ""},
		{errFull, http.MethodPost, "student=ada", "Its disk or its memory is full. Nothing was stored. Send the form again later.", ""},
		{errFull, http.MethodPost, "student=ada&request=once", "Nothing was stored. Send the same form again later. It is carried out once at most.", "Send it again"},
		{errAway, http.MethodPost, "student=ada", "Look whether your form went through before you send it again.", ""},
		{errAway, http.MethodPost, "student=ada&request=once", "Send the same form again in a moment. It is carried out once at most.", "Send it again"},
		{context.DeadlineExceeded, http.MethodPost, "student=ada&request=once", "It is carried out once at most.", "Send it again"},
		{dcb.ErrClosed, http.MethodPost, "student=ada&request=once", "It is carried out once at most.", "Send it again"},
		{dcb.ErrUnknownOutcome, http.MethodPost, "student=ada&request=once", "It is never carried out twice, and the answer says what happened", "Find out"},
		{dcb.ErrUnknownOutcome, http.MethodPost, "student=ada", "Look whether your form went through before you send it again.", ""},
		{dcb.ErrUnknownOutcome, http.MethodPost, "student=ada&passcode=secret&request=once", "It is never carried out twice, and the answer says what happened", "Find out"},
	} {
		w := httptest.NewRecorder()
		r := httptest.NewRequestWithContext(t.Context(), test.method, "/courses/compilers/subscriptions", strings.NewReader(test.form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		s.newVisit(w, r).fail(test.err)
		page := w.Body.String()
		assert.Contains(t, page, test.says, "%v", test)
		assert.NotContains(t, page, "secret")
		assert.Equal(t, test.method == http.MethodGet, strings.Contains(page, "Nothing is lost"), "%v", test)
		for _, part := range []string{`action="/courses/compilers/subscriptions"`, `name="request" value="once"`, `name="student" value="ada"`, test.button + "</button>"} {
			assert.Equal(t, test.button != "", strings.Contains(page, part), "%s of %v", part, test)
		}
	}
}

// The context of a request ends when the program is about to be stopped, or when the visitor
// has left, and then nobody is there to be answered.
func TestWhoIsUnderWayHearsThatTheProgramStops(t *testing.T) {
	t.Parallel()
	s := aServer(t)
	for _, test := range []struct {
		cause  error
		err    error
		status int
		says   string
	}{
		{dcb.ErrClosed, context.Canceled, http.StatusServiceUnavailable, "The program is stopping"},
		{dcb.ErrClosed, dcb.ErrUnknownOutcome, http.StatusServiceUnavailable, "It is unknown whether it was stored"},
		{nil, context.Canceled, http.StatusOK, ""},
	} {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(test.cause)
		ctx, end := context.WithTimeout(ctx, LongestRequest)
		w := httptest.NewRecorder()
		s.newVisit(w, httptest.NewRequestWithContext(ctx, http.MethodPost, "/", nil)).fail(fmt.Errorf("append events: %w", test.err))
		end()
		assert.Equal(t, test.status, w.Code)
		if test.says == "" {
			assert.Empty(t, w.Body.String())
			continue
		}
		assert.Contains(t, w.Body.String(), test.says)
		assert.Equal(t, "2", w.Header().Get("Retry-After"))
	}
}
