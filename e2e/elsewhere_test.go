package e2e

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/sampled"
	"go-crablet/lab"
)

// twoProcesses returns a site and another process that serves it, with settings as NAME=value. The
// two share a database and the key of sessions.
func twoProcesses(t testing.TB, settings ...string) (here *site, there *process) {
	t.Helper()
	dir := dataDir(t)
	here = openSite(t, sampled.URL(t), settings, "-data", dir)
	return here, start(t, append([]string{"DATABASE_URL=" + here.databaseURL}, settings...), "-data", dir)
}

// A decision that one process holds is looked at, disturbed and let go on from another one.
func TestAHeldDecisionGoesOnFromAnotherProcess(t *testing.T) {
	t.Parallel()
	here, there := twoProcesses(t)
	ada := here.student("ada", "Ada")
	ada.holdsTheGap()
	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	held := strings.TrimPrefix(ada.URL(), here.url)
	require.True(t, strings.HasPrefix(held, "/held/"), held)

	ada.Goto(there.url + "/students")
	ada.Follow(".gapbar__held")
	require.Equal(t, there.url+held, ada.URL())
	ada.hearsNews()
	require.Contains(t, ada.Text("#held-verdict"), "Nothing got inside the boundary yet.")
	require.Equal(t, 303, post(t, there.url+"/courses/history-of-computing/subscriptions", "student", "kofi"))
	ada.comesToRead("#held-verdict", "Kofi took a seat")
	ada.Submit(goOnButton)
	require.Equal(t, there.url+held, ada.URL(), "the second attempt is held")
	require.Contains(t, ada.Text("#held-verdict"), "Nothing got inside the boundary yet.")
	ada.Submit(goOnButton)
	require.Contains(t, ada.URL(), there.url+"/decisions/", "it is over, and that is its receipt")
	require.Contains(t, ada.reads(), "Seated")

	ada.Goto(there.url + held)
	require.Contains(t, ada.URL(), "/decisions/", "the link leads to the receipt from then on")
	assert.Empty(t, ada.Complaints())
}

// Somebody else can watch the decision from another process, and do nothing with it.
func TestNobodyElseContinuesAHeldDecisionFromAnotherProcess(t *testing.T) {
	t.Parallel()
	here, there := twoProcesses(t)
	ada := here.student("ada", "Ada")
	ada.holdsTheGap()
	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	held := strings.TrimPrefix(ada.URL(), here.url)
	require.Equal(t, 403, post(t, there.url+held+"/continue", "stop", "1"))
	require.Equal(t, 403, post(t, there.url+held+"/cancel", "stop", "1"))

	kofi := here.student("kofi", "Kofi")
	kofi.holdsTheGap() // so that his browser has a secret, too
	kofi.Goto(there.url + held)
	require.Contains(t, kofi.reads(), "You are watching.")
	require.Zero(t, kofi.Count(goOnButton))

	ada.Goto(there.url + held)
	ada.Submit("#never-mind button")
	require.Contains(t, ada.reads(), "It was cancelled between its decision and its append.")
	require.Zero(t, count(t, here.databaseURL, `select count(*) from read_place where student_id = 'ada' and course_id = 'history-of-computing'`))
	ada.Goto(here.url + held)
	require.Contains(t, ada.reads(), "It was cancelled between its decision and its append.")
}

// The browser gets another secret when its visitor takes or leaves the role. The decision that another
// process holds stays with the browser.
func TestAHeldDecisionOfAnotherProcessStaysWithItsBrowser(t *testing.T) {
	t.Parallel()
	here, there := twoProcesses(t, "REGISTRAR_PASSCODE="+passcode)
	ada := here.student("ada", "Ada")
	ada.holdsTheGap()
	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	held := strings.TrimPrefix(ada.URL(), here.url)
	ada.Goto(there.url + "/registrar")
	ada.Fill("#passcode", passcode)
	ada.Submit("main form button")
	eventually(t, "the decision can be let go on", func() bool {
		ada.Goto(there.url + held)
		return ada.Count(goOnButton) == 1
	})
	ada.Submit(goOnButton)
	require.Contains(t, ada.URL(), there.url+"/decisions/")
}

func TestADecisionWhoseProcessIsKilledIsOver(t *testing.T) {
	t.Parallel()
	here, there := twoProcesses(t)
	ada := here.student("ada", "Ada")
	ada.holdsTheGap()
	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	held := strings.TrimPrefix(ada.URL(), here.url)
	ada.Goto(there.url + held)
	ada.hearsNews()
	require.NoError(t, here.cmd.Process.Kill())
	ada.comesToRead("main", "The process that held this decision has ended")
	ada.isFineOnEveryScreen("held-broke-off")
	require.Equal(t, 410, post(t, there.url+held+"/continue", "stop", "1"))
	require.Zero(t, count(t, here.databaseURL, `select count(*) from dcb_event_tag where tag = 'student_id:ada' and type = 'StudentSubscribedToCourse' and position > 185`))
}

// startsRace starts a race with these numbers in its form, and returns its path.
func (p student) startsRace(fields map[string]string) string {
	p.site.t.Helper()
	p.Goto(p.site.url + "/race")
	for field, number := range fields {
		p.Fill("#"+field, number)
	}
	p.Submit(startButton)
	return strings.TrimPrefix(p.URL(), p.site.url)
}

// A race that one process runs is watched in another, until it is over.
func TestARaceIsWatchedInAnotherProcess(t *testing.T) {
	t.Parallel()
	here, there := twoProcesses(t)
	ada := here.student("ada", "Ada")
	race := ada.startsRace(map[string]string{"contenders": "12", "seats": "4", "think": "1000", "spread": "500"})
	ada.Goto(there.url + "/race")
	require.Contains(t, ada.reads(), "12 contenders, 4 seats")
	ada.Goto(there.url + race)
	ada.hearsNews()
	require.Contains(t, ada.reads(), "You see it as it runs.")
	ada.isFineOnEveryScreen("race-elsewhere")
	eventually(t, "the picture moves on", func() bool { return ada.Count(".chair") > 0 })
	eventually(t, "it shows the end", func() bool { return strings.Contains(ada.Text("#outcome"), "Exactly 4 got a seat") })
	assert.Empty(t, ada.Complaints())
}

func TestARaceWhoseProcessIsKilledIsOver(t *testing.T) {
	t.Parallel()
	here, there := twoProcesses(t)
	ada := here.student("ada", "Ada")
	race := ada.startsRace(map[string]string{"contenders": "12", "seats": "9", "think": "5000"})
	ada.Goto(there.url + race)
	ada.hearsNews()
	require.NoError(t, here.cmd.Process.Kill())
	ada.comesToRead("main", "The process that ran this race ended before the race was over")
	_, status := fetch(t, there.url+race)
	require.Equal(t, 410, status)
}

// startsAComparison starts a comparison, and returns its path. It does not end before goOn is called:
// it waits for the name of its last schema.
func (p student) startsAComparison() (path string, goOn func()) {
	t := p.site.t
	t.Helper()
	conn, err := pgx.Connect(t.Context(), p.site.databaseURL)
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close(context.Background()) })
	taken, err := conn.Begin(t.Context())
	require.NoError(t, err)
	all := lab.Strategies()
	_, err = taken.Exec(t.Context(), "create schema "+all[len(all)-1].Schema())
	require.NoError(t, err)
	p.Goto(p.site.url + "/race/strategies")
	p.Submit(compareButton)
	return strings.TrimPrefix(p.URL(), p.site.url), func() { require.NoError(t, taken.Rollback(t.Context())) }
}

// A comparison that one process runs is watched in another, until it is over. Nobody loads the page
// again.
func TestAComparisonIsWatchedInAnotherProcess(t *testing.T) {
	t.Parallel()
	here, there := twoProcesses(t)
	ada, kofi := here.student("ada", "Ada"), here.student("kofi", "Kofi")
	comparison, goOn := ada.startsAComparison()
	kofi.Goto(there.url + "/race/strategies") // which leads to what is under way
	ada.Goto(there.url + comparison)
	for _, p := range []student{ada, kofi} {
		p.hearsNews()
		for shown := ""; shown != "Under way: 25 of 30 bursts done."; shown = p.Text("#start") {
			eventually(t, "it moves on", func() bool { return p.Text("#start") != shown })
		}
	}
	ada.isFineOnEveryScreen("comparison-elsewhere")
	goOn()
	for _, p := range []student{ada, kofi} {
		p.comesToRead("#compared", "One store in six is right")
		p.comesToRead("#start", "Try all six now") // so the next one can be started
	}
	ada.comesToRead("#beside-verdict", "On the left, ")
	assert.Empty(t, ada.Complaints())
	assert.Empty(t, kofi.Complaints())
}

// A comparison that was killed has come to nothing, and its page says so. One whose process was told
// to stop is taken back.
func TestAComparisonWhoseProcessEndsIsOver(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		end    func(*process)
		says   string
		status int
	}{
		"killed": {
			func(p *process) { require.NoError(p.t, p.cmd.Process.Kill()) },
			"The process that ran this comparison ended before the comparison was over", http.StatusGone,
		},
		"told to stop": {(*process).stopsInTime, "There is no such run.", http.StatusNotFound},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			here, there := twoProcesses(t)
			ada := here.student("ada", "Ada")
			comparison, _ := ada.startsAComparison()
			ada.Goto(there.url + comparison)
			ada.hearsNews()
			tt.end(here.process)
			ada.comesToRead("main", tt.says)
			_, status := fetch(t, there.url+comparison)
			require.Equal(t, tt.status, status)
		})
	}
}
