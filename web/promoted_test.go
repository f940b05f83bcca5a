package web_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
)

// inLine is an application in which a student has joined the waitlist of a course that is full,
// in a browser that remembers it.
func inLine(t *testing.T, student string) (*app, visitor) {
	t.Helper()
	app := newApp(t)
	app.carryOut(courses.DefineCourse{Course: "knots", Title: "Knots", Capacity: 1})
	app.carryOut(courses.SubscribeStudent{Student: "hugo", Course: "knots"})
	v := app.as(student)
	require.Equal(t, http.StatusSeeOther, v.post("/courses/knots/waitlist").status)
	require.NotContains(t, v.get("/courses/knots").text(), "You have a seat now")
	return app, v
}

const promoted = "You have a seat now: you waited for Knots ."

func TestAStudentWhoMovedUpIsToldUntilItWasSeen(t *testing.T) {
	t.Parallel()
	for _, seenOn := range []string{"/courses/knots", "/students/ada"} {
		app, ada := inLine(t, "ada")
		app.carryOut(courses.UnsubscribeStudent{Student: "hugo", Course: "knots"})
		for _, path := range []string{"/", "/log", "/students/hugo", "/courses/compilers"} {
			page := ada.get(path)
			assert.Contains(t, page.text(), promoted, path)
			assert.Contains(t, page.body, "<title>A seat in Knots! ", path)
		}
		fetched := ada.send(http.MethodGet, seenOn, nil, http.Header{"HX-Request": {"true"}})
		assert.Contains(t, fetched.text(), promoted, "an area that is fetched may not have been seen")
		assert.Contains(t, ada.get(seenOn).text(), promoted)
		for _, path := range []string{"/", seenOn} {
			page := ada.get(path)
			assert.NotContains(t, page.text(), promoted, path)
			assert.NotContains(t, page.body, "<title>A seat", path)
		}
	}
}

// The browser may act as somebody else meanwhile.
func TestAStudentWhoMovedUpIsToldWhenTheBrowserActsForThemAgain(t *testing.T) {
	t.Parallel()
	app, visitor := inLine(t, "ada")
	visitor.post("/session", "student", "kofi")
	app.carryOut(courses.UnsubscribeStudent{Student: "hugo", Course: "knots"})
	assert.NotContains(t, visitor.get("/").text(), promoted, "it is not Kofi's seat")
	visitor.post("/session", "student", "")
	assert.NotContains(t, visitor.get("/").text(), promoted)
	visitor.post("/session", "student", "ada")
	assert.Contains(t, visitor.get("/").text(), promoted)
}

func TestOnlyASeatThatWasWaitedForIsTold(t *testing.T) {
	t.Parallel()
	app, ada := inLine(t, "ada")
	elsewhere := app.as("ada")
	require.Equal(t, http.StatusSeeOther, ada.post("/courses/knots/waitlist/ada/delete").status)
	ada.get("/courses/knots")
	app.carryOut(courses.UnsubscribeStudent{Student: "hugo", Course: "knots"})
	require.Equal(t, http.StatusSeeOther, ada.post("/courses/knots/subscriptions").status)
	assert.NotContains(t, ada.get("/").text(), promoted, "it was taken, not waited for")
	assert.NotContains(t, elsewhere.get("/").text(), promoted, "this browser never saw the place on the waitlist")
}

// The decision of the visitor may be the one that gives the seat. Its notice says so, and then
// nothing else does.
func TestASeatThatTheNoticeTellsOfIsToldOnce(t *testing.T) {
	t.Parallel()
	_, ada := inLine(t, "ada")
	require.Equal(t, http.StatusSeeOther, ada.post("/courses/knots/subscriptions/hugo/delete", "from", "/log").status)
	page := ada.get("/log")
	assert.Contains(t, page.text(), "You moved up from the waitlist.")
	assert.NotContains(t, page.text(), promoted)
	assert.NotContains(t, page.body, "<title>A seat")
	assert.NotContains(t, ada.get("/").text(), promoted, "it was told")
}

// Whatever the ids: a cookie that is too large would be an error.
func TestABrowserRemembersWhatACookieHasRoomFor(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	var course courses.CourseID
	var holder courses.StudentID
	for i := range 50 {
		course = courses.CourseID(fmt.Sprintf("%064d", i))
		holder = courses.StudentID(fmt.Sprintf("holder-%d", i/10))
		if i%10 == 0 {
			app.register(holder, "Holder")
		}
		app.carryOut(courses.DefineCourse{Course: course, Title: "Knots", Capacity: 1})
		app.carryOut(courses.SubscribeStudent{Student: holder, Course: course})
		require.Equal(t, http.StatusSeeOther, ada.post("/courses/"+string(course)+"/waitlist").status)
	}
	ada.get("/")
	app.carryOut(courses.UnsubscribeStudent{Student: holder, Course: course})
	assert.Contains(t, ada.get("/").text(), promoted, "the latest is remembered")
}
