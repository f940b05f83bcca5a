package e2e

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

// The last seat goes while the finger is on its way to "Subscribe". Where it lands there is
// "Join the waitlist", and that was not meant.
func TestAButtonThatHasJustChangedTakesNoPress(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	hugo := site.student("hugo", "Hugo")
	const course = "typography-for-engineers" // which has one seat left
	for _, page := range []string{"/", "/courses/" + course} {
		hugo.Goto(site.url + page)
		hugo.hearsNews()
		hugo.PressWhen("#act-"+course, "Join the waitlist", func() {
			require.Equal(t, http.StatusSeeOther, post(t, site.url+"/courses/"+course+"/subscriptions", "student", "zola"))
		})
		require.Contains(t, hugo.Text("#act-"+course), "Join the waitlist")
		require.NotContains(t, get(t, site.url+"/courses/"+course), "Hugo joined the waitlist")
		require.NotContains(t, hugo.reads(), "You are first in line")
		require.Equal(t, http.StatusSeeOther, post(t, site.url+"/courses/"+course+"/subscriptions/zola/delete"))
	}
	hugo.comesToRead("#act-"+course, "Subscribe")
	post(t, site.url+"/courses/"+course+"/subscriptions", "student", "zola")
	hugo.comesToRead("#act-"+course, "Join the waitlist")
	hugo.Submit("#act-" + course) // half a second later
	require.Contains(t, hugo.notice(), "On the waitlist: you are first in line")
}

// A button that takes no press looks like one, also where the browser is slow to draw.
func TestAButtonThatChangesTwiceIsDimmedForHalfASecondFromThen(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	hugo := site.student("hugo", "Hugo")
	hugo.looksAtCourse("typography-for-engineers")
	require.GreaterOrEqual(t, hugo.ChangesAgain("#act-typography-for-engineers"), 499.0)
}

// The browser is so busy that the half second is over before the button is dimmed.
func TestAButtonIsDimmedHoweverBusyTheBrowserIs(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	hugo := site.student("hugo", "Hugo")
	hugo.looksAtCourse("typography-for-engineers")
	require.True(t, hugo.ChangesSlowly("#act-typography-for-engineers"))
}

// And one that looks as if it took a press takes it.
func TestAButtonThatIsNotDimmedAnyMoreTakesAPress(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	hugo := site.student("hugo", "Hugo")
	hugo.looksAtCourse("typography-for-engineers")
	require.True(t, hugo.PressAfterDimming("#act-typography-for-engineers"))
}

// Enter pressed twice takes a seat, and does not give it back.
func TestTheAnswerToAFormTakesNoSecondPress(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("history-of-computing")
	ada.PressOnArrival("#act-history-of-computing")
	ada.Submit("#act-history-of-computing")
	eventually(t, "the button has the focus", func() bool { return ada.Focused() == "button#act-history-of-computing Leave" })
	require.Contains(t, ada.notice(), "Seated: you have a seat in History of Computing.")
	ada.Submit("#act-history-of-computing") // half a second later
	require.Contains(t, ada.notice(), "Left: you have no seat")
	require.NotContains(t, get(t, site.url+"/courses/history-of-computing"), "You have a seat")
}

// Without scripts a page stays as it was, and its buttons do what they say there.
func TestAStaleButtonAsksWithoutScripts(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	hugo := site.student("hugo", "Hugo")
	hugo.WithoutScripts()
	const course = "typography-for-engineers"
	hugo.looksAtCourse(course)
	require.Equal(t, http.StatusSeeOther, post(t, site.url+"/courses/"+course+"/subscriptions", "student", "zola"))
	hugo.Submit("#act-" + course)
	require.Equal(t, 409, hugo.Status())
	require.Contains(t, hugo.notice(), "Refused: every seat in Typography for Engineers is taken.")
	hugo.Submit(".flash button")
	require.Contains(t, hugo.notice(), "On the waitlist: you are first in line")
	hugo.Complaints() // the browser's word for 409
}

// Two registrars have the same course open.
func TestARegistrarOverwritesNothingUnseen(t *testing.T) {
	t.Parallel()
	for name, scripts := range map[string]bool{"with scripts": true, "without scripts": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newSite(t)
			p := student{site.browser.NewPerson(t, "a registrar"), site}
			if !scripts {
				p.WithoutScripts()
			}
			p.looksAtCourse("compilers")
			if scripts {
				p.hearsNews()
			}
			p.unfoldsRegistrarsForms()
			p.Fill("#capacity", "4")
			require.Equal(t, http.StatusSeeOther, post(t, site.url+"/courses/compilers/capacity", "capacity", "40"))
			require.Equal(t, http.StatusSeeOther, post(t, site.url+"/courses/compilers/title", "title", "Linkers"))
			if scripts {
				eventually(t, "the forms follow the news", func() bool { return p.Value("#title") == "Linkers" })
				require.Equal(t, "4", p.Value("#capacity"), "what is typed stays")
			}
			p.Submit(`form[action="/courses/compilers/capacity"] button`)
			require.Equal(t, 409, p.Status())
			require.Contains(t, p.reads(), "It has 40 seats now. Still “4”? Send it again.")
			eventually(t, "the field has the focus", func() bool { return p.Focused() == "input#capacity Capacity" })
			if scripts { // the rules of axe are a script
				p.isFineOnEveryScreen("stale")
			}
			p.Press(browser.Enter) // one press goes on
			p.Arrive()
			require.Contains(t, p.notice(), "Changed: Linkers has 4 seats now.")
			p.Complaints() // the browser's word for 409
		})
	}
}

// A form into which nobody has typed shows what is so now, and carries that.
func TestAFormFollowsTheNewsUntilOneTypes(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	p := student{site.browser.NewPerson(t, "a registrar"), site}
	p.looksAtCourse("compilers")
	p.unfoldsRegistrarsForms()
	p.hearsNews()
	post(t, site.url+"/courses/compilers/capacity", "capacity", "40")
	eventually(t, "the form shows 40", func() bool { return p.Value("#capacity") == "40" })
	p.Fill("#capacity", "41")
	p.Submit(`form[action="/courses/compilers/capacity"] button`)
	require.Contains(t, p.notice(), "Changed: Compilers has 41 seats now.")
}

// A registrar removes one student after another, by keyboard, from the second part of a list.
func TestWorkingThroughAListByKeyboard(t *testing.T) {
	t.Parallel()
	for name, scripts := range map[string]bool{"with scripts": true, "without scripts": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newSite(t)
			p := student{site.browser.NewPerson(t, "a registrar"), site}
			for _, id := range []string{"s1", "s2", "s3", "s4", "s5", "s6"} {
				post(t, site.url+"/students", "student", id, "name", "Sam "+id)
				require.Equal(t, http.StatusSeeOther, post(t, site.url+"/courses/databases-as-logs/subscriptions", "student", id))
			}
			if !scripts {
				p.WithoutScripts()
			}
			p.UseScreen(browser.Screen{Width: 390, Height: 844})
			p.looksAtCourse("databases-as-logs")
			p.Follow(`#members .pager [rel=next]`)
			part := p.URL()
			p.TabTo("#leave-s4")
			p.Press(browser.Enter)
			p.Arrive()
			require.Contains(t, p.notice(), "Left: Sam s4 has no seat")
			require.Regexp(t, `\?seats=after\.\d+#leave-s5$`, p.URL())
			require.Contains(t, part, p.URL()[:len(p.URL())-len("#leave-s5")])
			eventually(t, "the next row has the focus", func() bool { return p.Focused() == "button#leave-s5 Remove" })
			assert.True(t, p.IsInSight(".flash"), "the answer can be seen")
			assert.True(t, p.IsInSight("#leave-s5"))
		})
	}
}
