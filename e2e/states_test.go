package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// What pages become by what is done on them, on every screen.
func TestTheStatesOfPagesOnEveryScreen(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	jonas := site.student("jonas", "Jonas")
	look := func(name string) {
		for _, screen := range everyScreen {
			jonas.UseScreen(screen)
			jonas.isFineOn(screen, name)
		}
		require.Empty(t, jonas.Complaints(), name)
	}
	course := site.url + "/courses/cryptography"

	jonas.Goto(site.url + "/")
	look("catalogue-in-line")
	jonas.Goto(course)
	look("course-in-line")
	jonas.Goto(site.url + "/students/jonas")
	look("student-in-line")
	jonas.Goto(site.url + "/courses/human-factors")
	look("course-archived")

	jonas.Goto(course)
	jonas.Click(".confirm summary")
	look("course-before-archiving")
	jonas.Fill("#title", " ")
	jonas.Submit(`form[action="/courses/cryptography/title"] button`)
	require.Equal(t, 422, jonas.Status())
	look("course-title-not-accepted")
	jonas.Goto(site.url + "/students/jonas")
	jonas.Fill("#name", " ")
	jonas.Submit(`form[action="/students/jonas/name"] button`)
	require.Equal(t, 422, jonas.Status())
	look("student-name-not-accepted")

	jonas.Goto(course)
	jonas.Submit(`form[action="/courses/cryptography/subscriptions/ada/delete"] button`)
	require.Contains(t, jonas.notice(), "You moved up from the waitlist.")
	look("course-moved-up")
	jonas.opensReceipt()
	look("receipt-moved-up")
	jonas.Goto(site.url + "/students/jonas")
	look("student-moved-up")

	jonas.Goto(course)
	jonas.Fill("#student", "hugo")
	jonas.Submit(`form[action="/courses/cryptography/waitlist"] button`)
	require.Contains(t, jonas.notice(), "Hugo is second in line")
	look("course-joined")
	jonas.opensReceipt()
	look("receipt-joined")
	jonas.Goto(course)
	jonas.Fill("#capacity", "20")
	jonas.Submit(`form[action="/courses/cryptography/capacity"] button`)
	jonas.opensReceipt()
	look("receipt-seats-added")
	jonas.Goto(course)
	jonas.Click(".confirm summary")
	jonas.Submit(`form[action="/courses/cryptography/archive"] button`)
	look("course-just-archived")
	jonas.opensReceipt()
	look("receipt-archived")

	jonas.Goto(site.url + "/courses/formal-methods")
	jonas.Submit(`.people form[action="/courses/formal-methods/waitlist/ines/delete"] button`)
	require.Contains(t, jonas.reads(), "Nobody waits for a seat yet.")
	look("course-nobody-waits")
	jonas.Goto(site.url + "/decisions")
	look("decisions-of-all-kinds")
}
