package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

// longestStop is what a service manager waits before it kills a program.
const longestStop = 30 * time.Second

// stopsInTime stops the program and says how long that took.
func (p *process) stopsInTime() {
	p.t.Helper()
	began := time.Now()
	assert.Zero(p.t, p.stop(syscall.SIGTERM), "exit code")
	took := time.Since(began)
	p.t.Log("stopped after", took)
	assert.Less(p.t, took, longestStop)
}

// A visitor asks without a browser, and keeps cookies.
func visitor(t testing.TB) *http.Client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// A database whose machine is gone answers nothing, and ends no connection. Whatever waits
// for it, the program ends in time.
func TestTheProgramStopsThoughItsDatabaseIsSilent(t *testing.T) {
	t.Parallel()
	send := func(client *http.Client, address string, form url.Values) (location string) {
		response, err := client.PostForm(address, form)
		if err != nil {
			return "" // it was cut off
		}
		defer response.Body.Close()
		if response.StatusCode != http.StatusSeeOther {
			page, _ := io.ReadAll(response.Body)
			t.Log(string(page))
		}
		return response.Header.Get("Location")
	}
	subscribe := func(client *http.Client, app *process, student string) string {
		return send(client, app.url+"/courses/history-of-computing/subscriptions", url.Values{"student": {student}})
	}
	hold := func(t *testing.T, app *process, student string) (client *http.Client, held string) {
		client = visitor(t)
		send(client, app.url+"/session", url.Values{"student": {student}})
		send(client, app.url+"/session/gap", url.Values{"gap": {"hold"}})
		held = subscribe(client, app, student)
		require.Contains(t, held, "/held/")
		return client, held
	}
	for name, busy := range map[string]func(t *testing.T, app *process, silence func()){
		"nothing": func(_ *testing.T, _ *process, silence func()) { silence() },
		"a request and somebody who looks": func(t *testing.T, app *process, silence func()) {
			look, err := http.Get(app.url + "/live?topic=course_id:compilers")
			require.NoError(t, err)
			t.Cleanup(func() { look.Body.Close() })
			silence()
			go subscribe(visitor(t), app, "kofi")
			go http.Get(app.url + "/students")
		},
		"a held decision": func(t *testing.T, app *process, silence func()) {
			hold(t, app, "ada")
			silence()
		},
		"a held decision on its way into the log": func(t *testing.T, app *process, silence func()) {
			client, held := hold(t, app, "ada")
			silence()
			go send(client, app.url+held+"/continue", url.Values{"stop": {"1"}})
		},
		"a held decision that reads": func(t *testing.T, app *process, silence func()) {
			client := visitor(t)
			send(client, app.url+"/session", url.Values{"student": {"ada"}})
			send(client, app.url+"/session/gap", url.Values{"gap": {"hold"}})
			silence()
			go subscribe(client, app, "ada")
		},
		"a race": func(t *testing.T, app *process, silence func()) {
			run := send(visitor(t), app.url+"/race", url.Values{"contenders": {"200"}, "seats": {"20"}, "courses": {"3"}, "think": {"50"}, "spread": {"5000"}})
			require.Contains(t, run, "/race/")
			silence()
		},
		"a comparison of strategies": func(t *testing.T, app *process, silence func()) {
			send(visitor(t), app.url+"/race/strategies", nil)
			silence()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			line := pgtest.NewLine(t, pgtest.URL(t))
			app := start(t, []string{"DATABASE_URL=" + line.URL}, "-data", dataDir(t), "-sample")
			busy(t, app, line.Silence)
			eventually(t, "it notices", func() bool { return app.health() == http.StatusServiceUnavailable })
			app.stopsInTime()
		})
	}
}

func TestTheProgramStopsWhileItStarts(t *testing.T) {
	t.Parallel()
	// starting begins to start the program, and waits until it has begun something.
	starting := func(t *testing.T, env []string, begun func(*process) bool) *process {
		p := begin(t, env, "-data", dataDir(t))
		eventually(t, "it begins", func() bool { return begun(p) })
		return p
	}
	t.Run("and makes its private database", func(t *testing.T) {
		t.Parallel()
		says := func(p *process) bool { return strings.Contains(p.stderr.String(), "making a new database") }
		starting(t, nil, says).stopsInTime()
	})
	for connections := range 5 {
		t.Run(fmt.Sprintf("and its database is silent after %d connections", connections), func(t *testing.T) {
			t.Parallel()
			line := pgtest.NewLine(t, pgtest.URL(t))
			line.SilenceAfter(connections)
			begun := func(p *process) bool {
				started := len(p.listening) > 0 // with fewer connections, if none was needed twice at a time
				return started || line.Made() > connections
			}
			p := starting(t, []string{"DATABASE_URL=" + line.URL}, begun)
			line.Silence()
			p.stopsInTime()
		})
	}
}
