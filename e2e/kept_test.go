package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// The sign-in ends while the registrar fills in a form. Nothing has to be typed again.
func TestAFormOutlastsTheRole(t *testing.T) {
	t.Parallel()
	for name, scripts := range map[string]bool{"with scripts": true, "without scripts": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newGuardedSite(t)
			p := student{site.browser.NewPerson(t, "the registrar"), site}
			if !scripts {
				p.WithoutScripts()
			}
			p.Goto(site.url + "/define-course")
			require.Equal(t, 403, p.Status())
			p.Follow("main a.button")
			p.Fill("#passcode", passcode)
			p.Submit("main button")
			require.Equal(t, site.url+"/define-course", p.URL(), "signing in leads back")

			p.Fill("#title", "Knots")
			p.Fill("#capacity", "7")
			execute(t, site.databaseURL, `delete from signin`) // its time is over
			p.Submit("main button")
			require.Equal(t, 409, p.Status())
			require.Contains(t, p.reads(), "this browser is no longer signed in")
			require.Equal(t, "Knots", p.Value("#title"))
			p.Fill("#passcode", "open sesame")
			p.Submit("main .button--you")
			require.Equal(t, 403, p.Status())
			require.Contains(t, p.reads(), "This is not the passcode.")
			require.Equal(t, "Knots", p.Value("#title"))
			if scripts {
				p.isFineOnEveryScreen("kept")
			}
			p.Fill("#passcode", passcode)
			p.Submit("main .button--you")
			require.Contains(t, p.notice(), "On offer: Knots has 7 seats.")
			require.Contains(t, p.Text("footer"), "You are the registrar")
			p.Complaints() // the browser's word for 403 and 409
		})
	}
}

// What was typed stands there again on the way back, until it was carried out.
func TestWhatWasTypedSurvivesTheWayBack(t *testing.T) {
	t.Parallel()
	site := newGuardedSite(t)
	ada := site.student("ada", "Ada")
	ada.Goto(site.url + "/students/ada")
	ada.Fill("#name", "Ada Lovelace")
	ada.LookAway(func() { ada.actsInAnotherTabAs("kofi", "Kofi") })
	ada.Submit(`form[action="/students/ada/name"] button`)
	require.Equal(t, 409, ada.Status())
	require.Contains(t, ada.reads(), "This form was made for Ada.")
	ada.actsInAnotherTabAs("ada", "Ada")
	ada.Follow(`.problem p a`) // back, without sending it
	require.Equal(t, "Ada Lovelace", ada.Value("#name"))

	ada.Follow(`nav a[href="/log"]`)
	ada.Back()
	require.Equal(t, "Ada Lovelace", ada.Value("#name"), "the browser's way back")
	ada.Submit(`form[action="/students/ada/name"] button`)
	require.Contains(t, ada.notice(), "Renamed: the student is called Ada Lovelace now.")
	ada.Follow(`nav a[href="/log"]`)
	ada.Back()
	require.Equal(t, "Ada Lovelace", ada.Value("#name"), "what is so now")
	ada.Complaints() // the browser's word for 409
}

// WebKit tells scripts no status, and empties the fields of a page that it kept in memory.
func TestWhatWasTypedSurvivesInWebKit(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	p := student{site.browser.NewPerson(t, "somebody with WebKit"), site}
	p.Lacks("PerformanceResourceTiming.prototype.responseStatus")
	p.Goto(site.url + "/define-course")
	p.Fill("#title", "Knots")
	p.Fill("#capacity", "none")
	p.Submit("main button")
	require.Equal(t, 422, p.Status())
	p.Goto(site.url + "/define-course")
	require.Equal(t, "Knots", p.Value("#title"), "the form was not carried out")

	p.ReturnFromMemory()
	require.Equal(t, "Knots", p.Value("#title"))
	p.Fill("#capacity", "7")
	p.Submit("main button")
	require.Contains(t, p.notice(), "On offer: Knots has 7 seats.")
	p.Goto(site.url + "/define-course")
	require.Empty(t, p.Value("#title"), "the form was carried out")
	p.Complaints() // the browser's word for 422
}

// The sign-in ends while the registrar pastes a list. The answer can't show the list again, since
// only the registrar may send one. So the list stands in its form after signing in.
func TestAPastedListOutlastsTheRole(t *testing.T) {
	t.Parallel()
	site := newGuardedSite(t)
	p := student{site.browser.NewPerson(t, "the registrar"), site}
	p.Goto(site.url + "/imports")
	p.Follow("main a.button")
	p.Fill("#passcode", passcode)
	p.Submit("main button")
	require.Equal(t, site.url+"/imports", p.URL())

	p.Fill("#lines", "ada,compilers\nkofi,compilers")
	p.Click(`input[value="enrolments"]`)
	execute(t, site.databaseURL, `delete from signin`) // its time is over
	p.Submit(`form[action="/imports"] button`)
	require.Equal(t, 403, p.Status())
	p.Follow("main a.button")
	p.Fill("#passcode", passcode)
	p.Submit("main button")
	require.Equal(t, site.url+"/imports", p.URL())
	require.Equal(t, "ada,compilers\nkofi,compilers", p.Value("#lines"))
	require.Equal(t, 1, p.Count(`input[value="enrolments"]:checked`))
	p.Submit(`form[action="/imports"] button`)
	require.Contains(t, p.reads(), "2 enrolments")
	p.Goto(site.url + "/imports")
	require.Empty(t, p.Value("#lines"), "the list was read")
	p.Complaints() // the browser's word for 403
}
