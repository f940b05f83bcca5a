package e2e

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

const (
	startButton = ".controls button"
	raceIsOver  = "#race-acts a"
)

// racesToTheEnd starts a race on its page, follows it until it is over, and returns its
// path.
func (p student) racesToTheEnd(contenders, seats string) string {
	p.site.t.Helper()
	p.Goto(p.site.url + "/race")
	p.Fill("#contenders", contenders)
	p.Fill("#seats", seats)
	p.Submit(startButton)
	p.seesItEnd("the race is over", raceIsOver)
	return strings.TrimPrefix(p.URL(), p.site.url)
}

// comparesToTheEnd has all strategies tried, and returns the path of the comparison.
func (p student) comparesToTheEnd() string {
	p.site.t.Helper()
	p.Goto(p.site.url + "/race/strategies")
	p.Submit(`form[action="/race/strategies"] button`)
	p.seesItEnd("all strategies are tried", `form[action="/race/strategies"] button`)
	return strings.TrimPrefix(p.URL(), p.site.url)
}

// seesItEnd asks for the page again until it has what only the end brings.
func (p student) seesItEnd(what, mark string) {
	p.site.t.Helper()
	page := p.URL()
	for deadline := time.Now().Add(patience); p.Count(mark) == 0; p.Goto(page) {
		require.True(p.site.t, time.Now().Before(deadline), what)
	}
}

func TestTwelveRaceForFiveSeats(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	race := ada.racesToTheEnd("12", "5")
	said := ada.reads()
	assert.Contains(t, said, "Exactly 5 of 5 seats sold to 12 contenders.")
	assert.Contains(t, said, "Seats sold 5 of 5 Seated 5 Refused 7")
	assert.Equal(t, 12, ada.Count(".lane"))
	assert.Equal(t, 5, ada.Count("a.lane__end.state--seated"))
	assert.Equal(t, 7, ada.Count("a.lane__end.state--refused"))
	assert.Empty(t, ada.Complaints())
	assert.Equal(t, ada.Sides(".lane__bars"), ada.Sides(".lanes__back"), "seats are marked where their lines are")

	var file struct {
		Result struct{ Seats, Sold, Seated, Refused, Conflicts int }
	}
	require.NoError(t, json.Unmarshal([]byte(get(t, site.url+race+"?format=json")), &file))
	assert.Equal(t, 5, file.Result.Sold)
	assert.Equal(t, 7, file.Result.Refused)
	assert.Equal(t, file.Result.Conflicts+1, ada.Count(`use[href="#m-conflict"]`), "and one in the legend")

	// Anybody else sees the same, and a lane leads to its receipt.
	wanda := site.student("wanda", "Wanda")
	wanda.Goto(site.url + race)
	assert.Equal(t, 12, wanda.Count(".lane"))
	wanda.Follow("a.lane__end.state--seated")
	assert.Contains(t, wanda.reads(), "Seated at attempt")
}

// Two watch the same race, without asking for the page again, to its end; and then one
// sees it once more.
func TestARaceIsWatchedWhileItRuns(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada, wanda := site.student("ada", "Ada"), site.student("wanda", "Wanda")
	ada.Goto(site.url + "/race")
	ada.Fill("#contenders", "16")
	ada.Fill("#seats", "5")
	ada.Fill("#think", "400")
	ada.Submit(startButton)
	wanda.Goto(ada.URL())
	for _, p := range []student{ada, wanda} {
		p.comesToRead("#outcome", "of 5 seats sold")
		p.comesToRead("#outcome", "Exactly 5 of 5 seats sold to 16 contenders.")
		assert.Equal(t, 16, p.Count(".lane"))
		assert.Equal(t, 5, p.Count("a.lane__end.state--seated"))
		assert.Equal(t, 11, p.Count("a.lane__end.state--refused"))
		p.comesToRead("#again-area", "Download this race as JSON")
	}
	ada.Follow(`#scrub a[href*="play=1"]`)
	ada.comesToRead("#scrub", "Step 1 of")
	whole := strings.Fields(strings.SplitN(wanda.Text("#scrub"), " steps", 2)[0])
	steps := whole[len(whole)-1]
	ada.comesToRead("#scrub", "Step "+steps+" of "+steps)
	assert.Equal(t, 5, ada.Count("a.lane__end.state--seated"))
	wanda.Goto(wanda.URL()) // nothing is marked as new any more
	keepPicture(t, wanda.Person, "race.png")
	assert.Empty(t, ada.Complaints())
	assert.Empty(t, wanda.Complaints())
}

func TestARaceWithTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.Goto(site.url + "/race")
	ada.TabTo("#think")
	ada.Type("0")
	ada.TabTo(startButton)
	ada.Press(browser.Enter)
	ada.Arrive()
	ada.seesItEnd("the race is over", raceIsOver)

	ada.TabTo(`[aria-label="First step"]`)
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Contains(t, ada.Text(".scrub__now"), "Step 1 of")
	ada.TabTo(`[aria-label="Next step"]`)
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Contains(t, ada.Text(".scrub__now"), "Step 2 of")
}

// The pages of races, as TestEveryPageOnEveryScreen looks at all others: before, during a
// replay, after, and with more lanes than fit a page.
func TestRacePagesOnEveryScreen(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	race, crowd, two, compared := ada.racesToTheEnd("24", "5"), ada.racesToTheEnd("60", "3"), ada.racesToTheEnd("2", "1"), ada.comparesToTheEnd()
	for name, path := range map[string]string{
		"races": "/race", "race": race, "race-start": race + "?at=0", "race-step": race + "?step=60", "race-last-step": race + "?step=9999",
		"race-crowd": crowd, "race-crowd-after": crowd + "?from=25", "race-of-two": two, "strategies": compared,
	} {
		ada.Goto(site.url + path)
		ada.isFineOnEveryScreen(name)
		assert.Empty(t, ada.Complaints(), name)
	}
}
