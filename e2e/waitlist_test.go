package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// Three people in three browsers: one has a seat, one is first in line, one lines up.
func TestAStudentMovesUpWhenAnotherLeaves(t *testing.T) {
	t.Parallel()
	site := newGuardedSite(t)
	sofia, ines, hugo := site.student("sofia", "Sofía"), site.student("ines", "Inês"), site.student("hugo", "Hugo")
	const course, waitButton = "formal-methods", ".subject__act button"

	hugo.looksAtCourse(course)
	require.Contains(t, hugo.Text(waitButton), "Join the waitlist")
	hugo.Submit(waitButton)
	require.Contains(t, hugo.notice(), "On the waitlist: you are second in line for Formal Methods.")
	require.Equal(t, "You are second in line", hugo.Text(".own"))
	require.Contains(t, hugo.reads(), "Full 3 of 3 seats · 2 wait")
	require.Contains(t, hugo.reads(), "Who waits The next free seat goes to the first who has room. 1 Inês")
	require.Contains(t, hugo.Text(waitButton), "Leave the waitlist")

	ines.Goto(site.url + "/students/ines")
	require.Contains(t, ines.reads(), "Waits for Formal Methods first in line")
	sofia.looksAtCourse(course)
	sofia.Submit(waitButton)
	require.Contains(t, sofia.notice(), "Left: you have no seat in Formal Methods any more. Inês moved up from the waitlist.")

	ines.looksAtCourse(course)
	require.Equal(t, "You have a seat", ines.Text(".own"))
	require.Contains(t, ines.reads(), "Full 3 of 3 seats · 1 waits")
	require.Contains(t, ines.reads(), "Inês took a seat in Formal Methods because Sofía left Formal Methods")
	hugo.looksAtCourse(course)
	require.Contains(t, hugo.reads(), "You are first in line")

	sofia.opensReceipt()
	sofia.unfolds(".told")
	sofia.unfolds(".receipt__code > .query")
	for _, said := range []string{
		"Found in a second read, once it was known who waits: how many courses Inês and Hugo had",
		"Appended together", "Inês took a seat in Formal Methods because of",
		"ines: courses taken", "promotion.go",
	} {
		require.Contains(t, sofia.reads(), said)
	}

	ines.Follow(`.history a[href^="/decisions/"]`)
	require.Contains(t, ines.reads(), "Sofía leaves Formal Methods")

	hugo.Submit(waitButton)
	require.Contains(t, hugo.notice(), "Off the waitlist: you wait no longer for Formal Methods.")
	require.Contains(t, hugo.reads(), "Nobody waits for a seat yet.")
}

func TestTheRegistrarRenamesAndArchives(t *testing.T) {
	t.Parallel()
	site := newGuardedSite(t)
	registrar := site.student("zola", "Zola")
	registrar.Goto(site.url + "/registrar")
	registrar.Fill("#passcode", passcode)
	registrar.Submit("main button")
	lena, ada := site.student("lena", "Lena"), site.student("ada", "Ada")

	registrar.looksAtCourse("compilers")
	require.Zero(t, registrar.Count("#title"), "what everybody does comes first")
	registrar.unfoldsRegistrarsForms()
	registrar.Fill("#title", " ")
	registrar.Submit(`form[action="/courses/compilers/title"] button`)
	require.Equal(t, 422, registrar.Status())
	require.Contains(t, registrar.reads(), "A title has 1 to 100 characters")
	registrar.Fill("#title", "How Compilers Work")
	registrar.Submit(`form[action="/courses/compilers/title"] button`)
	require.Contains(t, registrar.notice(), "Renamed: the course is called How Compilers Work now.")

	ada.looksAtCourse("compilers")
	require.Equal(t, "How Compilers Work", ada.Text("h1"))
	for _, form := range []string{"title", "capacity", "archive"} {
		require.Zero(t, ada.Count(`form[action="/courses/compilers/`+form+`"]`), form)
	}
	require.NotContains(t, ada.reads(), "For the registrar")

	registrar.unfoldsRegistrarsForms()
	require.Zero(t, registrar.Count(`form[action="/courses/compilers/archive"] button`), "it is asked for twice")
	registrar.Click(archiveForm + " summary")
	require.Contains(t, registrar.reads(), "How Compilers Work will be closed for good: nothing about it can change, and nobody new gets a seat. Students who have a seat keep it.")
	registrar.Submit(`form[action="/courses/compilers/archive"] button`)
	require.Contains(t, registrar.notice(), "Archived: How Compilers Work takes nobody any more.")
	require.NotContains(t, registrar.reads(), "For the registrar", "nothing can be changed any more")

	ada.looksAtCourse("compilers")
	require.Contains(t, ada.reads(), "This course is archived")
	require.Zero(t, ada.Count(".subject__act button"))
	lena.looksAtCourse("compilers")
	require.Contains(t, lena.reads(), "You have a seat")
	lena.Submit(".subject__act button")
	require.Contains(t, lena.notice(), "Left: you have no seat in How Compilers Work any more.")

	registrar.Goto(site.url + "/students/ada")
	registrar.Fill("#name", "Ada Lovelace")
	registrar.Submit(`form[action="/students/ada/name"] button`)
	require.Contains(t, registrar.notice(), "Renamed: the student is called Ada Lovelace now.")
	ada.Goto(site.url + "/students/lena")
	require.Contains(t, ada.Text(".acting summary"), "Acting as Ada Lovelace")
	require.Zero(t, ada.Count("#name"), "a name is one's own")
	ada.Goto(site.url + "/students/ada")
	ada.Fill("#name", "Ada")
	ada.Submit(`form[action="/students/ada/name"] button`)
	require.Contains(t, ada.Text(".acting summary"), "Acting as Ada")
	registrar.Complaints() // the browser's word for 422
}
