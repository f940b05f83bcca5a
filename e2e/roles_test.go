package e2e

import (
	"context"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
	"go-crablet/internal/sampled"
)

const passcode = "correct horse battery"

// newGuardedSite is a site where a passcode tells who is the registrar.
func newGuardedSite(t testing.TB, args ...string) *site {
	t.Helper()
	return openSite(t, sampled.URL(t), []string{"REGISTRAR_PASSCODE=" + passcode}, args...)
}

func TestAStudentActsForThemselvesOnly(t *testing.T) {
	t.Parallel()
	site := newGuardedSite(t)
	ada := site.student("ada", "Ada")

	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	require.Contains(t, ada.notice(), "Seated: you have a seat in History of Computing.")
	require.NotContains(t, ada.reads(), "For the registrar")
	require.Zero(t, ada.Count(`form[action="/courses/history-of-computing/capacity"]`))
	require.Equal(t, 2, ada.Count(`form[action="/courses/history-of-computing/subscriptions/ada/delete"]`), "above, and beside her seat")

	ada.looksAtCourse("distributed-systems") // where Kofi has a seat, too
	require.Zero(t, ada.Count(`form[action="/courses/distributed-systems/subscriptions/kofi/delete"]`))

	ada.Goto(site.url + "/define-course")
	require.Equal(t, 403, ada.Status())
	require.Contains(t, ada.reads(), "Only the registrar does this")
	ada.Follow("main a.button")
	require.Contains(t, ada.reads(), "Passcode")
	ada.Complaints() // the browser's word for 403
}

func TestTheRegistrarSignsInByKeyboard(t *testing.T) {
	t.Parallel()
	site := newGuardedSite(t)
	p := student{site.browser.NewPerson(t, "the registrar"), site}
	p.Goto(site.url + "/")
	p.TabTo(`footer a[href="/registrar"]`)
	p.Press(browser.Enter)
	p.Arrive()

	p.TabTo("#passcode")
	p.Type("correct horse")
	p.Press(browser.Enter)
	p.Arrive()
	require.Equal(t, 403, p.Status())
	require.Contains(t, p.reads(), "This is not the passcode.")
	eventually(t, "the field has the focus", func() bool { return p.Focused() == "input#passcode Passcode" })
	require.Empty(t, p.Value("#passcode"))
	p.Type(passcode)
	p.Press(browser.Enter)
	p.Arrive()
	require.Equal(t, 200, p.Status())

	p.TabTo(`a[href="/define-course"]`)
	p.Press(browser.Enter)
	p.Arrive()
	p.TabTo("#title")
	p.Type("Knots")
	p.Press(browser.Enter)
	p.Arrive()
	require.Contains(t, p.notice(), "On offer: Knots has 20 seats.")
	p.unfoldsRegistrarsForms()
	p.Fill("#student", "kofi")
	p.Submit(`form[action="/courses/knots/subscriptions"] button`)
	require.Contains(t, p.notice(), "Seated: Kofi has a seat in Knots.")
	require.Equal(t, 1, p.Count("#student"), "the next student can be chosen at once")

	p.Follow(`footer a[href="/registrar"]`)
	p.Submit(`form[action="/registrar/delete"] button`)
	p.Goto(site.url + "/courses/knots")
	require.NotContains(t, p.reads(), "For the registrar")
	p.Complaints()
}

// The pages that only a site with a passcode has, on every screen.
func TestPagesAboutRolesOnEveryScreen(t *testing.T) {
	t.Parallel()
	site := newGuardedSite(t, "-write-rate", "1")
	p := student{site.browser.NewPerson(t, "somebody"), site}
	isFine := func(name string) {
		p.isFineOnEveryScreen(name)
	}
	p.Goto(site.url + "/registrar")
	isFine("registrar-sign-in")
	p.Fill("#passcode", "open sesame")
	p.Submit("main button")
	isFine("registrar-wrong")
	p.Goto(site.url + "/define-course")
	isFine("denied")
	p.Goto(site.url + "/students")
	p.Submit(`button[name=student][value=ada].button--small`)
	p.looksAtCourse("distributed-systems")
	isFine("course-of-student")
	p.Goto(site.url + "/registrar")
	p.Fill("#passcode", passcode)
	p.Submit("main button")
	p.Goto(site.url + "/registrar")
	isFine("registrar-signed-in")

	stop := site.keepBusy()
	defer stop()
	for p.Status() != 429 { // unless the turn of this form comes just then
		p.Goto(site.url + "/define-course")
		p.Fill("#title", "Knots")
		p.Fill("#capacity", "none")
		p.Submit("main button")
	}
	require.Equal(t, "Knots", p.Value("#title"))
	require.Contains(t, p.reads(), "Wait 1 second, then send it again.")
	isFine("wait")
	stop()
	eventually(t, "the form goes through", func() bool {
		p.Submit("main button")
		return p.Status() == 422
	})
	require.Equal(t, "Knots", p.Value("#title"), "and was not typed again")
	p.Complaints()
}

// keepBusy sends forms that have no effect, more than are taken of one client, until it
// is stopped.
func (s *site) keepBusy() (stop func()) {
	ctx, cancel := context.WithCancel(s.t.Context())
	var busy sync.WaitGroup
	busy.Go(func() {
		for ctx.Err() == nil {
			post(s.t, s.url+"/registrar/delete")
		}
	})
	return func() {
		cancel()
		busy.Wait()
	}
}
