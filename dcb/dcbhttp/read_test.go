package dcbhttp_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

var everything = dcb.AllEvents()

func TestAReadTakesAQueryAndOptions(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	require.Empty(t, api.reads("", ""))
	require.Equal(t, "[]\n", api.get("", "").Body.String(), "a list, however empty the log")
	require.True(t, api.appends(`{"events":[
		{"type":"A","tags":["c1"],"data":""},
		{"type":"B","tags":["c1","s1"],"data":""},
		{"type":"A","tags":["c2","s1"],"data":""},
		{"type":"C","data":""},
		{"type":"B","tags":["c2"],"data":""}]}`))
	tests := []struct {
		name, query, options string
		want                 []int64
	}{
		{"no query", ``, ``, []int64{1, 2, 3, 4, 5}},
		{"an empty query", `{}`, `{}`, []int64{1, 2, 3, 4, 5}},
		{"no items", `{"items":[]}`, ``, []int64{1, 2, 3, 4, 5}},
		{"null for items", `{"items":null}`, `{"from":null,"limit":null,"backwards":null}`, []int64{1, 2, 3, 4, 5}},
		{"an item that asks for nothing", `{"items":[{}]}`, ``, []int64{1, 2, 3, 4, 5}},
		{"an item that asks for nothing, and another", `{"items":[{"types":["C"],"tags":[]},{"types":[],"tags":[]}]}`, ``, []int64{1, 2, 3, 4, 5}},
		{"a type", `{"items":[{"types":["A"]}]}`, ``, []int64{1, 3}},
		{"types widen", `{"items":[{"types":["A","C"],"tags":null}]}`, ``, []int64{1, 3, 4}},
		{"a tag", `{"items":[{"tags":["c1"]}]}`, ``, []int64{1, 2}},
		{"tags narrow", `{"items":[{"tags":["c1","s1"]}]}`, ``, []int64{2}},
		{"type and tag", `{"items":[{"types":["B"],"tags":["c2"]}]}`, ``, []int64{5}},
		{"items widen", `{"items":[{"types":["C"]},{"tags":["s1"]}]}`, ``, []int64{2, 3, 4}},
		{"what nobody has", `{"items":[{"tags":["c9"]}]}`, ``, []int64{}},
		{"from is included", ``, `{"from":3}`, []int64{3, 4, 5}},
		{"from need not match", `{"items":[{"types":["A"]}]}`, `{"from":2}`, []int64{3}},
		{"from the start", ``, `{"from":0}`, []int64{1, 2, 3, 4, 5}},
		{"from beyond the end", ``, `{"from":9223372036854775807}`, []int64{}},
		{"limit", ``, `{"limit":2}`, []int64{1, 2}},
		{"limit and from", ``, `{"from":2,"limit":2}`, []int64{2, 3}},
		{"a limit that is not reached", ``, `{"limit":9223372036854775807}`, []int64{1, 2, 3, 4, 5}},
		{"backwards", ``, `{"backwards":true}`, []int64{5, 4, 3, 2, 1}},
		{"backwards, a limit", ``, `{"backwards":true,"limit":2}`, []int64{5, 4}},
		{"backwards, from is included", ``, `{"backwards":true,"from":3}`, []int64{3, 2, 1}},
		{"backwards, from and limit", ``, `{"backwards":true,"from":3,"limit":1}`, []int64{3}},
		{"backwards from beyond the end", ``, `{"backwards":true,"from":9223372036854775807,"limit":1}`, []int64{5}},
		{"backwards from below the start", ``, `{"backwards":true,"from":0}`, []int64{}},
		{"backwards, a query", `{"items":[{"tags":["c2"]},{"types":["A"]}]}`, `{"backwards":true}`, []int64{5, 3, 1}},
	}
	for _, test := range tests {
		assert.Equal(t, test.want, positions(api.reads(test.query, test.options)), test.name)
	}
}

func TestAReadThatIsNoneIsAnsweredWithWhatIsWrong(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	tests := []struct {
		name, parameters, says string
	}{
		{"no JSON", `query=x`, "parameter query is not the JSON of a query"},
		{"null", `query=null`, "null stands where an object belongs"},
		{"something behind it", `query={}{}`, "after top-level value"},
		{"an unknown field", `query={"item":[]}`, `field "item" is unknown`},
		{"wrong types", `query={"items":[{"tags":[1]}]}`, `"tags": number stands where a string belongs`},
		{"an empty tag", `query={"items":[{"tags":[""]}]}`, "is empty"},
		{"an empty tag, from where nothing is", `query={"items":[{"tags":[""]}]}&options={"from":0,"backwards":true}`, "is empty"},
		{"a tag that is not UTF-8", `query={"items":[{"tags":["%ff"]}]}`, "not UTF-8"},
		{"a tag with NUL", `query={"items":[{"tags":["\u0000"]}]}`, "contains a NUL byte"},
		{"half of a surrogate pair", `query={"items":[{"tags":["\udc00"]}]}`, "half of a surrogate pair"},
		{"an unknown option", `options={"after":1}`, `field "after" is unknown`},
		{"a limit of none", `options={"limit":0}`, "limit is less than 1"},
		{"a negative limit", `options={"limit":-1}`, "limit is less than 1"},
		{"a negative position", `options={"from":-1}`, "position to read from is negative"},
		{"a negative position, backwards", `options={"from":-1,"backwards":true}`, "position to read from is negative"},
		{"a position beyond 64 bits", `options={"from":9223372036854775808}`, "whole number of 64 bits"},
		{"checkpoints that are a number", `options={"checkpoints":1}`, "number stands where true or false belongs"},
		{"backwards that is a word", `options={"backwards":"yes"}`, "string stands where true or false belongs"},
		{"an unknown parameter", `qery={}`, `parameter "qery" is unknown`},
		{"a parameter twice", `query={}&query={}`, `parameter "query" is unknown, or given twice`},
		{"a broken escape", `query=%zz`, "not encoded as those of a URL"},
		{"a semicolon", `query={};options={}`, "not encoded as those of a URL"},
	}
	for _, test := range tests {
		parameters := strings.NewReplacer(`"`, "%22", "{", "%7B", "}", "%7D", `\`, "%5C").Replace(test.parameters)
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, here+"/dcb/read", nil)
		r.URL.RawQuery = parameters
		w := httptest.NewRecorder()
		api.handler.ServeHTTP(w, r)
		assert.Equal(t, http.StatusBadRequest, w.Code, test.name)
		assert.Contains(t, errorText(t, w), test.says, test.name)
	}
	require.Empty(t, api.logged.String(), "nothing is wrong with the server")
}

func TestAnEventComesWithItsCheckpointIfAClientAsks(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	require.True(t, api.appends(`{"events":[{"type":"A","data":""}]}`))
	stored, _, err := api.store.ReadSince(t.Context(), everything, dcb.Checkpoint{})
	require.NoError(t, err)
	require.JSONEq(t, fmt.Sprintf(`[{"type":"A","tags":[],"data":"","position":1,"checkpoint":{"position":1,"id":%q,"recordedAt":%q}}]`,
		stored[0].ID, stored[0].RecordedAt.UTC().Format(time.RFC3339Nano)), api.get("", `{"checkpoints":true}`).Body.String())
}

func TestALongLogIsSentWhileItIsRead(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	fill(t, api, 3500)
	server := httptest.NewServer(api.handler)
	defer server.Close()
	response, err := server.Client().Get(server.URL + "/dcb/read")
	require.NoError(t, err)
	defer response.Body.Close()
	require.Equal(t, []string{"chunked"}, response.TransferEncoding)
	require.Len(t, api.reads("", ""), 3500)
	require.Len(t, api.reads("", `{"from":3000}`), 501)
}

// A list that ends too soon must not look complete.
func TestAReadThatBreaksOffIsCutOff(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	fill(t, api, 3500)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, here+"/dcb/read", nil)
	w := &closing{ResponseRecorder: httptest.NewRecorder(), store: api.store}
	require.PanicsWithValue(t, http.ErrAbortHandler, func() { api.handler.ServeHTTP(w, r) })
	require.NotContains(t, w.Body.String(), "]\n")
	require.Contains(t, api.logged.String(), "the event store is closed")
}

// closing closes the store as soon as the first piece of the answer arrives.
type closing struct {
	*httptest.ResponseRecorder
	store *dcb.Store
}

func (w *closing) Write(piece []byte) (int, error) {
	w.store.Close()
	return w.ResponseRecorder.Write(piece)
}

// fill appends n events of some 300 bytes.
func fill(t testing.TB, api *api, n int) {
	t.Helper()
	events := make([]dcb.InputEvent, n)
	for i := range events {
		events[i] = dcb.NewInputEvent("A", nil, fmt.Appendf(nil, `{"pad":%q}`, strings.Repeat("x", 300)))
	}
	_, err := api.store.AppendEvents(t.Context(), events, dcb.Query{}, 0)
	require.NoError(t, err)
}
