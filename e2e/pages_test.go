package e2e

import (
	"net/http"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

// Of two processes, the one that keeps the pages up is killed. Whichever it is, the
// other goes on.
func TestPagesKeepUpWhoeverIsKilled(t *testing.T) {
	t.Parallel()
	env := []string{"DATABASE_URL=" + pgtest.URL(t), "SESSION_KEY=0123456789abcdef0123456789abcdef"}
	first := start(t, env, "-data", dataDir(t), "-sample")
	for _, course := range []string{"one", "two", "three"} {
		second := start(t, env, "-data", dataDir(t))
		require.NoError(t, first.cmd.Process.Kill())
		<-first.exited
		require.Equal(t, http.StatusSeeOther, post(t, second.url+"/courses", "course", course, "title", "Still here", "capacity", "3"))
		eventually(t, "the page shows it", func() bool {
			page, status := fetch(t, second.url+"/courses/"+course)
			return status == http.StatusOK && strings.Contains(page, "Still here")
		})
		first = second
	}
}

// The tables that pages show hold nothing that is not in the log.
func TestRebuildMakesPagesFromNothing(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	env := []string{"DATABASE_URL=" + databaseURL}
	require.Zero(t, start(t, env, "-data", dataDir(t), "-sample").stop(syscall.SIGTERM))
	conn, err := pgx.Connect(t.Context(), databaseURL)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), `drop table read_generation, read_lease, read_course, read_student, read_place`)
	require.NoError(t, err)

	require.Contains(t, failure(t, env, "-addr", "127.0.0.1:0", "-data", dataDir(t)), `run "webapp rebuild", which makes the tables that pages show`)
	output, err := command(t, env, "rebuild").Output()
	require.NoError(t, err)
	assert.Contains(t, string(output), "the tables are filled again, from 185 events\n")
	require.Contains(t, get(t, start(t, env, "-data", dataDir(t)).url+"/courses/compilers"), "15 of 16 seats")
}

func TestRebuildMakesPagesAgainWhileTheyAreServed(t *testing.T) {
	t.Parallel()
	databaseURL := pgtest.URL(t)
	env := []string{"DATABASE_URL=" + databaseURL}
	app := start(t, env, "-data", dataDir(t), "-sample")
	conn, err := pgx.Connect(t.Context(), databaseURL)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), `update read_course set title = 'Spoilt' where id = 'compilers'`)
	require.NoError(t, err)
	require.Contains(t, get(t, app.url+"/courses/compilers"), "Spoilt")

	output, err := command(t, env, "rebuild").Output()
	require.NoError(t, err)
	assert.Regexp(t, `^0 of 185 events, 0 per second\n185 of 185 events, \d+ per second\nthe tables are filled again, from 185 events\n$`, string(output))
	page := get(t, app.url+"/courses/compilers")
	require.NotContains(t, page, "Spoilt")
	require.Contains(t, page, "Compilers")

	require.Equal(t, http.StatusSeeOther, post(t, app.url+"/courses/compilers/title", "title", "Compilers and more"))
	require.Contains(t, get(t, app.url+"/courses/compilers"), "Compilers and more", "the program goes on with the new tables")
}
