package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync"
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

// sendForm sends a form and returns where the answer leads, or "" if the request was cut off.
func sendForm(t *testing.T, client *http.Client, address string, form url.Values) (location string) {
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		panic(err) // it is an address of ours
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := client.Do(request)
	if err != nil {
		return ""
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusSeeOther {
		page, _ := io.ReadAll(response.Body)
		t.Log(string(page))
	}
	return response.Header.Get("Location")
}

// aside does something beside the test, which waits for it at its end.
func aside(t *testing.T, do func()) {
	var doing sync.WaitGroup
	doing.Go(do)
	t.Cleanup(doing.Wait)
}

func (p *process) subscribes(t *testing.T, client *http.Client, student string) (location string) {
	return sendForm(t, client, p.url+"/courses/history-of-computing/subscriptions", url.Values{"student": {student}})
}

// holdsTheGap returns a visitor whose decisions are held.
func (p *process) holdsTheGap(t *testing.T, student string) *http.Client {
	t.Helper()
	client := visitor(t)
	sendForm(t, client, p.url+"/session", url.Values{"student": {student}})
	sendForm(t, client, p.url+"/session/gap", url.Values{"gap": {"hold"}})
	return client
}

// holds returns a visitor and the page of a decision of theirs that is held.
func (p *process) holds(t *testing.T, student string) (client *http.Client, held string) {
	t.Helper()
	client = p.holdsTheGap(t, student)
	held = p.subscribes(t, client, student)
	require.Contains(t, held, "/held/")
	return client, held
}

// busy are things that the program may be doing when its database falls silent.
var busy = map[string]func(t *testing.T, app *process, silence func()){
	"nothing": func(_ *testing.T, _ *process, silence func()) { silence() },
	"a request and somebody who looks": func(t *testing.T, app *process, silence func()) {
		look, err := http.Get(app.url + "/live?topic=course_id:compilers")
		require.NoError(t, err)
		t.Cleanup(func() { look.Body.Close() })
		silence()
		kofi := visitor(t)
		aside(t, func() { app.subscribes(t, kofi, "kofi") })
		go http.Get(app.url + "/students")
	},
	"a held decision": func(t *testing.T, app *process, silence func()) {
		app.holds(t, "ada")
		silence()
	},
	"a held decision on its way into the log": func(t *testing.T, app *process, silence func()) {
		client, held := app.holds(t, "ada")
		silence()
		aside(t, func() { sendForm(t, client, app.url+held+"/continue", url.Values{"stop": {"1"}}) })
	},
	"a held decision that reads": func(t *testing.T, app *process, silence func()) {
		client := app.holdsTheGap(t, "ada")
		silence()
		aside(t, func() { app.subscribes(t, client, "ada") })
	},
	"a race": func(t *testing.T, app *process, silence func()) {
		run := sendForm(t, visitor(t), app.url+"/race", url.Values{"contenders": {"200"}, "seats": {"20"}, "courses": {"3"}, "think": {"50"}, "spread": {"5000"}})
		require.Contains(t, run, "/race/")
		silence()
	},
	"a comparison of strategies": func(t *testing.T, app *process, silence func()) {
		sendForm(t, visitor(t), app.url+"/race/strategies", nil)
		silence()
	},
}

// A database whose machine is gone answers nothing, and ends no connection. Whatever waits
// for it, the program ends in time.
func TestTheProgramStopsThoughItsDatabaseIsSilent(t *testing.T) {
	t.Parallel()
	for name, isBusy := range busy {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			line := pgtest.NewLine(t, pgtest.URL(t))
			app := start(t, []string{"DATABASE_URL=" + line.URL}, "-data", dataDir(t), "-sample")
			isBusy(t, app, line.Silence)
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
