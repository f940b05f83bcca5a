package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/web"
)

var hiddenField = regexp.MustCompile(`<input type="hidden"[^>]* name="([^"]*)" value="([^"]*)"`)

// formOf returns the address of the form that has a button, and the names and values of its hidden
// fields in turn.
func (a answer) formOf(t testing.TB, button string) (action string, fields []string) {
	t.Helper()
	for _, form := range regexp.MustCompile(`(?s)<form[^>]*method="post"[^>]*action="([^"]*)".*?</form>`).FindAllStringSubmatch(a.body, -1) {
		if !strings.Contains(answer{body: form[0]}.text(), button) {
			continue
		}
		for _, field := range hiddenField.FindAllStringSubmatch(form[0], -1) {
			fields = append(fields, field[1], field[2])
		}
		return form[1], fields
	}
	require.Fail(t, "no form has such a button", "%q in %s", button, a.text())
	return "", nil
}

// press sends the form of a page that has a button. typed are the names and values of other fields.
func (v visitor) press(page answer, button string, typed ...string) answer {
	v.app.t.Helper()
	action, fields := page.formOf(v.app.t, button)
	return v.post(action, append(fields, typed...)...)
}

// Two tabs of one browser: a form is meant for the student whom its own page shows.
func TestAFormForSomebodyElseIsNotCarriedOut(t *testing.T) {
	t.Parallel()
	t.Run("and the answer says what happened", theAnswerToAMixUpSaysSo)
	t.Run("until it is sent as the student of the form", aMixUpCanBeSentAsTheStudentOfTheForm)
	t.Run("or as the student of the browser", aMixUpCanBeSentAsTheStudentOfTheBrowser)
	t.Run("and is carried out once", aMixUpIsCarriedOutOnce)
	t.Run("by a browser that acts as nobody", nobodySendsAFormOfAda)
	t.Run("in the name of a student who does not exist", nobodySendsAFormOfAnUnknownStudent)
}

// mixUp opens a page as Ada, acts as Kofi in another tab, and presses a button on Ada's page.
func mixUp(t *testing.T) (app *app, browser visitor, got answer) {
	t.Helper()
	app = newApp(t, guarded)
	browser = app.as("ada")
	page := browser.get("/courses/compilers")
	require.Equal(t, http.StatusSeeOther, browser.post("/session", "student", "kofi").status)
	before := app.head()
	got = browser.press(page, "Subscribe")
	require.Equal(t, http.StatusConflict, got.status)
	require.Equal(t, before, app.head(), "nothing happened")
	return app, browser, got
}

func theAnswerToAMixUpSaysSo(t *testing.T) {
	t.Parallel()
	_, _, got := mixUp(t)
	assert.Contains(t, got.text(), "This form was made for Ada. This browser now acts as Kofi, perhaps because of another tab.")
	assert.Contains(t, got.body, `<a href="/courses/compilers#act-compilers">Back, without sending it</a>`)
}

func aMixUpCanBeSentAsTheStudentOfTheForm(t *testing.T) {
	t.Parallel()
	_, browser, got := mixUp(t)
	require.Equal(t, http.StatusSeeOther, browser.press(got, "Send it as Ada").status)
	page := browser.get("/courses/compilers").text()
	assert.Contains(t, page, "Acting as Ada")
	assert.Contains(t, page, "you have a seat in Compilers")
}

func aMixUpCanBeSentAsTheStudentOfTheBrowser(t *testing.T) {
	t.Parallel()
	_, browser, got := mixUp(t)
	require.Equal(t, http.StatusSeeOther, browser.press(got, "Send it as Kofi").status)
	page := browser.get("/courses/compilers").text()
	assert.Contains(t, page, "Acting as Kofi")
	assert.Contains(t, page, "you have a seat in Compilers")
}

func aMixUpIsCarriedOutOnce(t *testing.T) {
	t.Parallel()
	app, browser, got := mixUp(t)
	require.Equal(t, http.StatusSeeOther, browser.press(got, "Send it as Ada").status)
	after := app.head()
	browser.press(got, "Send it as Ada")
	assert.Equal(t, after, app.head())
}

func nobodySendsAFormOfAda(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	browser := app.as("ada")
	page := browser.get("/students/ada")
	require.Equal(t, http.StatusSeeOther, browser.post("/session", "student", "").status)
	got := browser.press(page, "Change name", "name", "Ada Lovelace")
	require.Equal(t, http.StatusConflict, got.status)
	assert.Contains(t, got.text(), "now acts as nobody")
	require.Equal(t, http.StatusSeeOther, browser.press(got, "Send it as Ada").status)
	assert.Contains(t, browser.get("/students/ada").text(), "Ada Lovelace", "what was typed is not lost")
}

func nobodySendsAFormOfAnUnknownStudent(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	for _, id := range []string{"nobody-of-that-name", "a\x00", strings.Repeat("x", 9000), "ada+", "+", "ada+registrar+registrar"} {
		got := app.as("kofi").post("/courses/compilers/subscriptions", "as", id, "switch", "yes")
		assert.Contains(t, []int{http.StatusNotFound, http.StatusConflict}, got.status, "%.20q", id)
	}
}

func TestAFormOfTheRegistrarIsNotCarriedOutOnceSignedOut(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	browser := app.in("registrar")
	page := browser.get("/courses/compilers")
	require.Equal(t, http.StatusSeeOther, browser.post("/registrar/delete").status)
	before := app.head()
	got := browser.press(page, "Change title", "title", "Linkers")
	require.Equal(t, http.StatusConflict, got.status)
	assert.Contains(t, got.text(), "this browser is no longer signed in")
	assert.Contains(t, got.body, `value="Linkers"`, "what was typed is kept")
	assert.NotContains(t, got.text(), "Send it as nobody", "nobody may not")
	assert.Equal(t, before, app.head())

	wrong := browser.press(got, "Sign in and send it", "title", "Linkers", "passcode", "open sesame")
	require.Equal(t, http.StatusForbidden, wrong.status)
	assert.Contains(t, wrong.text(), "This is not the passcode.")
	assert.Contains(t, wrong.body, `value="Linkers"`)
	assert.NotContains(t, wrong.body, "open sesame")
	assert.Equal(t, before, app.head())
	require.Equal(t, http.StatusSeeOther, browser.press(wrong, "Sign in and send it", "title", "Linkers", "passcode", passcode).status, "signed in, and the form goes on")
	answer := browser.get("/courses/compilers").text()
	assert.Contains(t, answer, "Renamed: the course is called Linkers now.")
	assert.Contains(t, answer, "You are the registrar")
}

// The passcode makes nobody the registrar in a form that was not made for the registrar, and is
// guessed there no more often than elsewhere.
func TestAPasscodeInAnotherForm(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	ada := app.as("ada")
	require.Equal(t, http.StatusSeeOther, ada.post("/courses/compilers/subscriptions", "as", "ada", "passcode", passcode).status)
	require.Equal(t, http.StatusForbidden, ada.post("/courses/compilers/title", "title", "Knots", "passcode", passcode).status)
	require.Equal(t, http.StatusForbidden, ada.get("/define-course").status)
	for range web.AttemptsOfOne {
		require.Equal(t, http.StatusForbidden, ada.post("/courses/compilers/title", "as", "ada+registrar", "title", "Knots", "passcode", "wrong").status)
	}
	got := ada.post("/courses/compilers/title", "as", "ada+registrar", "title", "Knots", "passcode", passcode)
	require.Equal(t, http.StatusTooManyRequests, got.status)
	require.Contains(t, got.text(), "There were too many attempts.")
	require.Contains(t, got.body, `value="Knots"`)
	require.NotContains(t, app.logged.String(), "horse")
}

func TestSigningInLeadsBackToThePageThatLedThere(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	browser := app.visitor()
	for referer, page := range map[string]string{
		"/define-course": "/define-course", "/courses/compilers?seats=after.60": "/courses/compilers?seats=after.60",
		"": "/", "/registrar": "/", "//evil.example/x": "/", "/live?topic=x": "/",
	} {
		signIn := browser.send(http.MethodGet, "/registrar", nil, http.Header{"Referer": {app.server.URL + referer}})
		wrong := browser.press(signIn, "Sign in", "passcode", "wrong")
		require.Equal(t, http.StatusForbidden, wrong.status)
		require.Equal(t, page, browser.press(wrong, "Sign in", "passcode", passcode).location, referer)
		require.Equal(t, http.StatusSeeOther, browser.post("/registrar/delete").status)
	}
	signIn := browser.send(http.MethodGet, "/registrar", nil, http.Header{"Referer": {"https://evil.example/nowhere"}})
	require.Equal(t, "/", browser.press(signIn, "Sign in", "passcode", passcode).location)
}

// Every form of a command names the student and the role that it was made for.
func TestEveryFormOfACommandSaysForWhom(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	held := app.holding("ada", "hold")
	location := held.post("/courses/history-of-computing/subscriptions").location
	require.Contains(t, location, "/held/")
	for _, tried := range []struct {
		by   visitor
		path string
	}{
		{ada, "/"},
		{ada, "/courses/compilers"},
		{ada, "/courses/cryptography"},
		{ada, "/courses/compilers/boundary"},
		{ada, "/students/ada"},
		{ada, "/define-course"},
		{ada, "/register-student"},
		{ada, "/race"},
		{ada, "/race/strategies"},
		{held, location},
	} {
		page := tried.by.get(tried.path)
		require.Equal(t, http.StatusOK, page.status, tried.path)
		commands := 0
		for _, form := range regexp.MustCompile(`(?s)<form[^>]*method="post"[^>]*action="([^"]*)".*?</form>`).FindAllStringSubmatch(page.body, -1) {
			if action := form[1]; strings.HasPrefix(action, "/session") || action == "/tour" || strings.HasPrefix(action, "/registrar") {
				continue // about the browser itself
			}
			commands++
			assert.Contains(t, form[0], `name="as" value="ada+registrar"`, "%s in %s", form[1], tried.path)
		}
		assert.NotZero(t, commands, tried.path)
	}
}

// The areas of a page for one role must not come into a page for another.
func TestAPageOfSomebodyElseIsLoadedAnew(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	browser := app.as("ada")
	headers := regexp.MustCompile(`<body hx-headers="([^"]*)"`).FindStringSubmatch(browser.get("/courses/compilers").body)
	require.Equal(t, `{&#34;Made-For&#34;:&#34;ada&#34;}`, headers[1])
	refetch := func(path, madeFor string) answer {
		return browser.send(http.MethodGet, path, nil, http.Header{"Hx-Request": {"true"}, "Made-For": {madeFor}})
	}
	paths := []string{"/", "/courses/compilers", "/students", "/students/ada", "/decisions", "/log", "/race", "/race/strategies"}
	for _, path := range paths {
		got := refetch(path, "ada")
		require.Equal(t, http.StatusOK, got.status, path)
		require.Empty(t, got.header.Get("HX-Refresh"))
	}
	for role, become := range map[string]func(){
		"another": func() { browser.post("/session", "student", "kofi") },
		"nobody":  func() { browser.post("/session", "student", "") },
		"the registrar": func() {
			browser.post("/session", "student", "ada")
			browser.post("/registrar", "passcode", passcode)
		},
	} {
		become()
		for _, path := range paths {
			got := refetch(path, "ada")
			assert.Equal(t, http.StatusNoContent, got.status, "%s as %s", path, role)
			assert.Equal(t, "true", got.header.Get("HX-Refresh"), "%s as %s", path, role)
			assert.Empty(t, got.body)
		}
		browser.post("/registrar/delete")
		browser.post("/session", "student", "ada")
	}
}
