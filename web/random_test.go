package web_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"runtime/pprof"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/internal/effort"
	"go-crablet/internal/pgtest"
	"go-crablet/receipt"
	"go-crablet/web"
)

var randomRequests = flag.Int("random-requests", 4000, "how many random requests the application has to stand")

// A new term begins after requestsPerTerm requests, so that pages stay small. The requests to a
// term depend only on its number.
const requestsPerTerm = 1000

// Every random request is answered with what was asked for, or with a page that says in a sentence
// what is wrong: never with an internal error, and never with a text that is for the log. A request
// that was not carried out has changed nothing. Half of the requests have unusual headers.
//
// At the end no goroutine of the application runs, and no file or connection is open. The test
// runs in a process of its own, where no other test does.
func TestRandomRequests(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "a process of its own")
	if os.Getenv(aloneEnv) == "" {
		child := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestRandomRequests$", "-test.v", "-random-requests", strconv.Itoa(*randomRequests))
		child.Env = append(os.Environ(), aloneEnv+"=1", "TEST_DATABASE_URL="+pgtest.URL(t))
		output, err := child.CombinedOutput()
		t.Log(string(output[max(0, len(output)-4000):]))
		require.NoError(t, err)
		return
	}
	var vocabulary vocabulary
	t.Run("vocabulary", func(t *testing.T) { vocabulary = vocabularyOf(t) }) // a subtest, so that its application is closed at its end
	// Making many databases at once leaves as many connections to the server.
	t.Run("databases", func(t *testing.T) {
		for range 8 {
			t.Run("one", func(t *testing.T) {
				t.Parallel()
				pgtest.New(t)
			})
		}
	})
	files := openFiles(t)
	var mu sync.Mutex
	answers := map[int]int{}        // by status
	carriedOut := map[string]bool{} // by route
	t.Run("terms", func(t *testing.T) {
		for term := range (*randomRequests + requestsPerTerm - 1) / requestsPerTerm {
			t.Run(fmt.Sprint(term), func(t *testing.T) {
				t.Parallel()
				statuses, routes := sendAtRandom(t, vocabulary, term)
				mu.Lock()
				defer mu.Unlock()
				maps.Copy(carriedOut, routes)
				for status, n := range statuses {
					answers[status] += n
				}
			})
		}
	})
	t.Log("requests by the status of their answers:", answers)

	// The test says little unless enough requests are carried out.
	for _, status := range []int{200, 303, 400, 403, 404, 405, 409, 413, 415, 422} {
		assert.NotZero(t, answers[status], "no request was answered %d", status)
	}
	assert.Eventually(t, func() bool { return running() == "" }, 10*time.Second, 10*time.Millisecond, "goroutines of ours")
	assert.Empty(t, running())
	assert.Eventually(t, func() bool { return len(openFiles(t)) <= len(files) }, 10*time.Second, 10*time.Millisecond, "files and connections")
	assert.LessOrEqual(t, len(openFiles(t)), len(files), "%q, and before %q", openFiles(t), files)
	forms, missed := 0, []string{}
	for _, route := range vocabulary.routes {
		if strings.HasPrefix(route, "POST") {
			forms++
			if !carriedOut[route] {
				missed = append(missed, route)
			}
		}
	}
	assert.Less(t, 4*len(missed), forms, "at least three quarters of all forms were carried out, and not %v", missed)
}

// aloneEnv tells the process that this test starts to run the test itself.
const aloneEnv = "WEB_TEST_ALONE"

// running returns the stacks of the application's goroutines, without those of the test, or "".
func running() string {
	var all bytes.Buffer
	_ = pprof.Lookup("goroutine").WriteTo(&all, 2)
	var ours []string
	for stack := range strings.SplitSeq(all.String(), "\n\n") {
		if strings.Contains(stack, "go-crablet/") && !strings.Contains(stack, "TestRandomRequests") && !strings.Contains(stack, "web_test.TestMain(") {
			ours = append(ours, stack)
		}
	}
	return strings.Join(ours, "\n\n")
}

// openFiles returns the names of the open files and connections of this process, except idle
// connections of clients. Only Linux can tell: elsewhere it returns none.
func openFiles(t *testing.T) (open []string) {
	http.DefaultClient.CloseIdleConnections()
	if runtime.GOOS != "linux" {
		return nil
	}
	const all = "/proc/self/fd"
	entries, err := os.ReadDir(all)
	require.NoError(t, err)
	for _, entry := range entries {
		if name, err := os.Readlink(all + "/" + entry.Name()); err == nil && !strings.HasSuffix(name, "/fd") { // the last is the list itself
			open = append(open, name)
		}
	}
	return open
}

// sendAtRandom sends the requests of one term. It returns the number of answers by status, and the
// routes that carried something out.
func sendAtRandom(t *testing.T, vocabulary vocabulary, term int) (answers map[int]int, carriedOut map[string]bool) {
	var log bytes.Buffer
	app := newApp(t, func(config *web.Config) {
		config.Logger = slog.New(slog.NewTextHandler(&log, nil))
		if term%2 == 1 {
			guarded(config)
		}
	})
	wild := newApp(t)
	sender := newSender(uint64(term), vocabulary)
	for _, role := range []string{"ada", "kofi", "registrar"} {
		sender.cookies = append(sender.cookies, app.in(role).cookie())
	}
	app.register("sela", "Sela") // whose name is sealed, so she can be forgotten
	app.register("nils", "Nils") // likewise
	run := app.in("registrar").runs(numbers(2, 2, 1, 0, 0))
	require.Equal(t, http.StatusSeeOther, app.as("ada").post("/courses/compilers/subscriptions").status)
	sender.ids = map[string]string{"decision": app.receipts()[0].ID, "run": run, "race": run, "room": app.in("registrar").opensARoom(), "import": strings.TrimPrefix(app.in("registrar").imports("students", "Xia"), "/imports/")}
	sender.cookies = append(sender.cookies, app.holding("ada", "hold").cookie())
	answers, carriedOut = map[int]int{}, map[string]bool{}
	// At random, hardly any swap names a seat that the student has, and hardly anybody has a seat
	// in an archived course.
	require.Equal(t, http.StatusSeeOther, app.as("ada").post("/courses/type-theory/swaps", "give", "compilers").status)
	require.Equal(t, http.StatusSeeOther, app.in("registrar").post("/students/aiko/leave-archived").status)
	carriedOut["POST /courses/{course}/swaps"], carriedOut["POST /students/{student}/leave-archived"] = true, true
	app.letsRivalsIn(carriedOut)
	app.tellsARoom(carriedOut)
	var requests []string // the ids of the requests that were carried out
	for n := range requestsPerTerm {
		raw, request := sender.next()
		if sender.chance(10) { // some also over a connection that is closed early
			wild.hurl(raw)
		}
		log.Reset()
		before := app.head()
		w := httptest.NewRecorder()
		app.handler.ServeHTTP(w, request.WithContext(t.Context()))
		w.Body = bytes.NewBufferString(decompressed(t, w.Header(), w.Body))
		answers[w.Code]++
		if w.Code == http.StatusSeeOther && request.Method == http.MethodPost {
			carriedOut[vocabulary.routeOf(request.URL.EscapedPath())] = true
			requests = append(requests, w.Header().Get("X-Request-Id"))
			if strings.HasPrefix(w.Header().Get("Location"), "/race") {
				app.awaitRaces()
			}
			app.awaitImports()
			if location := w.Header().Get("Location"); strings.HasPrefix(location, "/held/") {
				holder := app.visitor() // whoever signs in with the form goes on with another cookie
				holder.takes(answer{header: http.Header{"Set-Cookie": cookiesOf(request)}})
				holder.takes(answer{header: w.Header()})
				require.Equal(t, http.StatusSeeOther, holder.post(location+"/longer", "stop", "1", "for", "minute").status)
				carriedOut["POST /held/{held}/longer"] = true
				act := oneOf(sender, "continue", "cancel")
				require.Equal(t, http.StatusSeeOther, holder.post(location+"/"+act, "stop", "1").status)
				carriedOut["POST /held/{held}/"+act] = true
			}
		}
		sender.look(w.Body.String())
		if problem := wrongWith(w, log.String(), before, app.head()); problem != "" {
			require.Fail(t, problem, "request %d:\n%.2000q\nanswer %d:\n%.2000s\nlog:\n%.2000s",
				n, raw, w.Code, answer{body: w.Body.String()}.text(), log.String())
		}
	}
	app.hasNothingHalf(requests)
	wild.hasNothingHalf(nil)
	return answers, carriedOut
}

// cookiesOf returns the cookies of a request as an answer sets them.
func cookiesOf(r *http.Request) (set []string) {
	for _, cookie := range r.Cookies() {
		set = append(set, cookie.String())
	}
	return set
}

// decompressed returns the body of an answer without its compression.
func decompressed(t testing.TB, header http.Header, body io.Reader) string {
	t.Helper()
	reader := body
	var err error
	switch header.Get("Content-Encoding") {
	case "gzip":
		reader, err = gzip.NewReader(body)
	case "zstd":
		reader, err = zstd.NewReader(body, zstd.WithDecoderConcurrency(1))
	}
	require.NoError(t, err)
	plain, err := io.ReadAll(reader)
	require.NoError(t, err)
	return string(plain)
}

var (
	// leaks are words of errors in this program and in what it uses. None can be part of a
	// random id.
	leaks = []string{
		"SQLSTATE", "pq:", "pgx/v5@", "dcb_event", "decision_receipt", `relation "`, "runtime error", "goroutine ", "panic:", ".go:", "/root/", "/tmp/",
		"securecookie", "gob:", "strconv.", "json:", "invalid URL escape", "context deadline", "context canceled", "net/http",
	}
	listing = regexp.MustCompile(`(?s)<div class="code .*?</div>`)
	// Some pages show source on purpose, and source names tables.
	sourceShown = regexp.MustCompile(`(?s)<pre>.*?</pre>`)

	ours     = regexp.MustCompile(`^/($|[^/\\])`)
	sentence = regexp.MustCompile(`[A-Z][^<>]+\.`)
)

// wrongWith says what is wrong with an answer, or "".
func wrongWith(w *httptest.ResponseRecorder, log string, before, after int64) string {
	body, refused, leads := w.Body.String(), w.Code >= 400, w.Code >= 300 && w.Code < 400
	switch {
	case w.Code >= 500:
		return "an error of ours"
	case strings.Contains(log, "level=ERROR") || strings.Contains(log, "panic"):
		return "an error in the log"
	case leaked(sourceShown.ReplaceAllString(body, "")) != "":
		return "a text that is for the log: " + leaked(body)
	case w.Code != http.StatusSeeOther && before != after:
		return "something was stored, though the answer is no"
	case refused && !saysWhy(body):
		return "no sentence that says what is wrong"
	case refused && strings.Count(log, "\n")-strings.Count(log, "signed in as the registrar") != 1:
		return "not one line in the log, besides that of a sign-in"
	case leads && !ours.MatchString(w.Header().Get("Location")):
		return "it leads to another site: " + w.Header().Get("Location")
	default:
		return ""
	}
}

// leaked returns a text in a page that is for the log, or "". It skips the listings of source code.
func leaked(body string) string {
	body = listing.ReplaceAllString(body, "")
	for _, leak := range leaks {
		if strings.Contains(body, leak) {
			return leak
		}
	}
	return ""
}

// saysWhy reports whether a page has a sentence where pages say what is wrong.
func saysWhy(body string) bool {
	for _, place := range []string{`class="problem__status"`, `class="field__error"`, `class="flash flash--`} {
		if _, after, found := strings.Cut(body, place); found {
			return sentence.MatchString(after)
		}
	}
	return false
}

// hurl sends a request over a connection, reads a little of the answer, and hangs up.
func (a *app) hurl(raw string) {
	a.t.Helper()
	conn, err := net.Dial("tcp", a.server.Listener.Addr().String())
	require.NoError(a.t, err)
	defer conn.Close()
	require.NoError(a.t, conn.SetDeadline(time.Now().Add(longestHurl)))
	_, _ = io.WriteString(conn, raw) // the server may refuse it before all of it was written
	status := make([]byte, len("HTTP/1.1 500"))
	if n, _ := io.ReadFull(conn, status); n == len(status) {
		require.NotContains(a.t, string(status), " 5", "%.2000q", raw)
	}
}

// longestHurl is how long hurl waits for the beginning of an answer. There is none to a request
// that announces a longer body than it has.
const longestHurl = 200 * time.Millisecond

// awaitRaces waits for the end of the races and comparisons that requests have started.
func (a *app) awaitRaces() {
	a.t.Helper()
	require.Eventually(a.t, func() bool { return len(a.theatre.Running()) == 0 }, time.Minute, time.Millisecond)
}

// awaitImports waits for the end of the imports that requests have started.
func (a *app) awaitImports() {
	a.t.Helper()
	require.Eventually(a.t, func() bool { return a.counts(`select count(*) from import where state = 'started'`) == 0 }, time.Minute, time.Millisecond)
}

// hasNothingHalf requires that every stored event can be decoded and has only valid values, that
// every decision has all of its events, and that pages can be made. requests are the ids of the
// requests that were carried out.
func (a *app) hasNothingHalf(requests []string) {
	a.t.Helper()
	byRequest := map[string]int{}
	for e, err := range a.store.Read(a.t.Context(), dcb.AllEvents(), dcb.ReadOptions{}) {
		require.NoError(a.t, err)
		byRequest[e.CorrelationID]++
		_, err := courses.Decode(e.Type, e.Data)
		require.NoError(a.t, err)
		var fields map[string]any
		require.NoError(a.t, json.Unmarshal(e.Data, &fields))
		for name, value := range fields {
			switch value := value.(type) {
			case string:
				require.True(a.t, courses.ValidText(value) || sealed.Text(value).IsSealed(), "%s %s=%q", e.Type, name, value)
			case float64:
				require.True(a.t, 1 <= value && value <= courses.MaxCapacity, "%s %s=%v", e.Type, name, value)
			}
		}
	}
	receipts, err := receipt.NewStore(a.pool).Latest(a.t.Context(), receipt.Filter{Races: true}, requestsPerTerm)
	require.NoError(a.t, err)
	wanted := map[string]int{}
	for _, record := range receipts {
		if record.Outcome() == receipt.Appended {
			wanted[record.CorrelationID] = len(record.Last().Wanted)
		}
	}
	for _, request := range requests {
		require.Equal(a.t, wanted[request], byRequest[request], "the events of request %s, and those on its receipt", request)
	}
	for _, page := range []string{"/", "/students", "/decisions", "/courses/compilers", "/students/ada"} {
		require.Equal(a.t, http.StatusOK, a.visitor().get(page).status)
	}
}
