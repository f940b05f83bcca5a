package e2e

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

// hearsNews waits until the page is told what is new.
func (p student) hearsNews() {
	p.site.t.Helper()
	p.Read("#connection", "Live.")
}

// comesToRead waits until a part of the page reads so, without the page being asked for.
func (p student) comesToRead(selector, text string) {
	p.site.t.Helper()
	p.Read(selector, text)
}

func TestPagesChangeWhileOneLooks(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada, jonas := site.student("ada", "Ada"), site.student("jonas", "Jonas")
	const course = "typography-for-engineers" // which has one seat left

	ada.UseScreen(browser.Screen{Width: 1280, Height: 2400}) // only what is in sight can be seen to move
	ada.Goto(site.url + "/")
	ada.WatchShifts(".fresh")
	ada.hearsNews()
	assert.Contains(t, ada.Text("#card-"+course), "Last seat")
	assert.Contains(t, ada.Text("#own-"+course), "Subscribe")
	jonas.looksAtCourse(course)
	jonas.hearsNews()

	t.Run("a course on the catalogue and on its own page", func(t *testing.T) {
		post(t, site.url+"/courses/"+course+"/subscriptions", "student", "zola")
		ada.comesToRead("#seats-"+course, "Full")
		ada.comesToRead("#own-"+course, "Join the waitlist")
		jonas.comesToRead("#seats-"+course, "Full")
		jonas.comesToRead("#members", "Zola")
		jonas.comesToRead("#told", "Zola took a seat")
		jonas.comesToRead("#queue", "Nobody waits for a seat yet.")
	})

	t.Run("what is one's own, done elsewhere", func(t *testing.T) {
		post(t, site.url+"/courses/"+course+"/waitlist", "student", "ada")
		ada.comesToRead("#own-"+course, "You are first in line")
		post(t, site.url+"/courses/"+course+"/subscriptions/zola/delete")
		ada.comesToRead("#own-"+course, "You have a seat")
		ada.comesToRead("#slots", "Typography for Engineers")
		assert.Empty(t, ada.Shifts(), "nothing moved by itself, but in what is marked as new")
	})

	t.Run("a new course, and a new title", func(t *testing.T) {
		post(t, site.url+"/courses", "course", "weaving", "title", "Weaving", "capacity", "3")
		ada.comesToRead("#card-weaving", "0 of 3 seats")
		post(t, site.url+"/courses/weaving/title", "title", "Weaving and knots")
		ada.comesToRead("#card-weaving", "Weaving and knots")
	})

	t.Run("the list of decisions, for refusals as well", func(t *testing.T) {
		jonas.Goto(site.url + "/decisions")
		jonas.hearsNews()
		require.Equal(t, 409, post(t, site.url+"/courses/weaving/subscriptions/mei/delete"))
		jonas.comesToRead("#decided", "Refused: the student has no seat in this course")
	})

	assert.Empty(t, ada.Complaints())
	assert.Empty(t, jonas.Complaints())
}

// What was typed, and what was said, is not the page's to take away.
func TestNewsDisturbNobody(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("cryptography")
	ada.hearsNews()
	ada.unfoldsRegistrarsForms()
	ada.Fill("#title", "Secrets")
	ada.Click(archiveForm + " summary")
	post(t, site.url+"/courses/cryptography/waitlist", "student", "hugo")
	ada.comesToRead("#queue", "Hugo")
	assert.Equal(t, "Secrets", ada.Value("#title"))
	assert.Contains(t, ada.Text(archiveForm), "Archive it for good")

	ada.looksAtCourse("compilers")
	ada.Submit(subscribeButton)
	said := ada.notice()
	require.NotEmpty(t, said)
	ada.hearsNews()
	post(t, site.url+"/courses/compilers/title", "title", "Compilers and linkers")
	ada.comesToRead("#h", "Compilers and linkers")
	assert.Equal(t, said, ada.notice())
	assert.Empty(t, ada.Complaints())
}

// The answer to a form that was not accepted can't be fetched again: that would send the form once
// more. It hears what a message brings.
func TestTheAnswerToAFormHearsWhatAMessageBrings(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("history-of-computing")
	ada.unfoldsRegistrarsForms()
	ada.Fill("#title", " ")
	ada.Submit(`form[action="/courses/history-of-computing/title"] button`)
	require.Equal(t, 422, ada.Status())
	ada.hearsNews()
	site.subscribe("history-of-computing", "jonas")
	ada.comesToRead("#seats-history-of-computing", "1 of 25 seats")
	site.subscribe("history-of-computing", "mei")
	ada.comesToRead("#seats-history-of-computing", "2 of 25 seats")
	assert.Empty(t, ada.Complaints())
}

// A button changes its meaning while the mouse is down on it: what was meant is done.
func TestNewsLetAClickThatHasBegunGoThrough(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	const course = "typography-for-engineers"
	ada.Goto(site.url + "/")
	ada.hearsNews()
	ada.ClickSlowly("#own-"+course+" button", func() {
		post(t, site.url+"/courses/"+course+"/subscriptions", "student", "zola") // the last seat
		ada.comesToRead("#seats-"+course, "Full")
		ada.comesToRead("#shown", "186") // the page was fetched again
	})
	ada.Arrive()
	assert.Contains(t, ada.notice(), "every seat in Typography for Engineers is taken")
	assert.Contains(t, ada.Text("#own-"+course), "Join the waitlist")
	ada.Complaints() // the browser's word for 409
}

// Tabs in the background hear no news, and catch up when they are looked at.
func TestAPageThatNobodySeesCatchesUp(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("compilers")
	ada.hearsNews()
	ada.LookAway(func() {
		post(t, site.url+"/courses/compilers/title", "title", "Linkers")
	})
	ada.comesToRead("#h", "Linkers")
	post(t, site.url+"/courses/compilers/title", "title", "Loaders")
	ada.comesToRead("#h", "Loaders")
	assert.Empty(t, ada.Complaints())
}

func TestALostConnectionIsSaidAndHeals(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	other := start(t, []string{"DATABASE_URL=" + site.databaseURL}, "-data", dataDir(t))
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("compilers")
	ada.hearsNews()

	// What happens through another process is heard as well.
	post(t, other.url+"/courses/compilers/title", "title", "Compilers, first")
	ada.comesToRead("#h", "Compilers, first")

	address := strings.TrimPrefix(site.url, "http://")
	require.Equal(t, 0, site.stop(syscall.SIGTERM), "those who look do not keep it from stopping")
	ada.comesToRead("#connection", "The connection is lost")
	post(t, other.url+"/courses/compilers/title", "title", "Compilers, second") // nobody tells Ada
	site.process = start(t, []string{"DATABASE_URL=" + site.databaseURL}, "-data", dataDir(t), "-addr", address)
	ada.comesToRead("#connection", "Live.")
	ada.comesToRead("#h", "Compilers, second")
	ada.Goto("about:blank")
	for _, complaint := range ada.Complaints() { // browsers tell what they could not reach
		assert.Regexp(t, `/live|\[object Event\]`, complaint)
	}
}

// The answer to what was asked before one looked away must not change the page behind
// one's back: it is told as news when one looks again.
func TestAPageThatNobodySeesDoesNotChange(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	const course = "typography-for-engineers" // which has one seat left
	through := passOn(t, site.url)
	held := make(chan struct{})
	release := sync.OnceFunc(func() { close(held) })
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("HX-Request") != "" {
			<-held
		}
		through.ServeHTTP(w, r)
	}))
	t.Cleanup(proxy.Close)
	t.Cleanup(release)
	hugo := site.student("hugo", "Hugo")
	hugo.Goto(proxy.URL + "/courses/" + course)
	hugo.hearsNews()

	post(t, site.url+"/courses/"+course+"/subscriptions", "student", "zola")
	eventually(t, "the page is fetched", hugo.Fetches)
	hugo.LookAway(func() {
		release()
		eventually(t, "the page has come", func() bool { return !hugo.Fetches() })
		assert.NotContains(t, hugo.Text("#members"), "Zola")
	})
	hugo.comesToRead("#members", "Zola")
}
