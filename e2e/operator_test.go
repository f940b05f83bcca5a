package e2e

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
	"go-crablet/standing"
)

// reports runs "webapp status" and returns what it prints and its exit code.
func reports(t testing.TB, env []string, args ...string) (text string, code int) {
	t.Helper()
	cmd := command(t, env, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	_ = cmd.Run() // the exit code says whether it failed
	t.Log(stderr.String())
	return stdout.String(), cmd.ProcessState.ExitCode()
}

// Several processes share a database. The page and the command say the same of all of them.
func TestTheOperatorSeesEveryProcess(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	other := start(t, []string{"DATABASE_URL=" + site.databaseURL}, "-data", dataDir(t))
	ada := site.student("ada", "Ada")
	address := func(url string) string { return strings.TrimPrefix(url, "http://") }
	eventually(t, "both processes are seen", func() bool {
		ada.Goto(site.url + "/operator")
		return strings.Contains(ada.reads(), address(site.url)) && strings.Contains(ada.reads(), address(other.url))
	})
	ada.isFineOnEveryScreen("operator-two")
	page := ada.reads()
	text, code := reports(t, []string{"DATABASE_URL=" + site.databaseURL}, "status")
	require.Equal(t, 1, code, "servers of tests do without fsync")
	require.Contains(t, text, "LOOK    fsync: off")
	require.Contains(t, text, "to do: A power cut may destroy the database.")
	named := regexp.MustCompile(`(?m)^  (?:ok|LOOK|unseen) +([^:]+): `).FindAllStringSubmatch(text, -1)
	require.Greater(t, len(named), 20, text)
	for _, name := range named {
		assert.Contains(t, page, name[1])
	}
	var report standing.Report
	asJSON, code := reports(t, []string{"DATABASE_URL=" + site.databaseURL}, "status", "-json")
	require.Equal(t, 1, code)
	require.NoError(t, json.Unmarshal([]byte(asJSON), &report))
	require.Equal(t, 1, report.Unwell())

	require.NoError(t, other.cmd.Process.Kill())
	eventually(t, "the process that was killed is silent", func() bool {
		ada.Goto(site.url + "/operator")
		return ada.Count(".standing__line--unwell") == 2
	})
	require.Contains(t, ada.Text(".standing__line--unwell"), address(other.url))
	ada.isFineOnEveryScreen("operator-silent")
	assert.Empty(t, ada.Complaints())
}

// A private database has all the settings that matter. Nothing has to run to look at it.
func TestTheStatusOfAPrivateDatabase(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	require.Contains(t, failure(t, nil, "-data", dir, "status"), "there is no private database in "+dir+" yet: start webapp once")
	app := start(t, nil, "-data", dir)
	eventually(t, "the process is seen", func() bool {
		text, code := reports(t, nil, "-data", dir, "status")
		return code == 0 && strings.Contains(text, "at "+strings.TrimPrefix(app.url, "http://")) && strings.Contains(text, "Everything that can be seen is in its normal range.")
	})
	require.Zero(t, app.stop(syscall.SIGTERM))
	text, code := reports(t, nil, "-data", dir, "status")
	require.Zero(t, code, text)
	require.Contains(t, text, "Processes: none runs")
	require.Contains(t, text, "Projector: nobody")
}

func TestTheStatusOfADatabaseThatIsNotMigrated(t *testing.T) {
	t.Parallel()
	url := pgtest.Empty(t, "")
	text, code := reports(t, []string{"DATABASE_URL=" + url}, "status")
	require.Equal(t, 1, code)
	require.Contains(t, text, "LOOK    Migrations: none is applied")
	require.Contains(t, text, `to do: Run "webapp migrate"`)
	require.Zero(t, count(t, url, `select count(*) from pg_tables where schemaname = 'public'`), "looking changes nothing")
}

func TestTheCommandsAboutTheProgramSayWhatIsWrongWithThem(t *testing.T) {
	t.Parallel()
	for _, wrong := range []struct {
		env, args []string
		says      string
	}{
		{nil, []string{"status", "-xml"}, "webapp -h explains the flags"},
		{nil, []string{"status", "now"}, `webapp status takes no "now"`},
		{nil, []string{"version", "now"}, "one command at most"},
		{[]string{"DATABASE_URL=postgres://127.0.0.1:1/nothing?connect_timeout=1"}, []string{"status"}, "the database that DATABASE_URL names: look how the database stands"},
		{[]string{"DATABASE_URL=http://nothing"}, []string{"status"}, "DATABASE_URL can't be read: it has to be the address of a PostgreSQL database"},
	} {
		assert.Contains(t, failure(t, wrong.env, wrong.args...), wrong.says)
	}
	text, code := reports(t, nil, "version")
	require.Zero(t, code)
	require.Regexp(t, `^webapp \S+, commit \S+, go\d\S+\n$`, text)
}

// A room looks at one process while another one decides.
func TestTheStatusIsDrawnLive(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	other := start(t, []string{"DATABASE_URL=" + site.databaseURL}, "-data", dataDir(t))
	ada := site.student("ada", "Ada")
	ada.Goto(site.url + "/status")
	ada.hearsNews()
	require.Contains(t, ada.Text(".pulse__says"), "Nobody has decided anything in the last three minutes.")
	kofi := site.student("kofi", "Kofi")
	kofi.WithoutScripts()
	kofi.Goto(site.url + "/status")
	ada.isFineOnEveryScreen("status-quiet")

	require.Equal(t, 303, post(t, other.url+"/courses/history-of-computing/subscriptions", "student", "kofi"))
	require.Equal(t, 409, post(t, other.url+"/courses/history-of-computing/subscriptions", "student", "kofi"))
	eventually(t, "both decisions are drawn", func() bool {
		return strings.Contains(ada.Text(".pulse__says"), "2 decisions in the last three minutes: 0 met a conflict, 1 was refused or lost.")
	})
	eventually(t, "a page without scripts is loaded again", func() bool { return strings.Contains(kofi.Text(".pulse__says"), "2 decisions") })
	require.Equal(t, 1, ada.Count(".pulse__row--you .pulse__bars"))
	require.Zero(t, ada.Count(".pulse__row--conflict .pulse__bars"))
	ada.racesToTheEnd("60", "10")
	ada.Goto(site.url + "/status")
	eventually(t, "the race is drawn", func() bool { return ada.Count(".pulse__row--conflict .pulse__bars") == 1 })
	ada.isFineOnEveryScreen("status-race")
	assert.Empty(t, ada.Complaints())
}
