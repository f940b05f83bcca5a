package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
	"go-crablet/receipt"
)

// holding returns a student who holds the gap open.
func (a *app) holding(student, gap string) visitor {
	a.t.Helper()
	v := a.as(student)
	require.Equal(a.t, http.StatusSeeOther, v.post("/session/gap", "gap", gap).status)
	return v
}

// holds sends a form whose decision is held, and returns the address of its page.
func (v visitor) holds(path string, form ...string) string {
	v.app.t.Helper()
	got := v.post(path, form...)
	require.Equal(v.app.t, http.StatusSeeOther, got.status, got)
	require.Regexp(v.app.t, `^/held/[a-z2-7]{26}$`, got.location)
	return got.location
}

var stopField = regexp.MustCompile(`name="stop" value="(\d+)"`)

// letsGoOn presses the button of the page as it is now, and returns where that leads.
func (v visitor) letsGoOn(held string) answer {
	v.app.t.Helper()
	stop := stopField.FindStringSubmatch(v.get(held).body)
	require.NotNil(v.app.t, stop, "the page has the button")
	require.Equal(v.app.t, http.StatusSeeOther, v.post(held+"/continue", "stop", stop[1]).status)
	return v.get(held)
}

// Two people decide to take the last seat of Compilers, and both decisions are held before
// their append.
func TestTwoSessionsMakeAConflictByHandForTheLastSeat(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	before := app.head()
	ada, wanda := app.holding("ada", "hold"), app.holding("wanda", "hold")
	hers := ada.holds("/courses/compilers/subscriptions", "request", "one")
	page := ada.get(hers)
	require.Equal(t, http.StatusOK, page.status)
	assert.Contains(t, page.text(), "Decided to seat Ada; the append waits. Nothing got inside the boundary yet.")
	assert.Contains(t, page.text(), "Seats taken 15")
	const reload = `<noscript><meta http-equiv="refresh" content="2"></noscript>`
	assert.Contains(t, page.body, reload, "without scripts it changes as well")
	assert.NotContains(t, ada.get("/").body, reload)

	wandas := wanda.holds("/courses/compilers/subscriptions", "request", "two")
	assert.Equal(t, before, app.head(), "nothing is appended while it is held")
	won := wanda.letsGoOn(wandas)
	require.Regexp(t, `^/decisions/`, won.location)
	assert.Equal(t, before+1, app.head())

	page = ada.get(hers)
	assert.Contains(t, page.text(), "Wanda took a seat in Compilers at 186, inside the boundary: this append will be turned away")
	lost := ada.letsGoOn(hers)
	require.Regexp(t, `^/decisions/`, lost.location, "refused, so it is not held a second time: %s", lost)
	assert.Equal(t, before+1, app.head(), "one seat, one event")

	receipts, err := receipt.NewStore(app.pool).Latest(t.Context(), receipt.Filter{Races: true}, 9)
	require.NoError(t, err)
	require.Len(t, receipts, 2)
	last := receipts[0]
	assert.Equal(t, "Ada subscribes to Compilers", last.Title)
	assert.Equal(t, receipt.Refused, last.Outcome())
	require.Len(t, last.Attempts, 2)
	require.NotNil(t, last.Attempts[0].Conflict)
	require.Len(t, last.Attempts[0].Conflict.Events, 1)
	assert.EqualValues(t, 186, last.Attempts[0].Conflict.Events[0].Position)
	assert.Equal(t, receipt.HoldContinued, last.Attempts[0].Hold.End)
	assert.Equal(t, courses.ErrCourseFull.Error(), last.Attempts[1].Refusal)
	assert.Nil(t, last.Attempts[1].Hold)
	said := ada.get(lost.location).text()
	assert.Contains(t, said, "every seat in this course is taken")
}

func TestWithTwoSeatsTheSecondAttemptIsHeldAgainAndAppends(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.holding("ada", "hold")
	hers := ada.holds("/courses/history-of-computing/subscriptions")
	first := stopField.FindStringSubmatch(ada.get(hers).body)[1]
	app.carryOut(courses.SubscribeStudent{Student: "kofi", Course: "history-of-computing"})
	app.carryOut(courses.RegisterStudent{Student: "zoe", Name: "Zoë"})
	page := ada.get(hers).text()
	assert.Contains(t, page, "Kofi took a seat in History of Computing at 186")
	assert.Contains(t, page, "1 new event is outside it, and does not matter.")
	before := app.head()

	again := ada.letsGoOn(hers)
	require.Equal(t, http.StatusOK, again.status)
	assert.Contains(t, again.text(), "Attempt 2")
	assert.Contains(t, again.text(), "now read")
	assert.Contains(t, again.text(), "Read 1 new event, up to 187.")
	assert.Contains(t, again.text(), "Seats taken changed 0 → 1")
	assert.Equal(t, before, app.head())

	// The button of an older page must not release an attempt that nobody has seen.
	require.Equal(t, http.StatusSeeOther, ada.post(hers+"/continue", "stop", first).status)
	assert.Contains(t, ada.get(hers).text(), "Attempt 2")
	assert.Equal(t, before, app.head())

	over := ada.letsGoOn(hers)
	require.Regexp(t, `^/decisions/`, over.location)
	assert.Equal(t, before+1, app.head())
	record, err := receipt.NewStore(app.pool).Find(t.Context(), strings.TrimPrefix(over.location, "/decisions/"))
	require.NoError(t, err)
	assert.Equal(t, receipt.Appended, record.Outcome())
	require.Len(t, record.Attempts, 2)
	assert.Equal(t, 1, record.Conflicts())
	assert.EqualValues(t, 188, record.Last().Wanted[0].Position)
	assert.Equal(t, receipt.HoldContinued, record.Attempts[0].Hold.End)
	assert.Equal(t, receipt.HoldContinued, record.Attempts[1].Hold.End)
}

func TestTheSwitchOfTheGap(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	assert.NotContains(t, ada.get("/").text(), "You hold the gap open")
	for _, none := range []string{"", "0", "6", "01", "+1", "1.5", "on", "-1", "５", strings.Repeat("9", 5000), "\x00"} {
		got := ada.post("/session/gap", "gap", none)
		assert.Equal(t, http.StatusUnprocessableEntity, got.status, "%.20q", none)
		assert.Contains(t, got.text(), "Send the field gap: off, hold, or 1 to 5")
	}
	assert.NotContains(t, ada.get("/").text(), "You hold the gap open")

	for gap, says := range map[string]string{"hold": "until you let each decision go on", "1": "for 1 second of thinking", "5": "for 5 seconds of thinking"} {
		got := ada.post("/session/gap", "gap", gap, "from", "/courses/compilers")
		require.Equal(t, "/courses/compilers", got.location)
		for _, page := range []string{"/", "/courses/compilers", "/students/ada", "/decisions", "/race", "/session/gap"} {
			assert.Contains(t, ada.get(page).text(), "You hold the gap open "+says, page)
		}
		assert.NotContains(t, app.as("ada").get("/").text(), "You hold the gap open", "it is the session's, not the student's")
	}
	require.Equal(t, "/session/gap", ada.post("/session/gap", "gap", "off").location)
	assert.NotContains(t, ada.get("/").text(), "You hold the gap open")
	assert.Equal(t, "/courses/compilers", ada.post("/courses/compilers/subscriptions").location, "carried out at once")
}

// Whatever else changes about the session, and whichever process answers.
func TestTheSwitchSurvives(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	ada := app.holding("ada", "3")
	on := func(when string) {
		t.Helper()
		assert.Contains(t, ada.get("/").text(), "You hold the gap open for 3 seconds of thinking", when)
	}
	ada.post("/session", "student", "kofi")
	on("acting as another")
	ada.post("/registrar", "passcode", passcode)
	on("as the registrar")
	ada.holds("/courses/compilers/title", "title", "Knots")
	ada.post("/registrar/delete")
	on("without the role")
	ada.post("/session", "student", "")
	on("acting as nobody")

	elsewhere := ada // the same browser at another process
	elsewhere.app = app.another()
	here, err := url.Parse(app.server.URL)
	require.NoError(t, err)
	there, err := url.Parse(elsewhere.app.server.URL)
	require.NoError(t, err)
	elsewhere.client.Jar.SetCookies(there, ada.client.Jar.Cookies(here))
	assert.Contains(t, elsewhere.get("/").text(), "You hold the gap open for 3 seconds of thinking")
}

// A visitor may need the registrar's role for the event that the held decision is to conflict with.
func TestAHeldDecisionStaysWithItsBrowserWhenTheRoleChanges(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	ada := app.holding("ada", "hold")
	seat := ada.holds("/courses/compilers/subscriptions")
	require.Equal(t, http.StatusSeeOther, ada.post("/registrar", "passcode", passcode).status)
	require.Contains(t, ada.get("/").body, `href="`+seat+`"`)
	title := ada.holds("/courses/cryptography/title", "title", "Knots")
	require.Equal(t, http.StatusSeeOther, ada.post("/registrar/delete").status)
	for _, held := range []string{seat, title} {
		require.Contains(t, ada.get("/").body, `href="`+held+`"`)
		assert.Regexp(t, `^/decisions/`, ada.letsGoOn(held).location)
	}
}

// A visitor's switch holds only the decisions of that visitor's forms.
func TestARaceIsNotHeld(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.holding("ada", "hold")
	got := ada.post("/race", "contenders", "2", "seats", "1", "courses", "1", "think", "0", "spread", "0")
	require.Regexp(t, `^/race/`, got.location)
	app.awaitRaces()
	assert.Contains(t, ada.get(got.location).text(), "Exactly 1 got a seat.")
}
