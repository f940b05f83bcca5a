package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

// subscribe posts a subscription, as from another browser.
func (s *site) subscribe(course string, students ...string) {
	s.t.Helper()
	for _, id := range students {
		require.Equal(s.t, 303, post(s.t, s.url+"/courses/"+course+"/subscriptions", "student", id))
	}
}

// News change what is new, and leave to the reader what the reader does meanwhile.

func TestNewsLeaveTheFocusWhereItIs(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	site.subscribe("history-of-computing", "jonas", "mei", "hugo")
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("history-of-computing")
	ada.hearsNews()
	const hugo = "#seat-hugo a" // it has no id
	ada.Focus(hugo)
	post(t, site.url+"/courses/history-of-computing/subscriptions/jonas/delete") // above
	ada.comesToRead("#told", "Jonas left")
	site.subscribe("history-of-computing", "zola") // below
	ada.comesToRead("#members", "Zola")
	assert.Zero(t, ada.Count("#seat-jonas"))
	assert.Equal(t, 1, ada.Count(hugo+":focus"))
	ada.Press(browser.Enter) // at once: the focus has moved with the row
	ada.Arrive()
	assert.Equal(t, site.url+"/students/hugo", ada.URL())
}

func TestNewsLeaveWhatIsSelectedAndUnfolded(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.Goto(site.url + "/log")
	ada.hearsNews()
	ada.SelectText("#at-183 .log__sentence")
	selected := ada.Selected()
	require.NotEmpty(t, selected)
	site.subscribe("history-of-computing", "jonas")
	ada.comesToRead("#log", "Jonas took a seat in History of Computing")
	assert.Equal(t, selected, ada.Selected())

	ada.looksAtCourse("compilers")
	ada.hearsNews()
	ada.unfoldsRegistrarsForms()
	ada.Click(archiveForm + " summary")
	ada.Fill("#capacity", "17")
	post(t, site.url+"/courses/compilers/title", "title", "Linkers")
	ada.comesToRead(archiveForm, "Linkers will be closed for good")
	assert.Equal(t, "17", ada.Value("#capacity"))
	assert.Equal(t, "input#capacity Capacity", ada.Focused())
}

func TestNewsLeaveTheLineThatOneReadsInItsPlace(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	for _, screen := range []browser.Screen{lightPhone, lightLaptop} {
		ada.UseScreen(screen)
		ada.Goto(site.url + "/log")
		ada.hearsNews()
		ada.ScrollTo("#at-170")
		before := ada.Top("#at-170")
		for _, title := range []string{"Linkers", "Loaders", "Compilers"} {
			post(t, site.url+"/courses/compilers/title", "title", title)
			ada.comesToRead(".log__line", title)
		}
		head := "#at-" + ada.Text("#shown dd")
		assert.Negative(t, ada.Top(head), "what is new is above")
		assert.InDelta(t, before, ada.Top("#at-170"), 3, "browsers scroll by whole pixels")
	}
}
