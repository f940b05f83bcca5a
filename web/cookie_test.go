package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/gorilla/securecookie"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/web/site"
)

// The names of the cookies: one says who the visitor is, the other has notes for the next page.
var (
	whoCookie   = site.CookieName([]byte(newKey), "who")
	notesCookie = site.CookieName([]byte(newKey), "notes")
)

func TestTheSessionCookieIsKeptFromScriptsAndOtherSites(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	cookies := app.visitor().post("/session", "student", "ada").header.Values("Set-Cookie")
	require.Len(t, cookies, 2, "who the visitor is, and a note of a first step")
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
		"a text for a number":    {"gap": 7, "runner": 7, "stage_mode": "yes", "tour": "all"},
	} {
		got := app.with(encode(t, "who", newKey, values)+"; "+encode(t, "own", newKey, values)+"; "+encode(t, "notes", newKey, values), "/")
		assert.Equal(t, http.StatusOK, got.status, name)
	}
}

// Browsers accept a cookie with the prefix __Host- only over TLS and from the host itself.
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
	assert.NotContains(t, app.visitor().send(http.MethodGet, "/", nil, overTLS).text(), "Acting as", "a cookie from plain HTTP does not count over TLS")
}

// Cookies ignore ports, so programs on one host are sent each other's cookies.
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
	assert.Contains(t, here.with(unreadable+"; "+ofAda, "/").text(), "Acting as Ada", "cookies of this name that can't be read are skipped")
}

// A session does not grow with the number of requests, and stays small with the longest ids.
func TestASessionStaysSmall(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	long := strings.Repeat("a", 64)
	registrar := app.in("registrar")
	require.Equal(t, 303, registrar.post("/students", "student", long, "name", strings.Repeat("ä", 100)).status)
	require.Equal(t, 303, registrar.post("/session", "student", long).status)
	require.Equal(t, 303, registrar.post("/session/gap", "gap", "1").status)
	require.Equal(t, 303, registrar.post("/session/gap", "gap", "off").status)
	for range 20 {
		require.Equal(t, 303, registrar.post("/courses/compilers/subscriptions").status)
		require.Equal(t, 303, registrar.post("/courses/compilers/subscriptions/"+long+"/delete").status)
	}
	cookie := registrar.cookie()
	require.Greater(t, len(cookie), 700, "the cookies have all values in them")
	require.Less(t, len(cookie), 2000)
}

// encode makes the cookie of a session with any values.
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
