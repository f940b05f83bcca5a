package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Two students are called José, and two courses Compilers. Wherever one of them is named, the
// page says which one, and it says nothing more about those whose name nobody else has.
func TestWhoIsMeantIsClearWhereTwoAreCalledTheSame(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	post(t, site.url+"/students", "student", "jose", "name", "José")
	post(t, site.url+"/students", "student", "jose-2", "name", "Jose")
	post(t, site.url+"/courses", "course", "compilers-2", "title", "compilers", "capacity", "2")
	post(t, site.url+"/courses/compilers-2/subscriptions", "student", "jose-2")

	jose := site.student("jose", "José")
	jose.Goto(site.url + "/students?find=jose")
	assert.Equal(t, "Acting as José (jose)", jose.Text(".acting summary"))
	assert.Contains(t, jose.reads(), "José (jose) 0 of 10 courses")
	assert.Contains(t, jose.reads(), "Jose (jose-2) 1 of 10 courses")
	jose.isFineOnEveryScreen("same-names")

	jose.looksAtCourse("compilers-2")
	assert.Contains(t, jose.Text("#members"), "Jose (jose-2)")
	jose.Goto(site.url + "/courses/compilers-2?find=jo")
	assert.Contains(t, jose.Text("select[name=student]"), "José (jose)", "a choice")
	assert.NotContains(t, jose.Text("select[name=student]"), "Jonas (")
	jose.looksAtCourse("compilers-2")
	jose.Submit(subscribeButton)
	assert.Contains(t, jose.notice(), "Seated: you have a seat in compilers (compilers-2).")
	jose.isFineOnEveryScreen("same-titles")
	jose.opensReceipt()
	assert.Contains(t, jose.Text("h1"), "José (jose) subscribes to compilers (compilers-2)")

	jose.Goto(site.url + "/log")
	assert.Contains(t, jose.reads(), "Jose (jose-2) was registered")
	assert.Contains(t, jose.reads(), "Jose (jose-2) took a seat in compilers (compilers-2)")
	jose.Goto(site.url + "/students/jose-2")
	assert.Contains(t, jose.Text(".subject__act"), "Act as Jose (jose-2)", "a button")
	jose.Goto(site.url + "/students?as_of=190&find=jose")
	assert.Contains(t, jose.reads(), "Jose (jose-2)")
}

// Names that are written from right to left stand in the order in which the page names them:
// without isolation, the first of two neighbours would stand right of the second.
func TestNamesFromRightToLeftKeepTheirPlaceInASentence(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	const avi, dana, omar = "אבי 1", "דנה", "عمر"
	post(t, site.url+"/courses", "course", "hebrew", "title", "מתמטיקה בדידה", "capacity", "1")
	post(t, site.url+"/courses/hebrew/subscriptions", "student", "ada")
	for _, student := range [][2]string{{"avi", avi}, {"dana", dana}, {"umar", omar}} {
		post(t, site.url+"/students", "student", student[0], "name", student[1])
		post(t, site.url+"/courses/hebrew/waitlist", "student", student[0])
	}
	kofi := site.student("kofi", "Kofi")
	kofi.looksAtCourse("hebrew")
	kofi.isFineOnEveryScreen("right-to-left-course")
	kofi.unfoldsRegistrarsForms()
	kofi.Fill("input[name=capacity]", "9")
	kofi.Submit("form[action='/courses/hebrew/capacity'] button")
	notice := kofi.notice()
	for _, name := range []string{avi, dana, omar} {
		require.Contains(t, notice, name)
	}
	assert.Less(t, kofi.TextLeft(".flash", avi), kofi.TextLeft(".flash", dana), "%s", notice)
	assert.Less(t, kofi.TextLeft(".flash", dana), kofi.TextLeft(".flash", omar))
	kofi.isFineOnEveryScreen("right-to-left-notice")
	kofi.Goto(site.url + "/students?find=" + strings.ReplaceAll(avi, " ", "+"))
	kofi.isFineOnEveryScreen("right-to-left-list")
	kofi.Submit("button[name=student][value=avi].button--small")
	assert.Contains(t, kofi.Text(".acting summary"), "Acting as \u2068"+avi+"\u2069")
	kofi.isFineOnEveryScreen("right-to-left-button")
}
