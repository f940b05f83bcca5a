package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

// By keyboard from a heading to what the page rests on, and from there to the line of
// code. Nothing but what was asked for opens, and the heading stays where it is.
func TestAPageSaysWhyAndLeadsToTheLine(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	for name, path := range map[string]string{"catalogue": "/", "course": "/courses/compilers", "race": "/race", "event": "/log/181"} {
		for _, screen := range screensFor(name) {
			ada.UseScreen(screen)
			ada.Goto(site.url + path)
			before := ada.Box("main h1")
			ada.TabTo(".why summary")
			ada.Press(browser.Enter)
			eventually(t, "it says why", func() bool { return ada.Count(".why__text") == 1 })
			require.Equal(t, before, ada.Box("main h1"), "%s: the heading has moved", name)
			ada.isFineOn(screen, name+"-why")
		}
	}
	ada.Goto(site.url + "/log/181")
	ada.TabTo(".why summary")
	ada.Press(browser.Enter, browser.Tab, browser.Enter)
	ada.Arrive()
	_, line, _ := strings.Cut(ada.URL(), "/source/dcb/event.go#")
	require.NotEmpty(t, line, ada.URL())
	require.Contains(t, ada.Text("#"+line+":target"), "type Event struct", "the browser went there")
	require.Empty(t, ada.Complaints())
}
