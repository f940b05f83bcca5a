//go:build linux || darwin

package e2e

import (
	"context"
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

// A disturbance is a site with open pages, of which parts are stopped while commands go on.
type disturbance struct {
	t         *testing.T
	projector *process // a process beside that of the site
	site      *site
	pages     openPages
	look      *pgx.Conn
	commands  *commands
	sent      sync.WaitGroup
}

func newDisturbance(t *testing.T) *disturbance {
	t.Helper()
	databaseURL := pgtest.Server(t).URL("postgres")
	d := &disturbance{t: t, commands: newCommands(t)}
	d.projector = start(t, []string{"DATABASE_URL=" + databaseURL, "PGAPPNAME=projector"}, "-data", dataDir(t), "-sample")
	d.site = openSite(t, databaseURL+"&application_name=site", nil)
	var err error
	d.look, err = pgx.Connect(t.Context(), databaseURL)
	require.NoError(t, err)
	t.Cleanup(func() { d.look.Close(context.Background()) })
	eventually(t, "the first process projects", func() bool { return d.leads(d.projector) })
	d.pages = d.site.opensEveryKind()
	return d
}

func (d *disturbance) ask(sql string, args ...any) (n int) {
	d.t.Helper()
	require.NoError(d.t, d.look.QueryRow(d.t.Context(), sql, args...).Scan(&n))
	return n
}

// leads reports whether it is this process that projects.
func (d *disturbance) leads(p *process) bool {
	d.t.Helper()
	const holder = `select count(*) from dcb_consumer where name = 'readmodel' and until > clock_timestamp() and split_part(holder, ' ', 2) = $1`
	return d.ask(holder, strconv.Itoa(p.cmd.Process.Pid)) == 1
}

// send sends commands one after the other. The database may not answer all of them in time.
func (d *disturbance) send(n int) {
	for range n {
		path, form := d.commands.next()
		values := url.Values{}
		for i := 0; i < len(form); i += 2 {
			values.Set(form[i], form[i+1])
		}
		d.sent.Go(func() {
			client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
			response, err := client.PostForm(d.site.url+path, values)
			if assert.NoError(d.t, err) {
				response.Body.Close()
			}
		})
		time.Sleep(200 * time.Millisecond) // so that some come early in the stop, and some late
	}
}

// showTheLog waits until every page shows the log.
func (d *disturbance) showTheLog(after string) {
	d.t.Helper()
	d.t.Log("after", after)
	d.sent.Wait()
	d.pages.comeTrue(d.t)
	for _, course := range []string{"typography-for-engineers", "formal-methods"} {
		taken := d.ask(`
			select count(*) filter (where type = 'StudentSubscribedToCourse') - count(*) filter (where type = 'StudentUnsubscribedFromCourse')
			from dcb_event where tags @> array[$1]`, "course_id:"+course)
		assert.Contains(d.t, d.pages["/courses/"+course].reads(), fmt.Sprintf("%d of ", taken))
	}
}

// listeners returns the sessions of the site that listen for news. What such a session has
// asked last is to listen, or whether the server is there.
func (d *disturbance) listeners() []int {
	d.t.Helper()
	rows, _ := d.look.Query(d.t.Context(), `select pid from pg_stat_activity where application_name = 'site' and (query like 'listen %' or query like '%ping')`)
	listeners, err := pgx.CollectRows(rows, pgx.RowTo[int])
	require.NoError(d.t, err)
	require.NotEmpty(d.t, listeners)
	return listeners
}

// whileStopped sends commands while processes are stopped, and lets these go on.
func (d *disturbance) whileStopped(pids []int) {
	d.t.Helper()
	for _, pid := range pids {
		signal(d.t, syscall.SIGSTOP, pid)
	}
	d.send(15)
	for _, pid := range pids {
		signal(d.t, syscall.SIGCONT, pid)
	}
}

// Under open pages the projector, the listener and the database are stopped for some
// seconds, while commands go on. When each goes on, every page comes to show the log.
func TestOpenPagesShowTheLogAfterWhateverWasStopped(t *testing.T) {
	t.Parallel()
	d := newDisturbance(t)
	d.send(8)
	d.showTheLog("nothing")

	signal(t, syscall.SIGSTOP, d.projector.cmd.Process.Pid)
	d.send(15)
	eventually(t, "the other process projects", func() bool { return d.leads(d.site.process) })
	d.showTheLog("the projector")
	signal(t, syscall.SIGCONT, d.projector.cmd.Process.Pid)

	d.whileStopped(d.listeners())
	d.showTheLog("the listener")

	d.whileStopped(backends(t, d.ask(`select pg_backend_pid()`)))
	d.showTheLog("the database")
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
