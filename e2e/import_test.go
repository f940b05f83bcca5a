package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

// manyStudents returns n lines of students. Every second one has an id.
func manyStudents(n int) string {
	var lines strings.Builder
	for i := range n {
		if i%2 == 0 {
			fmt.Fprintf(&lines, "Student %d\n", i)
		} else {
			fmt.Fprintf(&lines, "Student %d,s-%d\n", i, i)
		}
	}
	return lines.String()
}

// sendList sends lines without a browser, and returns the address of their preview.
func sendList(t testing.TB, site, kind, lines string) (page string) {
	t.Helper()
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.PostForm(site+"/imports", url.Values{"kind": {kind}, "lines": {lines}})
	require.NoError(t, err)
	response.Body.Close()
	require.Equal(t, http.StatusSeeOther, response.StatusCode)
	return response.Header.Get("Location")
}

// Two processes are told to import the same list at the same moment, and are killed one after
// the other while they do. Others go on. In the end every student is registered once.
func TestAnImportIsKilledInTheMiddleAndGoesOn(t *testing.T) {
	t.Parallel()
	const students = 500
	databaseURL := pgtest.URL(t)
	env := []string{"DATABASE_URL=" + databaseURL}
	pool, err := pgxpool.New(t.Context(), databaseURL)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	count := func(sql string) (n int) {
		require.NoError(t, pool.QueryRow(t.Context(), sql).Scan(&n))
		return n
	}
	done := func() int { return count(`select count(*) from import_line where state = 'done'`) }
	launch := func() *process { return start(t, env, "-data", dataDir(t)) }

	first, second := launch(), launch()
	page := sendList(t, first.url, "students", manyStudents(students))
	var presses sync.WaitGroup
	for range 3 {
		for _, process := range []*process{first, second} {
			presses.Go(func() { assert.Equal(t, http.StatusSeeOther, post(t, process.url+page+"/start")) })
		}
	}
	presses.Wait()
	for _, killed := range []*process{first, second} {
		before := done()
		eventually(t, "the import goes on", func() bool { return done() > before })
		require.NoError(t, killed.cmd.Process.Kill())
		<-killed.exited
	}
	require.Positive(t, count(`select count(*) from import_line where state = 'new'`), "it was killed in the middle")

	third := launch()
	eventually(t, "the import ends", func() bool { return count(`select count(*) from import where state = 'done'`) == 1 })
	require.Equal(t, students, done())
	require.Equal(t, students, count(`select count(*) from dcb_event where type = 'StudentRegistered'`))
	require.Equal(t, students, count(`select count(distinct tag) from dcb_event, unnest(tags) as tag where type = 'StudentRegistered' and tag like 'student_id:%'`))
	require.Contains(t, get(t, third.url+page), "500 done.")
	require.Len(t, strings.Split(strings.TrimSpace(get(t, third.url+page+"/result")), "\r\n"), students+1)
}

// The registrar chooses a file, looks at the preview, and sees the import go on by itself.
func TestAListIsImportedInABrowser(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	p := student{site.browser.NewPerson(t, "the registrar"), site}
	p.Goto(site.url + "/students")
	p.Follow(`a[href="/imports?kind=students"]`)
	p.isFineAndQuiet("imports")
	p.Submit(`form[action="/imports"] button`)
	require.Equal(t, http.StatusUnprocessableEntity, p.Status())
	require.Contains(t, p.reads(), "Choose a file that is not empty, or paste the lines.")
	p.isFineOnEveryScreen("imports-not-accepted")
	p.Complaints() // the browser's word for 422

	file := filepath.Join(t.TempDir(), "students.csv")
	list := "Name;Id\r\nZo\xeb;zoe\r\nAda;ada\r\n;nobody\r\n" + strings.Repeat("W", 100) + ";" + strings.Repeat("w", 64) + "\r\n"
	require.NoError(t, os.WriteFile(file, []byte(list+strings.ReplaceAll(manyStudents(200), ",", ";")), 0o600))
	p.Choose("#file", file)
	p.Submit(`form[action="/imports"] button`)
	require.Contains(t, p.reads(), "Read as Windows-1252, with semicolons between the cells. The first line names the columns.")
	require.Contains(t, p.reads(), "2 Zoë zoe New")
	p.isFineAndQuiet("import-preview")

	release := site.holdAppends()
	p.Submit(`form[action$="/start"] button`)
	p.comesToRead("main", "2 of 204 lines done")
	p.isFineAndQuiet("import-under-way")
	release()
	p.comesToRead("main", "Download the result as CSV")
	p.isFineAndQuiet("import-done")
	p.Follow(`nav a[href$="?state=refused"]`)
	require.Contains(t, p.reads(), "Refused A name has 1 to 100 characters")
	p.Goto(site.url + "/imports")
	p.isFineAndQuiet("imports-listed")
}

// Without scripts the page of an import loads itself again until the import is over.
func TestAListIsImportedWithoutScripts(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	p := student{site.browser.NewPerson(t, "the registrar"), site}
	p.WithoutScripts()
	p.Goto(site.url + "/imports?kind=students")
	p.Fill("#lines", "Zoë,zoe\nAda,ada\nUma")
	p.Submit(`form[action="/imports"] button`)
	require.Contains(t, p.reads(), "1 Zoë zoe New")

	release := site.holdAppends()
	p.Submit(`form[action$="/start"] button`)
	require.Contains(t, p.reads(), "of 3 lines done")
	require.NotContains(t, p.reads(), "Download the result as CSV")
	release()
	p.Arrive() // without a press
	eventually(t, "the import is over", func() bool { return p.Count(`a[href$="/result"]`) == 1 })
	require.Contains(t, p.reads(), "2 done")
	require.Equal(t, http.StatusOK, p.Status())
}
