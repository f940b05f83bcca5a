package web_test

import (
	"net/http"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var introduction = regexp.MustCompile(`(?s)<section class="intro".*?</section>`)

func TestTheFirstPageLeadsToTheStageTheTourAndTheWorkshop(t *testing.T) {
	t.Parallel()
	ada := newApp(t).visitor()
	intro := introduction.FindString(ada.get("/").body)
	require.Subset(t, linksIn(intro), []string{"/stage", "/workshop"})
	require.Contains(t, answer{body: intro}.text(), "Take the tour")

	require.Equal(t, http.StatusSeeOther, ada.post("/tour", "tour", "start").status)
	assert.NotContains(t, answer{body: introduction.FindString(ada.get("/").body)}.text(), "the tour", "the bar says what to do now")
	ada.post("/session", "student", "ada")
	ada.post("/tour", "tour", "leave")
	assert.Contains(t, ada.get("/").text(), "Go on with the tour: 1 of 8 steps done")
}

// Nothing can be changed in the past.
func TestTheFirstPageOfThePastHasNothingToTry(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	intro := introduction.FindString(app.as("ada").get("/?as_of=100").body)
	assert.Contains(t, intro, "Two take a seat at once.")
	assert.Contains(t, intro, `role="img"`)
	assert.NotContains(t, intro, "/stage")
	assert.NotContains(t, intro, "<form")
}
