package web_test

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/web"
)

// The key of sessions, and the key before it.
const (
	newKey = "0123456789abcdef0123456789abcdef"
	oldKey = "fedcba9876543210fedcba9876543210"
)

// keys sets the keys of sessions. The first one signs.
func keys(keys ...string) func(*web.Config) {
	return func(config *web.Config) {
		config.SessionKeys = nil
		for _, key := range keys {
			config.SessionKeys = append(config.SessionKeys, []byte(key))
		}
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

// While a key is replaced, some instances sign with the old key and some with the new one. A
// browser has only one session all the same.
func TestABrowserHasOneSessionWhileTheKeyIsReplaced(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded, keys(oldKey, newKey))
	next := app.another(guarded, keys(newKey, oldKey))
	browser := app.as("ada")
	there := visitor{next, browser.client}
	address, err := url.Parse(app.server.URL)
	require.NoError(t, err)
	require.Equal(t, http.StatusSeeOther, there.post("/session", "student", "kofi").status)
	require.Len(t, browser.client.Jar.Cookies(address), 2, "who the visitor is, and notes; those with the old key were deleted")
	assert.Contains(t, browser.get("/").text(), "Acting as Kofi")
	require.Equal(t, http.StatusSeeOther, browser.post("/session", "student", "mei").status)
	assert.Contains(t, there.get("/").text(), "Acting as Mei")
}
