package dcbhttp_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
)

func TestAnAppendIsReadBackAsItWasSent(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	require.True(t, api.appends(`{"events":[
		{"type":"CourseDefined","tags":["course_id:c1"],"data":"{\"seats\": 3}"},
		{"type":"Noted","tags":["tag1","with \"quotes\", {braces} and \\","tag1"],"data":"plain text"},
		{"type":"Noted","data":"\ud83d\ude00\u0000"}]}`))
	w := api.get("", "")
	require.JSONEq(t, `[
		{"type":"CourseDefined","tags":["course_id:c1"],"data":"{\"seats\": 3}","position":1},
		{"type":"Noted","tags":["tag1","with \"quotes\", {braces} and \\","tag1"],"data":"plain text","position":2},
		{"type":"Noted","tags":[],"data":"\ud83d\ude00\u0000","position":3}]`, w.Body.String())
}

func TestGoCodeReadsAnObjectAsItsOwn(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	brackets := `["\"` + strings.Repeat(`[`, 1000) + `"]` // not deep at all: a string
	deep := func(levels int) string { return strings.Repeat(`[`, levels) + strings.Repeat(`]`, levels) }
	events := []event{
		{Type: "A", Data: new(` {"n": 1}`)},
		{Type: "A", Data: new(brackets)},
		{Type: "A", Data: new(deep(500))},
		{Type: "A", Data: new(deep(501))},
		{Type: "A", Data: new("hi")},
		{Type: "A", Data: new("12")},
	}
	require.True(t, api.appends(asJSON(map[string]any{"events": events})))
	var stored []string
	rows, err := api.pool.Query(t.Context(), `select data::text from dcb_event order by position`)
	require.NoError(t, err)
	for rows.Next() {
		var data string
		require.NoError(t, rows.Scan(&data))
		stored = append(stored, data)
	}
	require.Equal(t, []string{` {"n": 1}`, brackets, deep(500), `"` + deep(501) + `"`, `"hi"`, `"12"`}, stored)
}

// The first string has half of a surrogate pair, so it has no text.
func TestAStringOfGoCodeIsReadAsItsText(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	for stored, want := range map[string]string{
		`"a\ud800b"`:       `"a\ud800b"`,
		`"a\ud83d\ude00b"`: "a😀b",
		`"a\\ud800b"`:      `a\ud800b`,
		` "a\u0000" `:      "a\x00",
	} {
		_, err := api.store.AppendEvents(t.Context(), []dcb.InputEvent{dcb.NewInputEvent("A", nil, []byte(stored))}, dcb.Query{}, 0)
		require.NoError(t, err)
		read := api.reads("", `{"backwards":true,"limit":1}`)
		assert.Equal(t, want, *read[0].Data, "%s", stored)
	}
}

func TestEventsCarryTheIDOfTheirRequest(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	w := api.post(`{"events":[{"type":"A","data":""},{"type":"B","data":""}]}`)
	events, _, err := api.store.ReadSince(t.Context(), everything, dcb.Checkpoint{})
	require.NoError(t, err)
	require.Len(t, events, 2)
	for _, e := range events {
		require.Equal(t, w.Header().Get("X-Request-Id"), e.CorrelationID)
	}
}

func TestAConditionFailsWhenAnEventAfterItsPositionMatches(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name      string
		condition string
		holds     bool
	}{
		{"no condition", `null`, true},
		{"another tag", `{"failIfEventsMatch":{"items":[{"tags":["c2"]}]}}`, true},
		{"that tag", `{"failIfEventsMatch":{"items":[{"tags":["c1"]}]}}`, false},
		{"that tag, known", `{"failIfEventsMatch":{"items":[{"tags":["c1"]}]},"after":1}`, true},
		{"that tag, from the start", `{"failIfEventsMatch":{"items":[{"tags":["c1"]}]},"after":null}`, false},
		{"another type", `{"failIfEventsMatch":{"items":[{"types":["B"],"tags":["c1"]}]}}`, true},
		{"one of two items", `{"failIfEventsMatch":{"items":[{"types":["B"]},{"types":["C","A"]}]}}`, false},
		{"all events, as no items", `{"failIfEventsMatch":{"items":[]}}`, false},
		{"all events, as no list of items", `{"failIfEventsMatch":{}}`, false},
		{"all events, as an item that asks for nothing", `{"failIfEventsMatch":{"items":[{}]}}`, false},
		{"all events, as one of two items", `{"failIfEventsMatch":{"items":[{"tags":["c2"]},{"types":[],"tags":[]}]}}`, false},
		{"all events, known", `{"failIfEventsMatch":{},"after":1}`, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			api := newAPI(t, "")
			require.True(t, api.appends(`{"events":[{"type":"A","tags":["c1"],"data":"{}"}]}`))
			held := api.appends(`{"events":[{"type":"B","data":"{}"}],"condition":` + test.condition + `}`)
			require.Equal(t, test.holds, held)
			stored := 1
			if test.holds {
				stored = 2
			}
			require.Len(t, api.reads("", ""), stored)
		})
	}
}

func TestAConditionFromBeyondTheEndIsRefusedWhateverItAsks(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	require.True(t, api.appends(`{"events":[{"type":"A","tags":["c1"],"data":"{}"}]}`))
	for _, condition := range []string{
		`{"failIfEventsMatch":{},"after":2}`,
		`{"failIfEventsMatch":{},"after":9223372036854775807}`,
		`{"failIfEventsMatch":{"items":[{"tags":["c2"]}]},"after":2}`,
	} {
		w := api.post(`{"events":[{"type":"B","data":"{}"}],"condition":` + condition + `}`)
		assert.Equal(t, http.StatusConflict, w.Code, condition)
		assert.Equal(t, "The condition says that the log is known up to a position beyond its end, so nothing was stored: read again.", errorText(t, w))
	}
	require.Len(t, api.reads("", ""), 1)
	require.Empty(t, api.logged.String(), "nothing is wrong with the server")
}

// The log lost its end and has grown again: the position that the client knows is given to
// another event. The position alone would hide that event from the condition.
func TestAConditionByACheckpointIsOfOneHistory(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	append1 := `{"events":[{"type":"A","tags":["c1"],"data":"{}"}]}`
	require.True(t, api.appends(append1))
	require.True(t, api.appends(append1))
	read := api.reads("", `{"checkpoints":true}`)
	require.Len(t, read, 2)
	byCheckpoint := func(checkpoint string) string {
		return `{"events":[{"type":"B","tags":["c1"],"data":"{}"}],"condition":{"failIfEventsMatch":{"items":[{"tags":["c1"]}]},"after":` + checkpoint + `}}`
	}
	require.False(t, api.appends(byCheckpoint(string(read[0].Checkpoint))), "the second is after the first")
	require.True(t, api.appends(byCheckpoint(string(read[1].Checkpoint))))

	_, err := api.pool.Exec(t.Context(), `delete from dcb_event_tag where position > 1; delete from dcb_event where position > 1`)
	require.NoError(t, err)
	require.True(t, api.appends(append1))
	w := api.post(byCheckpoint(string(read[1].Checkpoint)))
	require.Equal(t, http.StatusConflict, w.Code)
	require.Equal(t, "Another event stands where the condition says that the log is known, because the log lost its end since, so nothing was stored: read again.", errorText(t, w))
	require.Len(t, api.reads("", ""), 2)
	again := api.reads("", `{"checkpoints":true}`)
	require.True(t, api.appends(byCheckpoint(string(again[1].Checkpoint))))
	require.Empty(t, api.logged.String(), "nothing is wrong with the server")
}

func eventOf(member string) string { return `{"events":[{"type":"A",` + member + `}]}` }

func conditionOf(condition string) string {
	return `{"events":[{"type":"A","data":""}],"condition":` + condition + `}`
}

// A badRequest is a body that is not an append, and a part of the answer.
type badRequest struct{ name, body, says string }

func requireBadRequests(t *testing.T, tests []badRequest) {
	t.Parallel()
	api := newAPI(t, "")
	for _, test := range tests {
		w := api.post(test.body)
		assert.Equal(t, http.StatusBadRequest, w.Code, test.name)
		assert.Contains(t, errorText(t, w), test.says, test.name)
	}
	require.Empty(t, api.reads("", ""), "nothing was stored")
	require.Empty(t, api.logged.String(), "nothing is wrong with the server")
}

func TestABodyThatIsNotAnAppendIsRefused(t *testing.T) {
	requireBadRequests(t, []badRequest{
		{"nothing", ``, "unexpected end of JSON"},
		{"not JSON", `events`, "invalid character"},
		{"half of it", `{"events":[`, "unexpected end of JSON"},
		{"something after it", `{"events":[{"type":"A","data":""}]} {}`, "after top-level value"},
		{"a list", `[]`, "[] stands where an object belongs"},
		{"null", `null`, "null stands where an object belongs"},
		{"too deep", strings.Repeat(`[`, 20_000), "exceeded max depth"},
		{"an unknown field", `{"events":[],"query":{}}`, `field "query" is unknown`},
		{"an unknown field of an event", eventOf(`"data":"","id":"x"`), `"events": the field "id" is unknown`},
		{"a field in capitals", `{"Events":[{"type":"A","data":""}]}`, `field "Events" is unknown`},
		{"a field twice", conditionOf(`{"failIfEventsMatch":{}},"condition":null`), `field "condition" is unknown there, or given twice`},
	})
}

func TestAnEventThatCannotBeStoredIsRefused(t *testing.T) {
	requireBadRequests(t, []badRequest{
		{"no events", `{}`, "There are no events"},
		{"an empty list of events", `{"events":[]}`, "There are no events"},
		{"events that are not a list", `{"events":"A"}`, "string stands where an array belongs"},
		{"an event that is null", `{"events":[null]}`, "null stands where an object belongs"},
		{"too many events", `{"events":[` + strings.Repeat(`{"type":"A","data":""},`, 10_000) + `{"type":"A","data":""}]}`, "there are more than 10000 events, and one append takes no more"},
		{"far too many events", `{"events":[` + strings.Repeat(`{},`, 2_000_000) + `{}]}`, "there are more than 10000 events, and one append takes no more"},
		{"too many tags", eventOf(`"data":"","tags":["t"` + strings.Repeat(`,"t"`, 100_000) + `]`), "more than 100000 tags"},
		{"no type", `{"events":[{"data":""}]}`, "Event 1 of 1: its type is empty"},
		{"a type that is a number", `{"events":[{"type":1,"data":""}]}`, `"type": number stands where a string belongs`},
		{"a type that is too long", `{"events":[{"type":"` + strings.Repeat("x", 256) + `","data":""}]}`, "is longer than 255 bytes"},
		{"a type with NUL", `{"events":[{"type":"A\u0000","data":""}]}`, "contains a NUL byte"},
		{"no data", eventOf(`"tags":[]`), "it has no data"},
		{"data that is an object", eventOf(`"data":{"n":1}`), `"data": object stands where a string belongs`},
		{"tags that are a string", eventOf(`"data":"","tags":"c1"`), `"tags": string stands where an array belongs`},
		{"a tag that is empty", eventOf(`"data":"","tags":[""]`), `its tag "" is empty`},
		{"a tag that is null", eventOf(`"data":"","tags":[null]`), `its tag "" is empty`},
		{"a tag that is too long", eventOf(`"data":"","tags":["` + strings.Repeat("é", 501) + `"]`), "is longer than 1000 bytes"},
		{"a tag with NUL", eventOf(`"data":"","tags":["c\u0000"]`), "contains a NUL byte"},
		{"a tag that is not UTF-8", eventOf("\"data\":\"\",\"tags\":[\"c\xff\"]"), "not UTF-8"},
		{"data that is not UTF-8", eventOf("\"data\":\"\xed\xa0\x80\""), "not UTF-8"},
		{"half of a surrogate pair", eventOf(`"data":"\\\ud83d"`), `\ud83d is half of a surrogate pair`},
		{"the other half of one", eventOf(`"data":"\ud83d\ude00\ude00"`), `\ude00 is half of a surrogate pair`},
		{"a pair the wrong way round", eventOf(`"data":"\ude00\ud83d"`), `\ude00 is half of a surrogate pair`},
	})
}

func TestAConditionThatMakesNoSenseIsRefused(t *testing.T) {
	requireBadRequests(t, []badRequest{
		{"a condition that is a list", conditionOf(`[]`), `"condition": [] stands where an object belongs`},
		{"a condition without a query", conditionOf(`{"after":1}`), "does not say failIfEventsMatch"},
		{"a condition whose query is null", conditionOf(`{"failIfEventsMatch":null}`), "does not say failIfEventsMatch"},
		{"an item that is null", conditionOf(`{"failIfEventsMatch":{"items":[null]}}`), "null stands where an object belongs"},
		{"an item with an unknown field", conditionOf(`{"failIfEventsMatch":{"items":[{"tag":["c1"]}]}}`), `field "tag" is unknown`},
		{"an item with an empty tag", conditionOf(`{"failIfEventsMatch":{"items":[{},{"tags":[""]}]}}`), `The query's tag "" is empty`},
		{"an item with an empty type", conditionOf(`{"failIfEventsMatch":{"items":[{"types":[""]}]}}`), `The query's type "" is empty`},
		{"too many items", conditionOf(`{"failIfEventsMatch":{"items":[{}` + strings.Repeat(`,{}`, 1000) + `]}}`), "1001 items, and may have 1000"},
		{"too many names", conditionOf(`{"failIfEventsMatch":{"items":[{"tags":["t"` + strings.Repeat(`,"t"`, 10_000) + `]}]}}`), "more than 10000 types and tags"},
		{"after that is negative", conditionOf(`{"failIfEventsMatch":{},"after":-1}`), "The latest known position is negative: -1"},
		{"after that is a fraction", conditionOf(`{"failIfEventsMatch":{},"after":1.5}`), "number 1.5 stands where a whole number of 64 bits belongs"},
		{"after beyond 64 bits", conditionOf(`{"failIfEventsMatch":{},"after":9223372036854775808}`), "where a whole number of 64 bits belongs"},
		{"after that lacks an ID", conditionOf(`{"failIfEventsMatch":{},"after":{"position":1,"recordedAt":"2026-11-28T12:00:00Z"}}`), `"after": a checkpoint has the position, the id and the recordedAt`},
		{"after that lacks a time", conditionOf(`{"failIfEventsMatch":{},"after":{"position":1,"id":"01a22342-0193-7214-bf08-b965cb5aa314"}}`), `"after": a checkpoint has the position, the id and the recordedAt`},
		{"after with a time that is not one", conditionOf(`{"failIfEventsMatch":{},"after":{"position":1,"id":"01a22342-0193-7214-bf08-b965cb5aa314","recordedAt":"noon"}}`), `"after": a checkpoint has the position, the id and the recordedAt`},
		{"after with an hour of one digit", conditionOf(`{"failIfEventsMatch":{},"after":{"position":1,"id":"01a22342-0193-7214-bf08-b965cb5aa314","recordedAt":"2026-11-28T1:36:06Z"}}`), `"after": a checkpoint has the position, the id and the recordedAt`},
		{"after with a comma in its time", conditionOf(`{"failIfEventsMatch":{},"after":{"position":1,"id":"01a22342-0193-7214-bf08-b965cb5aa314","recordedAt":"2026-11-28T11:36:06,5Z"}}`), `"after": a checkpoint has the position, the id and the recordedAt`},
		{"after with an unknown field", conditionOf(`{"failIfEventsMatch":{},"after":{"at":1}}`), `"after": the field "at" is unknown`},
		{"after with an ID that is not one", conditionOf(`{"failIfEventsMatch":{},"after":{"position":1,"id":"x","recordedAt":"2026-11-28T12:00:00Z"}}`), `is no UUID: "x"`},
		{"after with an event at 0", conditionOf(`{"failIfEventsMatch":{},"after":{"id":"01a22342-0193-7214-bf08-b965cb5aa314","recordedAt":"2026-11-28T12:00:00Z"}}`), "no event at position 0"},
		{"after that is a string", conditionOf(`{"failIfEventsMatch":{},"after":"1"}`), "string stands where a whole number"},
	})
}

func TestTheLargestAppendIsTaken(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	long := event{Type: strings.Repeat("x", 255), Tags: []string{strings.Repeat("y", 1000)}, Data: new("")}
	require.True(t, api.appends(asJSON(map[string]any{"events": []event{long}})))
	got := api.reads(asJSON(map[string]any{"items": []any{map[string]any{"types": []string{long.Type}, "tags": long.Tags}}}), "")
	require.Len(t, got, 1)

	many := `{"events":[{"type":"A","data":""}` + strings.Repeat(`,{"type":"A","data":""}`, 9_999) + `]}`
	require.True(t, api.appends(many))
	require.Len(t, api.reads("", ""), 10_001)

	items := `{"tags":["x0"]}` + strings.Repeat(`,{"types":["B"],"tags":["t","u"]}`, 999)
	require.True(t, api.appends(`{"events":[{"type":"A","data":""}],"condition":{"failIfEventsMatch":{"items":[`+items+`]}}}`))

	const frame = `{"events":[{"type":"A","data":""}]}`
	require.True(t, api.appends(strings.Replace(frame, `""`, `"`+strings.Repeat("z", 8<<20-len(frame))+`"`, 1)))
	w := api.post(strings.Replace(frame, `""`, `"`+strings.Repeat("z", 8<<20-len(frame)+1)+`"`, 1))
	require.Equal(t, http.StatusRequestEntityTooLarge, w.Code)
	require.Contains(t, errorText(t, w), "larger than 8 MiB")
}

func TestAnAppendSaysThatItIsJSON(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	const body = `{"events":[{"type":"A","data":""}]}`
	for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/jsonp", ";"} {
		w := api.do(http.MethodPost, here+"/dcb/append", body, "Content-Type", kind)
		require.Equal(t, http.StatusUnsupportedMediaType, w.Code, kind)
		require.Contains(t, errorText(t, w), "application/json")
	}
	for _, kind := range []string{"application/json", "application/json; charset=utf-8", "Application/JSON"} {
		w := api.do(http.MethodPost, here+"/dcb/append", body, "Content-Type", kind)
		require.Equal(t, http.StatusOK, w.Code, kind)
	}
	require.Len(t, api.reads("", ""), 3)
}
