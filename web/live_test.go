package web_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"runtime/pprof"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
	"go-crablet/internal/effort"
	"go-crablet/web"
)

// news is the stream of messages that a page is sent.
type news struct {
	t     *testing.T
	lines *bufio.Scanner
}

// hears listens to topics, as a page does that shows the log up to since.
func (a *app) hears(t *testing.T, since int64, topics ...string) news {
	t.Helper()
	query := url.Values{"since": {strconv.FormatInt(since, 10)}, "topic": topics}
	return a.listens(t, query.Encode())
}

// listens opens a stream of news.
func (a *app) listens(t *testing.T, query string) news {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.server.URL+"/live?"+query, nil)
	require.NoError(t, err)
	answer, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	t.Cleanup(func() { answer.Body.Close() })
	require.Equal(t, http.StatusOK, answer.StatusCode)
	require.Equal(t, "text/event-stream", answer.Header.Get("Content-Type"))
	n := news{t, bufio.NewScanner(answer.Body)}
	require.Equal(t, "retry: 1000", n.line())
	require.Empty(t, n.line())
	return n
}

func (n news) line() string {
	n.t.Helper()
	require.True(n.t, n.lines.Scan(), "the news ended")
	return n.lines.Text()
}

// next returns the next message: its name, and its data in one line.
func (n news) next() (name, data string) {
	n.t.Helper()
	name = strings.TrimPrefix(n.line(), "event: ")
	for line := n.line(); line != ""; line = n.line() {
		data += strings.TrimSpace(strings.TrimPrefix(line, "data:"))
	}
	return name, data
}

func TestNews(t *testing.T) {
	t.Parallel()
	t.Run("of seats bring the new drawing, from every instance", newsOfSeats)
	t.Run("of anything else invite to fetch the page", newsOfAnythingElse)
	t.Run("tell a page that it is out of date already", newsForAnOldPage)
	t.Run("tell which of several pages is out of date", newsForSeveralPages)
	t.Run("of receipts include refusals", newsOfReceipts)
	t.Run("of a race are pictures of it, and an invitation at its end", newsOfARace)
	t.Run("of a room invite its leader", newsOfARoom)
	t.Run("end when the program is about to end", newsEndWithTheProgram)
}

func newsOfSeats(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	n := app.hears(t, app.head(), "seats compilers")
	app.another().carryOut(courses.SubscribeStudent{Student: "ada", Course: "compilers"})
	name, data := n.next()
	assert.Equal(t, "seats", name)
	assert.Contains(t, data, `<div class="seats-area" hx-swap-oob="true" id="seats-compilers">`)
	assert.Contains(t, data, "16 of 16 seats")
	assert.NotContains(t, data, "Ada")
	name, _ = n.next()
	assert.Equal(t, "changed", name, "the course is full now, so there is another button")
}

func newsOfAnythingElse(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	n := app.hears(t, app.head(), "tag student_id:ada")
	app.carryOut(courses.SubscribeStudent{Student: "hugo", Course: "history-of-computing"}) // which is not about Ada
	app.carryOut(courses.RenameStudent{Student: "ada", NewName: "Ada King"})
	name, data := n.next()
	assert.Equal(t, "changed", name)
	assert.Equal(t, "tag student_id:ada", data)
	assert.Contains(t, app.visitor().get("/students/ada").text(), "Ada King", "the page that is fetched then shows the change")
}

func newsForAnOldPage(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	shown := app.head()
	app.carryOut(courses.RenameCourse{Course: "compilers", NewTitle: "Linkers"})
	name, _ := app.hears(t, shown, "tag course_id:compilers").next()
	assert.Equal(t, "changed", name)

	// A page that is up to date is told nothing yet.
	n := app.hears(t, app.head(), "tag course_id:compilers")
	app.carryOut(courses.RenameCourse{Course: "compilers", NewTitle: "Loaders"})
	n.next()
	app.carryOut(courses.RenameCourse{Course: "compilers", NewTitle: "Compilers"})
	name, _ = n.next()
	assert.Equal(t, "changed", name)
}

// One stream serves two pages. Only the one that misses something is to be fetched again.
func newsForSeveralPages(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	before := strconv.FormatInt(app.head(), 10)
	app.carryOut(courses.RenameCourse{Course: "compilers", NewTitle: "Linkers"})
	app.carryOut(courses.RenameStudent{Student: "ada", NewName: "Ada King"})
	now := strconv.FormatInt(app.head(), 10)
	n := app.listens(t, "since="+now+"&topic=tag+course_id:compilers&since="+before+"&topic=tag+student_id:ada")
	name, data := n.next()
	assert.Equal(t, "changed", name)
	assert.Equal(t, "tag student_id:ada", data)
	app.carryOut(courses.RenameCourse{Course: "compilers", NewTitle: "Loaders"})
	_, data = n.next()
	assert.Equal(t, "tag course_id:compilers", data)
}

func newsOfReceipts(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	n := app.hears(t, app.head(), "receipts")
	n.next() // the address does not say which receipts the page shows, so the first invitation comes at once
	require.Equal(t, http.StatusConflict, app.visitor().post("/courses/cryptography/subscriptions", "student", "omar").status)
	name, _ := n.next()
	assert.Equal(t, "changed", name)
}

func newsOfARace(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	race := strings.TrimPrefix(app.as("ada").post("/race", numbers(4, 2, 1, 500, 0)...).location, "/race/")
	n := app.hears(t, app.head(), "race "+race, "lanes "+race+" 1")
	name, data := n.next()
	require.Equal(t, "picture", name)
	assert.Regexp(t, `\d of 2 seats (is|are) taken\.`, data)
	assert.Contains(t, data, `id="lanes-drawn"`)
	assert.Equal(t, 4, strings.Count(data, `<li class="lane">`))
	for name == "picture" {
		name, _ = n.next()
	}
	assert.Equal(t, "changed", name)
	assert.Contains(t, app.visitor().get("/race/"+race).text(), "4 wanted in. Exactly 2 got a seat.")
}

func newsEndWithTheProgram(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	n := app.hears(t, 0, "seats nothing")
	app.web.Close()
	assert.False(t, n.lines.Scan())
	require.NoError(t, n.lines.Err())
	assert.Equal(t, http.StatusServiceUnavailable, app.visitor().get("/live?since=0&topic=log").status)
}

// After the log has lost its end, the position that a page shows is that of another event.
func TestEverybodyLoadsTheirPageAgainWhenTheLogIsAnotherOne(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	app.carryOut(courses.RenameStudent{Student: "ada", NewName: "Ada King"})
	n := app.hears(t, app.head(), "tag student_id:ada")
	app.carryOut(courses.RenameStudent{Student: "ada", NewName: "Countess"})
	name, _ := n.next()
	require.Equal(t, "changed", name)

	end := app.head() - 2
	for _, table := range []string{"dcb_event_tag", "dcb_event"} {
		_, err := app.pool.Exec(t.Context(), `delete from `+table+` where position > $1`, end)
		require.NoError(t, err)
	}
	app.carryOut(courses.RenameStudent{Student: "hugo", NewName: "Hugo B."})
	name, _ = n.next()
	require.Equal(t, "changed", name, "though nothing that is new is about Ada")
	page := app.visitor().get("/students/ada").text()
	assert.NotContains(t, page, "Countess")
	assert.NotContains(t, page, "Ada King")
}

// Some of them read a part of what they are sent, some read nothing, and some ask for no body. A
// thorough run has 500 of them, a usual one 90.
func TestVisitorsWhoHangUpLeaveNothingBehind(t *testing.T) { // not parallel, or it would count goroutines of other tests
	app := newApp(t)
	address := strings.TrimPrefix(app.server.URL, "http://")
	for i := range effort.Times(90, 500) {
		conn, err := net.Dial("tcp", address)
		require.NoError(t, err)
		method := []string{"GET", "HEAD"}[i%2]
		_, err = fmt.Fprintf(conn, "%s /live?since=0&topic=log&topic=race+aaaaaaaaaa HTTP/1.1\r\nHost: %s\r\n\r\n", method, address)
		require.NoError(t, err)
		if i%3 == 0 {
			_, err = conn.Read(make([]byte, 16))
			require.NoError(t, err)
		}
		require.NoError(t, conn.Close())
	}
	left := func() []string { return goroutinesIn("go-crablet/web.", "go-crablet/web/") }
	if !assert.Eventually(t, func() bool { return len(left()) == 0 }, 10*time.Second, 10*time.Millisecond) {
		t.Log(strings.Join(left(), "\n\n"))
	}
}

// goroutinesIn returns the stacks of the goroutines in one of the packages. It leaves out tests:
// those of the same package may be waiting for their turn.
func goroutinesIn(packages ...string) []string {
	all := make([]byte, 64<<20)
	all = all[:runtime.Stack(all, true)]
	return slices.DeleteFunc(strings.Split(string(all), "\n\n"), func(stack string) bool {
		return strings.Contains(stack, "\ntesting.tRunner(") ||
			!slices.ContainsFunc(packages, func(name string) bool { return strings.Contains(stack, "\n"+name) })
	})
}

func TestARequestForNewsWithoutAValidTopicIsRefused(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for address, says := range map[string]string{
		"/live":                    "The address names no topic to hear of, or more than 64.",
		"/live?topic=log":          "The address needs one position of the log, like since=0, or one for each topic.",
		"/live?since=x&topic=log":  "The address names no position of the log.",
		"/live?since=-1&topic=log": "The address names no position of the log.",
		"/live?since=99999999999999999999&topic=log": "The address names no position of the log.",
		"/live?since=0": "The address names no topic to hear of, or more than 64.",
		"/live?since=0" + strings.Repeat("&topic=log", 65): "The address names no topic to hear of, or more than 64.",
		"/live?since=0&topic=" + strings.Repeat("x", 257):  "The address names a topic that does not exist.",
		"/live?since=0&topic=type+%00":                     "The address names a topic that does not exist.",
		"/live?since=0&topic=weather":                      "The address names a topic that does not exist.",
		"/live?since=0&topic=log&topic=":                   "The address names a topic that does not exist.",
		"/live?since=0&topic=logs":                         "The address names a topic that does not exist.",
		"/live?since=0&topic=held+":                        "The address names a topic that does not exist.",
		"/live?since=1&since=0&topic=log":                  "The address needs one position of the log, like since=0, or one for each topic.",
		"/live?since=1&since=x&topic=log&topic=receipts":   "The address names no position of the log.",
	} {
		got := app.visitor().get(address)
		assert.Equal(t, http.StatusBadRequest, got.status, address)
		assert.Contains(t, got.text(), says, address)
	}
}

// A notice is shown once. A page that is fetched for its areas must not use it up.
func TestFetchingAreasLeavesTheNoticeToThePage(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	next := ada.post("/courses/history-of-computing/subscriptions").location
	areas := ada.send(http.MethodGet, next, nil, http.Header{"HX-Request": {"true"}})
	assert.NotContains(t, areas.text(), "Seated: you have a seat")
	assert.Contains(t, ada.get(next).text(), "Seated: you have a seat")
}

// A page links the receipt of an event, and the receipt is kept a moment after the event.
func TestAPageHearsOfAReceiptThatIsKeptLate(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	keeping, err := app.pool.Begin(t.Context())
	require.NoError(t, err)
	defer keeping.Rollback(context.Background())
	_, err = keeping.Exec(t.Context(), `lock table decision_receipt in exclusive mode`) // reading is still allowed
	require.NoError(t, err)

	n := app.hears(t, app.head(), "tag student_id:ada")
	var asking sync.WaitGroup
	asking.Go(func() { ada.post("/courses/history-of-computing/subscriptions") })
	name, _ := n.next()
	require.Equal(t, "changed", name)
	require.NotContains(t, ada.get("/students/ada").body, "its receipt")
	require.NoError(t, keeping.Rollback(t.Context()))
	name, _ = n.next()
	require.Equal(t, "changed", name)
	require.Contains(t, ada.get("/students/ada").body, "its receipt")
	asking.Wait()
}

// Not parallel, since it looks at all goroutines of this process.
func TestNothingFollowsARaceOnceTheApplicationIsClosed(t *testing.T) {
	running := func() bool {
		var stacks strings.Builder
		require.NoError(t, pprof.Lookup("goroutine").WriteTo(&stacks, 1))
		return strings.Contains(stacks.String(), "followRace")
	}
	app := newApp(t)
	race := strings.TrimPrefix(app.as("ada").post("/race", numbers(4, 4, 1, 5000, 0)...).location, "/race/")
	app.hears(t, app.head(), "race "+race, "lanes "+race+" 1").next()
	require.True(t, running())
	app.handler.(*web.App).Close()
	require.False(t, running())
}

func TestANetworkTakesNoMoreThanItsPlacesForLivePages(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded, behindProxy)
	app.handler.(*web.App).FillLive(t, "192.0.2.0/24")
	looks := func(addr string) int {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, app.server.URL+"/live?since=0&topic=log", nil)
		require.NoError(t, err)
		request.Header.Set("X-Forwarded-For", addr)
		answer, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		answer.Body.Close()
		return answer.StatusCode
	}
	require.Equal(t, http.StatusServiceUnavailable, looks("192.0.2.77"))
	require.Equal(t, http.StatusOK, looks("198.51.100.7"), "another network")
	got := app.visitor().from("192.0.2.77").get("/live?since=0&topic=log")
	assert.Equal(t, "30", got.header.Get("Retry-After"))
	assert.Contains(t, got.text(), "Too many are looking at the moment.")
}
