package web_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"go-crablet/web"
)

// Whoever meets a problem still is who they were, and can go on from there.
func TestAVisitorIsTheSameOnThePageOfAProblem(t *testing.T) {
	t.Parallel()
	app := newApp(t, func(c *web.Config) { c.Passcode = "sesame" })
	ada, stranger := app.as("ada"), app.visitor()
	ada.post("/tour", "tour", "start")
	for _, problem := range []struct {
		answer answer
		status int
	}{
		{ada.get("/nowhere"), http.StatusNotFound},
		{ada.get("/courses/nope"), http.StatusNotFound},
		{ada.get("/?courses=nonsense"), http.StatusBadRequest},
		{ada.get("/define-course"), http.StatusForbidden},
		{ada.send(http.MethodDelete, "/courses/compilers", nil, nil), http.StatusMethodNotAllowed},
		{ada.post("/session"), http.StatusUnprocessableEntity},
	} {
		assert.Equal(t, problem.status, problem.answer.status)
		assert.Contains(t, problem.answer.text(), "Acting as Ada")
		assert.NotEmpty(t, problem.answer.toured(), "and still on the tour")
	}
	assert.NotContains(t, stranger.get("/nowhere").text(), "Act as")
}

// What a page has to tell once is not told on the page of a problem: nobody asked for that one.
func TestAProblemTakesNoNoticeAway(t *testing.T) {
	t.Parallel()
	ada := newApp(t).as("ada")
	done := ada.post("/courses/compilers/subscriptions")
	assert.NotContains(t, ada.get("/favicon.ico").text(), "Seated")
	assert.Contains(t, ada.get(done.location).text(), "Seated: you have a seat in Compilers.")
}
