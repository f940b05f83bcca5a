package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

// next is what the tour asks for on the page.
func (p student) next() string {
	p.site.t.Helper()
	return strings.TrimSuffix(p.Text(".tourbar__next strong"), ".")
}

// goesOn follows the link of the tour to where the next step is done.
func (p student) goesOn(step, to string) {
	p.site.t.Helper()
	require.Equal(p.site.t, step, p.next())
	p.Follow(".tourbar__next a")
	require.Equal(p.site.t, p.site.url+to, p.URL())
	require.Equal(p.site.t, 200, p.Status())
	require.Zero(p.site.t, p.Count(".tourbar__next a"), "it is here")
	require.Equal(p.site.t, step, p.next(), "being here is not doing it")
}

// From the first page to the end of the tour, by doing what it asks for and nothing else;
// Wanda has a phone, and is needed for the conflict.
func TestTheWholeTour(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	wanda := site.student("wanda", "Wanda")
	wanda.UseScreen(browser.Screen{Width: 390, Height: 844})
	ada := student{site.browser.NewPerson(t, "Ada"), site}
	look := func(name string) {
		ada.isFineOnEveryScreen(name)
		ada.UseScreen(browser.Screen{Width: 1280, Height: 800})
	}
	ada.Goto(site.url + "/")
	require.Zero(t, ada.Count(".tourbar"))
	require.Equal(t, 1, ada.Count(".intro__tries[open]"))
	look("home")
	require.Less(t, ada.Box("#courses")[1], 390.0, "the courses come into sight")
	before := ada.Box("main")
	ada.TabTo(".intro__tour")
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Equal(t, site.url+"/", ada.URL())
	require.Equal(t, 1, ada.Count(".intro__tries:not([open])"), "the bar says what to do now")
	look("home-on-tour")
	bar, main := ada.Box(".tourbar"), ada.Box("main")
	require.Equal(t, before[1]+bar[3], main[1], "it takes its own place and covers nothing")
	require.InDelta(t, main[1], bar[1]+bar[3], 0.5)

	ada.goesOn("Choose who you are", "/students")
	ada.TabTo(`button[name=student][value=ada].button--small`)
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Equal(t, "Take a seat", ada.next())
	ada.Goto(site.url + "/students")
	ada.goesOn("Take a seat", "/")
	ada.Submit(`form[action="/courses/history-of-computing/subscriptions"] button`)
	require.Contains(t, ada.notice(), "Seated")
	ada.goesOn("Open its receipt", "/decisions?student=ada")
	ada.TabTo(`.decisions tbody a`)
	ada.Press(browser.Enter)
	ada.Arrive()
	look("receipt-on-tour")

	ada.goesOn("Look before you send", "/students/ada/boundary")
	ada.Submit(`main form button`)
	require.Contains(t, ada.URL(), "/boundary")
	look("lens-on-tour")
	ada.goesOn("Make a conflict by hand", "/session/gap")
	ada.Submit(holdButton)
	require.Equal(t, "Make a conflict by hand", ada.next())
	ada.looksAtCourse("compilers")
	ada.Submit(subscribeButton)
	require.Contains(t, ada.Text(".tourbar"), "In a private window or on a phone")
	look("held-on-tour")
	wanda.looksAtCourse("compilers")
	wanda.Submit(subscribeButton)
	require.Contains(t, wanda.notice(), "Seated: you have a seat in Compilers.")
	require.Zero(t, wanda.Count(".tourbar"), "she is not on the tour")
	ada.comesToRead("#held-state", "will conflict")
	ada.Submit(goOnButton)
	require.Contains(t, ada.reads(), "every seat in this course is taken")

	ada.goesOn("Watch a race", "/race")
	ada.Fill("#think", "0")
	ada.Fill("#spread", "0")
	ada.Submit(`main form[action="/race"] button`)
	ada.seesItEnd("the race is over", ".histogram")
	require.Equal(t, "Break it on purpose", ada.next(), "on the page of the race")
	ada.goesOn("Break it on purpose", "/race/strategies")
	ada.Submit(`main form[action="/race/strategies"] button`)
	ada.seesItEnd("all strategies are tried", `form[action="/race/strategies"] button`)
	ada.goesOn("Look at an earlier moment", "/log")
	ada.Follow(`.foot a[href*="as_of="]`)
	require.Equal(t, "Look at an earlier moment", ada.next(), "that was the last one")
	ada.TabTo(`.moment a[rel=prev]`)
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Equal(t, "That was the tour", ada.next())
	require.Contains(t, ada.Text(".tourbar"), "8 of 8 done")
	look("past-on-tour")

	ada.Follow(".tourbar__next a")
	require.Equal(t, site.url+"/source/", ada.URL())
	ada.TabTo(".tourbar button")
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Zero(t, ada.Count(".tourbar"))
	ada.Goto(site.url + "/")
	require.Equal(t, 1, ada.Count(".intro__tries:not([open])"), "there is nothing left to try")
	ada.Click(".intro__tries summary")
	require.Equal(t, 3, ada.Count(".tries__done"))
	look("home-done")
	require.Empty(t, ada.Complaints())
}
