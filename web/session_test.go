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

// cookie returns the session that an answer sets, or "".
func (a answer) cookie() string {
	cookie, _, _ := strings.Cut(a.header.Get("Set-Cookie"), ";")
	return cookie
}

// cookie returns the session that a visitor has, or "".
func (v visitor) cookie() string {
	address, err := url.Parse(v.app.server.URL)
	require.NoError(v.app.t, err)
	for _, cookie := range v.client.Jar.Cookies(address) {
		return cookie.String()
	}
	return ""
}

// with returns a visitor who brings a cookie along.
func (a *app) with(cookie, path string) answer {
	return a.visitor().send(http.MethodGet, path, nil, http.Header{"Cookie": {cookie}})
}

func TestTheSessionCookieIsKeptFromScriptsAndOtherSites(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	cookie := app.visitor().post("/session", "student", "ada").header.Get("Set-Cookie")
	for _, attribute := range []string{"session=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"} {
		assert.Contains(t, cookie, attribute)
	}
	assert.NotContains(t, cookie, "Secure", "a browser would not send it back without TLS")
}

func TestACookieThatDoesNotDecodeIsANewSession(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	whole := app.as("ada").post("/session", "student", "ada").cookie()
	require.Contains(t, app.with(whole, "/").text(), "Acting as Ada")
	for name, value := range map[string]string{
		"empty":      "session=",
		"noise":      "session=x",
		"oversized":  "session=" + strings.Repeat("A", 5000),
		"not base64": "session=MTY5fEFB|%00",
		"cut short":  whole[:len(whole)-1],
		"altered":    whole[:40] + string(whole[40]^1) + whole[41:],
		"other key":  "session=" + encode(t, oldKey, map[any]any{"student": "ada"}),
		"other name": "session=" + encodeAs(t, "elsewhere", newKey, map[any]any{"student": "ada"}),
		"other type": "session=" + encode(t, newKey, []string{"ada"}),
	} {
		got := app.with(value, "/")
		assert.Equal(t, http.StatusOK, got.status, name)
		assert.Contains(t, got.text(), "Act as a student", name)
	}
	for name, values := range map[string]map[any]any{
		"a number for a student": {"student": 7},
		"a text for a time":      {"registrar": "always", "passcode": "x"},
		"a text for a receipt":   {"receipt": "none"},
	} {
		got := app.with("session="+encode(t, newKey, values), "/")
		assert.Equal(t, http.StatusOK, got.status, name)
	}
}

func TestSessionKeysRotate(t *testing.T) {
	t.Parallel()
	before := newApp(t, guarded, keys(oldKey))
	ofAda := before.visitor().post("/session", "student", "ada").cookie()
	ofRegistrar := before.visitor().post("/registrar", "passcode", passcode).cookie()

	during := newApp(t, guarded, keys(newKey, oldKey))
	assert.Contains(t, during.with(ofAda, "/").text(), "Acting as Ada")
	assert.Contains(t, during.with(ofRegistrar, "/registrar").text(), "You are the registrar")
	renewed := during.visitor().post("/session", "student", "ada").cookie()

	after := newApp(t, guarded, keys(newKey))
	assert.Contains(t, after.with(renewed, "/").text(), "Acting as Ada", "the first key signs")
	assert.Contains(t, after.with(ofAda, "/").text(), "Act as a student", "the old key is gone")
	assert.NotContains(t, after.with(ofRegistrar, "/registrar").text(), "You are the registrar")
}

func TestInstancesShareSessionsByTheirKeys(t *testing.T) {
	t.Parallel()
	here, there := newApp(t, guarded), newApp(t, guarded)
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
	values := map[any]any{}
	of := app.visitor().post("/registrar", "passcode", passcode).cookie()
	require.NoError(t, securecookie.New([]byte(newKey), nil).Decode("session", strings.TrimPrefix(of, "session="), &values))
	since, ok := values["registrar"].(int64)
	require.True(t, ok)

	t.Run("after twelve hours", func(t *testing.T) {
		for hours, status := range map[int64]int{11: 200, 13: 403} {
			values["registrar"] = since - hours*int64(time.Hour.Seconds())
			require.Equal(t, status, app.with("session="+encode(t, newKey, values), "/define-course").status, "%d hours", hours)
		}
	})
	t.Run("when the passcode changes", func(t *testing.T) {
		changed := newApp(t, func(config *web.Config) { config.Passcode = "another horse battery" })
		require.Equal(t, 200, app.with(of, "/define-course").status)
		require.Equal(t, 403, changed.with(of, "/define-course").status)
	})
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
	for range 20 {
		cookie = registrar.post("/courses/compilers/subscriptions").cookie()
		require.Equal(t, 303, registrar.post("/courses/compilers/subscriptions/"+long+"/delete").status)
	}
	require.Greater(t, len(cookie), 400, "it has everything in it")
	require.Less(t, len(cookie), 1000)
}

// encode makes the cookie of a session with whatever in it.
func encode(t *testing.T, key string, values any) string { return encodeAs(t, "session", key, values) }

func encodeAs(t *testing.T, name, key string, values any) string {
	t.Helper()
	value, err := securecookie.New([]byte(key), nil).Encode(name, values)
	require.NoError(t, err)
	return value
}
