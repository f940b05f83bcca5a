package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
	"go-crablet/internal/effort"
)

// The screens of a room. Of each page, what is decisive has to be in sight on both.
var (
	roomScreen = browser.Screen{Width: 1280, Height: 720}
	darkRoom   = browser.Screen{Width: 1280, Height: 720, Dark: true}
	roomWall   = browser.Screen{Width: 1920, Height: 1080}
)

const (
	stageModeButton = `button[name=mode][value=stage]`
	leaveButton     = `button[name=mode][value=usual]`
)

// showsToARoom looks at the page that is open, in stage mode, on the screens of a room. A usual run
// looks on one of them for what keeps people out.
func (p student) showsToARoom(name string, decisive ...string) {
	p.site.t.Helper()
	room := []browser.Screen{roomScreen, darkRoom, roomWall}
	for i, screen := range room {
		p.UseScreen(screen)
		where := fmt.Sprintf("%s on %d by %d", name, screen.Width, screen.Height)
		for _, what := range append([]string{"h1"}, decisive...) {
			assert.True(p.site.t, p.IsInSight(what), "%s: %s is not in sight", where, what)
			box := p.Box(what)
			assert.LessOrEqual(p.site.t, box[1]+box[3], p.Box(".modebar")[1]+1, "%s: the bar covers %s", where, what)
		}
		assert.Zero(p.site.t, p.Count(".top, .foot"), where)
		size, text := p.SmallestText("main, .modebar")
		assert.GreaterOrEqual(p.site.t, size, float64(screen.Height)/45, "%s: %q is small", where, text)
		if looksAtAll() || i == len(name)%len(room) {
			p.isFineOn(screen, "stage-mode-"+name)
		}
		if *screens != "" {
			require.NoError(p.site.t, os.WriteFile(filepath.Join(*screens, fmt.Sprintf("sight-%s-%d-%v.png", name, screen.Width, screen.Dark)), p.Sight(), 0o644))
		}
	}
}

// What decides is in sight of the whole room, on every page that has a picture.
func TestStageModeShowsWhatDecides(t *testing.T) {
	t.Parallel()
	site := newComparedSite(t)
	ada := site.student("ada", "Ada")
	race := ada.racesToTheEnd("24", "5")
	ada.holdsTheGap()
	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	ada.Submit(stageModeButton)
	ada.showsToARoom("held", "#held-verdict", ".axis--held", goOnButton, "#never-mind button")
	require.Equal(t, 303, post(t, site.url+"/courses/history-of-computing/subscriptions", "student", "kofi"))
	ada.comesToRead("#held-verdict", "Kofi took a seat")
	ada.showsToARoom("held-conflict", "#held-verdict", ".axis--conflict", ".axis--held", goOnButton, "#never-mind button")
	ada.Submit(goOnButton)
	ada.Submit(goOnButton)
	ada.showsToARoom("receipt", ".axis--conflict", ".axis--own", ".receipt__stage .verdict--seated")

	for _, shown := range []struct {
		name, path string
		decisive   []string
	}{
		{"lens", "/courses/compilers/boundary", []string{".lens__strip", ".lens__says", ".lens__act .button--you"}},
		{"race", race, []string{"#outcome", ".lane:last-child", ".scrub__now"}},
		{"race-step", race + "?step=60", []string{"#outcome", ".lane:last-child", ".scrub__now"}},
		{"comparison", comparedPath, []string{".compare > li:last-child"}},
		{"stage", "/stage?did=a1-a2-b1-b2-b3-a3", []string{".column--new", ".stage__says", "#next"}},
		{"log", "/log", []string{".log__line"}},
		{"status", "/status", []string{".pulse__says", ".pulse__row:last-child", ".pulse__axis"}},
	} {
		ada.Goto(site.url + shown.path)
		ada.showsToARoom(shown.name, shown.decisive...)
	}
	assert.Empty(t, ada.Complaints())
}

// The arrow keys tell a conflict step by step, from the first read to the seat.
func TestTheKeysOfStageMode(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.holdsTheGap()
	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	ada.Submit(stageModeButton)
	ada.hearsNews()
	held := ada.URL()

	ada.Press(browser.Right)
	require.Contains(t, ada.Text(".modebar__steps"), "1 of 2. The log was read up to 185.")
	ada.Press(browser.Right, browser.Right)
	require.Contains(t, ada.Text(".modebar__steps"), "2 of 2. Held, and not appended yet: Ada took a seat", "it stays at the last step")
	require.Equal(t, 303, post(t, site.url+"/courses/history-of-computing/subscriptions", "student", "kofi"))
	ada.comesToRead("#held-verdict", "Kofi took a seat")
	eventually(t, "the keys are where they were", func() bool { return ada.Count(`.axis--held[aria-current=step]:focus`) == 1 })
	require.Contains(t, ada.Text(".modebar__steps"), "3 of 3. Held")
	require.Zero(t, ada.Count("[aria-current=step].fresh"), "a step that was reached is not marked as new")
	require.Equal(t, 1, ada.Count(`[aria-current=step]`))
	ada.Press(browser.Left)
	require.Contains(t, ada.Text(".modebar__steps"), "2 of 3. 186: Kofi took a seat in History of Computing, a conflict")
	require.Equal(t, 1, ada.Count(`[aria-current=step]`))

	ada.Submit(goOnButton)
	ada.Submit(goOnButton)
	var told []string
	for range 6 {
		ada.Press(browser.Right)
		told = append(told, strings.SplitN(ada.Text(`[data-step-now]`), ". ", 2)[1])
		require.True(t, ada.IsInSight(`[aria-current=step]`))
	}
	for i, step := range []string{
		"The log was read up to 185", "186: Kofi took a seat", "Lost, not appended: Ada", // turned away
		"186: Kofi took a seat", "The log was read up to 186", "187: Ada took a seat", // seated
	} {
		assert.Contains(t, told[i], step)
	}

	ada.Press(browser.Escape)
	ada.Arrive()
	require.Contains(t, ada.URL(), "/decisions/")
	require.NotEqual(t, held, ada.URL())
	require.Equal(t, 1, ada.Count(stageModeButton), "stage mode is off")
	require.Zero(t, ada.Count(".modebar"))
	ada.Press(browser.Right)
	require.Zero(t, ada.Count(`[aria-current=step]`), "the keys are what they were")
	assert.Empty(t, ada.Complaints())
}

// A key that has a use of its own keeps it.
func TestTheKeysOfStageModeLeaveFieldsAndMenusAlone(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.Goto(site.url + "/courses/compilers/boundary")
	ada.Submit(stageModeButton)
	ada.hearsNews()
	ada.Click(".modebar__rest")
	ada.Click(".lens__fold summary")
	ada.Focus("#student")
	ada.Press(browser.Right, browser.Escape)
	require.Zero(t, ada.Count(`[aria-current=step]`), "a field keeps its keys")
	ada.Click(".acting summary")
	ada.Press(browser.Escape)
	require.Zero(t, ada.Count(".acting[open]"))
	require.Equal(t, 303, post(t, site.url+"/courses/compilers/subscriptions", "student", "kofi"))
	ada.comesToRead("#shown", "186")
	require.Equal(t, 1, ada.Count(leaveButton), "Escape has closed the menu, and nothing else")
	ada.Press(browser.Right)
	require.Equal(t, 1, ada.Count(`[aria-current=step]`))
	assert.Empty(t, ada.Complaints())
}

// Nothing is lost: what is folded comes back at a press, or when a link leads there. Scripts are
// not needed for that, nor to come and go.
func TestWhatStageModeFoldsIsOnePressAway(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.WithoutScripts()
	ada.Goto(site.url + "/courses/compilers/boundary?by=stream")
	usual := ada.reads()
	require.Zero(t, ada.Count(".modebar"))
	ada.TabTo(stageModeButton)
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Contains(t, ada.URL(), "/courses/compilers/boundary?by=stream", "one stays where one is")
	require.Zero(t, ada.Count(".top, .foot, .knew, .modebar__steps"))
	ada.TabTo("#rest")
	ada.Press(browser.Space)
	require.Equal(t, 1, ada.Count(".top"))
	require.Equal(t, 1, ada.Count(".foot"))
	require.Equal(t, usual, ada.reads())

	ada.Goto(site.url + "/race/strategies")
	ada.TabTo(leaveButton)
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Zero(t, ada.Count(".modebar"))
	require.Equal(t, 1, ada.Count(".top"))
}

// A page without a picture keeps its header and footer in stage mode, and is as large.
func TestPagesWithoutAPictureAreLargeInStageMode(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.Goto(site.url + "/log")
	ada.Submit(stageModeButton)
	on := []browser.Screen{roomScreen}
	if effort.Thorough() {
		on = append(on, darkRoom, roomWall, lightPhone)
	}
	pages := map[string]string{
		"catalogue": "/", "course": "/courses/cryptography", "student": "/students/ada", "decisions": "/decisions", "event": "/log/100",
		"as-of": "/?as_of=100", "log-as-of": "/log?as_of=100", "races": "/race", "gap": "/session/gap", "imports": "/imports", "source": "/source/dcb/decide.go",
	}
	for _, name := range drawnFrom(namesOf(pages)) {
		ada.Goto(site.url + pages[name])
		for _, screen := range on {
			ada.UseScreen(screen)
			ada.isFineOn(screen, "stage-mode-"+name)
		}
	}
	assert.Empty(t, ada.Complaints())
}

// Phones have no stage mode. It may have been turned on in a window that was larger.
func TestPhonesHaveNoStageMode(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.UseScreen(lightPhone)
	ada.Goto(site.url + "/log")
	usual := ada.Box("h1")
	require.Zero(t, ada.Count(stageModeButton))
	ada.UseScreen(roomScreen)
	ada.Submit(stageModeButton)
	ada.UseScreen(lightPhone)
	ada.Goto(site.url + "/log")
	require.Zero(t, ada.Count(".modebar"))
	require.Equal(t, 1, ada.Count(".top"))
	require.Equal(t, usual, ada.Box("h1"))
}
