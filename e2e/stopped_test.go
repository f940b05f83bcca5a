//go:build linux || darwin

package e2e

import (
	"fmt"
	"net/http"
	"net/url"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

// Under open pages the projector, the listener and the database are stopped for some
// seconds, while commands go on. When each goes on, every page comes to show the log.
func TestOpenPagesShowTheLogAfterWhateverWasStopped(t *testing.T) {
	t.Parallel()
	server := pgtest.Server(t)
	databaseURL := server.URL("postgres")
	projector := start(t, []string{"DATABASE_URL=" + databaseURL, "PGAPPNAME=projector"}, "-data", dataDir(t), "-sample")
	site := openSite(t, databaseURL+"&application_name=site")
	look, err := pgx.Connect(t.Context(), databaseURL)
	require.NoError(t, err)
	defer look.Close(t.Context())
	ask := func(sql string, args ...any) (n int) {
		require.NoError(t, look.QueryRow(t.Context(), sql, args...).Scan(&n))
		return n
	}
	const holder = `select count(*) from dcb_consumer where name = 'readmodel' and until > clock_timestamp() and split_part(holder, ' ', 2) = $1`
	leads := func(p *process) bool { return ask(holder, strconv.Itoa(p.cmd.Process.Pid)) == 1 }
	eventually(t, "the first process projects", func() bool { return leads(projector) })
	pages := site.opensEveryKind()
	commands := newCommands(t)

	// during carries out commands, and the database may not answer all of them in time.
	var sent sync.WaitGroup
	during := func(n int) {
		for range n {
			path, form := commands.next()
			values := url.Values{}
			for i := 0; i < len(form); i += 2 {
				values.Set(form[i], form[i+1])
			}
			sent.Go(func() {
				client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
				response, err := client.PostForm(site.url+path, values)
				if assert.NoError(t, err) {
					response.Body.Close()
				}
			})
			time.Sleep(200 * time.Millisecond) // so that some come early in the stop, and some late
		}
	}
	showTheLog := func(after string) {
		t.Log("after", after)
		sent.Wait()
		pages.comeTrue(t)
		for _, course := range []string{"typography-for-engineers", "formal-methods"} {
			taken := ask(`
				select count(*) filter (where type = 'StudentSubscribedToCourse') - count(*) filter (where type = 'StudentUnsubscribedFromCourse')
				from dcb_event where tags @> array[$1]`, "course_id:"+course)
			assert.Contains(t, pages["/courses/"+course].reads(), fmt.Sprintf("%d of ", taken))
		}
	}

	during(8)
	showTheLog("nothing")

	signal(t, syscall.SIGSTOP, projector.cmd.Process.Pid)
	during(15)
	eventually(t, "the other process projects", func() bool { return leads(site.process) })
	showTheLog("the projector")
	signal(t, syscall.SIGCONT, projector.cmd.Process.Pid)

	// What a session has asked last is to listen, or whether the server is there.
	rows, _ := look.Query(t.Context(), `select pid from pg_stat_activity where application_name = 'site' and (query like 'listen %' or query like '%ping')`)
	listeners, err := pgx.CollectRows(rows, pgx.RowTo[int])
	require.NoError(t, err)
	require.NotEmpty(t, listeners)
	for _, pid := range listeners {
		signal(t, syscall.SIGSTOP, pid)
	}
	during(15)
	for _, pid := range listeners {
		signal(t, syscall.SIGCONT, pid)
	}
	showTheLog("the listener")

	all := backends(t, ask(`select pg_backend_pid()`))
	for _, pid := range all {
		signal(t, syscall.SIGSTOP, pid)
	}
	during(15)
	for _, pid := range all {
		signal(t, syscall.SIGCONT, pid)
	}
	showTheLog("the database")
}

func signal(t *testing.T, signal syscall.Signal, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, signal); err != syscall.ESRCH { // a backend may have ended
		require.NoError(t, err)
	}
}

// backends returns the processes of the server that one of them belongs to, the one that
// starts the others first.
func backends(t *testing.T, one int) (pids []int) {
	t.Helper()
	output, err := exec.Command("ps", "-A", "-o", "pid=,ppid=").Output()
	require.NoError(t, err)
	parents := map[int]int{}
	for line := range strings.Lines(string(output)) {
		var pid, parent int
		_, err := fmt.Sscan(line, &pid, &parent)
		require.NoError(t, err)
		parents[pid] = parent
	}
	first := parents[one]
	pids = append(pids, first)
	for pid, parent := range parents {
		if parent == first {
			pids = append(pids, pid)
		}
	}
	return pids
}
