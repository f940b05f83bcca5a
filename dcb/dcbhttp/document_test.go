package dcbhttp_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb/dcbhttp"
	"go-crablet/internal/effort"
)

// Each answer that any test of this package gets is compared with the document, too.
func TestTheDocumentSaysWhatTheHandlersDoAndNothingElse(t *testing.T) {
	t.Parallel()
	contract, err := served()
	require.NoError(t, err)
	require.Empty(t, contract.differences(everyKindOfExchange(t)))
}

func TestTheDocumentIsServed(t *testing.T) {
	t.Parallel()
	w := newAPI(t, "").do(http.MethodGet, here+"/dcb/openapi.json", "")
	require.Equal(t, http.StatusOK, w.Code)
	require.Equal(t, string(dcbhttp.OpenAPI()), w.Body.String())
}

// A difference between the document and the handlers is found, on whichever side it is.
func TestADifferenceFromTheDocumentIsFound(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	exchanges := everyKindOfExchange(t)
	for planted, says := range map[[2]string]string{
		{`"/dcb/tail":`, `"/dcb/follow":`}:         "GET /dcb/tail answers 200, and is not in the document",
		{`"409": {`, `"410": {`}:                   "answers 409, and the document does not say so",
		{`"413": {`, `"418": {`}:                   "the document promises POST /dcb/append 418, and no exchange shows it",
		{`"name": "after"`, `"name": "since"`}:     "GET /dcb/tail takes the parameter after",
		{`"name": "options"`, `"name": "option"`}:  "the document promises GET /dcb/read parameter option",
		{`"data": {`, `"payload": {`}:              "is not as the document says",
		{`"limit": {`, `"most": {`}:                "the document promises Options.most",
		{`"error": {`, `"message": {`}:             "is not as the document says",
		{`"checkpoint": {`, `"place": {`}:          "the document promises Event.place",
		{`"text/event-stream"`, `"text/plain"`}:    `is "text/event-stream", and the document does not say so`,
		{`"type": "boolean"`, `"type": "integer"`}: "is not as the document says",
		{`"Retry-After": {
            "$ref": "#/components/headers/Retry-After"
          },`, ``}: "has the header Retry-After: true; the document says false",
	} {
		document := strings.ReplaceAll(string(dcbhttp.OpenAPI()), planted[0], planted[1])
		require.NotEqual(t, string(dcbhttp.OpenAPI()), document, "%s is planted", planted[1])
		contract, err := contractOf([]byte(document))
		require.NoError(t, err, planted[1])
		assert.Contains(t, strings.Join(contract.differences(exchanges), "\n"), says, "%s is planted", planted[1])
	}
	contract, err := served()
	require.NoError(t, err)
	for planted, says := range map[[2]string]string{
		{`"type":"Noted"`, `"kind":"Noted"`}:                       "is not as the document says",
		{`"position":1}`, `"position":1,"at":1}`}:                  "is not as the document says",
		{`"position":1`, `"position":"1"`}:                         "is not as the document says",
		{`"appendConditionFailed":true`, `"failed":true`}:          "is not as the document says",
		{"id: ", "position: "}:                                     "a stream has the line",
		{`{"error":`, `{"code":1,"error":`}:                        "is not as the document says",
		{`"checkpoint":`, `"checkpoints":`}:                        "is not as the document says",
		{`"durationInMicroseconds":`, `"durationInMilliseconds":`}: "is not as the document says",
	} {
		changed := slices.Clone(exchanges)
		for i := range changed {
			changed[i].answer = strings.ReplaceAll(changed[i].answer, planted[0], planted[1])
		}
		assert.Contains(t, strings.Join(contract.differences(changed), "\n"), says, "%s is planted", planted[1])
	}
}

// everyKindOfExchange returns exchanges that show all that the document promises.
func everyKindOfExchange(t *testing.T) []exchange {
	t.Helper()
	return slices.Concat(exchangesThatSucceed(t), exchangesThatAreWrong(t), exchangesThatAreRefused(t), exchangesThatFail(t))
}

// A recording keeps the exchanges of an API.
type recording struct {
	*api
	mu        sync.Mutex
	exchanges []exchange
}

func record(t *testing.T, token string) *recording {
	t.Helper()
	r := &recording{api: newAPI(t, token)}
	r.heard = func(x exchange) {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.exchanges = append(r.exchanges, x)
	}
	return r
}

const below = here + "/dcb/"

func (r *recording) append(body string) {
	r.t.Helper()
	r.do(http.MethodPost, below+"append", body, "Content-Type", "application/json")
}

func exchangesThatSucceed(t *testing.T) []exchange {
	r := record(t, "")
	query := `{"items":[{"types":["Noted"],"tags":["c1"]}]}`
	r.append(`{"events":[{"type":"Noted","tags":["c1"],"data":"x"}]}`)
	read := r.reads(query, `{"from":1,"limit":1,"backwards":true,"checkpoints":true}`)
	r.append(`{"events":[{"type":"Noted","data":"x"}],"condition":{"failIfEventsMatch":` + query + `,"after":` + string(read[0].Checkpoint) + `}}`)
	r.append(`{"events":[{"type":"Noted","data":"x"}],"condition":{"failIfEventsMatch":` + query + `,"after":0}}`)
	r.takes(below+"tail?"+url.Values{"query": {query}, "after": {"0"}}.Encode(), "", 1)
	r.takes(below+"tail", string(read[0].Checkpoint), 1)
	r.do(http.MethodGet, below+"openapi.json", "")
	return r.exchanges
}

func exchangesThatAreWrong(t *testing.T) []exchange {
	r := record(t, "")
	r.append(`{}`)
	r.append(`{"events":[{"type":"A","data":""}],"condition":{"failIfEventsMatch":{},"after":9}}`)
	r.append(strings.Repeat(" ", 8<<20+1))
	r.do(http.MethodPost, below+"append", `{}`)
	r.do(http.MethodGet, below+"read?query=x", "")
	r.do(http.MethodGet, below+"tail?query=x", "")
	r.do(http.MethodGet, below+"tail?after=9", "")
	r.do(http.MethodDelete, below+"read", "")
	r.do(http.MethodGet, below+"elsewhere", "")
	return r.exchanges
}

// exchangesThatAreRefused are those of clients without the token, or with many wrong ones at once.
func exchangesThatAreRefused(t *testing.T) []exchange {
	local, guarded := record(t, ""), record(t, "open sesame")
	methods := map[string]string{"read": http.MethodGet, "tail": http.MethodGet, "append": http.MethodPost, "openapi.json": http.MethodGet}
	for address, method := range methods {
		local.do(method, "http://example.com/dcb/"+address, "")
		guarded.do(method, below+address, "")
		var asking sync.WaitGroup
		for range 40 {
			asking.Go(func() { guarded.do(method, below+address, "", "Authorization", "Bearer open barley") })
		}
		asking.Wait()
	}
	return slices.Concat(local.exchanges, guarded.exchanges)
}

// exchangesThatFail are those with a database that is broken, and then with one that is away.
func exchangesThatFail(t *testing.T) []exchange {
	r := record(t, "")
	ask := func() {
		r.append(`{"events":[{"type":"A","data":""}]}`)
		r.do(http.MethodGet, below+"read", "")
		r.do(http.MethodGet, below+"tail", "")
	}
	_, err := r.pool.Exec(t.Context(), `alter table dcb_event rename to elsewhere`)
	require.NoError(t, err)
	ask()
	r.pool.Close()
	ask()
	return r.exchanges
}

// The bounds in the document are those of the handlers.
func TestTheDocumentHasTheBoundsOfTheHandlers(t *testing.T) {
	t.Parallel()
	var document struct {
		Components struct {
			Schemas map[string]struct {
				MaxLength  int
				Properties map[string]struct{ MinItems, MaxItems int }
			}
		}
	}
	require.NoError(t, json.Unmarshal(dcbhttp.OpenAPI(), &document))
	schemas := document.Components.Schemas
	api := newAPI(t, "")
	for _, test := range []struct {
		bound  int
		append func(n int) string
	}{
		{schemas["Type"].MaxLength, func(n int) string {
			return `{"events":[{"type":"` + strings.Repeat("x", n) + `","data":""}]}`
		}},
		{schemas["Tag"].MaxLength, func(n int) string { return noted(1, strings.Repeat("x", n)) }},
		{schemas["Append"].Properties["events"].MaxItems, func(n int) string { return noted(n, "c1") }},
		{schemas["Query"].Properties["items"].MaxItems, func(n int) string {
			return `{"events":[{"type":"A","data":""}],"condition":{"failIfEventsMatch":{"items":[{"tags":["x"]}` + strings.Repeat(`,{"tags":["x"]}`, n-1) + `]}}}`
		}},
	} {
		require.NotZero(t, test.bound)
		require.True(t, api.appends(test.append(test.bound)))
		require.Equal(t, http.StatusBadRequest, api.post(test.append(test.bound+1)).Code)
	}
}
