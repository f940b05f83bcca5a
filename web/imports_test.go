package web_test

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
	"go-crablet/intake"
)

// imports sends lines, and returns the address of their preview.
func (v visitor) imports(kind, lines string) string {
	v.app.t.Helper()
	return v.posts(http.StatusSeeOther, "/imports", "kind", kind, "lines", lines).location
}

// uploads sends a file of a kind, as a browser does.
func (v visitor) uploads(kind string, file []byte) answer {
	v.app.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	require.NoError(v.app.t, form.WriteField("kind", kind))
	require.NoError(v.app.t, form.WriteField("lines", ""))
	part, err := form.CreateFormFile("file", "list.csv")
	require.NoError(v.app.t, err)
	_, err = part.Write(file)
	require.NoError(v.app.t, err)
	require.NoError(v.app.t, form.Close())
	return v.send(http.MethodPost, "/imports", &body, http.Header{"Content-Type": {form.FormDataContentType()}})
}

// finishes waits until an import is over, and until pages show it.
func (v visitor) finishes(page string) answer {
	v.app.t.Helper()
	v.app.awaitImports()
	v.app.awaitPages()
	return v.get(page)
}

func TestAListIsImported(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	registrar := app.visitor()
	before := app.head()
	got := registrar.uploads("students", []byte("Name;Id;E-mail\r\nZo\xeb Yver;zoe;z@x\r\nAda;ada;\r\n;nobody;\r\n=1+1;formula;\r\n"))
	require.Equal(t, http.StatusSeeOther, got.status, got)
	page := got.location
	preview := registrar.get(page).text()
	assert.Contains(t, preview, "Read as Windows-1252, with semicolons between the cells. The first line names the columns. Not used: E-mail.")
	assert.Contains(t, preview, "4 in all 2 new 1 there already 1 refused")
	assert.Contains(t, preview, "2 Zoë Yver zoe New")
	assert.Contains(t, preview, "3 Ada ada There already A student with this id was registered already.")
	assert.Contains(t, preview, "4 nobody Refused A name has 1 to 100 characters")
	assert.Contains(t, preview, "Import 2 students")
	assert.Equal(t, before, app.head(), "nothing is imported yet")
	assert.Contains(t, registrar.get(page+"?state=refused").text(), "4 nobody")
	assert.NotContains(t, registrar.get(page+"?state=refused").text(), "Zoë Yver")

	require.Equal(t, page, registrar.posts(http.StatusSeeOther, page+"/start").location)
	result := registrar.finishes(page)
	assert.Contains(t, result.text(), "2 done, 1 there already and 1 refused.")
	assert.Contains(t, result.body, `href="/students/zoe"`)
	assert.Contains(t, registrar.get("/students/zoe").text(), "Zoë Yver")
	assert.Empty(t, app.receipts(), "a line leaves no receipt")
	assert.Zero(t, app.counts(`select count(*) from import_line where text <> ''`))

	file := registrar.get(page + "/result")
	assert.Equal(t, "text/csv; charset=utf-8; header=present", file.header.Get("Content-Type"))
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file.body, "\ufeff"))).ReadAll()
	require.NoError(t, err)
	assert.Equal(t, [][]string{
		{"line", "name", "id", "result", "why"},
		{"2", "Zoë Yver", "zoe", "Done", ""},
		{"3", "Ada", "ada", "There already", "a student with this id was registered already"},
		{"4", "nobody", "nobody", "Refused", "a name has 1 to 100 characters, some of them visible, and no control characters"},
		{"5", "'=1+1", "formula", "Done", ""},
	}, rows)
}

func TestALineOfWhichNothingIsKeptSaysSo(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	registrar := app.visitor()
	page := registrar.imports("students", "Zoë,../zoe\nYver,yver\n")
	assert.Contains(t, registrar.get(page).text(), "1 Zoë Refused A student id")
	registrar.posts(http.StatusSeeOther, page+"/start")
	assert.Contains(t, registrar.finishes(page).text(), "1 Its text is not kept Refused A student id")
}

func TestCoursesAndEnrolmentsAreImported(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	registrar := app.visitor()
	page := registrar.imports("courses", "title\tseats\nKnots and Braids\t1\n")
	registrar.posts(http.StatusSeeOther, page+"/start")
	assert.Contains(t, registrar.finishes(page).text(), "Knots and Braids knots-and-braids, 1 seat Done")

	page = registrar.imports("enrolments", "ada,knots-and-braids\nkofi,knots-and-braids\n")
	assert.Contains(t, registrar.get(page).text(), "2 Kofi → Knots and Braids Refused Every seat in this course is taken.")
	app.carryOut(courses.SubscribeStudent{Student: "mei", Course: "knots-and-braids"})
	registrar.posts(http.StatusSeeOther, page+"/start")
	assert.Contains(t, registrar.finishes(page).text(), "1 Ada → Knots and Braids Refused Every seat in this course is taken.")
	assert.Contains(t, registrar.get(page+"/result").body, "1,ada,Ada,knots-and-braids,Knots and Braids,Refused,every seat in this course is taken\r\n")
	assert.Contains(t, registrar.get("/courses/knots-and-braids").text(), "1 of 1 seats")
}

// An older id may have capitals. A list gives nobody else the same id in small letters, as the forms don't.
func TestAListGivesNoIDThatDiffersOnlyInCase(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	registrar := app.visitor()
	app.carryOut(courses.RegisterStudent{Student: "Yin", Name: "Yin"})
	app.carryOut(courses.DefineCourse{Course: "Knots", Title: "Knots", Capacity: 3})
	app.awaitPages()
	assert.Contains(t, registrar.get(registrar.imports("students", "Yin,yin\nYara,yara\n")).text(), "Refused The id Yin is taken, and differs from this one only in case.")
	assert.Contains(t, registrar.get(registrar.imports("courses", "Knots,3\n")).text(), "Refused The id Knots is taken, and differs from this one only in case.")
}

// What can't be read is told at the field, and what was pasted is still there.
func TestAListThatCannotBeReadIsOfferedAgain(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	registrar := app.visitor()
	for _, test := range []struct{ kind, lines, says string }{
		{"students", "", "Choose a file that is not empty, or paste the lines."},
		{"courses", "title,id\nKnots,k", "The first line names no column “capacity”. Add it."},
		{"students", "Zoë\n\"Yin\nXia\n", "A quote opens in line 2 and is never closed"},
		{"students", strings.Repeat("Zoë\n", intake.MaxLines+1), "The file has more than 2,000 lines."},
	} {
		got := registrar.posts(http.StatusUnprocessableEntity, "/imports", "kind", test.kind, "lines", test.lines)
		assert.Contains(t, got.text(), test.says)
		assert.Contains(t, got.body, `aria-invalid="true"`)
		assert.Contains(t, got.body, `value="`+test.kind+`" checked`)
		first, _, _ := strings.Cut(test.lines, "\n")
		assert.Contains(t, got.body, first, "the lines are still there")
	}
	for _, test := range []struct {
		file   []byte
		status int
		says   string
	}{
		{nil, 422, "Choose a file that is not empty, or paste the lines."},
		{[]byte("PK\x03\x04 and so on"), 422, "This is a spreadsheet and not CSV."},
		{bytes.Repeat([]byte("x"), intake.MaxBytes+1), 422, "The file is larger than 1 MB."},
		{bytes.Repeat([]byte("x"), 4<<20), 413, "The form is larger than 4 MB."},
	} {
		got := registrar.uploads("students", test.file)
		assert.Equal(t, test.status, got.status)
		assert.Contains(t, got.text(), test.says)
	}
	assert.Contains(t, registrar.posts(422, "/imports", "kind", "cows", "lines", "Zoë").text(), "Send the field kind: students, courses or enrolments.")
	assert.Zero(t, app.counts(`select count(*) from import`), "nothing is kept")
}

// Whoever is not the registrar is refused before anything of the file is read.
func TestAStrangerSendsNoLargeFile(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	ada := app.as("ada")
	body := &unread{}
	r := httptest.NewRequest(http.MethodPost, "/imports", body)
	r.Header = http.Header{"Content-Type": {"multipart/form-data; boundary=x"}, "Cookie": {ada.cookie()}}
	w := httptest.NewRecorder()
	app.handler.ServeHTTP(w, r)
	assert.Equal(t, http.StatusForbidden, w.Code)
	assert.Zero(t, body.reads)

	page := app.in("registrar").uploads("students", []byte("Zoë\n")).location
	assert.Equal(t, http.StatusForbidden, ada.get(page).status, "names are not for everybody")
}

// An unread body counts how often somebody reads it.
type unread struct{ reads int }

func (u *unread) Read(p []byte) (int, error) {
	u.reads++
	return copy(p, strings.Repeat("x", len(p))), nil
}

func TestALongImportIsShownInPages(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	registrar := app.visitor()
	var lines strings.Builder
	for i := range 250 {
		fmt.Fprintf(&lines, "Student number %d,s-%d\n", i+1, i+1)
	}
	page := registrar.imports("students", lines.String())
	shows := func(address string, from, to int) {
		t.Helper()
		text := registrar.get(address).text()
		for _, n := range []int{from, to} {
			assert.Contains(t, text, fmt.Sprintf(" s-%d New", n), address)
		}
		assert.NotContains(t, text, fmt.Sprintf(" s-%d New", from-1), address)
		assert.NotContains(t, text, fmt.Sprintf(" s-%d New", to+1), address)
	}
	shows(page, 1, 50)
	shows(page+"?lines=after.50", 51, 100)
	shows(page+"?lines=after.220&state=new", 221, 250)
	shows(page+"?lines=before.101", 51, 100)
	assert.Equal(t, http.StatusBadRequest, registrar.get(page+"?lines=after.x").status)
	assert.Contains(t, registrar.get(page+"?lines=after.250").text(), "There is no such line.")
	assert.Equal(t, http.StatusBadRequest, registrar.get(page+"?state=nothing").status)
	assert.Equal(t, http.StatusBadRequest, registrar.get(page+"?state=%00").status)
}

// While an import is under way its page looks again by itself, with scripts and without.
func TestTheProgressOfAnImport(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	registrar := app.visitor()
	page := registrar.imports("students", "Zoë,z\nYin,y\n")
	_, err := app.pool.Exec(t.Context(), `update import set state = 'started', claimed_to = 'infinity', clerk = 'another'`)
	require.NoError(t, err)
	got := registrar.get(page)
	assert.Contains(t, got.text(), "0 of 2 lines done")
	assert.Contains(t, got.body, `<progress class="progress" max="2" value="0"`)
	assert.Contains(t, got.body, `<noscript><meta http-equiv="refresh" content="2"></noscript>`)
	assert.Contains(t, got.body, `hx-trigger="every 1s"`)

	registrar.posts(http.StatusSeeOther, page+"/cancel")
	got = registrar.get(page)
	assert.Contains(t, got.text(), "Stopped: 2 not decided.")
	assert.Contains(t, got.text(), "2 in all 2 not decided")
	assert.Contains(t, got.text(), "1 z Not decided 2 y Not decided")
	assert.Contains(t, registrar.get(page+"/result").body, "1,z,z,Not decided,")
	assert.NotContains(t, got.body, `hx-trigger="every 1s"`)
	registrar.posts(http.StatusSeeOther, page+"/start")
	assert.Contains(t, registrar.get(page).text(), "Stopped", "a cancelled import stays so")
}

// A race keeps its course to itself, also from an import.
func TestAnImportLeavesACourseToItsRace(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	registrar := app.visitor()
	race := registrar.posts(http.StatusSeeOther, "/race", numbers(2, 1, 1, 5000, 0)...).location
	id := strings.TrimPrefix(race, "/race/")
	course := "race-" + id + "-course-1"
	require.Eventually(t, func() bool { return registrar.get("/courses/"+course).status == http.StatusOK }, time.Minute, 5*time.Millisecond)
	assert.Contains(t, registrar.get(registrar.imports("enrolments", "ada,"+course)).text(), "Nobody but the race changes them until it is over.")
}
