package dcbhttp_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb/dcbhttp"
	"go-crablet/internal/effort"
)

func TestATailSendsWhatIsStoredAndThenEachNewEvent(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	server := api.serves(t)
	require.True(t, api.appends(noted(2, "c1")))
	all := server.follows(t, nil, "")
	c2 := server.follows(t, url.Values{"query": {`{"items":[{"tags":["c2"]}]}`}}, "")
	all.sees(1, 2)
	require.True(t, api.appends(noted(1, "c2")))
	require.True(t, api.appends(noted(1, "c1")))
	require.True(t, api.appends(noted(2, "c2")))
	all.sees(3, 4, 5, 6)
	c2.sees(3, 5, 6)
}

func TestATailSendsAnEventAsAReadDoesAndItsCheckpointAsItsID(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	require.True(t, api.appends(`{"events":[{"type":"A","tags":["c1"],"data":"two\nlines"},{"type":"A","data":"{\n}"}]}`))
	read := api.reads("", `{"checkpoints":true}`)
	tail := api.serves(t).follows(t, nil, "")
	for _, want := range read {
		got, id := tail.next()
		require.JSONEq(t, string(want.Checkpoint), id)
		want.Checkpoint = nil
		require.Equal(t, want, got)
	}
}

func TestATailGoesOnAfterTheLastEventThatTheClientSaw(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	server := api.serves(t)
	require.True(t, api.appends(noted(3, "c1")))
	require.True(t, api.appends(noted(1, "c1")))
	first := server.follows(t, nil, "")
	id := first.sees(1, 2) // the last one is in the middle of an append
	first.leave()

	server.follows(t, nil, id).sees(3, 4)
	server.follows(t, url.Values{"after": {id}}, "").sees(3, 4)
	server.follows(t, url.Values{"after": {"3"}}, "").sees(4)
	server.follows(t, url.Values{"after": {"3"}}, id).sees(3, 4) // a browser sends the address of the first time again
	server.follows(t, url.Values{"after": {"0"}}, "").sees(1, 2, 3, 4)
	server.follows(t, url.Values{"after": {"null"}}, "").sees(1, 2, 3, 4)
	atTheEnd := server.follows(t, url.Values{"after": {"4"}}, "")
	require.True(t, api.appends(noted(1, "c1")))
	atTheEnd.sees(5)
}

// The log loses its end, and other events stand there then.
func TestAClientOfAnotherLogIsToldSo(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	server := api.serves(t)
	require.True(t, api.appends(noted(3, "c1")))
	tail := server.follows(t, nil, "")
	second := tail.sees(1, 2)
	third := tail.sees(3)
	tail.leave()
	api.cut(2)

	const advice = "because it lost its end or is another log: forget what you know of its end, and follow it from an earlier event or from the start."
	refuses := func(parameters url.Values, lastEventID, says string) {
		t.Helper()
		response := server.asks(t, t.Context(), parameters, lastEventID)
		defer response.Body.Close()
		text, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		assert.Equal(t, http.StatusConflict, response.StatusCode)
		assert.Contains(t, string(text), says)
	}
	refuses(url.Values{"after": {"3"}}, "", "The log ends before position 3, "+advice)
	refuses(url.Values{"after": {third}}, "", "Another event stands at position 3 than the one that you name, or none, because the log lost its end or is another log")
	require.True(t, api.appends(noted(2, "c1")))
	refuses(url.Values{"after": {third}}, "", "Another event stands at position 3")
	refuses(nil, third, "Another event stands at position 3")
	server.follows(t, nil, second).sees(3, 4)
	require.Empty(t, api.logged.String(), "nothing is wrong with the server")
}

func TestATailEndsWhenTheLogLosesWhatWasSent(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	server := api.serves(t)
	require.True(t, api.appends(noted(3, "c1")))
	tail := server.follows(t, nil, "")
	id := tail.sees(1, 2, 3)
	api.cut(1)
	require.True(t, api.appends(noted(3, "c1")))
	tail.ends()
	response := server.asks(t, t.Context(), nil, id)
	response.Body.Close()
	require.Equal(t, http.StatusConflict, response.StatusCode)
}

// Without the notification of an append, a tail would hear of an event after half a second on
// average, and after a second at the latest.
func TestAnEventArrivesWithinATenthOfASecond(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	tail := api.serves(t).follows(t, nil, "")
	const events = 40
	var late []time.Duration
	for i := range events {
		require.True(t, api.appends(noted(1, "c1")))
		stored := time.Now()
		tail.sees(int64(i + 1))
		late = append(late, time.Since(stored))
	}
	slices.Sort(late)
	t.Logf("after the append: median %v, 9 of 10 within %v, the last after %v", late[events/2], late[events*9/10], late[events-1])
	require.Less(t, late[events/2], 100*time.Millisecond)
}

func TestASilentTailShowsThatItIsAlive(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	server := api.servesImpatiently(t, 20*time.Millisecond, aWhile)
	rare := url.Values{"query": {`{"items":[{"tags":["rare"]}]}`}}
	tail := server.follows(t, rare, "")
	require.Equal(t, ":", tail.line())
	require.Empty(t, tail.line())

	// Events that don't match move the place on from which the client resumes.
	require.True(t, api.appends(noted(3, "c1")))
	line := tail.line()
	for line == ":" || line == "" {
		line = tail.line()
	}
	id, isID := strings.CutPrefix(line, "id: ")
	require.True(t, isID, line)
	require.Empty(t, tail.line(), "an ID without data is no event")
	require.JSONEq(t, string(api.reads("", `{"checkpoints":true}`)[2].Checkpoint), id)
	require.Equal(t, ":", tail.line(), "it says so once")
	server.follows(t, rare, id)
	server.follows(t, nil, id)
	require.True(t, api.appends(noted(1, "rare")))
	again := server.follows(t, nil, id)
	again.sees(4)
}

// The limits of a server for whole requests are shorter than a tail.
func TestATailOutlivesTheTimeoutsOfItsServer(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	handler := dcbhttp.NewImpatient(api.config(""), 100*time.Millisecond, aWhile)
	server := tailServer{httptest.NewUnstartedServer(handler), handler}
	server.Config.ReadTimeout, server.Config.WriteTimeout = 300*time.Millisecond, 300*time.Millisecond
	server.Start()
	defer server.Close()
	defer handler.Close()
	tail := server.follows(t, nil, "")
	for range 8 {
		require.Equal(t, ":", tail.line())
		require.Empty(t, tail.line())
	}
}

func TestABoundedNumberOfClientsFollowAtOnce(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	server := api.serves(t)
	clients := make([]*client, dcbhttp.MostTails)
	for i := range clients {
		clients[i] = server.follows(t, nil, "")
	}
	response := server.asks(t, t.Context(), nil, "")
	defer response.Body.Close()
	require.Equal(t, http.StatusServiceUnavailable, response.StatusCode)
	text, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Equal(t, "5", response.Header.Get("Retry-After"))
	require.Contains(t, string(text), "64 clients follow the log, and no more may at once")
	require.Empty(t, api.reads("", ""), "a read needs no place")

	clients[0].leave()
	require.Eventually(t, func() bool {
		response := server.asks(t, t.Context(), nil, "")
		response.Body.Close()
		return response.StatusCode == http.StatusOK
	}, aWhile, 10*time.Millisecond, "whoever leaves gives the place back")
	require.True(t, api.appends(noted(1, "c1")))
	for _, c := range clients[1:] {
		c.sees(1)
	}
}

// A client that reads nothing gets what fits into the connection, and is cut off then.
func TestAClientThatDoesNotReadIsCutOff(t *testing.T) {
	t.Parallel()
	effort.NotShort(t, "seconds of waiting")
	api := newAPI(t, "")
	server := api.servesImpatiently(t, time.Hour, time.Second)
	for range 16 {
		require.True(t, api.appends(strings.Replace(noted(1, "c1"), `"x"`, `"`+strings.Repeat("x", 1<<20)+`"`, 1)))
	}
	slow := server.follows(t, nil, "")
	quick := server.follows(t, nil, "")
	for i := range 16 {
		quick.sees(int64(i + 1))
	}
	require.Eventually(t, func() bool { return server.api.Tails() == 1 }, aWhile, 10*time.Millisecond, "only the other one follows")
	require.True(t, api.appends(noted(1, "c1")))
	quick.sees(17)
	seen := 0
	for slow.lines.Scan() {
		if strings.HasPrefix(slow.lines.Text(), "data: ") {
			seen++
		}
	}
	require.Less(t, seen, 16, "what it has not read is not kept for it")
	require.Error(t, slow.lines.Err(), "the connection was cut")
}

func TestCloseEndsTheTailsAndRefusesLaterOnes(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	server := api.serves(t)
	one, other := server.follows(t, nil, ""), server.follows(t, nil, "")
	server.api.Close()
	server.api.Close()
	one.ends()
	other.ends()
	response := server.asks(t, t.Context(), nil, "")
	response.Body.Close()
	require.Equal(t, http.StatusServiceUnavailable, response.StatusCode)
	response, err := http.Get(server.URL + "/dcb/read")
	require.NoError(t, err)
	response.Body.Close()
	require.Equal(t, http.StatusOK, response.StatusCode, "requests that end by themselves are answered")
}

func TestATailWaitsForADatabaseThatIsAway(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	tail := api.serves(t).follows(t, nil, "")
	require.True(t, api.appends(noted(1, "c1")))
	tail.sees(1)
	_, err := api.pool.Exec(t.Context(), `alter table dcb_event rename to elsewhere`)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return strings.Contains(api.logged.String(), "waits for it") }, aWhile, 10*time.Millisecond)
	_, err = api.pool.Exec(t.Context(), `alter table elsewhere rename to dcb_event`)
	require.NoError(t, err)
	require.True(t, api.appends(noted(1, "c1")))
	tail.sees(2)
	require.Equal(t, 1, strings.Count(api.logged.String(), "waits for it"), "one line for an outage")
}

func TestATailThatIsNoneIsAnsweredWithWhatIsWrong(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	for _, test := range []struct {
		name, parameter, value, lastEventID, says string
	}{
		{"an unknown parameter", "options", "{}", "", `parameter "options" is unknown`},
		{"a query that is no JSON", "query", "x", "", "parameter query is not the JSON of a query"},
		{"a query with an empty tag", "query", `{"items":[{"tags":[""]}]}`, "", "is empty"},
		{"after that is a word", "after", "head", "", "The parameter after is neither a position nor the JSON of a checkpoint"},
		{"after that is a string", "after", `"1"`, "", "string stands where a whole number of 64 bits belongs"},
		{"after that is negative", "after", "-1", "", "nothing before the first event: -1"},
		{"after beyond 64 bits", "after", "9223372036854775808", "", "a whole number of 64 bits"},
		{"after that lacks an ID", "after", `{"position":1}`, "", "a checkpoint has the position, the id and the recordedAt"},
		{"after with an ID that is not one", "after", `{"position":1,"id":"x","recordedAt":"2026-11-28T12:00:00Z"}`, "", "is no UUID"},
		{"a last event that is a word", "after", "0", "x", "The header Last-Event-ID is neither a position nor the JSON of a checkpoint"},
		{"a last event that is not UTF-8", "after", "0", "\xff", "not UTF-8"},
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			parameters := url.Values{test.parameter: {test.value}}
			w := api.do(method, here+"/dcb/tail?"+parameters.Encode(), "", "Last-Event-ID", test.lastEventID)
			assert.Equal(t, http.StatusBadRequest, w.Code, test.name)
			assert.Contains(t, errorText(t, w), test.says, test.name)
		}
	}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, here+"/dcb/tail", nil)
	r.Header["Last-Event-Id"] = []string{"1", "2"}
	w := httptest.NewRecorder()
	api.handler.ServeHTTP(w, r)
	require.Equal(t, http.StatusBadRequest, w.Code)
	require.Contains(t, errorText(t, w), "Last-Event-ID is given twice")
	require.Empty(t, api.logged.String(), "nothing is wrong with the server")
}

// HEAD asks for the headers of the stream, and so compares a checkpoint with the log.
func TestTheHeadersOfATailComeWithoutTheStream(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	w := api.do(http.MethodHead, here+"/dcb/tail", "")
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, "text/event-stream", w.Header().Get("Content-Type"))
	require.Empty(t, w.Body.String())
	require.Equal(t, http.StatusConflict, api.do(http.MethodHead, here+"/dcb/tail?after=1", "").Code)
}

// No parameter makes a tail panic or fail. It begins where a read does that was asked for the same.
func FuzzTail(f *testing.F) {
	api := newAPI(f, "")
	require.True(f, api.appends(`{"events":[
		{"type":"A","tags":["c1"],"data":""}, {"type":"B","tags":["c1","s1"],"data":""},
		{"type":"A","tags":["c2","s1"],"data":""}, {"type":"C","data":""}, {"type":"B","tags":["c2"],"data":""}]}`))
	checkpoint := string(api.reads("", `{"checkpoints":true}`)[2].Checkpoint)
	for _, seed := range [][3]string{
		{``, ``, ``},
		{`{}`, `0`, ``},
		{`null`, `null`, `null`},
		{`{"items":[{"types":["A"]}]}`, `2`, ``},
		{``, ``, checkpoint},
		{``, checkpoint, `1`},
		{`{"items":[{"tags":["\ud800"]}]}`, ``, ``},
		{``, `6`, ``},
		{``, `-1`, ``},
		{``, `1e2`, ``},
		{``, `[]`, `{}`},
		{``, `A`, `0`},
		{``, strings.Replace(checkpoint, ":3,", ":2,", 1), ``},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, query, after, lastEventID string) {
		api := api.in(t)
		address := here + "/dcb/tail?" + url.Values{"query": {query}, "after": {after}}.Encode()
		w := api.do(http.MethodHead, address, "", "Last-Event-ID", lastEventID)
		if w.Code != http.StatusOK {
			require.Contains(t, []int{400, 409}, w.Code, "%s", w.Body)
			errorText(t, w)
			return
		}
		from := positionIn(t, after)
		if lastEventID != "" {
			from = positionIn(t, lastEventID)
		}
		want := api.reads(query, fmt.Sprintf(`{"from":%d}`, from+1))
		if len(want) > 0 { // or the stream would have no end to wait for
			require.Equal(t, want, api.takes(address, lastEventID, len(want)))
		}
	})
}

// positionIn returns the position of a checkpoint, or the number that stands for one.
func positionIn(t tester, text string) (position int64) {
	t.Helper()
	var checkpoint struct{ Position int64 }
	if text == "" || json.Unmarshal([]byte(text), &position) == nil {
		return position
	}
	require.NoError(t, json.Unmarshal([]byte(text), &checkpoint))
	return checkpoint.Position
}
