package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/web"
	"go-crablet/web/site"
)

// The keys of sessions: today's, and the one before it.
const (
	newKey = "0123456789abcdef0123456789abcdef"
	oldKey = "fedcba9876543210fedcba9876543210"
)

func keys(keys ...string) func(*web.Config) {
	return func(config *web.Config) {
		config.SessionKeys = nil
		for _, key := range keys {
			config.SessionKeys = append(config.SessionKeys, []byte(key))
		}
	}
}

// cookie returns the cookies that an answer sets, as a browser sends them back, or "".
func (a answer) cookie() string {
	var cookies []string
	for _, set := range a.header.Values("Set-Cookie") {
		cookie, _, _ := strings.Cut(set, ";")
		cookies = append(cookies, cookie)
	}
	return strings.Join(cookies, "; ")
}

// cookie returns the cookies that a visitor has, or "".
func (v visitor) cookie() string {
	address, err := url.Parse(v.app.server.URL)
	require.NoError(v.app.t, err)
	var cookies []string
	for _, cookie := range v.client.Jar.Cookies(address) {
		cookies = append(cookies, cookie.String())
	}
	return strings.Join(cookies, "; ")
}

// The names of the cookies of who one is, and of what is to be told.
var (
	whoCookie   = site.CookieName([]byte(newKey), "who")
	notesCookie = site.CookieName([]byte(newKey), "notes")
)

// with returns a visitor who brings a cookie along.
func (a *app) with(cookie, path string) answer {
	return a.visitor().send(http.MethodGet, path, nil, http.Header{"Cookie": {cookie}})
}

func TestTheSessionCookieIsKeptFromScriptsAndOtherSites(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	cookies := app.visitor().post("/session", "student", "ada").header.Values("Set-Cookie")
	require.Len(t, cookies, 2, "who one is, and what was done for the first time")
	for _, cookie := range cookies {
		for _, attribute := range []string{"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"} {
			assert.Contains(t, cookie, attribute)
		}
		assert.NotContains(t, cookie, "Secure", "a browser would not send it back without TLS")
	}
}

func TestACookieThatDoesNotDecodeIsANewSession(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	whole := app.as("ada").post("/session", "student", "ada").cookie()
	require.Contains(t, whole, whoCookie+"=")
	require.Contains(t, app.with(whole, "/").text(), "Acting as Ada")
	for name, value := range map[string]string{
		"empty":      whoCookie + "=",
		"noise":      whoCookie + "=x",
		"oversized":  whoCookie + "=" + strings.Repeat("A", 5000),
		"not base64": whoCookie + "=MTY5fEFB|%00",
		"cut short":  whole[:len(whole)-1],
		"altered":    whole[:60] + string(whole[60]^1) + whole[61:],
		"other key":  whoCookie + "=" + encodeAs(t, whoCookie, oldKey, map[any]any{"student": "ada"}),
		"other name": whoCookie + "=" + encodeAs(t, notesCookie, newKey, map[any]any{"student": "ada"}),
		"other type": encode(t, "who", newKey, []string{"ada"}),
	} {
		got := app.with(value, "/")
		assert.Equal(t, http.StatusOK, got.status, name)
		assert.Contains(t, got.text(), "Act as a student", name)
	}
	for name, values := range map[string]map[any]any{
		"a number for a student": {"student": 7},
		"a number for a secret":  {"sign_in": 7, "passcode": "x"},
		"no such receipt":        {"receipt": "none"},
		"a number for a receipt": {"receipt": 7},
		"a text for a number":    {"gap": 7, "runner": 7, "large": "yes", "tour": "all"},
	} {
		got := app.with(encode(t, "who", newKey, values)+"; "+encode(t, "own", newKey, values)+"; "+encode(t, "notes", newKey, values), "/")
		assert.Equal(t, http.StatusOK, got.status, name)
	}
}

func TestSessionKeysRotate(t *testing.T) {
	t.Parallel()
	before := newApp(t, guarded, keys(oldKey))
	ofAda := before.visitor().post("/session", "student", "ada").cookie()
	ofRegistrar := before.visitor().post("/registrar", "passcode", passcode).cookie()

	during := before.another(guarded, keys(newKey, oldKey))
	assert.Contains(t, during.with(ofAda, "/").text(), "Acting as Ada")
	assert.Contains(t, during.with(ofRegistrar, "/registrar").text(), "You are the registrar")
	renewed := during.visitor().post("/session", "student", "ada").cookie()

	after := before.another(guarded, keys(newKey))
	assert.Contains(t, after.with(renewed, "/").text(), "Acting as Ada", "the first key signs")
	assert.Contains(t, after.with(ofAda, "/").text(), "Act as a student", "the old key is gone")
	assert.NotContains(t, after.with(ofRegistrar, "/registrar").text(), "You are the registrar")
}

func TestInstancesShareSessionsByTheirKeys(t *testing.T) {
	t.Parallel()
	here := newApp(t, guarded)
	there := here.another(guarded)
	cookie := here.visitor().post("/registrar", "passcode", passcode).cookie()
	require.Contains(t, there.with(cookie, "/registrar").text(), "You are the registrar")
}

func TestChangingRolesRenewsTheSession(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	ada := app.as("ada")
	student := ada.post("/courses/compilers/subscriptions").cookie() // a notice is waiting in it

	registrar := ada.post("/registrar", "passcode", passcode).cookie()
	assert.NotContains(t, app.with(student, "/registrar").text(), "You are the registrar", "the cookie of before")
	page := app.with(registrar, "/registrar")
	assert.Contains(t, page.text(), "You are the registrar")
	assert.Contains(t, page.text(), "Acting as Ada", "she still is")
	assert.NotContains(t, page.text(), "See the receipt", "nothing else is carried over")

	ada.post("/registrar/delete")
	page = ada.get("/registrar")
	assert.NotContains(t, page.text(), "You are the registrar")
	assert.Contains(t, page.text(), "Acting as Ada")
	assert.Equal(t, http.StatusForbidden, ada.get("/define-course").status)
}

// The cookie alone makes the registrar, so it must not do so for good.
func TestTheRegistrarsRoleEnds(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	of := app.visitor().post("/registrar", "passcode", passcode).cookie()
	t.Run("after twelve hours", func(t *testing.T) {
		pass := func(d time.Duration) {
			_, err := app.pool.Exec(t.Context(), `update signin set ends_at = ends_at - make_interval(secs => $1)`, d.Seconds())
			require.NoError(t, err)
		}
		require.Equal(t, 200, app.with(of, "/define-course").status)
		pass(11*time.Hour + 59*time.Minute)
		require.Equal(t, 200, app.with(of, "/define-course").status)
		pass(time.Minute)
		require.Equal(t, 403, app.with(of, "/define-course").status)
		pass(-time.Hour)
	})
	t.Run("when the passcode changes", func(t *testing.T) {
		changed := app.another(func(config *web.Config) { config.Passcode = "another horse battery" })
		require.Equal(t, 200, app.with(of, "/define-course").status)
		require.Equal(t, 403, changed.with(of, "/define-course").status)
	})
}

// An answer that is late knows who one was when it was asked for.
func TestALateAnswerBringsNobodyBack(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	for name, ask := range map[string]func(then string) answer{
		"a page": func(then string) answer { return app.with(then, "/courses/compilers") },
		"a page with something to tell": func(then string) answer {
			got := app.visitor().send(http.MethodPost, "/courses/history-of-computing/subscriptions", strings.NewReader(""),
				http.Header{"Cookie": {then}, "Content-Type": {"application/x-www-form-urlencoded"}})
			return app.with(got.cookie()+"; "+then, "/courses/compilers")
		},
		"a form": func(then string) answer {
			return app.visitor().send(http.MethodPost, "/courses/formal-methods/subscriptions", strings.NewReader(""),
				http.Header{"Cookie": {then}, "Content-Type": {"application/x-www-form-urlencoded"}})
		},
		"the tour": func(then string) answer {
			return app.visitor().send(http.MethodPost, "/tour", strings.NewReader("tour=start"),
				http.Header{"Cookie": {then}, "Content-Type": {"application/x-www-form-urlencoded"}})
		},
		"a choice": func(then string) answer {
			return app.visitor().send(http.MethodPost, "/session/gap", strings.NewReader("gap=1"),
				http.Header{"Cookie": {then}, "Content-Type": {"application/x-www-form-urlencoded"}})
		},
		"what the browser came to see": func(then string) answer { return app.with(then, "/courses/compilers/boundary") },
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

// takes makes the visitor's browser take the cookies of an answer to another request.
func (v visitor) takes(a answer) {
	address, err := url.Parse(v.app.server.URL)
	require.NoError(v.app.t, err)
	v.client.Jar.SetCookies(address, (&http.Response{Header: a.header}).Cookies())
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
	assert.Equal(t, http.StatusOK, colleague.get("/define-course").status, "somebody else is signed in still")
	require.Equal(t, http.StatusSeeOther, registrar.post("/registrar", "passcode", passcode).status)
	assert.Equal(t, http.StatusOK, registrar.get("/define-course").status)
	assert.Equal(t, http.StatusForbidden, app.with(copied, "/define-course").status, "the copy is of no use again")
}

// Who has a copy of the cookies from before somebody signed in, or out, holds nothing of
// theirs.
func TestWhatABrowserHoldsGoesByAnotherNameWhenItsRoleChanges(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	ada := app.holding("ada", "hold")
	held := ada.holds("/courses/history-of-computing/subscriptions")
	for _, change := range []string{"/registrar", "/registrar/delete"} {
		copied := ada.cookie()
		require.Equal(t, http.StatusSeeOther, ada.post(change, "passcode", passcode).status)
		got := app.visitor().send(http.MethodPost, held+"/cancel", strings.NewReader("stop=1"),
			http.Header{"Cookie": {copied}, "Content-Type": {"application/x-www-form-urlencoded"}})
		require.Equal(t, http.StatusForbidden, got.status, change)
		require.Contains(t, ada.get("/students").text(), "Held: ", change)
	}
	require.Equal(t, http.StatusSeeOther, ada.post(held+"/continue", "stop", "1").status)
	assert.Contains(t, ada.get("/courses/history-of-computing").text(), "You have a seat")
}

// Browsers know no ports, so programs on one host find each other's cookies.
func TestProgramsOnOneHostLeaveEachOthersCookiesAlone(t *testing.T) {
	t.Parallel()
	here, there := newApp(t, guarded, keys(newKey)), newApp(t, guarded, keys(oldKey))
	browser := here.as("ada")
	other := visitor{there, browser.client}
	require.Equal(t, http.StatusSeeOther, other.post("/session", "student", "kofi").status)
	assert.Contains(t, browser.get("/").text(), "Acting as Ada")
	assert.Contains(t, other.get("/").text(), "Acting as Kofi")

	ofAda := here.as("ada").post("/session", "student", "ada").cookie()
	_, value, _ := strings.Cut(ofAda, "=")
	unreadable := whoCookie + "=x; " + whoCookie + "=" + value[1:]
	assert.Contains(t, here.with(unreadable+"; "+ofAda, "/").text(), "Acting as Ada", "those of our name that can't be read are passed over")
}

// While a key is replaced, instances sign with one or the other, and a browser has only
// one session all the same.
func TestABrowserHasOneSessionWhileTheKeyIsReplaced(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded, keys(oldKey, newKey))
	next := app.another(guarded, keys(newKey, oldKey))
	browser := app.as("ada")
	there := visitor{next, browser.client}
	address, err := url.Parse(app.server.URL)
	require.NoError(t, err)
	require.Equal(t, http.StatusSeeOther, there.post("/session", "student", "kofi").status)
	require.Len(t, browser.client.Jar.Cookies(address), 2, "who one is, and notes: the old ones were taken back")
	assert.Contains(t, browser.get("/").text(), "Acting as Kofi")
	require.Equal(t, http.StatusSeeOther, browser.post("/session", "student", "mei").status)
	assert.Contains(t, there.get("/").text(), "Acting as Mei")
}

// Over TLS the name of a cookie keeps others from making it up.
func TestTheCookiesOverTLS(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded, behindProxy)
	overTLS := http.Header{"X-Forwarded-Proto": {"https"}, "Content-Type": {"application/x-www-form-urlencoded"}}
	got := app.visitor().send(http.MethodPost, "/session", strings.NewReader("student=ada"), overTLS)
	for _, cookie := range (&http.Response{Header: got.header}).Cookies() {
		assert.Regexp(t, `^__Host-courses-(who|notes)-[0-9a-f]{8}$`, cookie.Name)
		assert.True(t, cookie.Secure)
		assert.Equal(t, "/", cookie.Path)
		assert.Empty(t, cookie.Domain)
	}
	overTLS["Cookie"] = []string{got.cookie()}
	assert.Contains(t, app.visitor().send(http.MethodGet, "/", nil, overTLS).text(), "Acting as Ada")
	overTLS["Cookie"] = []string{app.as("kofi").cookie()}
	assert.NotContains(t, app.visitor().send(http.MethodGet, "/", nil, overTLS).text(), "Acting as", "whoever can only write plain HTTP makes no cookie for TLS")
}

// What a session holds does not grow: not with what is done, not with ids as long as
// they may be.
func TestASessionStaysSmall(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	long := strings.Repeat("a", 64)
	registrar := app.in("registrar")
	require.Equal(t, 303, registrar.post("/students", "student", long, "name", strings.Repeat("ä", 100)).status)
	require.Equal(t, 303, registrar.post("/session", "student", long).status)
	var cookie string
	require.Equal(t, 303, registrar.post("/session/gap", "gap", "1").status)
	require.Equal(t, 303, registrar.post("/session/gap", "gap", "off").status)
	for range 20 {
		require.Equal(t, 303, registrar.post("/courses/compilers/subscriptions").status)
		require.Equal(t, 303, registrar.post("/courses/compilers/subscriptions/"+long+"/delete").status)
	}
	cookie = registrar.cookie()
	require.Greater(t, len(cookie), 700, "they have everything in them")
	require.Less(t, len(cookie), 2000)
}

// encode makes the cookie of a session with whatever in it.
func encode(t *testing.T, session, key string, values any) string {
	name := site.CookieName([]byte(key), session)
	return name + "=" + encodeAs(t, name, key, values)
}

func encodeAs(t *testing.T, name, key string, values any) string {
	t.Helper()
	value, err := securecookie.New([]byte(key), nil).Encode(name, values)
	require.NoError(t, err)
	return value
}
