package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

// One looks at the log while another takes a seat, in two browsers.
func TestTheLogGrowsWhileOneLooks(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada, kofi := site.student("ada", "Ada"), site.student("kofi", "Kofi")
	ada.Goto(site.url + "/log")
	ada.hearsNews()
	require.Equal(t, 50, ada.Count(".log__line"))
	require.Contains(t, ada.Text(".log__line"), "Human Factors was archived")

	kofi.looksAtCourse("history-of-computing")
	kofi.Submit(subscribeButton)
	ada.comesToRead(".log__line", "186 Kofi took a seat in History of Computing StudentSubscribedToCourse")
	assert.Equal(t, 50, ada.Count(".log__line"), "a page stays a page")

	kofi.Goto(site.url + "/log?tags=student_id:ada")
	kofi.hearsNews()
	before := kofi.Count(".log__line")
	post(t, site.url+"/courses/history-of-computing/subscriptions", "student", "zola") // no news for this page
	post(t, site.url+"/courses/history-of-computing/subscriptions", "student", "ada")
	kofi.comesToRead(".log__line", "188 Ada took a seat in History of Computing")
	assert.Equal(t, before+1, kofi.Count(".log__line"))

	ada.comesToRead(".log__line", "188 Ada")
	ada.Follow(".log__pos")
	assert.True(t, strings.HasSuffix(ada.URL(), "/log/188"), ada.URL())
	require.Contains(t, ada.reads(), "Ada took a seat in History of Computing")
	ada.Follow(`a[href^="/decisions/"]`)
	require.Contains(t, ada.reads(), "Ada subscribes to History of Computing")
	require.Empty(t, ada.Complaints())
	require.Empty(t, kofi.Complaints())
}

// A page of the past follows its slider.
func TestThePastFollowsItsSlider(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	p := student{site.browser.NewPerson(t, "somebody who looks back"), site}
	p.Goto(site.url + "/courses/cryptography?as_of=183")
	p.Focus(".moment__slider")
	for range 3 {
		p.Press(browser.Down)
	}
	p.comesToRead(".moment", "As of position 180 of 185")
	require.Contains(t, p.reads(), "Tariq at 98")
	require.Equal(t, site.url+"/courses/cryptography?as_of=180", p.URL())
	p.Press(browser.Home)
	p.comesToRead("main", "as of position 1")
	require.Zero(t, p.Count("#moment-says a"), "the course was not there yet")
	require.Len(t, p.Complaints(), 1, "and the answer was 404")
	p.Press(browser.End)
	p.comesToRead(".moment", "As of position 185 of 185")
	require.Zero(t, p.Count(".moment a[rel=next]"))
	p.Follow(".moment a[rel=prev]")
	require.Contains(t, p.Text(".moment"), "As of position 184 of 185")
}

// Into the past and back, with the keyboard alone and no script.
func TestTheLogThroughTimeByKeyboard(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	p := student{site.browser.NewPerson(t, "somebody without a mouse"), site}
	p.Goto(site.url + "/courses/cryptography?as_of=183")
	require.Contains(t, p.reads(), "2 wait")
	require.Contains(t, p.Text(".moment"), "As of position 183 of 185")

	p.TabTo(".moment__slider")
	for range 3 {
		p.Press(browser.Down)
	}
	p.Press(browser.Enter) // sends the form that the slider is in
	p.Arrive()
	require.Contains(t, p.Text(".moment"), "As of position 180 of 185")
	require.Contains(t, p.reads(), "Tariq at 98")
	require.Contains(t, p.reads(), "3 wait")

	p.TabTo(`.moment a[rel=next]`)
	p.Press(browser.Enter)
	p.Arrive()
	require.Contains(t, p.Text(".moment"), "As of position 183 of 185", "one append gives the seat back and gives it to who waits")
	require.NotContains(t, p.reads(), "Tariq at 98")
	require.Contains(t, p.reads(), "10 of 10 seats", "no seat is ever free while somebody waits")

	p.TabTo(`main a[href="/?as_of=183"]`)
	p.Press(browser.Enter)
	p.Arrive()
	require.Contains(t, p.Text("#card-cryptography"), "10 of 10 seats")
	require.Contains(t, p.Text("#card-human-factors"), "Open", "it was archived later")
	require.Zero(t, p.Count(`form[method=post]`))

	p.TabTo(".moment .button--you")
	p.Press(browser.Enter)
	p.Arrive()
	require.Equal(t, site.url+"/", p.URL())
	require.Zero(t, p.Count(".moment"))
	require.Contains(t, p.Text("#card-cryptography"), "10 of 10 seats")
	require.Contains(t, p.Text("#card-human-factors"), "Archived")
	require.Empty(t, p.Complaints())
}
