package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

// stages are the states of the stage that differ most.
var stages = map[string]string{
	"opening":          "",
	"decided":          "did=a1-a2-b1-b2",
	"overtaken":        "did=a1-a2-b1-b2-b3",
	"conflict":         "did=a1-a2-b1-b2-b3-a3",
	"back":             "did=a1-a2-b1-b2-b3-a3&at=4",
	"refused":          "did=a1-a2-b1-b2-b3-a3-a1-a2",
	"mirrored":         "did=a1-a2-b1-b2-a3-b3",
	"sold-twice":       "append=none&did=a1-a2-b1-b2-b3-a3",
	"checked":          "append=unlocked&did=a1-a2-b1-b2-b3-a3",
	"sold-unlocked":    "append=unlocked&did=a1-a2-b1-b2-b3-a3-b4-a4",
	"and-for-or":       "boundary=and&did=a1-a2-b1-b2-b3-a3",
	"strangers":        "beside=other&did=a1-a2-b1-b2-b3-a3",
	"false-conflict":   "beside=title&boundary=tag&did=a1-a2-b1-b2-b3-a3",
	"false-resolved":   "beside=title&boundary=tag&did=a1-a2-b1-b2-b3-a3-a1-a2-a3",
	"tenth":            "beside=tab&did=a1-a2-b1-b2-b3-a3",
	"eleventh":         "beside=tab&boundary=stream&did=a1-a2-b1-b2-b3-a3",
	"tenth-opening":    "beside=tab",
	"one-has-read":     "did=a1",
	"decided-no-lock":  "append=unlocked&did=a1-a2-b1-b2",
	"decided-no-guard": "append=none&did=a1-a2-b1-b2",
}

func TestTheStageOnEveryScreen(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	for _, name := range drawnFrom(namesOf(stages)) {
		ada.Goto(site.url + "/stage?" + stages[name])
		ada.isFineOnEveryScreen("stage-" + name)
		ada.UseScreen(smallest)
		assert.LessOrEqual(t, ada.PageWidth(), smallest.Width, "%s scrolls sideways", name)
		require.Empty(t, ada.Complaints(), name)
	}
}

// stageSays is the sentence on what happened last.
func (p student) stageSays() string { return p.Text(".stage__says") }

// pressesUntil presses a key until the stage says something, and returns how often.
func (p student) pressesUntil(says string, key browser.Key) (presses int) {
	p.site.t.Helper()
	const enough = 10
	for !strings.Contains(p.stageSays(), says) {
		require.Less(p.site.t, presses, enough, "the stage says: %s", p.stageSays())
		p.Press(key)
		p.Arrive()
		presses++
	}
	return presses
}

// From the first page it is one click to the stage, and three presses of one key to a conflict.
func TestThreePressesLeadToTheFirstConflict(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := student{site.browser.NewPerson(t, "Ada"), site}
	ada.Goto(site.url + "/")
	ada.Follow(`.nav a[href="/stage"]`)
	require.LessOrEqual(t, ada.pressesUntil("Conflict.", browser.Right), 3)
	require.Equal(t, "Conflict. Kofi got in after Ada had read.", ada.stageSays())
	require.Contains(t, ada.Title(), ada.stageSays(), "a screen reader begins with it")
	require.Contains(t, ada.Text("#next:focus"), "Ada reads on and decides", "Enter goes on, too")

	ada.Press(browser.Left)
	ada.Arrive()
	require.Equal(t, "Kofi is in. Ada has not read that.", ada.stageSays())
	require.Equal(t, 1, ada.pressesUntil("Conflict.", browser.Right))
	ada.Goto(site.url + "/stage?append=none")
	require.LessOrEqual(t, ada.pressesUntil("Sold twice.", browser.Right), 3)
	ada.Goto(site.url + "/stage?boundary=tag&beside=title")
	require.LessOrEqual(t, ada.pressesUntil("A false conflict.", browser.Right), 3)
	require.Empty(t, ada.Complaints())
}

// A page of the stage has the sheet that says what moves before it is shown. Otherwise the browser
// complains that the page is revealed already, when one step overtakes another.
func TestTheSheetOfTheStageStandsInTheHead(t *testing.T) {
	t.Parallel()
	head, body, _ := strings.Cut(get(t, newSite(t).url+"/stage"), "<body")
	const sheet = `<link rel="stylesheet" href="[^"]*/moves\.css[^"]*">`
	require.Regexp(t, sheet, head)
	require.NotContains(t, body, `rel="stylesheet"`)
}

// Each step has a key of its own, so the visitor chooses the order.
func TestTheOrderOfStepsIsChosenByKeys(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := student{site.browser.NewPerson(t, "Ada"), site}
	ada.Goto(site.url + "/stage")
	for _, key := range []browser.Key{"4", "5", "1", "2", "3", "6"} {
		ada.Press(key)
		ada.Arrive()
	}
	require.Equal(t, site.url+"/stage?did=b1-b2-a1-a2-a3-b3#next", ada.URL())
	require.Equal(t, "Conflict. Ada got in after Kofi had read.", ada.stageSays())
	ada.Press("2", "3", "5", browser.Up, "x") // none of them can be taken now
	ada.Press("4")
	ada.Arrive()
	require.Equal(t, "Kofi reads what is new: 7.", ada.stageSays())
	require.Empty(t, ada.Complaints())
}

// Without scripts and without a mouse: Tab to the button, and then Enter again and again.
func TestTheStageNeedsNoScriptAndNoMouse(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := student{site.browser.NewPerson(t, "Ada"), site}
	ada.WithoutScripts()
	ada.Goto(site.url + "/stage")
	ada.TabTo("#next")
	require.LessOrEqual(t, ada.pressesUntil("Conflict.", browser.Enter), 3)
	ada.PressBack() // from the button that goes on to the step before it
	require.Contains(t, ada.Text("a.step:focus"), "Read on")
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Equal(t, "Ada reads what is new: 7.", ada.stageSays())
	ada.Follow(`.stage__switches a[href*="append=none"]`)
	require.Equal(t, "Sold twice. Nobody asked what came after 6.", ada.stageSays(), "the same steps, as far as they can be taken")
	require.Empty(t, ada.Complaints())
}

// A screen reader reads the sentence first, then Ada, the log, the other one, and what is next.
func TestAScreenReaderReadsTheStageInOrder(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := student{site.browser.NewPerson(t, "Ada"), site}
	ada.Goto(site.url + "/stage?" + stages["conflict"])
	ada.readsAloud(
		"Conflict. Kofi got in after Ada had read.",
		"Ada Ada knows: 2 of 3 seats taken 1 seat free out of date",
		"Read on", "Decide not yet", "Append turned away",
		"The log In the log: 3 of 3 seats taken",
		"1: Type Theory was put on offer with 3 seats", "6: Noor took a seat in Type Theory", "Ada has read up to here",
		"7: Kofi took a seat in Type Theory, new to Ada, seated",
		"Ada wants to append: Ada took a seat in Type Theory, only if nothing new inside after 6 : turned away",
		"Kofi Kofi knows: 3 of 3 seats taken no seat free seated",
		"Ada reads on and decides",
	)
}

// On a small laptop all that counts is on the screen in every state, and stands where it stood.
func TestNothingOfTheStageIsBelowTheFold(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	decides := []string{
		".stage__says", "#next", ".stage__switches section:last-child a:last-child", ".board__actor--a .board__steps", ".board__actor--b .board__steps",
		".column--bounced .column__box", ".column--new .column__box", ".column--over .column__box", ".wish__box", ".wish__if",
	}
	for _, screen := range []browser.Screen{{Width: 1280, Height: 720}, {Width: 390, Height: 844}} {
		ada.UseScreen(screen)
		still := []string{".board", ".board__actor--a .board__steps", ".board__actor--b .board__steps", "#next"}
		stood := map[string][4]float64{}
		for name, query := range stages {
			ada.Goto(site.url + "/stage?" + query)
			for _, e := range decides {
				if ada.Count(e) > 0 && (screen.Width > 600 || !strings.HasPrefix(e, ".stage__switches")) {
					require.True(t, ada.IsInSight(e), "%s of %s at %d", e, name, screen.Width)
				}
			}
			for _, e := range still {
				box := ada.Box(e)
				if _, known := stood[e]; !known {
					stood[e] = box
				}
				require.InDelta(t, stood[e][1], box[1], 1, "the top of %s in %s at %d", e, name, screen.Width)
				require.InDelta(t, stood[e][3], box[3], 1, "the height of %s in %s at %d", e, name, screen.Width)
			}
		}
	}
}
