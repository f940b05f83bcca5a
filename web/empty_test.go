package web_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"go-crablet/internal/pgtest"
)

// An empty list says what is missing, and leads to where the visitor can change that.
func TestAnEmptyLogSaysWhatToDoNext(t *testing.T) {
	t.Parallel()
	open := &app{t: t, pool: pgtest.New(t)}
	open.start()
	closed := &app{t: t, pool: pgtest.New(t)}
	closed.start(guarded)
	for _, test := range []struct {
		visitor                visitor
		address, says, leadsTo string
	}{
		{open.visitor(), "/", "No course is on offer yet. Define the first one.", "/define-course"},
		{closed.visitor(), "/", "No course is on offer yet. Sign in as the registrar to define one.", "/registrar"},
		{open.visitor(), "/students", "Nobody is registered yet. Register the first student.", "/register-student"},
		{open.visitor(), "/log", "The log is empty. Register a student", "/register-student"},
		{open.visitor(), "/log?tags=course_id:algebra", "No event matches. Show the whole log", "/log"},
		{open.visitor(), "/decisions", "Decisions of races are left out. Show them, too", "/decisions?races=too"},
		{open.visitor(), "/decisions?kind=lost", "There are no decisions that lost every attempt. Show all decisions Decisions of races are left out. Show them, too", "/decisions?kind=lost&amp;races=too"},
		{open.visitor(), "/decisions?kind=refused&student=ada", "There are no decisions about ada that a rule refused. The fields take ids, as they stand in the addresses of courses and students. Show all decisions", "/decisions"},
		{open.visitor(), "/race", "No race was run yet.", "/race/strategies"},
		{open.visitor(), "/imports", "No list was imported yet. Paste its lines above, or choose a file.", "/students"},
	} {
		page := test.visitor.get(test.address)
		assert.Equal(t, http.StatusOK, page.status, test.address)
		assert.Contains(t, page.text(), test.says, test.address)
		assert.Contains(t, page.body, `href="`+test.leadsTo+`"`, test.address)
	}
}

func TestAFilterThatIsWrongNamesWhatToCorrect(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for _, address := range []string{"/log?tags=algebra", "/decisions?course=a+course"} {
		page := app.visitor().get(address)
		assert.Equal(t, http.StatusUnprocessableEntity, page.status, address)
		assert.Contains(t, page.text(), "Nothing was looked for: correct the field that is marked.", address)
	}
}
