package e2e

import (
	"math"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The first click is on its way, held up where it would be stored, when the second comes.
func TestADoubleClickHasOneEffect(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("history-of-computing")
	release := site.holdLog()
	ada.ClickTwice(subscribeButton, func() { site.awaitWaiting(1) })
	release()
	ada.Arrive()
	require.Equal(t, 200, ada.Status())
	require.Contains(t, ada.notice(), "Carried out before: you took a seat in History of Computing on ")
	require.Contains(t, ada.notice(), "Now you have a seat in History of Computing.")
	require.Equal(t, "You have a seat", ada.Text(".own"))
	require.Contains(t, ada.reads(), "Open 1 of 25 seats")
	require.Equal(t, 1, strings.Count(ada.reads(), "Ada took a seat in History of Computing"))
	eventually(t, "both were answered", func() bool {
		return strings.Count(site.stderr.String(), "path=/courses/history-of-computing/subscriptions") == 2
	})
	ada.Goto(site.url + "/decisions")
	require.Equal(t, 1, ada.Count(".decisions tbody tr"), "receipts")
}

// The form was carried out, and the connection breaks before the answer is there. The
// browser sends it again, by itself or when the page is loaded again.
func TestAFormWhoseAnswerIsLostIsCarriedOutOnce(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	lossy := newLossyProxy(t, site.url)
	site.url = lossy.URL
	p := student{site.browser.NewPerson(t, "somebody on a train"), site}
	p.Goto(site.url + "/define-course")
	p.Fill("#title", "Knots")
	p.Fill("#capacity", "7")
	lossy.loseAnswers.Store(1)
	p.Submit("main button")
	if lossy.forms.Load() == 1 { // it gave up, and says so
		p.Reload()
	}
	require.EqualValues(t, 2, lossy.forms.Load(), "the same form was sent twice")
	require.True(t, strings.HasSuffix(p.URL(), "/courses/knots"), p.URL())
	require.Contains(t, p.notice(), "Carried out before: Knots was put on offer with 7 seats on ")
	require.Contains(t, p.notice(), "Now the course is called Knots and has 7 seats.")
	p.opensReceipt()
	assert.Contains(t, p.reads(), "Knots is put on offer")
	p.Goto(site.url + "/?find=knots")
	assert.Equal(t, 1, p.Count(".card"), "courses of that name")
	p.Complaints() // the browser's word for the lost answer
}

// The form was carried out and its answer was lost, and the seat was given back on another
// device before the page is loaded again. What is told then is what holds then; and on
// the way back is a form that can be meant anew.
func TestASeatThatWasGivenBackIsNotToldAsTaken(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	lossy := newLossyProxy(t, site.url)
	site.url = lossy.URL
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("history-of-computing")
	lossy.loseAnswers.Store(math.MaxInt32) // browsers try again by themselves, on each connection that they have
	ada.LookAway(func() { ada.Submit(subscribeButton) })
	lossy.loseAnswers.Store(0)
	require.Equal(t, http.StatusSeeOther, post(t, site.url+"/courses/history-of-computing/subscriptions/ada/delete"))
	ada.Reload()
	require.Equal(t, 200, ada.Status())
	require.Regexp(t, "Carried out before: you took a seat in History of Computing on .* at .* UTC. "+
		"Now you have no seat in History of Computing and do not wait for one.", ada.notice())
	require.Contains(t, ada.reads(), "Open 0 of 25 seats")
	require.Equal(t, 1, strings.Count(ada.reads(), "Ada took a seat in History of Computing"))
	ada.isFineOnEveryScreen("repeated")
	ada.Back()
	ada.Submit(subscribeButton)
	require.Contains(t, ada.notice(), "Seated: you have a seat in History of Computing.")
	ada.Complaints() // the browser's word for the lost answer
}

// On the way back is a new form, and nothing in it that could be sent by mistake.
func TestTheWayBackLeadsToANewForm(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	p := student{site.browser.NewPerson(t, "somebody in two minds"), site}
	p.Goto(site.url + "/define-course")
	p.Fill("#title", "Knots")
	p.Fill("#capacity", "7")
	p.Submit("main button")
	require.Contains(t, p.notice(), "On offer")
	p.Back()
	require.Equal(t, 200, p.Status())
	require.Empty(t, p.Value("#title"))
	p.Fill("#title", "Knots")
	p.Submit("main button")
	require.Contains(t, p.reads(), "knots is called that already.")
	p.isFineOnEveryScreen("twin")
	p.Submit("main button")
	require.True(t, strings.HasSuffix(p.URL(), "/courses/knots-2"), "what is sent again is meant: %s", p.URL())
	p.Complaints() // the browser's word for 409
}

// What was refused can be sent again by loading the page again, and goes through when
// nothing is in the way any more.
func TestARefusedFormThatIsSentAgainIsDecidedAgain(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	hugo := site.student("hugo", "Hugo")
	hugo.looksAtCourse("typography-for-engineers")
	require.Contains(t, hugo.reads(), "Last seat")
	hugo.LookAway(func() { // otherwise the page would offer the waitlist
		require.Equal(t, http.StatusSeeOther, post(t, site.url+"/courses/typography-for-engineers/subscriptions", "student", "zola"))
		hugo.Submit(subscribeButton)
	})
	require.Equal(t, 409, hugo.Status())
	require.Contains(t, hugo.notice(), "Refused: every seat in Typography for Engineers is taken.")
	hugo.isFineOnEveryScreen("offer")

	require.Equal(t, http.StatusSeeOther, post(t, site.url+"/courses/typography-for-engineers/subscriptions/zola/delete"))
	hugo.Reload()
	require.Equal(t, 200, hugo.Status())
	require.Contains(t, hugo.notice(), "Seated: you have a seat in Typography for Engineers.")
	hugo.Complaints()
}
