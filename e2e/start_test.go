package e2e

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/pgtest"
)

func TestFromNothingToAFirstPage(t *testing.T) {
	t.Parallel()
	data := dataDir(t)
	app := start(t, nil, "-data", data)
	require.Equal(t, http.StatusOK, app.health())
	page := get(t, app.url+"/")
	assert.Equal(t, 12, strings.Count(page, `<li class="card`), "courses of the sample term")
	assert.Equal(t, 30, strings.Count(get(t, app.url+"/students"), `<button class="button button--small" name="student"`))

	postgres := postmaster(t, data)
	require.Zero(t, app.stop(syscall.SIGTERM), "exit code")
	require.False(t, runs(postgres), "PostgreSQL has stopped too")
}

func TestSampleTermCanBeTurnedOff(t *testing.T) {
	t.Parallel()
	app := start(t, nil, "-data", dataDir(t), "-sample=false")
	require.Contains(t, get(t, app.url+"/"), "No course is on offer yet.")
}

func TestSampleTermStaysOutOfAGivenDatabaseUnlessAskedFor(t *testing.T) {
	t.Parallel()
	env := []string{"DATABASE_URL=" + pgtest.URL(t)}
	data := dataDir(t)
	app := start(t, env, "-data", data)
	require.Contains(t, get(t, app.url+"/"), "No course is on offer yet.")
	require.Zero(t, app.stop(syscall.SIGINT))

	app = start(t, env, "-data", data, "-sample")
	require.Contains(t, get(t, app.url+"/"), "Distributed Systems")
	require.NoDirExists(t, filepath.Join(data, "postgresql"), "no private server was needed")
}

func TestWhatWasAcknowledgedSurvivesKill9(t *testing.T) {
	t.Parallel()
	data := dataDir(t)
	app := start(t, nil, "-data", data)
	postgres := postmaster(t, data)
	require.Equal(t, http.StatusSeeOther, post(t, app.url+"/courses", "course", "survivor", "title", "Survivor", "capacity", "3"))
	require.NoError(t, app.cmd.Process.Kill())
	<-app.exited
	eventually(t, "PostgreSQL stops, though nobody told it to", func() bool { return !runs(postgres) })

	app = start(t, nil, "-data", data)
	require.Contains(t, get(t, app.url+"/courses/survivor"), "Survivor")
	require.Equal(t, http.StatusConflict, post(t, app.url+"/courses", "course", "survivor", "title", "Survivor", "capacity", "3"))
}

// A client that never finishes its request does not keep the program from ending.
func TestASlowClientIsAnsweredWhenTheProgramStops(t *testing.T) {
	t.Parallel()
	app := start(t, []string{"DATABASE_URL=" + pgtest.URL(t)}, "-data", dataDir(t))
	conn, err := net.Dial("tcp", strings.TrimPrefix(app.url, "http://"))
	require.NoError(t, err)
	defer conn.Close()
	_, err = conn.Write([]byte("POST /courses HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\ntitle="))
	require.NoError(t, err)
	eventually(t, "the request is under way", func() bool {
		_, err := conn.Write([]byte("x"))
		return err == nil && app.health() == http.StatusOK
	})
	require.Zero(t, app.stop(syscall.SIGTERM), "exit code")
	require.NotContains(t, app.stderr.String(), "cut off")
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, http.StatusRequestTimeout, answer.StatusCode)
	page, err := io.ReadAll(answer.Body)
	require.NoError(t, err)
	require.Contains(t, string(page), "The form did not arrive in time, so it was not carried out.")
}

func TestTwoProcessesShareOneServer(t *testing.T) {
	t.Parallel()
	data := dataDir(t)
	first := start(t, nil, "-data", data)
	second := start(t, nil, "-data", data)
	postgres := postmaster(t, data)
	require.Equal(t, http.StatusSeeOther, post(t, first.url+"/courses", "course", "shared", "title", "Shared", "capacity", "3"))
	require.Contains(t, get(t, second.url+"/courses/shared"), "Shared")

	require.Zero(t, first.stop(syscall.SIGTERM), "the one that started the server leaves")
	require.Equal(t, http.StatusOK, second.health())
	require.True(t, runs(postgres), "the server stays for the other")
	require.Equal(t, http.StatusSeeOther, post(t, second.url+"/courses/shared/capacity", "capacity", "4"))
	require.Zero(t, second.stop(syscall.SIGTERM))
	require.False(t, runs(postgres))
}

func TestADatabaseThatGoesAwayComesBack(t *testing.T) {
	t.Parallel()
	database := pgtest.NewLine(t, pgtest.URL(t))
	app := start(t, []string{"DATABASE_URL=" + database.URL}, "-data", dataDir(t), "-sample")
	require.Equal(t, http.StatusOK, app.health())

	database.Cut()
	require.Equal(t, http.StatusServiceUnavailable, app.health())
	page, status := fetch(t, app.url+"/")
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Contains(t, page, "The database does not answer")

	database.Restore()
	eventually(t, "the app recovers by itself", func() bool { return app.health() == http.StatusOK })
	require.Contains(t, get(t, app.url+"/"), "Distributed Systems")
}

func TestWhatCannotStartSaysWhyInASentence(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { taken.Close() })
	given := pgtest.URL(t)
	tests := []struct {
		name string
		env  []string
		args []string
		says string
	}{
		{name: "a port in use", args: []string{"-addr", taken.Addr().String()}, says: "address already in use; choose another address with -addr"},
		{name: "an address that is none", args: []string{"-addr", "nowhere"}, says: "choose another address with -addr"},
		{name: "an unknown flag", args: []string{"-port", "80"}, says: "webapp -h explains the flags"},
		{name: "an unknown command", args: []string{"serve"}, says: `there is no command "serve"`},
		{name: "an address that others reach", args: []string{"-addr", "0.0.0.0:0"}, says: "set REGISTRAR_PASSCODE and SESSION_KEY, or choose a loopback address with -addr"},
		{name: "a short session key", env: []string{"SESSION_KEY=secret"}, says: "SESSION_KEY is too short"},
		{name: "a DATABASE_URL that is none", env: []string{"DATABASE_URL=mysql//x"}, says: "DATABASE_URL can't be read: it has to be the address of a PostgreSQL database"},
		{name: "a DATABASE_URL where nobody listens", env: []string{"DATABASE_URL=postgres://u:hidden@127.0.0.1:1/x"}, says: "connect to the database that DATABASE_URL names"},
		{name: "a DATABASE_URL of a database that is not there", env: []string{"DATABASE_URL=" + strings.Replace(given, "/test_", "/nope_", 1)}, says: "does not exist"},
		{name: "migrate without DATABASE_URL", args: []string{"migrate"}, says: "migrate needs DATABASE_URL"},
		{name: "healthcheck of nobody", args: []string{"-addr", "127.0.0.1:1", "healthcheck"}, says: "connection refused"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			args := test.args
			if len(args) == 0 {
				args = []string{"-addr", "127.0.0.1:0", "-data", dataDir(t)}
			}
			said := failure(t, test.env, args...)
			require.Contains(t, said, test.says)
			require.NotContains(t, said, "hidden", "passwords stay out of messages")
		})
	}
}

func TestADataDirectoryOfAnotherVersionIsRefusedAndKept(t *testing.T) {
	t.Parallel()
	data := dataDir(t)
	app := start(t, nil, "-data", data)
	require.Zero(t, app.stop(syscall.SIGTERM))
	versions, err := filepath.Glob(filepath.Join(data, "postgresql", "*", "PG_VERSION"))
	require.NoError(t, err)
	require.Len(t, versions, 1)
	before, err := os.ReadFile(versions[0])
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(versions[0], []byte("99\n"), 0o600))

	said := failure(t, nil, "-addr", "127.0.0.1:0", "-data", data)
	require.Contains(t, said, "99")

	require.NoError(t, os.WriteFile(versions[0], before, 0o600))
	app = start(t, nil, "-data", data)
	require.Contains(t, get(t, app.url+"/"), "Distributed Systems", "nothing was lost")
}

func TestMigrateAppliesToDatabaseURLAndExits(t *testing.T) {
	t.Parallel()
	cmd := command(t, []string{"DATABASE_URL=" + pgtest.URL(t)}, "migrate")
	output, err := cmd.CombinedOutput()
	require.NoError(t, err, string(output))
	require.Equal(t, "applied 0 migrations\n", string(output), "the test's database is up to date")
}

func TestHelpFitsAScreen(t *testing.T) {
	t.Parallel()
	output, err := command(t, nil, "-h").Output()
	require.NoError(t, err)
	require.LessOrEqual(t, bytes.Count(output, []byte("\n")), 51)
	for _, name := range []string{"-addr", "-data", "-sample", "migrate", "healthcheck", "DATABASE_URL", "REGISTRAR_PASSCODE", "SESSION_KEY"} {
		require.Contains(t, string(output), name)
	}
}

func TestHealthcheckAsksTheRunningProgram(t *testing.T) {
	t.Parallel()
	app := start(t, []string{"DATABASE_URL=" + pgtest.URL(t)}, "-data", dataDir(t))
	addr := strings.TrimPrefix(app.url, "http://")
	require.NoError(t, command(t, nil, "-addr", addr, "healthcheck").Run())
}

// A proxy answers for whatever it can't reach, and would answer for a program that is not there.
func TestHealthcheckAsksNoProxy(t *testing.T) {
	t.Parallel()
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(proxy.Close)
	output, err := command(t, []string{"HTTP_PROXY=" + proxy.URL, "http_proxy=" + proxy.URL}, "-addr", "192.0.2.1:8080", "healthcheck").CombinedOutput()
	require.Error(t, err, string(output))
}

// postmaster returns the process id of the private PostgreSQL in a data directory.
func postmaster(t testing.TB, data string) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(data, "postgresql", "*", "postmaster.pid"))
	require.NoError(t, err)
	require.Len(t, files, 1)
	content, err := os.ReadFile(files[0])
	require.NoError(t, err)
	first, _, _ := strings.Cut(string(content), "\n")
	pid, err := strconv.Atoi(first)
	require.NoError(t, err)
	return pid
}

// runs reports whether a process that this test knew alive is still there.
func runs(pid int) bool { return syscall.Kill(pid, 0) != syscall.ESRCH }

// fetch returns what stands at an address, without the places where a browser may break a line.
func fetch(t testing.TB, url string) (body string, status int) {
	t.Helper()
	response, err := http.Get(url)
	require.NoError(t, err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return withoutBreaks(string(content)), response.StatusCode
}

// withoutBreaks removes the places where a browser may break a name or an id.
func withoutBreaks(page string) string { return strings.ReplaceAll(page, "<wbr>", "") }

func get(t testing.TB, url string) string {
	t.Helper()
	body, status := fetch(t, url)
	require.Equal(t, http.StatusOK, status, url)
	return body
}

// post sends a form of names and values in turn and returns the status.
func post(t testing.TB, address string, namesAndValues ...string) int {
	t.Helper()
	form := url.Values{}
	for i := 0; i < len(namesAndValues); i += 2 {
		form.Add(namesAndValues[i], namesAndValues[i+1])
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	response, err := client.PostForm(address, form)
	require.NoError(t, err)
	response.Body.Close()
	return response.StatusCode
}
