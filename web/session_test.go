package web_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/web"
)

func TestChangingRolesRenewsTheSession(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	ada := app.as("ada")
	student := ada.post("/courses/compilers/subscriptions").cookie() // with a notice that no page has shown yet

	registrar := ada.post("/registrar", "passcode", passcode).cookie()
	assert.NotContains(t, app.with(student, "/registrar").text(), "You are the registrar", "the cookie from before the change")
	page := app.with(registrar, "/registrar")
	assert.Contains(t, page.text(), "You are the registrar")
	assert.Contains(t, page.text(), "Acting as Ada", "the role does not change whom she acts as")
	assert.NotContains(t, page.text(), "See the receipt", "nothing else is carried over")

	ada.post("/registrar/delete")
	page = ada.get("/registrar")
	assert.NotContains(t, page.text(), "You are the registrar")
	assert.Contains(t, page.text(), "Acting as Ada")
	assert.Equal(t, http.StatusForbidden, ada.get("/define-course").status)
}

// Whoever has the cookie is the registrar, so it must not be valid for ever.
func TestTheRegistrarsRoleEnds(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	registrar := app.visitor().post("/registrar", "passcode", passcode).cookie()
	t.Run("after twelve hours", func(t *testing.T) {
		pass := func(d time.Duration) {
			_, err := app.pool.Exec(t.Context(), `update signin set ends_at = ends_at - make_interval(secs => $1)`, d.Seconds())
			require.NoError(t, err)
		}
		require.Equal(t, 200, app.with(registrar, "/define-course").status)
		pass(11*time.Hour + 59*time.Minute)
		require.Equal(t, 200, app.with(registrar, "/define-course").status)
		pass(time.Minute)
		require.Equal(t, 403, app.with(registrar, "/define-course").status)
		pass(-time.Hour)
	})
	t.Run("when the passcode changes", func(t *testing.T) {
		changed := app.another(func(config *web.Config) { config.Passcode = "another horse battery" })
		require.Equal(t, 200, app.with(registrar, "/define-course").status)
		require.Equal(t, 403, changed.with(registrar, "/define-course").status)
	})
}

// A late answer was made for the role in which it was asked for. It must not bring that role back.
func TestALateAnswerBringsNobodyBack(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	for name, ask := range map[string]func(then string) answer{
		"a page": func(then string) answer { return app.with(then, "/courses/compilers") },
		"a page with a notice": func(then string) answer {
			got := app.postWith(then, "/courses/history-of-computing/subscriptions", "")
			return app.with(got.cookie()+"; "+then, "/courses/compilers")
		},
		"a form":             func(then string) answer { return app.postWith(then, "/courses/formal-methods/subscriptions", "") },
		"the tour":           func(then string) answer { return app.postWith(then, "/tour", "tour=start") },
		"a setting":          func(then string) answer { return app.postWith(then, "/session/gap", "gap=1") },
		"a step of the tour": func(then string) answer { return app.with(then, "/courses/compilers/boundary") },
	} {
		browser := app.as("ada")
		browser.post("/registrar", "passcode", passcode)
		then := browser.cookie()
		browser.post("/session", "student", "kofi")
		browser.post("/registrar/delete")

		late := ask(then)
		require.Less(t, late.status, 500, name)
		browser.takes(late)
		page := browser.get("/registrar").text()
		assert.Contains(t, page, "Acting as Kofi", name)
		assert.NotContains(t, page, "You are the registrar", name)
	}
}

func TestSigningOutCountsForEveryCopyOfTheCookie(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	there := app.another(guarded)
	registrar, colleague := app.in("registrar"), app.in("registrar")
	copied := registrar.cookie()
	require.Equal(t, http.StatusOK, there.with(copied, "/define-course").status)

	require.Equal(t, http.StatusSeeOther, registrar.post("/registrar/delete").status)
	assert.Equal(t, http.StatusForbidden, app.with(copied, "/define-course").status)
	assert.Equal(t, http.StatusForbidden, there.with(copied, "/define-course").status, "in another process")
	again := app.another(guarded)
	assert.Equal(t, http.StatusForbidden, again.with(copied, "/define-course").status, "after a restart")
	assert.Equal(t, http.StatusOK, colleague.get("/define-course").status, "somebody else is still signed in")
	require.Equal(t, http.StatusSeeOther, registrar.post("/registrar", "passcode", passcode).status)
	assert.Equal(t, http.StatusOK, registrar.get("/define-course").status)
	assert.Equal(t, http.StatusForbidden, app.with(copied, "/define-course").status, "signing in again does not make the copy valid")
}

// A copy of the cookies from before the change must not give access to held decisions.
func TestWhatABrowserHoldsGoesByAnotherNameWhenItsRoleChanges(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	ada := app.holding("ada", "hold")
	held := ada.holds("/courses/history-of-computing/subscriptions")
	for _, change := range []string{"/registrar", "/registrar/delete"} {
		copied := ada.cookie()
		require.Equal(t, http.StatusSeeOther, ada.post(change, "passcode", passcode).status)
		got := app.postWith(copied, held+"/cancel", "stop=1")
		require.Equal(t, http.StatusForbidden, got.status, change)
		require.Contains(t, ada.get("/students").text(), "Held: ", change)
	}
	require.Equal(t, http.StatusSeeOther, ada.post(held+"/continue", "stop", "1").status)
	assert.Contains(t, ada.get("/courses/history-of-computing").text(), "You have a seat")
}
