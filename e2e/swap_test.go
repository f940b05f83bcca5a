package e2e

import (
	"testing"

	"github.com/stretchr/testify/require"
)

const swapForm = `form[action="/courses/compilers/swaps"]`

// Ada gives one seat back for another one. Jonas waits for the one that she gives back.
func TestASeatIsSwappedForAnother(t *testing.T) {
	t.Parallel()
	site := newGuardedSite(t)
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("compilers")
	require.Zero(t, ada.Count(swapForm+" button"), "it is asked for twice")
	ada.TabTo(".subject__act .confirm summary")
	ada.Press(" ")
	ada.isFineOnEveryScreen("course-to-swap-for")
	ada.Fill("#give", "cryptography")
	ada.Submit(swapForm + " button")
	require.Contains(t, ada.notice(), "Swapped: you have a seat in Compilers, and none in Cryptography any more. Jonas moved up from the waitlist.")
	require.Equal(t, "You have a seat", ada.Text(".own"))
	require.Zero(t, ada.Count(swapForm), "there is nothing to swap for")

	ada.opensReceipt()
	ada.unfolds(".told")
	for _, said := range []string{
		"Ada swaps Cryptography for Compilers", "swap_seats.go",
		"Cryptography: definition,", "Compilers: definition,", "Ada: registration and forgetting", // one boundary
		"jonas: courses taken", "Appended together", "Jonas took a seat in Cryptography because of 186",
	} {
		require.Contains(t, ada.reads(), said)
	}
	ada.isFineOnEveryScreen("receipt-swapped")
}

func TestASeatIsSwappedWithoutScripts(t *testing.T) {
	t.Parallel()
	site := newGuardedSite(t)
	ada := site.student("ada", "Ada")
	ada.WithoutScripts()
	ada.looksAtCourse("compilers")
	ada.Click(".subject__act .confirm summary")
	ada.Submit(swapForm + " button")
	require.Contains(t, ada.notice(), "Swapped: you have a seat in Compilers, and none in Distributed Systems any more.")
}

// Ada has three seats and waits for a fourth. Aiko has one in an archived course.
func TestAStudentLeavesAltogether(t *testing.T) {
	t.Parallel()
	site := newGuardedSite(t)
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("formal-methods")
	ada.Submit(".subject__act button")
	ada.Goto(site.url + "/students/ada")
	ada.Click(".confirm summary")
	ada.isFineOnEveryScreen("student-to-leave")
	ada.Submit(`form[action="/students/ada/leave"] button`)
	require.Contains(t, ada.notice(), "Left: you have no seat in Distributed Systems, Databases as Logs and Cryptography any more")
	require.Contains(t, ada.notice(), "Jonas moved up from the waitlist.")
	require.Contains(t, ada.reads(), "No seat anywhere yet.")
	require.NotContains(t, ada.reads(), "Waits for")
	require.Zero(t, ada.Count(`form[action="/students/ada/leave"]`), "there is nothing to leave")

	aiko := site.student("aiko", "Aiko")
	aiko.Goto(site.url + "/students/aiko")
	require.Contains(t, aiko.reads(), "1 slot is taken by an archived course.")
	aiko.isFineOnEveryScreen("student-with-an-archived-course")
	aiko.Submit(`form[action="/students/aiko/leave-archived"] button`)
	require.Contains(t, aiko.notice(), "Left: you have no seat in Human Factors any more.")
	require.NotContains(t, aiko.reads(), "archived course")
}
