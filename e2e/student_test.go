package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
	"go-crablet/internal/sampled"
)

// A site is a running program on a database with the sample term, and a browser to look at it.
type site struct {
	*process
	t           testing.TB
	databaseURL string
	browser     *browser.Browser
}

func newSite(t testing.TB, args ...string) *site {
	t.Helper()
	return openSite(t, sampled.URL(t), nil, args...)
}

// openSite starts the program on a database, with settings as NAME=value.
func openSite(t testing.TB, databaseURL string, settings []string, args ...string) *site {
	t.Helper()
	s := &site{t: t, databaseURL: databaseURL, browser: browser.Open(t)}
	s.process = start(t, append([]string{"DATABASE_URL=" + databaseURL}, settings...), append([]string{"-data", dataDir(t)}, args...)...)
	return s
}

// A student is a person in a browser of their own. Only here is it known which
// addresses, buttons and texts the pages have.
type student struct {
	*browser.Person
	site *site
}

// student opens a browser that acts as a student already. It has the cookies that the button
// on the page of students brings, and has not loaded a page yet.
func (s *site) student(id, name string) student {
	s.t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	answer, err := client.PostForm(s.url+"/session", url.Values{"student": {id}})
	require.NoError(s.t, err)
	answer.Body.Close()
	require.NotEmpty(s.t, answer.Cookies(), "%s is not known", id)
	p := student{s.browser.NewPerson(s.t, name), s}
	p.TakeCookies(s.url, answer.Cookies())
	return p
}

func (p student) looksAtCourse(id string) {
	p.site.t.Helper()
	p.Goto(p.site.url + "/courses/" + id)
}

// unfoldsRegistrarsForms shows the forms that only the registrar has on the page of a course.
func (p student) unfoldsRegistrarsForms() {
	p.site.t.Helper()
	p.Click(registrarsFold)
}

const (
	registrarsFold  = "#for-registrar > .fold > summary"
	subscribeButton = ".subject__act button"
	archiveForm     = `.confirm:has(form[action$="/archive"])` // folded until it is asked for
)

// says is the notice on top of the page.
func (p student) notice() string { return p.Text(".flash") }

// unfolds opens all details with a class that stand beside each other.
func (p student) unfolds(class string) {
	p.site.t.Helper()
	for i := range p.Count(class) {
		p.Click(fmt.Sprintf("%s:nth-of-type(%d) > summary", class, i+1))
	}
}

func (p student) opensReceipt() { p.Follow(".flash a") }

// reads is the text of the page's content.
func (p student) reads() string { return strings.Join(strings.Fields(p.Text("main")), " ") }
