package web_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// The events are the same, whoever asks. Only what is noted beside them differs.
func TestWhoAskedIsNotedWithTheEvents(t *testing.T) {
	t.Parallel()
	leave := "/courses/cryptography/subscriptions/ada/delete"
	for name, test := range map[string]struct {
		role, path string
		form       []string
		by         courses.Actor
		words      string
	}{
		"the student":              {"ada", leave, []string{"as", "ada"}, "student_id:ada", "Ada"},
		"the registrar":            {"registrar", leave, []string{"as", "+registrar"}, courses.TheRegistrar, "the registrar"},
		"a program of the student": {"ada", leave, nil, courses.AProgram, "a program"},
		"a visitor":                {"nobody", "/students", []string{"as", "", "name", "Sela"}, courses.AVisitor, "a visitor"},
		"the registrar for a new student": {
			"registrar", "/students", []string{"as", "+registrar", "name", "Sela"}, courses.TheRegistrar, "the registrar",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app := newApp(t, guarded)
			before := app.head()
			app.in(test.role).posts(http.StatusSeeOther, test.path, test.form...)

			stored := eventsAfter(t, app, before)
			require.NotEmpty(t, stored)
			for _, e := range stored {
				assert.Equal(t, test.by, courses.ActorIn(e.Metadata), e.Type)
			}
			event := app.visitor().get(fmt.Sprintf("/log/%d", before+1))
			assert.Contains(t, event.text(), "Asked for by "+test.words+" Because of no other event")
			assert.Contains(t, app.visitor().get(receiptIn(t, event)).text(), "Asked for by "+test.words+" ")
		})
	}
}

// Everybody is the registrar there, and students still act for themselves.
func TestInTheOpenDemoAStudentActsAsThatStudent(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	before := app.head()
	app.as("ada").posts(http.StatusSeeOther, "/courses/cryptography/subscriptions/ada/delete", "as", "ada+registrar")
	app.as("ada").posts(http.StatusSeeOther, "/courses/compilers/capacity", "as", "ada+registrar", "capacity", "40")
	stored := eventsAfter(t, app, before)
	assert.Equal(t, courses.TheStudent("ada"), courses.ActorIn(stored[0].Metadata))
	assert.Equal(t, courses.TheRegistrar, courses.ActorIn(stored[len(stored)-1].Metadata), "a capacity is the registrar's")
}

// A line of a list names who asked, unless the line has that student, or the cause, already.
func TestListsSayWhoAskedWhereTheSentenceDoesNot(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	app.as("ada").posts(http.StatusSeeOther, "/courses/cryptography/subscriptions/ada/delete", "as", "ada")
	app.in("registrar").posts(http.StatusSeeOther, "/courses/databases-as-logs/subscriptions/ada/delete", "as", "+registrar")

	log := app.visitor().get("/log").text()
	assert.Regexp(t, `Ada left Cryptography StudentUnsubscribedFromCourse student_id:ada course_id:cryptography \d`, log, "Ada herself")
	assert.Regexp(t, `Jonas took a seat in Cryptography StudentSubscribedToCourse student_id:jonas course_id:cryptography \d`, log, "because Ada left")
	assert.Contains(t, log, "Ada left Databases as Logs StudentUnsubscribedFromCourse student_id:ada course_id:databases-as-logs by the registrar")

	history := app.visitor().get("/students/ada").text()
	assert.Contains(t, history, "Ada left Databases as Logs by the registrar request")
	assert.Regexp(t, `Ada left Cryptography request`, history, "Ada herself")
	assert.Contains(t, app.visitor().get("/courses/cryptography").text(), "Jonas took a seat in Cryptography because Ada left Cryptography")
}

// The metadata of an event may come from anywhere.
func TestAnActorOfOthersIsShownAsItIs(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for by, words := range map[string]string{
		"": "not noted", "<b>me</b>": "&lt;b&gt;me&lt;/b&gt;", "student_id:": "student_id:", "student_id:nobody": ">nobody</a>", "student_id:ada": `<dd><a href="/students/ada">Ada</a>`,
		"a text that is so long that no line has room for all of it": "a text that is so long t…",
	} {
		_, err := app.store.AppendEvents(dcb.WithMetadata(t.Context(), "by", by), []dcb.InputEvent{dcb.NewInputEvent("Painted", nil, []byte(`{}`))}, dcb.Query{}, 0)
		require.NoError(t, err)
		app.awaitPages()
		page := app.visitor().get(fmt.Sprintf("/log/%d", app.head()))
		require.Equal(t, http.StatusOK, page.status)
		assert.Contains(t, page.body, words, by)
	}
}

func eventsAfter(t *testing.T, app *app, position int64) (events []dcb.Event) {
	t.Helper()
	for e, err := range app.store.Read(t.Context(), dcb.AllEvents(), dcb.ReadOptions{After: position}) {
		require.NoError(t, err)
		events = append(events, e)
	}
	return events
}
