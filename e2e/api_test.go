package e2e

import (
	"bufio"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

const twoEvents = `{"events":[{"type":"Noted","tags":["tag1"],"data":"hello"},{"type":"Noted","data":"{}"}],"condition":{"failIfEventsMatch":{}}}`

func TestOtherProgramsReachTheLogWhenTheyMay(t *testing.T) {
	t.Parallel()
	env := []string{"DATABASE_URL=" + pgtest.URL(t)}
	data := dataDir(t)

	app := start(t, env, "-data", data)
	_, status := call(t, http.MethodGet, app.url+"/dcb/read", "")
	require.Equal(t, http.StatusNotFound, status, "the API is off unless it is asked for")
	_, status = call(t, http.MethodPost, app.url+"/dcb/append", twoEvents)
	require.NotEqual(t, http.StatusOK, status)
	require.Zero(t, app.stop(syscall.SIGTERM))

	app = start(t, env, "-data", data, "-dcb-api")
	result, status := call(t, http.MethodPost, app.url+"/dcb/append", twoEvents)
	require.Equal(t, http.StatusOK, status, result)
	require.Contains(t, result, `"appendConditionFailed":false`)
	result, status = call(t, http.MethodPost, app.url+"/dcb/append", twoEvents)
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, result, `"appendConditionFailed":true`)
	events, status := call(t, http.MethodGet, app.url+"/dcb/read", "")
	require.Equal(t, http.StatusOK, status)
	require.JSONEq(t, `[
		{"type":"Noted","tags":["tag1"],"data":"hello","position":1},
		{"type":"Noted","tags":[],"data":"{}","position":2}]`, events)
	_, status = call(t, http.MethodPost, app.url+"/dcb/append", twoEvents, "Origin", "https://evil.example")
	require.Equal(t, http.StatusForbidden, status)

	require.Contains(t, get(t, app.url+"/"), "No course is on offer yet.", "the pages are where they were")
	require.Equal(t, http.StatusSeeOther, post(t, app.url+"/courses", "course", "api", "title", "APIs", "capacity", "3"))
	events, _ = call(t, http.MethodGet, app.url+`/dcb/read?query={"items":[{"tags":["course_id:api"]}]}`, "")
	require.Contains(t, events, `"type":"CourseDefined"`)
	require.Zero(t, app.stop(syscall.SIGTERM))
}

// Without an end of its own, a stream would hold up the program that stops.
func TestOtherProgramsFollowTheLogUntilTheProgramStops(t *testing.T) {
	t.Parallel()
	app := start(t, []string{"DATABASE_URL=" + pgtest.URL(t)}, "-data", dataDir(t), "-dcb-api")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, app.url+`/dcb/tail?query={"items":[{"tags":["course_id:api"]}]}`, nil)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.Equal(t, http.StatusSeeOther, post(t, app.url+"/courses", "course", "api", "title", "APIs", "capacity", "3"))
	lines := bufio.NewScanner(response.Body)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "data: ") {
	}
	require.Contains(t, lines.Text(), `"type":"CourseDefined"`)
	began, ended := time.Now(), make(chan time.Duration, 1)
	go func() {
		for lines.Scan() {
		}
		ended <- time.Since(began)
	}()
	app.stopsInTime()
	require.Less(t, <-ended, 7*time.Second, "it does not wait until all requests are cut off")
	require.NoError(t, lines.Err(), "the stream came to its end")
}

func TestOtherMachinesReachTheLogWithTheTokenOnly(t *testing.T) {
	t.Parallel()
	token := strings.Repeat("t", 32)
	env := []string{"DATABASE_URL=" + pgtest.URL(t), "DCB_API_TOKEN=" + token}

	said := failure(t, env[:1], "-data", dataDir(t), "-dcb-api", "-addr", "0.0.0.0:0")
	assert.Contains(t, said, "-dcb-api serves this machine only: set DCB_API_TOKEN")
	said = failure(t, []string{env[0], "DCB_API_TOKEN=secret"}, "-data", dataDir(t), "-dcb-api")
	assert.Contains(t, said, "DCB_API_TOKEN is too short")
	assert.NotContains(t, said, "secret")

	env = append(env, "REGISTRAR_PASSCODE=correct horse", "SESSION_KEY="+strings.Repeat("k", 32))
	app := start(t, env, "-data", dataDir(t), "-dcb-api", "-addr", "0.0.0.0:0")
	for authorization, want := range map[string]int{"": 401, "Bearer " + token[1:]: 401, "Bearer " + token: 200} {
		_, status := call(t, http.MethodPost, app.url+"/dcb/append", twoEvents, "Authorization", authorization)
		assert.Equal(t, want, status, authorization)
		_, status = call(t, http.MethodGet, app.url+"/dcb/read", "", "Authorization", authorization)
		assert.Equal(t, want, status, authorization)
	}
	require.NotContains(t, app.stderr.String(), token, "the token stays out of the log")
}

// call sends JSON with headers of names and values in turn.
func call(t testing.TB, method, url, body string, namesAndValues ...string) (answer string, status int) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(body))
	require.NoError(t, err)
	request.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(namesAndValues); i += 2 {
		request.Header.Set(namesAndValues[i], namesAndValues[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(content), response.StatusCode
}
