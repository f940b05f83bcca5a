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
	startButton   = ".controls button"
	raceIsOver    = "#race-acts a"
	compareButton = `main form[action="/race/strategies"] button`
)

// racesToTheEnd starts a race on its page, follows it until it is over, and returns its
// path.
func (p student) racesToTheEnd(contenders, seats string) string {
	p.site.t.Helper()
	p.Goto(p.site.url + "/race")
	p.Fill("#contenders", contenders)
	p.Fill("#seats", seats)
	p.Submit(startButton)
	p.See(raceIsOver)
	return strings.TrimPrefix(p.URL(), p.site.url)
}

// comparesToTheEnd has all strategies tried.
func (p student) comparesToTheEnd() {
	p.site.t.Helper()
	p.Goto(p.site.url + "/race/strategies")
	p.Submit(compareButton)
	p.waitsForTheComparison()
}

// waitsForTheComparison leaves the page of a comparison, and comes back when all strategies are
// tried. It asks seldom, because every answer takes time from the comparison.
func (p student) waitsForTheComparison() {
	p.site.t.Helper()
	page := p.URL()
	p.Goto("about:blank")
	require.Eventually(p.site.t, func() bool {
		return strings.Contains(get(p.site.t, page), "Try all six now")
	}, patience, 250*time.Millisecond, "all strategies are tried")
	p.Goto(page)
}

func TestTwelveRaceForFiveSeats(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	race := ada.racesToTheEnd("12", "5")
	said := ada.reads()
	assert.Contains(t, said, "12 wanted in. Exactly 5 got a seat.")
	ada.Click("#figures summary")
	assert.Contains(t, ada.reads(), "Seats sold 5 of 5 Seated 5 Refused 7")
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
	ada.Fill("#think", "1500") // both open its page before it is over, however busy the machine is
	ada.Submit(startButton)
	wanda.Goto(ada.URL())
	for _, p := range []student{ada, wanda} {
		p.comesToRead("#outcome", "16 want in.")
	}
	for _, p := range []student{ada, wanda} {
		p.comesToRead("#outcome", "Exactly 5 got a seat.")
		assert.Equal(t, 16, p.Count(".lane"))
		assert.Equal(t, 5, p.Count("a.lane__end.state--seated"))
		assert.Equal(t, 11, p.Count("a.lane__end.state--refused"))
		p.comesToRead("#again-area", "Download this race as JSON")
	}
	ada.Follow("#play")
	ada.comesToRead("#outcome", "16 want in.")
	ada.comesToRead("#outcome", "Exactly 5 got a seat.")
	steps := strings.Fields(wanda.Text("#scrub-now"))[2]
	ada.comesToRead("#scrub-now", "Step "+steps+" of "+steps)
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
	ada.See(raceIsOver)

	ada.TabTo("#at")
	ada.Press(browser.Home)
	ada.comesToRead("#scrub-now", "Step 0 of")
	require.Equal(t, "input#at Time", ada.Focused(), "the slider stays where the keys are")
	ada.TabTo(`[aria-label="Next step"]`)
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Contains(t, ada.Text("#scrub-now"), "Step 1 of")
}

// On a laptop, all of a race is in sight: while it runs, when it is over, and in a replay. The time
// axis stays the same, and nothing moves when the race ends.
func TestARaceIsInSightOnOneTimeAxis(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.UseScreen(lightLaptop)
	ada.Goto(site.url + "/race")
	ada.Fill("#think", "1000")
	ada.Submit(startButton)
	ada.WatchShifts(".taking, .lanes__rows, .heading")
	ada.See(".lane__end.state--seated")
	require.Contains(t, ada.Text("#outcome"), "24 want in.", "it still runs")
	axis := ada.Sides(".lanes__tick:last-child")
	ada.seesAllOfTheRace()
	ada.isFineOn(lightLaptop, "race-running")
	assert.Empty(t, ada.AxeColours())
	ada.comesToRead("#outcome", "Exactly 5 got a seat.")
	ada.comesToRead("#scrub", "Replay")
	assert.Empty(t, ada.Shifts(), "nothing moves but what happens")
	ada.seesAllOfTheRace()
	assert.Equal(t, axis, ada.Sides(".lanes__tick:last-child"))
	assert.NotEqual(t, ada.Style(".lane__because", "stroke"), ada.Style(".legend .lane__wait", "stroke"), "only a conflict has its colour")
	lanes, slider := ada.Sides(".lane__bars"), ada.Sides("#at")
	assert.InDelta(t, lanes[0], slider[0]+8, 1, "the middle of the slider's thumb is on the axis")
	assert.InDelta(t, lanes[1], slider[1]-8, 1)

	// In a replay the page follows the slider, and says what holds then.
	ada.Focus("#at")
	ada.Press(browser.Home)
	ada.comesToRead("#outcome", "24 want in. 0 of 5 seats are taken.")
	ada.seesAllOfTheRace()
	assert.Equal(t, axis, ada.Sides(".lanes__tick:last-child"))
	assert.Zero(t, ada.Count("#figures summary"), "figures would tell the result")
	assert.Equal(t, 5, ada.Count(".taking__free"))
	ada.Press(browser.End)
	ada.comesToRead("#outcome", "24 wanted in. Exactly 5 got a seat.")
	assert.Zero(t, ada.Count(".taking__free"))
	assert.Contains(t, ada.URL(), "?at=", "the moment has an address")
	ada.Reload()
	ada.comesToRead("#outcome", "24 wanted in. Exactly 5 got a seat.")
	assert.Empty(t, ada.Complaints())
}

// A race that is over leads to the strategies. There the mistake of a broken one is seen to happen,
// beside the correct one.
func TestABrokenStoreIsSeenBesideTheCorrectOne(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.racesToTheEnd("3", "1")
	ada.Follow("#race-acts a")
	assert.Equal(t, site.url+"/race/strategies", ada.URL())
	ada.comparesToTheEnd()
	ada.UseScreen(lightLaptop)
	for _, part := range []string{"#compared", ".compared:first-child", ".compared:last-child", "#start button"} {
		assert.True(t, ada.IsInSight(part), part)
	}
	ada.Follow(`a[href$="?beside=no-condition"]`)
	ada.comesToRead("#beside-verdict", "On the left, seat 6 of 5 was just given away.")
	for _, part := range []string{"#beside-verdict", ".store__chair--wrong", ".store__lane:last-child", "#at", "#scrub-now"} {
		assert.True(t, ada.IsInSight(part), part)
	}
	ada.Focus("#at")
	ada.Press(browser.Home)
	ada.comesToRead("#beside-verdict", "So far, both are right.")
	assert.Zero(t, ada.Count(".store__chair--wrong"))
	ada.Press(browser.End)
	ada.comesToRead("#beside-verdict", "On the left, 15 seats too many.")
	assert.Equal(t, 15, ada.Count(".store__chair--wrong"))
	ada.Follow("#play")
	ada.comesToRead("#beside-verdict", "So far, both are right.")
	ada.comesToRead("#beside-verdict", "On the left, 15 seats too many.")
	assert.Empty(t, ada.Complaints())
}

func (p student) seesAllOfTheRace() {
	p.site.t.Helper()
	for _, part := range []string{"#outcome", ".legend", ".taking", ".lane:first-child", ".lane:last-child", ".lanes__labels", "#scrub-now"} {
		assert.True(p.site.t, p.IsInSight(part), part)
	}
}

// A race can be stepped through without scripts: the slider has a button then.
func TestASliderHasAButtonWithoutScripts(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	race := ada.racesToTheEnd("4", "1")
	require.Zero(t, ada.Count(".scrub__form button"))
	ada.WithoutScripts()
	ada.Goto(site.url + race)
	ada.Focus("#at")
	ada.Press(browser.Home)
	require.NotContains(t, ada.Text("#scrub-now"), "Step 0 of")
	ada.Submit(".scrub__form button")
	require.Contains(t, ada.Text("#scrub-now"), "Step 0 of")
	ada.Goto(site.url + "/log?as_of=60")
	ada.Submit(".moment__show")
	require.Contains(t, ada.Text(".moment"), "As of position 60")
}

// The pages of races, as TestEveryPageOnEveryScreen looks at all others: before, during a
// replay, after, and with more lanes than fit a page.
func TestRacePagesOnEveryScreen(t *testing.T) {
	t.Parallel()
	site := newComparedSite(t)
	ada := site.student("ada", "Ada")
	race, crowd, two := ada.racesToTheEnd("24", "5"), ada.racesToTheEnd("60", "3"), ada.racesToTheEnd("2", "1")
	pages := map[string]string{
		"races": "/race", "race": race, "race-start": race + "?at=0", "race-step": race + "?step=60", "race-last-step": race + "?step=9999",
		"race-crowd": crowd, "race-crowd-after": crowd + "?from=25", "race-of-two": two,
		"strategies": comparedPath, "strategies-latest": "/race/strategies",
		"beside": comparedPath + "?beside=no-condition", "beside-start": comparedPath + "?beside=no-condition&at=0", "beside-courses": comparedPath + "?beside=stream-per-course", "beside-apart": comparedPath + "?beside=read-apart&at=99999",
	}
	for _, name := range drawnFrom(namesOf(pages)) {
		ada.Goto(site.url + pages[name])
		ada.isFineOnEveryScreen(name)
		assert.Empty(t, ada.Complaints(), name)
	}
}
