package web_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/web"
)

func TestLargeTypeIsForTheWholeSession(t *testing.T) {
	t.Parallel()
	app := newApp(t, func(c *web.Config) { c.Passcode = "open sesame" })
	ada := app.as("ada")
	const large = `<html lang="en" class="large">`
	assert.NotContains(t, ada.get("/").body, large)

	chosen := ada.post("/session/type", "size", "large", "from", "/students")
	require.Equal(t, http.StatusSeeOther, chosen.status)
	assert.Equal(t, "/students", chosen.location)
	for _, page := range []string{"/", "/courses/compilers", "/decisions", "/log", "/race"} {
		assert.Contains(t, ada.get(page).body, large, page)
	}
	assert.NotContains(t, app.as("kofi").get("/").body, large, "to others nothing changes")
	require.Equal(t, http.StatusSeeOther, ada.post("/registrar", "passcode", "open sesame").status)
	assert.Contains(t, ada.get("/").body, large, "nor does a new role change it")

	got := ada.post("/session/type", "size", "huge")
	assert.Equal(t, http.StatusUnprocessableEntity, got.status)
	assert.Contains(t, got.text(), "Send the field size as large or usual.")
	assert.Contains(t, ada.get("/").body, large)
	require.Equal(t, http.StatusSeeOther, ada.post("/session/type", "size", "usual").status)
	assert.NotContains(t, ada.get("/").body, large)
}
