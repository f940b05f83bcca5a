package web_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The page of an event says whose append it turned away, and leads to that receipt.
func TestAnEventSaysWhomItTurnedAway(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.holding("ada", "hold")
	held := ada.holds("/courses/history-of-computing/subscriptions")
	_, _ = ada.letsIn(held, "inside")
	ada.letsGoOn(held)
	_, _ = ada.letsIn(held, "inside")
	ada.letsGoOn(held)
	over := ada.letsGoOn(held)
	require.Regexp(t, `^/decisions/`, over.location)

	for event, attempt := range map[string]string{"186": "first", "187": "second"} {
		page := ada.get("/log/" + event)
		assert.Contains(t, page.text(), "What followed turned away: the "+attempt+" attempt of Ada subscribes to History of Computing Correlation ID")
		assert.Contains(t, page.body, `href="`+over.location+`">Ada subscribes`)
		assert.NotContains(t, ada.get("/log/"+event+"?as_of="+event).text(), "turned away", "the past does not know the future")
	}
	assert.Contains(t, ada.get("/log/188").text(), "What followed nothing")
}

// A race makes its courses and students first. In the log that is one line, to unfold.
func TestTheLogFoldsHowARaceWasSetUpAndTheTagsOfRequests(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	v := app.in("registrar")
	v.runs(numbers(4, 2, 1, 0, 0))
	app.awaitPages()
	page := v.get("/log")
	assert.Contains(t, page.text(), "186 to 190: a race was set up by 5 events")
	assert.Equal(t, 1, strings.Count(page.body, `class="log__setup"`))
	assert.Contains(t, page.body, `id="at-186"`, "it unfolds")
	require.Equal(t, 303, v.post("/courses/history-of-computing/subscriptions", "student", "ada", "request", "a-key-of-a-form").status)
	app.awaitPages()
	body := v.get("/log").whole()
	assert.Regexp(t, `<details class="log__request"><summary>request</summary>.*request:a-key-of-a-form`, body)
}
