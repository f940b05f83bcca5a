package web

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
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
	"go-crablet/web/story"
	"go-crablet/web/ui"
)

var errAway = errors.New("dial tcp 10.1.2.3: connection refused")

// aServer knows an outage by errAway.
func aServer(t *testing.T) *server {
	return &server{Needs: Needs{
		Ping:     func(context.Context) error { return nil },
		IsOutage: func(err error) bool { return errors.Is(err, errAway) },
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
		{context.DeadlineExceeded, 503, "This took too long"},
		{&dcb.DecodeError{Type: "Taken", Position: 7, Err: errors.New("no seat")}, 500, "Every decision that looks at the event Taken at position 7 of the log fails"},
	} {
		w := httptest.NewRecorder()
		err := fmt.Errorf("append events: %w", withReceipt("abcdefghij", test.err))
		s.newVisit(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", nil)).fail(err)
		assert.Equal(t, test.status, w.Code, "%v", test.err)
		assert.Contains(t, w.Body.String(), test.says)
		assert.Contains(t, w.Body.String(), `href="/decisions/abcdefghij">To the receipt of this decision<`)
		assert.NotContains(t, w.Body.String(), test.err.Error())
		assert.Equal(t, map[int]string{503: "2"}[test.status], w.Header().Get("Retry-After"))
	}
}

// failingLog reads well, and its appends fail.
type failingLog struct {
	*busyLog
	err error
}

func (l failingLog) AppendAfter(context.Context, []dcb.InputEvent, dcb.Query, dcb.Checkpoint) (int64, error) {
	return 0, l.err
}

// replacedLog turns out to be another log at the first append.
type replacedLog struct {
	*busyLog
	found bool
}

func (l *replacedLog) AppendAfter(ctx context.Context, events []dcb.InputEvent, query dcb.Query, known dcb.Checkpoint) (int64, error) {
	if !l.found {
		l.found = true
		return 0, &dcb.OtherHistoryError{Known: known}
	}
	return l.busyLog.AppendAfter(ctx, events, query, known)
}

func TestTheReceiptOfADecisionThatStartedOverSaysSo(t *testing.T) {
	t.Parallel()
	log := newBusyLog(t, aTerm()...)
	cmd := courses.SubscribeStudent{Student: "ada", Course: "algebra"}
	ctx, recorder := receipt.Record(t.Context(), cmd, "Ada subscribes to Algebra")
	require.NoError(t, cmd.Decide(ctx, &replacedLog{busyLog: log}))
	record, ended := recorder.Receipt()
	require.True(t, ended)
	require.Len(t, record.Attempts, 2)

	v := viewed(t, log, record)
	require.Equal(t, "Seated at attempt 2", v.Outcome.Words)
	first, second := v.First[0], v.First[1]
	assert.Equal(t, ui.Outcome{Colour: "conflict", Icon: "i-conflict", Words: "Another log"}, first.Outcome)
	assert.Equal(t, "Read 3 events up to 7. The append found another log.", first.Caption)
	assert.Equal(t, "The log is not the one any more that was read.", first.Verdict.Strong)
	assert.Contains(t, first.Verdict.Text, "the event that stood at 7 does not stand there")
	assert.Contains(t, first.Wait, "then started over, and read from the start of the log")
	assert.Equal(t, "Read 3 events up to 7. Nothing got inside before the append.", second.Caption)
	_, err := story.ScenarioCode(record, 0, nil)
	assert.Equal(t, story.ErrVoidAttempt, err)
}

func TestTheReceiptOfAFailureSaysItInWords(t *testing.T) {
	t.Parallel()
	s := aServer(t)
	cmd := courses.SubscribeStudent{Student: "ada", Course: "algebra"}
	for _, test := range []struct {
		err         error
		words, text string
	}{
		{dcb.ErrUnknownOutcome, "it is unknown whether the facts are stored", "Send the same form again to find out"},
		{dcb.ErrClosed, "the program was stopping", "nothing was appended"},
		{errAway, "the database did not answer", "nothing was appended"},
		{context.DeadlineExceeded, "it took too long", "nothing was appended"},
		{errors.New("surprise"), "something broke", "nothing was appended"},
	} {
		log := newBusyLog(t, aTerm()...)
		ctx, recorder := receipt.Record(t.Context(), cmd, "Ada subscribes to Algebra")
		err := cmd.Decide(ctx, failingLog{log, test.err})
		record, ended := recorder.Receipt()
		require.True(t, ended)
		(&decisionPages{server: s}).nameOutage(t.Context(), record, err)

		v := viewed(t, log, record)
		assert.Equal(t, ui.Outcome{Colour: "failed", Icon: "i-failed", Words: "Failed: " + test.words}, v.Outcome)
		require.Len(t, v.First, 1)
		attempt := v.First[0]
		assert.Equal(t, ui.Outcome{Colour: "failed", Icon: "i-failed", Words: "Failed"}, attempt.Outcome)
		assert.Equal(t, "Read 3 events up to 7. It decided, and then it failed.", attempt.Caption)
		assert.Equal(t, "Failed: "+test.words+".", attempt.Verdict.Strong)
		assert.Contains(t, attempt.Verdict.Text, test.text)
		last := attempt.Strip.Tiles[len(attempt.Strip.Tiles)-1]
		assert.Equal(t, story.TileFailed, last.Kind)
		assert.Equal(t, "?", last.Position())
		assert.Equal(t, "Not known to be appended: Ada took a seat in Algebra", last.Sentence())
		assert.Empty(t, v.AppendedAt)
		assert.Equal(t, errors.Is(test.err, dcb.ErrUnknownOutcome), story.MayBeStored(record), "%v", test.err)
		_, err = story.ScenarioCode(record, 0, nil)
		assert.Equal(t, story.ErrFailedAttempt, err)
	}
}

func TestManyFactsThatAreNotKnownToBeAppendedAreNotToldAsLost(t *testing.T) {
	t.Parallel()
	more := story.Tile{Kind: story.TileMore, Of: story.TileFailed, Inside: 12}
	assert.Equal(t, "12 more, failed", more.Sentence())
	more.Of = story.TileHeld
	assert.Equal(t, "12 more, held", more.Sentence())
	more.Of = story.TileGhost
	assert.Equal(t, "12 more, lost", more.Sentence())
}

// A failure at the second attempt leaves nobody who could say what became of the answer.
func TestWhatAConflictMadeStaleIsNotComparedWithAnAttemptThatReadNothing(t *testing.T) {
	t.Parallel()
	attempts := []receipt.Attempt{
		{Knew: []receipt.Known{{Name: "title"}}, Conflict: &receipt.Conflict{Stale: []string{"title"}}},
		{Failure: &receipt.Failure{Kind: receipt.Unreadable, Reading: true}},
	}
	assert.Equal(t, []story.StaleAnswer{{Name: "Title"}}, story.StaleOf(attempts, 0))
}

// Where it is known that nothing is lost, the page says so. Where it is not, the page sends
// the same form again, which is carried out once at most.
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
		{errAway, http.MethodPost, "student=ada", "Look whether your form went through before you send it again.", ""},
		{errAway, http.MethodPost, "student=ada&request=once", "Send the same form again in a moment. It is carried out once at most.", "Send it again"},
		{context.DeadlineExceeded, http.MethodPost, "student=ada&request=once", "It is carried out once at most.", "Send it again"},
		{dcb.ErrClosed, http.MethodPost, "student=ada&request=once", "It is carried out once at most.", "Send it again"},
		{dcb.ErrUnknownOutcome, http.MethodPost, "student=ada&request=once", "if it was carried out, it is not carried out twice, and the answer says so", "Find out"},
		{dcb.ErrUnknownOutcome, http.MethodPost, "student=ada", "Look whether your form went through before you send it again.", ""},
		{dcb.ErrUnknownOutcome, http.MethodPost, "passcode=secret&request=once", "Look whether your form went through before you send it again.", ""},
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
		ctx, end := context.WithTimeout(ctx, longestRequest)
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
