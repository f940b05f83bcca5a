package e2e

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

// With forced colours, what a background said has to be said in another way.
func TestForcedColoursKeepWhatColoursSay(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	ada.Goto(site.url + "/session/gap")
	ada.Submit(".gap__choices button")
	for i, tt := range []struct{ path, marked, other, property string }{
		{"/decisions", ".nav a[aria-current]", ".nav a:not([aria-current])", "border-bottom-color"},
		{"/decisions", ".kinds [aria-current]", ".kinds .pick:not([aria-current])", "color"},
		{"/courses/compilers/boundary", ".switch a[aria-current]", ".switch a:not([aria-current])", "background-color"},
		{"/session/gap", "[aria-pressed=true]", ".gap__choices [aria-pressed=false]", "background-color"},
		{"/courses/history-of-computing", ".people__you", "#log, main", "border-left-width"},
		{"/students", ".roster__you", ".roster li:not(.roster__you)", "border-left-width"},
		{"/", ".card:has(.own .state--seated)", ".card:not(:has(.own))", "border-top-width"},
		{"/", ".segments label:has(:checked)", ".segments label:not(:has(:checked))", "background-color"},
		{"/stage?did=a1-a2-b1-b2-b3-a3", ".segments a[aria-current]", ".segments a:not([aria-current])", "background-color"},
		{"/stage?did=a1-a2-b1-b2-b3-a3", ".pin__head", "main", "background-color"},
		{"/source/dcb/judge.go", ".acting summary", "main p", "border-top-width"},
	} {
		ada.Goto(site.url + tt.path)
		for _, dark := range []bool{false, true} {
			ada.UseScreen(browser.Screen{Forced: true, Dark: dark})
			assert.NotEqual(t, ada.Style(tt.other, tt.property), ada.Style(tt.marked, tt.property), "%s %s", tt.path, tt.marked)
			if *screens != "" {
				name := "forced-" + strconv.Itoa(i) + "-" + strconv.FormatBool(dark) + ".png"
				require.NoError(t, os.WriteFile(filepath.Join(*screens, name), ada.Screenshot(), 0o644))
			}
		}
	}
}

func TestForcedColoursKeepTheEdgeOfAReceipt(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	const course = "typography-for-engineers" // which has one seat left
	ada.looksAtCourse(course)
	ada.LookAway(func() { // otherwise the page would offer the waitlist
		site.subscribe(course, "zola")
		ada.Submit(subscribeButton)
	})
	ada.opensReceipt()
	refused := ada.URL()
	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	ada.opensReceipt()
	ada.UseScreen(browser.Screen{Forced: true})
	seatedEdge, seatedVerdict := ada.Style(".axis__row > th", "border-left-style"), ada.Style(".verdict", "border-top-style")
	fired := ada.Style(".line--fired", "border-left-color")
	assert.NotEqual(t, fired, ada.Style(".line:not(.line--fired)", "border-left-color"), "the line that decided is marked")
	if *screens != "" {
		require.NoError(t, os.WriteFile(filepath.Join(*screens, "forced-seated.png"), ada.Screenshot(), 0o644))
	}
	ada.Goto(refused)
	assert.NotEqual(t, seatedEdge, ada.Style(".axis__row > th", "border-left-style"))
	assert.NotEqual(t, seatedVerdict, ada.Style(".verdict", "border-top-style"))
	if *screens != "" {
		require.NoError(t, os.WriteFile(filepath.Join(*screens, "forced-refused.png"), ada.Screenshot(), 0o644))
	}
	ada.Complaints() // the browser's word for 409
}
