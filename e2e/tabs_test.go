package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

func (p student) actsInAnotherTabAs(id, name string) {
	p.site.t.Helper()
	p.InAnotherTab(func(other *browser.Person) {
		other.Goto(p.site.url + "/students")
		other.Submit(`button[name=student][value=` + id + `].button--small`)
		require.Contains(p.site.t, other.Text(".acting summary"), "Acting as "+name)
	})
}

// Two tabs of one browser, and whoever presses a button in the first one means whom it shows.
func TestTwoTabsTwoPeople(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	for _, screen := range screensFor("tabs") {
		ada.UseScreen(screen)
		ada.looksAtCourse("history-of-computing")
		ada.LookAway(func() { // a tab in the background hears nothing, and stays as it was
			ada.actsInAnotherTabAs("kofi", "Kofi")
		})
		require.Contains(t, ada.Text(".acting summary"), "Acting as Ada")
		ada.Submit(subscribeButton)
		require.Equal(t, 409, ada.Status())
		require.Contains(t, ada.Text("main"), "This form was made for Ada. This browser now acts as Kofi")
		ada.isFineOn(screen, "meant")
		ada.Submit(".problem .button--you") // as Ada
		require.Contains(t, ada.Text(".acting summary"), "Acting as Ada")
		require.Contains(t, ada.notice(), "you have a seat in History of Computing")
		ada.Submit(subscribeButton)
		require.Contains(t, ada.notice(), "you have no seat")
	}
	ada.Complaints() // the browser's word for 409
	assert.NotContains(t, get(t, site.url+"/courses/history-of-computing"), "Kofi</a>")
}

// A page that hears the news reloads when they are for somebody else.
func TestAnOpenPageFollowsWhoOneIs(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("compilers")
	ada.hearsNews()
	ada.actsInAnotherTabAs("kofi", "Kofi")
	post(t, site.url+"/courses/compilers/title", "title", "Linkers")
	ada.comesToRead(".acting summary", "Acting as Kofi")
	ada.comesToRead("#h", "Linkers")
}
