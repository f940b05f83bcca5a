//go:build linux || darwin

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgpair"
	"go-crablet/internal/pgtest"
)

const standbySentence = "the server that DATABASE_URL names is a standby, or still recovers, and nothing can be stored there: " +
	"name the primary, or all hosts with target_session_attrs=read-write"

// A standby that is named instead of the primary is refused at start. One that takes the
// place of the primary later, and is not promoted, shows pages and stores nothing.
func TestAStandbyAsTheDatabase(t *testing.T) {
	t.Parallel()
	pair := pgpair.New(t)
	for _, commandLine := range [][]string{{"-data", dataDir(t)}, {"migrate"}} {
		assert.Equal(t, standbySentence, failure(t, []string{"DATABASE_URL=" + pair.Standby.URL()}, commandLine...))
	}

	name := pair.Name(t)
	name.LeadsTo(pair.Primary)
	address, _, _ := strings.Cut(name.URL(), "?") // these would lead to the server that can be written to
	app := start(t, []string{"DATABASE_URL=" + address}, "-data", dataDir(t), "-sample", "-dcb-api")
	require.Equal(t, http.StatusSeeOther, post(t, app.url+"/courses/compilers/subscriptions", "student", "ada"))
	pair.CatchUp(t)
	name.LeadsTo(pair.Standby)
	name.Cut()

	eventually(t, "the pages are shown", func() bool {
		_, status := fetch(t, app.url+"/courses/compilers")
		return status == http.StatusOK
	})
	for _, sent := range []struct{ path, kind, body string }{
		{"/courses/history-of-computing/subscriptions", "application/x-www-form-urlencoded", "student=ada"},
		{"/dcb/append", "application/json", `{"events":[{"type":"A","data":""}]}`},
	} {
		response, err := http.Post(app.url+sent.path, sent.kind, strings.NewReader(sent.body))
		require.NoError(t, err)
		response.Body.Close()
		assert.Equal(t, http.StatusServiceUnavailable, response.StatusCode, sent.path)
		assert.Equal(t, "2", response.Header.Get("Retry-After"), sent.path)
	}
}

// Whoever starts the program and its database together has the one wait for the other.
func TestTheProgramWaitsForItsDatabase(t *testing.T) {
	t.Parallel()
	line := pgtest.NewLine(t, pgtest.URL(t))
	line.Cut()
	app := begin(t, []string{"DATABASE_URL=" + line.URL}, "-data", dataDir(t))
	eventually(t, "it says that it waits", func() bool {
		return strings.Contains(app.stderr.String(), "the database is not up yet: waiting for it, 30s at most")
	})
	line.Restore()
	app.listens()
	assert.Equal(t, http.StatusOK, app.health())
}

const (
	fromStandby = "<dd>a standby</dd>"
	fromPrimary = "<dd>the primary, since no standby had within 2s what you have seen</dd>"
	fromNowhere = "<dd>the primary, since no standby can be used</dd>"
)

// A reader is somebody with a browser's cookies.
type reader struct {
	t      testing.TB
	url    string
	client *http.Client
}

func newReader(t testing.TB, app *process) *reader {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &reader{t, app.url, &http.Client{Jar: jar}}
}

func (v *reader) read(response *http.Response, err error) string {
	v.t.Helper()
	require.NoError(v.t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(v.t, err)
	require.Equal(v.t, http.StatusOK, response.StatusCode, "%s", body)
	return string(body)
}

func (v *reader) get(path string) string {
	v.t.Helper()
	return v.read(v.client.Get(v.url + path))
}

// renames renames the course compilers, and returns the page that the form leads to.
func (v *reader) renames(title string) string {
	v.t.Helper()
	return v.read(v.client.PostForm(v.url+"/courses/compilers/title", url.Values{"title": {title}}))
}

func TestPagesAreReadFromAStandby(t *testing.T) {
	t.Parallel()
	pair := pgpair.New(t)
	app := start(t, []string{"DATABASE_URL=" + pair.URL(), "READ_DATABASE_URL=" + pair.Standby.URL()}, "-data", dataDir(t), "-sample")
	ada, bob := newReader(t, app), newReader(t, app)
	eventually(t, "a page is read from the standby", func() bool { return strings.Contains(bob.get("/courses/compilers"), fromStandby) })

	for n := range 20 {
		title := fmt.Sprintf("Compilers, edition %d", n)
		page := ada.renames(title)
		require.Contains(t, page, title+"</h1>", "her own decision, at once")
		require.Contains(t, page, "/decisions/", "and its receipt")
		require.Contains(t, ada.get("/log"), title)
		require.Contains(t, ada.get("/decisions"), title)
	}
	for _, path := range []string{"/", "/students", "/log", "/decisions", "/courses/compilers", "/courses/compilers/boundary", "/?as_of=3"} {
		eventually(t, path+" is read from the standby", func() bool { return strings.Contains(bob.get(path), fromStandby) })
	}
	require.Regexp(t, `the standby `+regexp.QuoteMeta(pair.Standby.Address())+` is \d+ events and \d+\.\d s behind the primary\n`, get(t, app.url+"/healthz"))

	pair.Standby.Exec(t, `select pg_wal_replay_pause()`)
	pair.Standby.Await(t, `select pg_get_wal_replay_pause_state() = 'paused'`)
	began := time.Now()
	page := ada.renames("Compilers, at last")
	require.Contains(t, page, "Compilers, at last</h1>")
	require.Contains(t, page, fromPrimary)
	require.GreaterOrEqual(t, time.Since(began), 2*time.Second)
	page = newReader(t, app).get("/courses/compilers")
	require.Contains(t, page, "Compilers, edition 19</h1>", "a visitor who has seen nothing reads what there is")
	require.Contains(t, page, fromStandby)

	pair.Standby.Exec(t, `select pg_wal_replay_resume()`)
	eventually(t, "her pages are read from the standby again", func() bool {
		page := ada.get("/courses/compilers")
		require.Contains(t, page, "Compilers, at last</h1>")
		return strings.Contains(page, fromStandby)
	})
}

// When the standby takes over, the program goes on: it stores and reads on the new primary.
func TestAStandbyThatIsReadTakesOver(t *testing.T) {
	t.Parallel()
	pair := pgpair.New(t)
	app := start(t, []string{"DATABASE_URL=" + pair.URL(), "READ_DATABASE_URL=" + pair.Standby.URL()}, "-data", dataDir(t), "-sample")
	ada := newReader(t, app)
	eventually(t, "a page is read from the standby", func() bool { return strings.Contains(ada.get("/courses/compilers"), fromStandby) })
	require.Contains(t, ada.renames("Compilers, before"), "Compilers, before</h1>")
	pair.CatchUp(t)
	pair.Primary.Stop(t, pgpair.Kill)
	pair.Promote(t)

	eventually(t, "it stores again", func() bool {
		response, err := ada.client.PostForm(app.url+"/courses/compilers/title", url.Values{"title": {"Compilers, after"}})
		require.NoError(t, err)
		response.Body.Close()
		return strings.Contains(get(t, app.url+"/courses/compilers"), "Compilers, after</h1>")
	})
	for range 20 {
		page := ada.get("/courses/compilers")
		require.Contains(t, page, "Compilers, after</h1>")
		require.Contains(t, page, fromNowhere)
	}
	require.Equal(t, 1, strings.Count(app.stderr.String(), "pages are not read from this standby"), app.stderr.String())
	require.Contains(t, get(t, app.url+"/healthz"), "the standby "+pair.Standby.Address()+" is not used: it accepts writes, so it is a primary\n")
}

// Whatever is named to be read from, the program starts and says in a sentence what is wrong, or it
// does not start because nobody can know what is meant.
func TestWhatIsNamedToBeReadFrom(t *testing.T) {
	t.Parallel()
	pair := pgpair.New(t)
	const primary = "it accepts writes, so it is a primary"
	app := start(t, []string{"DATABASE_URL=" + pair.URL(), "READ_DATABASE_URL=" + pair.AnyURL()}, "-data", dataDir(t), "-sample")
	require.Contains(t, get(t, app.url+"/healthz"), "the standby "+pair.Primary.Address()+" is not used: "+primary+"\n")
	eventually(t, "of several hosts, the one that is a standby is read", func() bool { return strings.Contains(get(t, app.url+"/courses/compilers"), fromStandby) })

	status := command(t, []string{"DATABASE_URL=" + pair.URL(), "READ_DATABASE_URL=" + pair.AnyURL()}, "status")
	said, err := status.Output()
	require.Error(t, err, "the server of a test does without fsync, and one standby is none")
	require.Contains(t, string(said), "LOOK    Standby "+pair.Primary.Address()+": not used: "+primary+"\n")
	require.Regexp(t, `ok      Standby `+regexp.QuoteMeta(pair.Standby.Address())+`: \d+ events and \d+\.\d s behind the primary\n`, string(said))

	for _, wrong := range []struct {
		env  []string
		says string
	}{
		{[]string{"DATABASE_URL=" + pair.URL(), "READ_DATABASE_URL=nonsense"}, "READ_DATABASE_URL can't be read: it has to be the address of a PostgreSQL database, such as postgres://user:secret@two:5432,three:5432/courses"},
		{[]string{"READ_DATABASE_URL=" + pair.Standby.URL()}, "READ_DATABASE_URL names standbys, and DATABASE_URL names no primary: set both"},
		{[]string{"DATABASE_URL=" + pair.Standby.URL(), "READ_DATABASE_URL=" + pair.Standby.URL()}, standbySentence},
	} {
		assert.Equal(t, wrong.says, failure(t, wrong.env, "-data", dataDir(t)))
	}
}
