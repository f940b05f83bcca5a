package web_test

import (
	"encoding/csv"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
)

// newClass starts the application with a course of 60 seats, which all are taken: the first by
// students whose names a spreadsheet would misread, and one waits.
func newClass(t *testing.T) *app {
	t.Helper()
	app := newApp(t, guarded)
	facts := dcb.Facts(courses.CourseDefined{Course: "spelling", Title: "Spelling", Capacity: 60})
	for i, name := range []string{"=HYPERLINK(\"x\")", "+1", "-1", "@SUM", "  =1", "＝1", "Zoë, \"Z\"", "שלום", "Øst", "ada"} {
		facts = append(facts, placed(fmt.Sprintf("odd-%d", i), name)...)
	}
	for i := range 50 {
		facts = append(facts, placed(fmt.Sprintf("zz-%02d", 50-i), fmt.Sprintf("Zzz %02d", 50-i))...)
	}
	facts = append(facts, courses.StudentRegistered{Student: "last", Name: "José"}, courses.StudentJoinedWaitlist{Student: "last", Course: "spelling"})
	app.happen(facts...)
	return app
}

func placed(id, name string) []dcb.Fact {
	student := courses.StudentID(id)
	return dcb.Facts(courses.StudentRegistered{Student: student, Name: sealed.Text(name)}, courses.StudentSubscribedToCourse{Student: student, Course: "spelling"})
}

func TestAClassListHasEverybodyByName(t *testing.T) {
	t.Parallel()
	app := newClass(t)
	registrar := app.in("registrar")
	assert.Contains(t, registrar.get("/courses/spelling").body, `href="/courses/spelling/class"`)
	assert.NotContains(t, app.as("ada").get("/courses/spelling").body, `/courses/spelling/class"`)
	page := registrar.get("/courses/spelling/class")
	assert.Equal(t, 60+1, strings.Count(page.body, `<td class="mono">`), "all on one page")
	assert.Contains(t, page.text(), "60 students have a seat, and 1 waits, as of position ")
	text := page.text()
	last := 0
	for _, name := range []string{"ada odd-9", "Øst odd-8", "Zoë, &#34;Z&#34; odd-6", "Zzz 01 zz-01", "Zzz 50 zz-50", "José last"} {
		name = strings.ReplaceAll(name, "&#34;", `"`)
		at := strings.Index(text, name)
		assert.Greater(t, at, last, "%s in %s", name, text)
		last = at
	}
}

func TestAClassListOpensInASpreadsheetAndRunsNothing(t *testing.T) {
	t.Parallel()
	app := newClass(t)
	file := app.in("registrar").get("/courses/spelling/class.csv")
	assert.Equal(t, "text/csv; charset=utf-8; header=present", file.header.Get("Content-Type"))
	assert.Equal(t, `attachment; filename="class-spelling.csv"`, file.header.Get("Content-Disposition"))
	content, marked := strings.CutPrefix(file.body, "\ufeff")
	require.True(t, marked, "Excel takes a file without the mark for another encoding")
	assert.Equal(t, strings.Count(content, "\n"), strings.Count(content, "\r\n"))
	rows, err := csv.NewReader(strings.NewReader(content)).ReadAll()
	require.NoError(t, err)
	require.Len(t, rows, 1+60+1)
	assert.Equal(t, []string{"place", "number", "name", "id"}, rows[0])
	assert.Equal(t, []string{"waitlist", "1", "José", "last"}, rows[61])
	names := map[string]string{}
	for _, row := range rows[1:] {
		names[row[3]] = row[2]
	}
	for id, want := range map[string]string{
		"odd-0": "'=HYPERLINK(\"x\")", "odd-1": "'+1", "odd-2": "'-1", "odd-3": "'@SUM", "odd-4": "'  =1", "odd-5": "'＝1",
		"odd-6": "Zoë, \"Z\"", "odd-7": "שלום", "odd-8": "Øst",
	} {
		assert.Equal(t, want, names[id], id)
	}
}
