package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// mostWords is how many words of prose a page shows before anything is opened. Which words count is
// in [browser.Person.Words]: those of tables, lists of data and navigation do not.
const mostWords = 400

func TestNoPageIsLong(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	ada.opensReceipt()
	receipt := strings.TrimPrefix(ada.URL(), site.url)
	for _, path := range []string{
		"/", "/stage", "/courses/compilers", "/courses/formal-methods", "/courses/compilers/class", "/students", "/students/ada",
		"/courses/compilers/boundary", "/courses/compilers/boundary?by=stream", "/courses/compilers/boundary?student=ada&give=cryptography", "/students/ada/boundary",
		"/decisions", receipt, "/log", "/log/181", "/?as_of=120", "/courses/cryptography?as_of=182",
		"/race", "/race/strategies", "/imports", "/registrar", "/operator", "/status", "/define-course", "/register-student",
		"/session/gap", "/workshop", "/workshop?at=3&green=1-2", "/source/", "/source/dcb/judge.go", "/nowhere",
	} {
		ada.Goto(site.url + path)
		words := ada.Words()
		t.Logf("%4d words on %s", words, path)
		assert.LessOrEqual(t, words, mostWords, path)
	}
	ada.Complaints() // the browser's word for 404
}
