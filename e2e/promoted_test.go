package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A student waits, and looks at a page that has nothing to do with the course.
func TestAStudentWhoMovesUpIsToldWhileLooking(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	const course = "formal-methods" // which Inês waits for, and Sofía has a seat in
	ines := site.student("ines", "Inês")
	for _, screen := range screensFor("promoted") {
		ines.UseScreen(screen)
		ines.Goto(site.url + "/log")
		ines.hearsNews()
		require.Empty(t, ines.Text("body > [role=status]"))
		require.Equal(t, 303, post(t, site.url+"/courses/"+course+"/subscriptions/sofia/delete"))
		ines.comesToRead("body > [role=status]", "You have a seat now: you waited for Formal Methods.")
		assert.Contains(t, ines.Title(), "A seat in Formal Methods!")
		site.subscribe("history-of-computing", "mei") // more news, which are not about it
		ines.comesToRead("#log", "Mei took a seat")
		assert.Contains(t, ines.Text("body > [role=status]"), "You have a seat")
		ines.isFineOn(screen, "promoted")
		ines.Follow("body > [role=status] a")
		ines.hearsNews()
		require.Equal(t, 303, post(t, site.url+"/courses/"+course+"/waitlist", "student", "hugo"))
		ines.comesToRead("#queue", "Hugo")
		assert.Contains(t, ines.Text("body > [role=status]"), "You have a seat", "it stays while the page does")
		ines.Goto(site.url + "/log")
		assert.NotContains(t, ines.Title(), "A seat in")
		assert.Zero(t, ines.Count("body > [role=status] p"))
		site.inesWaitsAgain(course)
	}
	assert.Empty(t, ines.Complaints())
}

// inesWaitsAgain puts everything back as it was.
func (s *site) inesWaitsAgain(course string) {
	s.t.Helper()
	require.Equal(s.t, 303, post(s.t, s.url+"/courses/"+course+"/waitlist/hugo/delete"))
	require.Equal(s.t, 303, post(s.t, s.url+"/courses/"+course+"/subscriptions/ines/delete"))
	s.subscribe(course, "sofia")
	require.Equal(s.t, 303, post(s.t, s.url+"/courses/"+course+"/waitlist", "student", "ines"))
	require.Equal(s.t, 303, post(s.t, s.url+"/courses/history-of-computing/subscriptions/mei/delete"))
}
