package web_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/web"
)

const inStageMode = `<html lang="en" class="stage-mode">`

func TestStageModeIsForTheWholeSession(t *testing.T) {
	t.Parallel()
	app := newApp(t, func(c *web.Config) { c.Passcode = "open sesame" })
	ada := app.as("ada")
	assert.NotContains(t, ada.get("/").body, inStageMode)

	chosen := ada.post("/session/mode", "mode", "stage", "from", "/students")
	require.Equal(t, http.StatusSeeOther, chosen.status)
	assert.Equal(t, "/students", chosen.location)
	for _, page := range []string{"/", "/courses/compilers", "/decisions", "/log", "/log?as_of=100", "/race"} {
		assert.Contains(t, ada.get(page).body, inStageMode, page)
	}
	assert.NotContains(t, app.as("kofi").get("/").body, inStageMode, "to others nothing changes")
	require.Equal(t, http.StatusSeeOther, ada.post("/registrar", "passcode", "open sesame").status)
	assert.Contains(t, ada.get("/").body, inStageMode, "nor does a new role change it")

	got := ada.post("/session/mode", "mode", "huge")
	assert.Equal(t, http.StatusUnprocessableEntity, got.status)
	assert.Contains(t, got.text(), "There are two modes. Send the field mode as stage or usual.")
	assert.Contains(t, ada.get("/").body, inStageMode)
	require.Equal(t, http.StatusSeeOther, ada.post("/session/mode", "mode", "usual").status)
	assert.NotContains(t, ada.get("/").body, inStageMode)
}

// A mode changes nothing else: the page is the same part of the same list at the same moment.
func TestStageModeStaysWhereOneIs(t *testing.T) {
	t.Parallel()
	ada := newApp(t).as("ada")
	for from, to := range map[string]string{
		"/courses/compilers/boundary?by=stream&student=mei": "/courses/compilers/boundary?by=stream&student=mei",
		"/log?as_of=100&type=CourseDefined":                 "/log?as_of=100&type=CourseDefined",
		"/log?as_of=none":                                   "/log",
		"https://example.org/log?as_of=100":                 "/",
		"/nowhere?as_of=100":                                "/",
		"":                                                  "/",
	} {
		got := ada.post("/session/mode", "mode", "stage", "from", from)
		require.Equal(t, http.StatusSeeOther, got.status, from)
		assert.Equal(t, to, got.location, from)
	}
}
