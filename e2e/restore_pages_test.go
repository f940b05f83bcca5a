//go:build linux || darwin

package e2e

import (
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What visitors have open while the database is restored.
type opened struct {
	f    *failover
	pool *pgxpool.Pool

	holder       *http.Client
	kept, undone string // pages of decisions that are held: one read before the moment, one after it
	lens         *watcher
	race, list   string // pages of a race that runs, and of an import; list is "" if there is none
}

const restoredList = 2000 // lines of the import

// opensPages lets visitors begin what is still open when the database is restored. It returns when
// the import, if there is to be one, has begun to decide.
func (f *failover) opensPages(imports bool) *opened {
	t := f.t
	t.Helper()
	o := &opened{f: f}
	var err error
	o.pool, err = pgxpool.New(t.Context(), f.Primary.URL())
	require.NoError(t, err)
	t.Cleanup(o.pool.Close)
	require.Equal(t, http.StatusSeeOther, post(t, f.app.url+"/students", "student", "ada", "name", "Ada"))
	require.Equal(t, http.StatusSeeOther, post(t, f.app.url+"/students", "student", "kofi", "name", "Kofi"))
	require.Equal(t, http.StatusSeeOther, post(t, f.app.url+"/courses", "course", "kept", "title", "Kept", "capacity", "5"))
	eventually(t, "pages show the students", func() bool { _, status := fetch(t, f.app.url+"/students/kofi"); return status == http.StatusOK })
	o.holder = f.app.holdsTheGap(t, "ada")
	o.kept = o.holds("kept")
	o.lens = startWatcher(t, f.app, "/courses/kept/boundary?student=kofi")
	if imports {
		o.list = sendList(t, f.app.url, "students", manyStudents(restoredList))
		require.Equal(t, http.StatusSeeOther, post(t, f.app.url+o.list+"/start"))
		eventually(t, "the import has begun", func() bool { return o.count(`select count(*) from import_line where state = 'done'`) > 0 })
	}
	return o
}

// opensMore lets a visitor begin, after the moment, what rests on events that will be lost, and a
// race. It returns when the race runs.
func (o *opened) opensMore() {
	t := o.f.t
	t.Helper()
	require.Equal(t, http.StatusSeeOther, post(t, o.f.app.url+"/courses", "course", "undone", "title", "Undone", "capacity", "5"))
	o.undone = o.holds("undone")
	require.Equal(t, http.StatusSeeOther, post(t, o.f.app.url+"/courses/kept/subscriptions", "student", "kofi"))
	o.race = sendForm(t, visitor(t), o.f.app.url+"/race", url.Values{"contenders": {"12"}, "seats": {"9"}, "courses": {"1"}, "think": {"5000"}, "spread": {"0"}})
	require.Contains(t, o.race, "/race/")
	require.Contains(t, get(t, o.f.app.url+o.race), "You see it as it runs.")
	if o.list != "" {
		require.Positive(t, o.count(`select count(*) from import_line where state = 'new'`), "the import is half done")
	}
}

// holds asks for a seat for the holder, and returns the page of the decision, which is held.
func (o *opened) holds(course string) (held string) {
	o.f.t.Helper()
	held = sendForm(o.f.t, o.holder, o.f.app.url+"/courses/"+course+"/subscriptions", url.Values{"student": {"ada"}})
	require.Contains(o.f.t, held, "/held/")
	require.Equal(o.f.t, held, sendForm(o.f.t, o.holder, o.f.app.url+held+"/longer", url.Values{"stop": {"1"}, "for": {"ever"}}))
	return held
}

func (o *opened) count(sql string) (n int) {
	o.f.t.Helper()
	require.NoError(o.f.t, o.pool.QueryRow(o.f.t.Context(), sql).Scan(&n))
	return n
}

var stopOf = regexp.MustCompile(`name="stop" value="(\d+)"`)

// letsGoOn presses the button of a held decision until the decision is over, and returns what its
// page says then.
func (o *opened) letsGoOn(held string) (says string) {
	t := o.f.t
	t.Helper()
	eventually(t, "the decision is over", func() bool {
		stop := stopOf.FindStringSubmatch(o.reads(held))
		if stop != nil {
			sendForm(t, o.holder, o.f.app.url+held+"/continue", url.Values{"stop": {stop[1]}})
		}
		return stop == nil
	})
	return o.reads(held)
}

// reads returns the page that an address leads the holder to.
func (o *opened) reads(path string) string {
	t := o.f.t
	t.Helper()
	for {
		answer, err := o.holder.Get(o.f.app.url + path)
		require.NoError(t, err)
		body, err := io.ReadAll(answer.Body)
		answer.Body.Close()
		require.NoError(t, err)
		if path = answer.Header.Get("Location"); path == "" {
			return string(body)
		}
	}
}

// goOn requires that everything that was open is answered with a sentence, and that nothing of it
// has gone wrong. Call it after the restore.
func (o *opened) goOn() {
	t := o.f.t
	t.Helper()
	// In this order: a seat that Ada gets would turn the other append away, whatever log it was read from.
	assert.Contains(t, o.letsGoOn(o.undone), "There is no such course. The log said so when the decision went on.", "it is decided anew, from the log as it is now")
	assert.Contains(t, o.letsGoOn(o.kept), "Seated", "nothing that the decision rests on is lost")
	assert.Equal(t, 1, o.count(`select count(*) from dcb_event where type = 'StudentSubscribedToCourse' and tags @> array['student_id:ada']`))
	assert.Zero(t, o.count(`select count(*) from dcb_event where tags @> array['course_id:undone']`))
	eventually(t, "the race is over", func() bool {
		body, status := fetch(t, o.f.app.url+o.race)
		return status == http.StatusNotFound && strings.Contains(body, "There is no such run.")
	})
	if o.list != "" {
		o.endsImport()
	}
	// The last: the page says how far the log has come, which changes as long as the import decides.
	assert.Contains(t, o.lens.endsAsLoaded(t), "Kofi would get seat 2 of 5.", "the seat that Kofi had is lost, and Ada has one")
}

// endsImport requires that the import is carried out, each line once.
func (o *opened) endsImport() {
	t := o.f.t
	t.Helper()
	eventually(t, "the import ends", func() bool { return o.count(`select count(*) from import where state = 'done'`) == 1 })
	assert.Contains(t, get(t, o.f.app.url+o.list), "2,000 done.")
	assert.Equal(t, restoredList, o.count(`select count(*) from import_line where state = 'done'`))
	assert.Equal(t, restoredList, o.count(`select count(distinct r.tag) from dcb_event_tag as r join dcb_event as e using (position) where e.type = 'StudentRegistered' and r.tag like 'request:%' and e.correlation_id = '`+strings.TrimPrefix(o.list, "/imports/")+`'`), "each line is in the log")
}
