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
	wanda.UseScreen(lightPhone)
	ada := student{site.browser.NewPerson(t, "Ada"), site}
	ada.startsTheTour()
	ada.takesASeatOnTour()
	ada.meetsAConflictOnTour(wanda)
	ada.watchesARaceOnTour()
	ada.endsTheTour()
	require.Empty(t, ada.Complaints())
}

// isFineOnTour looks at the page on every screen, and goes back to the usual one.
func (p student) isFineOnTour(name string) {
	p.site.t.Helper()
	p.isFineOnEveryScreen(name)
	p.UseScreen(lightLaptop)
}

func (p student) startsTheTour() {
	t, site := p.site.t, p.site
	t.Helper()
	p.Goto(site.url + "/")
	require.Zero(t, p.Count(".tourbar"))
	p.isFineOnTour("home")
	require.Less(t, p.Box("#courses")[1], 600.0, "the courses come into sight")
	before := p.Box("main")
	p.TabTo(".intro__tour")
	p.Press(browser.Enter)
	p.Arrive()
	require.Equal(t, site.url+"/", p.URL())
	require.Zero(t, p.Count(".intro__tour"), "the bar says what to do now")
	p.isFineOnTour("home-on-tour")
	bar, main := p.Box(".tourbar"), p.Box("main")
	require.Equal(t, before[1]+bar[3], main[1], "it takes its own place and covers nothing")
	require.InDelta(t, main[1], bar[1]+bar[3], 0.5)
}

func (p student) takesASeatOnTour() {
	t, site := p.site.t, p.site
	t.Helper()
	p.goesOn("Choose who you are", "/students")
	p.TabTo(`button[name=student][value=ada].button--small`)
	p.Press(browser.Enter)
	p.Arrive()
	require.Equal(t, "Take a seat", p.next())
	p.Goto(site.url + "/students")
	p.goesOn("Take a seat", "/")
	p.Submit(`form[action="/courses/history-of-computing/subscriptions"] button`)
	require.Contains(t, p.notice(), "Seated")
	p.goesOn("Open its receipt", "/decisions?student=ada")
	p.TabTo(`.decisions tbody a`)
	p.Press(browser.Enter)
	p.Arrive()
	p.isFineOnTour("receipt-on-tour")
}

func (p student) meetsAConflictOnTour(wanda student) {
	t := p.site.t
	t.Helper()
	require.Equal(t, "Look before you send", p.next())
	p.Follow(".tourbar__next a")
	require.Equal(t, p.site.url+"/courses/compilers/boundary?student=ada", p.URL(), "the first course with a free seat and without her")
	require.Contains(t, p.reads(), "You would get seat 16 of 16.")
	p.isFineOnTour("lens-on-tour")
	p.goesOn("Make a conflict by hand", "/session/gap")
	p.Submit(holdButton)
	require.Equal(t, "Make a conflict by hand", p.next())
	p.looksAtCourse("compilers")
	p.Submit(subscribeButton)
	require.Contains(t, p.Text(".tourbar"), "In a private window, act as another student")
	p.isFineOnTour("held-on-tour")
	wanda.looksAtCourse("compilers")
	wanda.Submit(subscribeButton)
	require.Contains(t, wanda.notice(), "Seated: you have a seat in Compilers.")
	require.Zero(t, wanda.Count(".tourbar"), "she is not on the tour")
	p.comesToRead("#held-state", "will conflict")
	p.Submit(goOnButton)
	require.Contains(t, p.reads(), "every seat in this course is taken")
}

func (p student) watchesARaceOnTour() {
	t := p.site.t
	t.Helper()
	p.goesOn("Watch a race", "/race")
	p.Fill("#think", "0")
	p.Fill("#spread", "0")
	p.Submit(`main form[action="/race"] button`)
	p.See(raceIsOver)
	require.Equal(t, "Break it on purpose", p.next(), "on the page of the race")
	p.goesOn("Break it on purpose", "/race/strategies")
	p.Submit(compareButton)
	p.waitsForTheComparison()
	p.goesOn("Look at an earlier moment", "/log")
	p.Follow(`.foot a[href*="as_of="]`)
	require.Equal(t, "Look at an earlier moment", p.next(), "that was the last one")
	p.TabTo(`.moment a[rel=prev]`)
	p.Press(browser.Enter)
	p.Arrive()
	require.Equal(t, "That was the tour", p.next())
	require.Contains(t, p.Text(".tourbar"), "8 of 8 done")
	p.isFineOnTour("past-on-tour")
}

func (p student) endsTheTour() {
	t, site := p.site.t, p.site
	t.Helper()
	p.Follow(".tourbar__next a")
	require.Equal(t, site.url+"/source/", p.URL())
	p.TabTo(".tourbar button")
	p.Press(browser.Enter)
	p.Arrive()
	require.Zero(t, p.Count(".tourbar"))
	p.Goto(site.url + "/")
	require.Equal(t, "Take the tour again", p.Text(".intro__tour"))
	p.isFineOnTour("home-done")
}
