package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
)

// letsIn presses the button of a page that lets somebody in, and returns who that is, and where
// the answer leads.
func (v visitor) letsIn(page, who string) (name string, got answer) {
	v.app.t.Helper()
	for _, f := range formsIn(v.get(page).body) {
		if strings.HasSuffix(f.action, "/rivals") && f.value("who") == who {
			return f.value("rival"), v.post(f.action, f.fields...)
		}
	}
	require.Fail(v.app.t, "no such button", "%s on %s: %s", who, page, v.get(page).text())
	return "", answer{}
}

// value returns the value of a field of the form, or "".
func (f form) value(name string) string {
	for i := 0; i+1 < len(f.fields); i += 2 {
		if f.fields[i] == name {
			return f.fields[i+1]
		}
	}
	return ""
}

// letsRivalsIn presses the buttons of a held decision and of the lens, which name a student who
// can: at random hardly anybody is named who can.
func (a *app) letsRivalsIn(carriedOut map[string]bool) {
	kofi := a.holding("kofi", "hold")
	held := kofi.holds("/courses/history-of-computing/subscriptions")
	for route, page := range map[string]string{"POST /held/{held}/rivals": held, "POST /courses/{course}/boundary/rivals": "/courses/probability/boundary"} {
		_, got := kofi.letsIn(page, "inside")
		require.Equal(a.t, http.StatusSeeOther, got.status, got)
		carriedOut[route] = true
	}
	require.Equal(a.t, http.StatusSeeOther, kofi.post(held+"/cancel", "stop", "1").status)
}

// In one window: whoever holds a decision lets somebody get in first, for real.
func TestARivalGetsInBeforeAHeldDecision(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	ada := app.holding("ada", "hold")
	held := ada.holds("/courses/compilers/subscriptions")
	before := app.head()

	stranger, got := ada.letsIn(held, "outside")
	require.Equal(t, http.StatusSeeOther, got.status, got)
	require.Equal(t, held, got.location)
	require.Equal(t, before+1, app.head(), "%s is not held", stranger)
	assert.Contains(t, ada.get(held).text(), "Nothing got inside the boundary yet. If it goes on now, it is appended. 1 new event is outside it")

	rival, got := ada.letsIn(held, "inside")
	require.Equal(t, held, got.location, got)
	require.Equal(t, before+2, app.head())
	text := ada.get(held).text()
	assert.Contains(t, text, "took a seat in Compilers at 187, inside the boundary: this append will be turned away.")
	assert.Contains(t, app.visitor().get("/log/187").text(), "a visitor", "whoever pressed the button is noted")
	assert.NotEqual(t, "ada", rival)

	over := ada.letsGoOn(held)
	assert.Contains(t, ada.get(over.location).text(), "Refused: every seat in this course is taken", "it was the last one")
}

func TestARivalGetsInBeforeADecisionThatIsLookedAt(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	ada, before := app.as("ada"), app.head()
	const lens = "/courses/history-of-computing/boundary"
	_, got := ada.letsIn(lens, "inside")
	require.Equal(t, http.StatusSeeOther, got.status, got)
	require.Equal(t, before+1, app.head())
	assert.Contains(t, ada.get("/log/186").text(), "took a seat in History of Computing")
	_, got = ada.letsIn(lens+"?student=ada&give=cryptography", "inside")
	require.Equal(t, http.StatusSeeOther, got.status, got)
	_, got = ada.letsIn(lens, "outside")
	require.Equal(t, http.StatusSeeOther, got.status, got)
	stranger, _, _ := strings.Cut(ada.get("/log/188").text(), " · ")
	assert.NotContains(t, stranger, "History of Computing")
	assert.NotContains(t, ada.get("/courses/compilers/boundary?student=kofi").body, "/rivals", "that is not for Ada to send")
}

func TestAButtonForARivalIsPressedTwiceOrTooLate(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.holding("ada", "hold")
	held := ada.holds("/courses/history-of-computing/subscriptions")
	var button form
	for _, f := range formsIn(ada.get(held).body) {
		if f.value("who") == "inside" {
			button = f
		}
	}
	require.Equal(t, http.StatusSeeOther, ada.post(button.action, button.fields...).status)
	before := app.head()
	require.Equal(t, http.StatusSeeOther, ada.post(button.action, button.fields...).status, "the second click")
	require.Equal(t, before, app.head())

	got := ada.post(button.action, "who", "inside", "rival", button.value("rival"), "does", button.value("does"))
	require.Equal(t, http.StatusConflict, got.status)
	assert.Contains(t, got.text(), "The student on this button can't do that any more")
	for _, wrong := range [][]string{{"who", "somebody"}, {"rival", "kofi"}} {
		require.Equal(t, http.StatusUnprocessableEntity, ada.post(button.action, wrong...).status)
	}
	require.Equal(t, http.StatusConflict, ada.post(button.action, "who", "inside", "rival", "no-such-student").status)
	require.Equal(t, http.StatusForbidden, app.as("kofi").post(button.action, "who", "inside", "rival", "mei").status)
	over := ada.letsGoOn(held) // the second attempt is held
	require.Equal(t, http.StatusOK, over.status)
	ada.letsGoOn(held)
	got = ada.post(button.action, "who", "inside", "rival", "mei")
	require.Equal(t, http.StatusConflict, got.status)
	assert.Contains(t, got.text(), "The decision is not held any more")
	require.Equal(t, before+1, app.head())
}

// If nobody can do it, the button says why not.
func TestAButtonForARivalSaysWhyNot(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	registrar := app.in("registrar")
	require.Equal(t, http.StatusSeeOther, registrar.post("/session/gap", "gap", "hold").status)
	held := registrar.holds("/courses/compilers/title", "title", "Knots")
	page := registrar.get(held)
	assert.Contains(t, page.text(), "Nobody can get in first: no other student can change what was read")
	assert.Regexp(t, regexp.MustCompile(`<button[^>]* disabled>Nobody can`), page.body)
	assert.Contains(t, page.text(), "Let a stranger in:")
}

// What no course and no student can have as an id is not decided about.
func TestNobodyIsLetInBeforeWhatCannotBe(t *testing.T) {
	t.Parallel()
	registrar := newApp(t).visitor()
	for _, test := range []struct{ course, student, give string }{{"%00", "ada", ""}, {"compilers", "", ""}, {"compilers", "ada", "a b"}} {
		got := registrar.post("/courses/"+test.course+"/boundary/rivals", "student", test.student, "give", test.give, "who", "inside", "rival", "kofi")
		assert.Equal(t, http.StatusNotFound, got.status, "%v", test)
	}
}

// A button names a student who exists, and who may do what the button says.
func TestARivalOfALastSeatWhenEverybodyElseHasTenCourses(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	app.carryOut(courses.DefineCourse{Course: "knots", Title: "Knots", Capacity: 9})
	ada := app.holding("ada", "hold")
	held := ada.holds("/courses/knots/subscriptions")
	rival, got := ada.letsIn(held, "inside")
	require.Equal(t, http.StatusSeeOther, got.status)
	assert.Contains(t, ada.get("/students/"+rival).text(), "Knots")
}
