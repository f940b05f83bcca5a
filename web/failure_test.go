package web_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
)

// storeUnreadable stores an event whose type says that a seat was taken, with data that can't be
// decoded.
func (a *app) storeUnreadable(course courses.CourseID) {
	e := dcb.NewInputEvent(courses.StudentSubscribedToCourse{}.EventType(), dcb.Tags{course.Tag()}, []byte(`{"course_id":{}}`))
	_, err := a.store.AppendEvents(context.Background(), []dcb.InputEvent{e}, dcb.Query{}, 0)
	require.NoError(a.t, err)
}

// loseEnd removes the events after a position, as the restore of an older backup does.
func (a *app) loseEnd(after int64) {
	_, err := a.pool.Exec(context.Background(), fmt.Sprintf(
		`delete from dcb_event_tag where position > %d; delete from dcb_event where position > %[1]d`, after))
	require.NoError(a.t, err)
}

var toTheReceipt = regexp.MustCompile(`href="(/decisions/[a-z2-7]{10})">To the receipt of this decision<`)

// receiptOf returns the address of the receipt that the page of an error leads to.
func (a answer) receiptOf(t *testing.T) string {
	t.Helper()
	found := toTheReceipt.FindStringSubmatch(a.body)
	require.NotNil(t, found, a)
	return found[1]
}

func TestADecisionThatCannotReadAnEventFailsAndItsReceiptNamesTheEvent(t *testing.T) {
	t.Parallel()
	const path, words = "/courses/compilers/subscriptions", "the event StudentSubscribedToCourse at position 186 can't be read"
	app := newApp(t)
	require.EqualValues(t, 185, app.head())
	app.meanwhile = func(attempt int) {
		if attempt == 1 {
			app.storeUnreadable("compilers")
		}
	}
	ada := app.as("ada")
	got := ada.post(path)
	require.Equal(t, http.StatusInternalServerError, got.status)
	assert.Contains(t, got.text(), "An event can't be read Every decision that reads the event StudentSubscribedToCourse at position 186 of the log fails")
	first := got.receiptOf(t)
	page := ada.get(first)
	require.Equal(t, http.StatusOK, page.status)
	text := page.text()
	assert.Contains(t, text, "Failed: "+words+" What each attempt saw of the log")
	assert.Contains(t, text, "Attempts 2, one conflict")
	assert.Contains(t, text, "Attempt 1 Conflict with 186")
	assert.Contains(t, text, "Attempt 2 Failed It failed before it had read enough to decide.")
	assert.Contains(t, text, "Failed: "+words+". No rule refused this, and nothing was appended.")
	assert.Contains(t, text, "This attempt failed, and the rules had no part in that: no test of the rules would show it.")
	app.awaitPages()
	for _, page := range []string{"/log", "/log/186", "/courses/compilers"} {
		assert.Contains(t, ada.get(page).text(), "StudentSubscribedToCourse, whose content can't be read", page)
	}
	assert.Contains(t, page.body, `href="/log/186">Look at the event at 186<`)

	// From now on no decision gets as far as an attempt.
	got = ada.post(path)
	require.Equal(t, http.StatusInternalServerError, got.status)
	second := got.receiptOf(t)
	page = ada.get(second)
	text = page.text()
	assert.Contains(t, text, "Failed: "+words+" Failed: "+words+". No rule refused this, and nothing was appended.", "there is nothing to draw")
	assert.Contains(t, text, "Attempt 1 Failed It failed before it had read enough to decide.")
	assert.NotContains(t, text, "What the decision knew")
	assert.NotContains(t, text, "fired")

	for _, list := range []string{"/decisions", "/decisions?course=compilers", "/decisions?student=ada"} {
		assert.Equal(t, 2, strings.Count(ada.get(list).text(), "Failed: "+words), list)
	}
	assert.NotContains(t, ada.get("/decisions?kind=refused").text(), "Failed")
	for _, address := range []string{first, second, "/decisions"} {
		body := ada.get(address).body
		assert.NotContains(t, body, "Refused: ", address)
		assert.NotContains(t, body, "cannot unmarshal", address)
		assert.NotContains(t, body, "reflect.Value", address)
	}
	assert.Equal(t, http.StatusNotFound, ada.get(second+"/attempts/1/test").status)
	assert.EqualValues(t, 186, app.head(), "nothing of them was appended")
}

func TestADecisionThatIsUnderWayWhenTheLogLosesItsEndStartsOverAndSaysSo(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	app.meanwhile = func(int) { app.loseEnd(100) }
	ada := app.as("ada")
	got := ada.post("/courses/compilers/subscriptions")
	require.Equal(t, http.StatusSeeOther, got.status)
	require.EqualValues(t, 101, app.head())
	record := app.receipts()[0]
	require.Equal(t, receipt.Appended, record.Outcome())
	text := ada.get("/decisions/" + record.ID).text()
	assert.Contains(t, text, "Attempt 1 Another log")
	assert.Contains(t, text, "then started over, and read from the start of the log")
}

func TestADecisionThatIsHeldWhileTheLogLosesItsEndSaysSoAtOnce(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.holding("ada", "hold")
	held := ada.holds("/courses/compilers/subscriptions")
	app.loseEnd(180)
	text := ada.get(held).text()
	assert.Contains(t, text, "Held: will start over")
	assert.Contains(t, text, "The log lost its end: it ends at 180, and this decision had read it up to 185. If it goes on now it starts over")
	assert.EqualValues(t, 180, app.head())
}

// After a restore the log grows again, past the end that the decision had read.
func TestADecisionThatIsHeldOnALogThatHasOutgrownItsOldEndSaysThatItStartsOver(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.holding("ada", "hold")
	held := ada.holds("/courses/compilers/subscriptions")
	app.loseEnd(184)
	registers := courses.RegisterStudent{Student: "another", Name: "Another"}
	require.NoError(t, registers.Decide(t.Context(), app.store))
	require.EqualValues(t, 185, app.head(), "at the end that the decision had read")
	says := func() {
		text := ada.get(held).text()
		assert.Contains(t, text, "Held: will start over")
		assert.Contains(t, text, "The log lost its end: this decision had read it up to 185, and another event stands there now. If it goes on now it starts over")
		assert.NotContains(t, text, "Nothing got inside the boundary yet.")
	}
	says()
	registers.Student = "one-more"
	require.NoError(t, registers.Decide(t.Context(), app.store))
	require.EqualValues(t, 186, app.head(), "past it")
	says()
	require.Equal(t, held, ada.post(held+"/continue", "stop", "1").location)
	assert.Contains(t, ada.get(held).text(), "Attempt 1 met another log and was lost.")
}

// The course that it is about is lost. Such a refusal leaves no receipt, so its page has to tell it.
func TestADecisionThatIsHeldWhileTheLogLosesItsCourseIsToldSo(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.holding("ada", "hold")
	head := app.head()
	course := courses.DefineCourse{Course: "lost", Title: "Lost", Capacity: 9}
	require.NoError(t, course.Decide(t.Context(), app.store))
	held := ada.holds("/courses/lost/subscriptions")
	app.loseEnd(head)
	got := ada.letsGoOn(held)
	assert.Equal(t, http.StatusOK, got.status)
	assert.Contains(t, got.text(), "There is no such course. The log said so when the decision went on. Nothing was appended, and there is no receipt.")
	assert.Equal(t, head, app.head())
}

func TestAnAppendWhoseOutcomeIsUnknownIsFoundByItsEventsAndAnsweredByTheNext(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	const path = "/courses/compilers/subscriptions"
	require.Equal(t, http.StatusSeeOther, ada.post(path, "request", "one").status)
	// The commit succeeds, and the connection is lost before its answer arrives.
	_, err := app.pool.Exec(t.Context(), `update decision_receipt
		set receipt = jsonb_set(receipt::jsonb, '{attempts,0,failure}', '{"kind":"unknown"}')`)
	require.NoError(t, err)
	record := app.receipts()[0]
	require.Equal(t, receipt.Failed, record.Outcome())

	text := ada.get("/decisions/" + record.ID).text()
	assert.Contains(t, text, "Failed: it is unknown whether the facts are stored.")
	assert.Contains(t, text, "Send the same form again to find out")
	assert.NotContains(t, text, "nothing was appended")
	assert.Contains(t, ada.get("/log/186").body, "/decisions/"+record.ID)

	again := ada.post(path, "request", "one")
	require.Equal(t, http.StatusSeeOther, again.status)
	assert.Contains(t, ada.get(again.location).text(), "Carried out before: you took a seat in Compilers")
	assert.EqualValues(t, 186, app.head())
}

// Some unreadable events are about a course, and one is about Ada.
func TestPagesSayWhatCanNotBeDecidedAbout(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	const course, student = "This course has an event that the program can't read.", "This student has an event that the program can't read."
	hidden := regexp.MustCompile(`<div class="verdict verdict--refused" hidden`)
	for _, path := range []string{"/courses/compilers", "/students/ada"} {
		require.Regexp(t, hidden, app.visitor().get(path).body, path)
	}
	app.storeUnreadable("compilers")
	app.storeUnreadable("compilers")
	e := dcb.NewInputEvent(courses.StudentRenamed{}.EventType(), dcb.Tags{courses.StudentID("ada").Tag()}, []byte(`[]`))
	_, err := app.store.AppendEvents(t.Context(), []dcb.InputEvent{e}, dcb.Query{}, 0)
	require.NoError(t, err)
	app.awaitPages()

	got := app.visitor().get("/courses/compilers")
	require.NotRegexp(t, hidden, got.body)
	assert.Contains(t, got.text(), course+" Every decision that reads the StudentSubscribedToCourse at position 186 fails.")
	assert.Contains(t, got.body, `<a href="/log/186">Look at the event at 186</a>`)
	assert.Contains(t, app.visitor().get("/students/ada").text(), student+" Every decision that reads the StudentRenamed at position 188 fails")
	for _, path := range []string{"/courses/cryptography", "/students/kofi", "/courses/compilers?as_of=180", "/courses/compilers?as_of=187"} {
		assert.Regexp(t, hidden, app.visitor().get(path).body, path)
	}
	assert.Equal(t, http.StatusInternalServerError, app.as("ada").post("/courses/compilers/subscriptions").status, "it is so")

	require.NoError(t, app.terms.Rebuild(t.Context(), app.store, slog.New(slog.DiscardHandler), func(int64, int64) {}))
	assert.Contains(t, app.visitor().get("/courses/compilers").text(), course)
	var generations int
	require.NoError(t, app.pool.QueryRow(t.Context(), `select count(distinct generation) from read_unread`).Scan(&generations))
	require.Equal(t, 1, generations)
}
