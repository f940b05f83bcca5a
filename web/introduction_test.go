package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
)

var (
	introduction = regexp.MustCompile(`(?s)<section class="intro".*?</section>`)
	aTry         = regexp.MustCompile(`(?s)<li(?: class="(tries__done)?")?>(.*?)</li>`)
)

// tries returns what the first page offers to try, whether each was done, and whether the list is
// open.
func (v visitor) tries() (tries []string, done []bool, open bool) {
	v.app.t.Helper()
	intro := introduction.FindString(v.get("/").body)
	_, list, found := strings.Cut(intro, `<ol class="tries"`)
	require.True(v.app.t, found, intro)
	for _, try := range aTry.FindAllStringSubmatch(list, -1) {
		tries, done = append(tries, answer{body: try[2]}.text()), append(done, try[1] != "")
	}
	return tries, done, regexp.MustCompile(`<details class="intro__tries"\s+open`).MatchString(intro)
}

func TestTheFirstPageSaysWhatToTryAndWhatWasTried(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.visitor()
	tries, done, open := ada.tries()
	require.Equal(t, []string{
		"Be somebody and take a seat , then open its receipt .",
		"Hold the gap open and make a conflict by hand, with a second window.",
		"Run a race , then break it on purpose .",
	}, tries)
	require.Equal(t, []bool{false, false, false}, done)
	require.True(t, open)
	for _, link := range linksIn(introduction.FindString(ada.get("/").body)) {
		require.Equal(t, http.StatusOK, ada.get(link).status, "it leads to %s", link)
	}

	ada.post("/session", "student", "ada")
	tries, _, _ = ada.tries()
	require.Equal(t, "Take the last seat in Compilers , then open its receipt .", tries[0])
	ada.post("/courses/compilers/subscriptions", "from", "/")
	page := ada.get("/")
	_, done, _ = ada.tries()
	require.Equal(t, []bool{false, false, false}, done, "the receipt was not opened yet")
	ada.get(receiptIn(t, page))
	_, done, open = ada.tries()
	require.Equal(t, []bool{true, false, false}, done)
	require.True(t, open)

	app.meanwhile = func(attempt int) {
		if attempt == 1 {
			app.carryOut(courses.SubscribeStudent{Student: "kofi", Course: "history-of-computing"})
		}
	}
	ada.post("/courses/history-of-computing/subscriptions", "from", "/")
	app.meanwhile = nil
	ada.get("/race/" + app.as("mei").runs(numbers(2, 1, 1, 0, 0)))
	_, done, _ = ada.tries()
	require.Equal(t, []bool{true, true, false}, done, "a race was watched, and nothing broken yet")
	started := ada.post("/race/strategies")
	ada.get(started.location)
	_, done, open = ada.tries()
	require.Equal(t, []bool{true, true, true}, done)
	assert.False(t, open, "there is nothing left to try")
	assert.Contains(t, ada.get("/").text(), "3 of 3 done")
}

// Nothing can be changed in the past.
func TestTheFirstPageOfThePastHasNothingToTry(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	intro := introduction.FindString(app.as("ada").get("/?as_of=100").body)
	assert.Contains(t, intro, "A seat is decided from the log")
	assert.Contains(t, intro, `role="img"`)
	assert.NotContains(t, intro, "to try")
	assert.NotContains(t, intro, "<form")
}
