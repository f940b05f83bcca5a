//go:build linux || darwin

package e2e

import (
	"net/http"
	"strings"
	"testing"

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
	url, _, _ := strings.Cut(name.URL(), "?") // these would lead to the server that can be written to
	app := start(t, []string{"DATABASE_URL=" + url}, "-data", dataDir(t), "-sample", "-dcb-api")
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
		return strings.Contains(app.stderr.String(), "the database is not up yet, and is waited for, 30s at most")
	})
	line.Restore()
	app.listens()
	assert.Equal(t, http.StatusOK, app.health())
}
