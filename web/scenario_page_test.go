package web_test

import (
	"fmt"
	"go/parser"
	"go/token"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
)

// receiptOfASeat takes a seat in History of Computing for Ada, and returns the address of its
// receipt.
func receiptOfASeat(t *testing.T, app *app) string {
	t.Helper()
	ada := app.as("ada")
	require.Equal(t, http.StatusSeeOther, ada.post("/courses/history-of-computing/subscriptions").status)
	return receiptIn(t, ada.get("/courses/history-of-computing"))
}

func TestAReceiptHasItsAttemptsAsTests(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	path := receiptOfASeat(t, app)
	page := app.visitor().get(path)
	file := app.visitor().get(path + "/attempts/1/test")

	require.Equal(t, http.StatusOK, file.status)
	assert.Equal(t, "text/plain; charset=utf-8", file.header.Get("Content-Type"))
	assert.Empty(t, file.header.Get("Content-Disposition"))
	assert.Contains(t, file.body, "// Ada subscribes to History of Computing\n")
	assert.Contains(t, file.body, "\t\ttakes(\"ada\", \"history-of-computing\"),\n")
	assert.Contains(t, strings.Join(strings.Fields(page.text()), ""), strings.Join(strings.Fields(file.body), ""), "the receipt shows the same test")
	assert.Contains(t, page.body, fmt.Sprintf("href=%q", path+"/attempts/1/test?download"))

	id := strings.TrimPrefix(path, "/decisions/")
	saved := app.visitor().get(path + "/attempts/1/test?download")
	assert.Equal(t, fmt.Sprintf("attachment; filename=%q", "decision_"+id+"_1_test.go"), saved.header.Get("Content-Disposition"))
	assert.Equal(t, file.body, saved.body)
}

func TestWhereThereIsNoTestThePageSaysWhy(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	path := receiptOfASeat(t, app)
	kept := receipt.NewStore(app.pool)
	record, err := kept.Find(t.Context(), strings.TrimPrefix(path, "/decisions/"))
	require.NoError(t, err)
	with := func(id string, change func(*receipt.Receipt)) string {
		changed := record
		changed.ID, changed.StartedAt = id, time.Now()
		changed.Attempts = []receipt.Attempt{record.Attempts[0]}
		change(&changed)
		require.NoError(t, kept.Save(t.Context(), changed))
		return "/decisions/" + id
	}
	refused := func(r *receipt.Receipt, why string) { r.Attempts[0].Refusal, r.Attempts[0].Wanted = why, nil }
	var older, unknown, other, gone, reused string
	older = with("older", func(r *receipt.Receipt) { r.Input = nil })
	unknown = with("unknown", func(r *receipt.Receipt) { r.Command = "PaintCourse" })
	other = with("other", func(r *receipt.Receipt) { r.Input = []byte(`{"Student": "ada", "Colour": "red"}`) })
	reused = with("reused", func(r *receipt.Receipt) { refused(r, courses.ErrRequestReused.Error()) })
	gone = with("gone", func(r *receipt.Receipt) { refused(r, "the moon is full") })

	for _, test := range []struct{ path, says string }{
		{path + "/attempts/2/test", "There is no such attempt in this decision."},
		{path + "/attempts/01/test", "There is no such attempt in this decision."},
		{path + "/attempts/+1/test", "There is no such attempt in this decision."},
		{path + "/attempts/0/test", "There is no such attempt in this decision."},
		{path + "/attempts/-1/test", "There is no such attempt in this decision."},
		{path + "/attempts/one/test", "There is no such attempt in this decision."},
		{path + "/attempts/99999999999999999999/test", "There is no such attempt in this decision."},
		{"/decisions/none/attempts/1/test", "There is no such receipt, or no longer."},
		{older + "/attempts/1/test", "receipts did not keep exactly what was asked for"},
		{unknown + "/attempts/1/test", "does not have this command any more"},
		{other + "/attempts/1/test", "does not have this command any more"},
		{reused + "/attempts/1/test", "the program recognised a request by its first fact alone"},
		{gone + "/attempts/1/test", "The rule that said no then is not in the program any more."},
	} {
		got := app.visitor().get(test.path)
		assert.Equal(t, http.StatusNotFound, got.status, test.path)
		assert.Contains(t, got.text(), test.says, test.path)
	}
	assert.NotContains(t, app.visitor().get(older).text(), "as test", "nothing is missed")
	assert.Contains(t, app.visitor().get(unknown).text(), "does not have this command any more")
}

// The number of events that an attempt read decides how the page shows its test.
func TestTheTestOfALargeBoundary(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	require.NoError(t, courses.DefineCourse{Course: "hall", Title: "Hall", Capacity: 1000}.Decide(t.Context(), app.store))
	seated := 0
	seat := func(n int) { // until n students have a seat
		var facts []dcb.Fact
		for ; seated < n; seated++ {
			facts = append(facts, courses.StudentSubscribedToCourse{Student: courses.StudentID(fmt.Sprint("s", seated)), Course: "hall"})
		}
		events, err := dcb.Encode(facts)
		require.NoError(t, err)
		_, err = app.store.AppendEvents(t.Context(), events, dcb.Query{}, 0)
		require.NoError(t, err)
		app.awaitPages()
	}
	subscribe := func(student string) string { // returns a receipt whose boundary is the course and the student
		visitor := app.as(student)
		require.Equal(t, http.StatusSeeOther, visitor.post("/courses/hall/subscriptions").status)
		seated++ // with this student
		return receiptIn(t, visitor.get("/courses/hall"))
	}
	facts := func(student string) int { // the number of events about the student inside the boundary
		n := 0
		query := dcb.NewQuery(dcb.Tags{courses.StudentID(student).Tag()}, "StudentRegistered", "StudentSubscribedToCourse", "StudentUnsubscribedFromCourse")
		for range app.store.Read(t.Context(), query, dcb.ReadOptions{}) {
			n++
		}
		return n
	}

	seat(40 - 1 - facts("zola"))
	path := subscribe("zola")
	assert.Contains(t, app.visitor().get(path).text(), "dcbtest.Given(t,", "forty events are shown with the receipt")

	seat(200 - 1 - facts("hana"))
	path = subscribe("hana")
	page := app.visitor().get(path)
	assert.NotContains(t, page.text(), "dcbtest.Given(t,", "more are not")
	assert.Contains(t, page.body, fmt.Sprintf("href=%q", path+"/attempts/1/test"))
	got := app.visitor().get(path + "/attempts/1/test")
	require.Equal(t, http.StatusOK, got.status)
	_, given, _ := strings.Cut(got.body, "Given(t,\n")
	given, _, _ = strings.Cut(given, "\t).When(")
	assert.Equal(t, 200, strings.Count(given, "\n"), "a line for each")

	path = subscribe("emil")
	assert.Contains(t, app.visitor().get(path).text(), "more than 200 events")
	got = app.visitor().get(path + "/attempts/1/test")
	assert.Equal(t, http.StatusNotFound, got.status)
	assert.Contains(t, got.text(), "more than 200 events")
}

// A comment line that begins with +build is a build constraint to Go, and then the test would
// never run.
func TestATitleIsNotABuildConstraint(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	require.Equal(t, http.StatusSeeOther, app.visitor().post("/courses", "title", "+build never", "capacity", "3").status)
	file := app.visitor().get("/decisions/" + app.receipts()[0].ID + "/attempts/1/test")
	require.Equal(t, http.StatusOK, file.status)
	assert.True(t, strings.HasPrefix(file.body, "package courses_test\n"), file.body)
	assert.Contains(t, file.body, "\n// Decision: +build never is put on offer\n// Attempt 1 of 1")
}

// Forms refuse characters that Go forbids in source files, and those that change the direction of
// text. Another program may have stored them all the same.
func TestNamesThatFormsRefuseDoNotBreakAReceipt(t *testing.T) {
	t.Parallel()
	for name, trick := range map[string]string{
		"a byte order mark": "\ufeff", "a turn of the direction": "\u202e", "a line separator": "\u2028", "a control character": "\u0007",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app := newApp(t)
			events, err := dcb.Encode(dcb.Facts(
				courses.CourseDefined{Course: "knots", Title: "Kn" + trick + "ots", Capacity: 3},
				courses.StudentRegistered{Student: "mei-lin", Name: sealed.Text("Mei" + trick + "Lin")},
				courses.StudentSubscribedToCourse{Student: "ada", Course: "knots"}))
			require.NoError(t, err)
			events = append(events, dcb.NewInputEvent("CourseDefined", dcb.Tags{courses.CourseID("knots").Tag()},
				[]byte(`{"course_id": "another", "title": "Kn`+trick+`ots", "capacity": 3}`))) // this event can't be decoded, so the test has its data as stored
			_, err = app.store.AppendEvents(t.Context(), events, dcb.Query{}, 0)
			if trick == "\u0007" {
				require.Error(t, err, "JSON can't have this character unescaped")
				_, err = app.store.AppendEvents(t.Context(), events[:3], dcb.Query{}, 0)
			}
			require.NoError(t, err)
			app.awaitPages()
			visitor := app.as("mei-lin")
			require.Equal(t, http.StatusSeeOther, visitor.post("/courses/knots/subscriptions").status)
			path := receiptIn(t, visitor.get("/courses/knots"))
			page := visitor.get(path)
			require.Equal(t, http.StatusOK, page.status, page)
			require.Contains(t, page.text(), "dcbtest.Given(t,")

			file := visitor.get(path + "/attempts/1/test")
			require.Equal(t, http.StatusOK, file.status)
			require.NotContains(t, file.body, trick, "it is quoted or replaced")
			_, err = parser.ParseFile(token.NewFileSet(), "", file.body, parser.ParseComments)
			require.NoError(t, err, file.body)
		})
	}
}

// The id of this receipt can't be made into a name in Go.
func TestAReceiptIsShownWhenItsTestCanNotBeWritten(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	path := receiptOfASeat(t, app)
	const broken = `update decision_receipt set receipt = jsonb_set(receipt::jsonb, '{id}', '"no-name"') where id = $1`
	_, err := app.pool.Exec(t.Context(), broken, strings.TrimPrefix(path, "/decisions/"))
	require.NoError(t, err)

	page := app.visitor().get(path)
	require.Equal(t, http.StatusOK, page.status)
	require.Contains(t, page.text(), "The program could not write this test. Its own log says why.")
	file := app.visitor().get(path + "/attempts/1/test")
	require.Equal(t, http.StatusNotFound, file.status)
	require.Contains(t, file.text(), "The program could not write this test.")
	require.Contains(t, app.logged.String(), "format the test of attempt 1 of decision no-name")
}
