package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
)

func TestAHistorySaysWhatFollowedFromWhat(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	before := app.head()
	got := app.visitor().post("/courses/cryptography/subscriptions/ada/delete")
	require.Equal(t, http.StatusSeeOther, got.status)
	left, seated := before+1, before+2
	id := got.header.Get("X-Request-Id")

	course := app.visitor().get("/courses/cryptography")
	line := lineAt(t, course, seated)
	assert.Contains(t, answer{body: line}.text(), "Jonas took a seat in Cryptography because Ada left Cryptography request "+id[24:])
	assert.Contains(t, line, fmt.Sprintf(`href="#at-%d"`, left))
	assert.Contains(t, answer{body: lineAt(t, course, seated+1)}.text(), "Jonas left the waitlist of Cryptography because Jonas took a seat in Cryptography")
	assert.NotContains(t, lineAt(t, course, left), "because", "somebody asked for it")

	student := app.visitor().get("/students/jonas")
	line = lineAt(t, student, seated)
	assert.Contains(t, answer{body: line}.text(), "Jonas took a seat in Cryptography because Ada left Cryptography")
	assert.Contains(t, line, fmt.Sprintf(`href="/log/%d"`, left), "what happened to Ada is no part of this history")

	receipt := app.visitor().get(receiptIn(t, answer{body: line}))
	require.Equal(t, http.StatusOK, receipt.status)
	assert.Contains(t, receipt.text(), "Ada leaves Cryptography")
	assert.Contains(t, receipt.text(), "Correlation ID "+id)
}

// The last student in line is given a seat many events after the one that freed it.
func TestACauseIsFoundHoweverMuchFollowedFromIt(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for i := range courses.MaxWaiting - 1 {
		id := courses.StudentID(fmt.Sprint("s", i))
		app.carryOut(courses.RegisterStudent{Student: id, Name: sealed.Text(string(id))})
		app.carryOut(courses.JoinWaitlist{Student: id, Course: "formal-methods"})
	}
	app.carryOut(courses.ChangeCapacity{Course: "formal-methods", NewCapacity: 100})
	app.awaitPages()
	page := app.visitor().get("/students/s48").text()
	assert.Contains(t, page, "s48 took a seat in Formal Methods because Formal Methods was set to 100 seats")
}

// Other programs may append events that no command makes.
func TestAMissingCauseIsNotInvented(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	event := dcb.NewInputEvent("StudentRenamed", dcb.Tags{courses.StudentID("ada").Tag()}, []byte(`{"student_id":"ada","new_name":"Lady Ada"}`))
	event.CausationID = "a click"
	ctx := dcb.WithCorrelationID(t.Context(), "a job of another program that has a long name")
	_, err := app.store.AppendEvents(ctx, []dcb.InputEvent{event}, dcb.Query{}, 0)
	require.NoError(t, err)
	app.awaitPages()
	page := app.visitor().get("/students/ada")
	line := lineAt(t, page, app.head())
	assert.Contains(t, answer{body: line}.text(), "request a job of another program…")
	assert.NotContains(t, line, "because")
	assert.NotContains(t, line, "/decisions/", "there is no receipt")
}

// lineAt returns the line of a history about the event at a position.
func lineAt(t *testing.T, page answer, position int64) string {
	t.Helper()
	_, line, found := strings.Cut(page.body, fmt.Sprintf(`<li id="at-%d">`, position))
	require.True(t, found, "a line for %d on the page: %s", position, page)
	line, _, _ = strings.Cut(line, "</li>")
	return line
}
