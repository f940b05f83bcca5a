package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"go-crablet/e2e/browser"
)

// Every text can be read, by day and by night: its contrast is measured on the picture of the page.
func TestEveryTextStandsOut(t *testing.T) {
	t.Parallel()
	site := newComparedSite(t)
	ada := site.student("ada", "Ada")
	race := ada.racesToTheEnd("12", "5")
	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	standsOut := func(page string) {
		for _, screen := range []browser.Screen{lightLaptop, darkLaptop} {
			ada.UseScreen(screen)
			assert.Empty(t, ada.FaintTexts(), "%s, dark: %v", page, screen.Dark)
		}
	}
	standsOut("the answer to a form")
	ada.opensReceipt()
	standsOut("receipt")
	for _, page := range drawnFrom([]string{
		"/", "/courses/compilers", "/courses/formal-methods", "/courses/compilers/class", "/courses/compilers/boundary", "/courses/formal-methods/boundary?student=kofi&by=stream",
		"/students", "/students/ada", "/decisions", "/log", "/log/181", "/log?as_of=60", "/?as_of=120", "/race", race, race + "?step=60", comparedPath,
		"/imports", "/registrar", "/operator", "/status", "/session/gap", "/define-course", "/source/domain/courses/subscribe_student.go", "/nowhere",
	}) {
		ada.Goto(site.url + page)
		standsOut(page)
	}
	ada.holdsTheGap()
	ada.looksAtCourse("compilers")
	ada.Submit(subscribeButton)
	ada.Submit(stageModeButton)
	standsOut("a held decision in stage mode")
	assert.Empty(t, ada.Complaints())
}
