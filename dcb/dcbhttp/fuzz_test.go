package dcbhttp_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

// No body makes the server panic or fail. What was appended is read back equal, by its
// position and by its types and tags.
func FuzzAppend(f *testing.F) {
	for _, seed := range []string{
		``, `null`, `{}`, `{"events":[]}`, `{"events":[null]}`,
		`{"events":[{"type":"A","tags":["c1","c1"],"data":"{\"a\": [1e9, \"\\ud800\"]}"}]}`,
		`{"events":[{"type":"A","data":"\u0000\ud83d\ude00"}],"condition":{"failIfEventsMatch":{"items":[{}]},"after":0}}`,
		`{"events":[{"type":"A","data":""}],"condition":{"failIfEventsMatch":{},"after":99}}`,
		`{"events":[{"type":"B","tags":["{\\}"],"data":"x"}],"condition":{"failIfEventsMatch":{"items":[{"types":["C"],"tags":["c2","c3"]}]}}}`,
		`{"events":[{"type":"A","data":"\ud800"}]}`, `{"Events":[{"type":"A","data":""}]}`, `{"events":[{"type":"A","data":""}]}}`,
	} {
		f.Add([]byte(seed))
	}
	api := newAPI(f, "")
	f.Fuzz(func(t *testing.T, body []byte) {
		api := api.in(t)
		before := api.head()
		w := api.post(string(body))
		if w.Code != http.StatusOK {
			require.Contains(t, []int{400, 409, 413}, w.Code, "%s", w.Body)
			errorText(t, w)
			require.Equal(t, before, api.head(), "nothing was stored")
			return
		}
		var result struct{ AppendConditionFailed bool }
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &result))
		if result.AppendConditionFailed {
			require.Equal(t, before, api.head(), "nothing was stored")
			return
		}
		var sent struct{ Events []event }
		require.NoError(t, json.Unmarshal(body, &sent))
		for i := range sent.Events {
			sent.Events[i].Tags = append([]string{}, sent.Events[i].Tags...)
			sent.Events[i].Position = before + 1 + int64(i)
		}
		require.Equal(t, sent.Events, api.reads("", fmt.Sprintf(`{"from":%d}`, before+1)))

		first := sent.Events[0]
		item := map[string]any{"types": []string{first.Type}, "tags": first.Tags}
		found := api.reads(asJSON(map[string]any{"items": []any{item}}), fmt.Sprintf(`{"from":%d,"limit":1}`, before+1))
		require.Equal(t, sent.Events[:1], found)
	})
}

// No query makes the server panic or fail. The answer is in order, within the options, and
// the same backwards.
func FuzzRead(f *testing.F) {
	for _, seed := range [][2]string{
		{``, ``},
		{`{}`, `{}`},
		{`null`, `null`},
		{`{"items":[{"types":["A"],"tags":["c1"]},{}]}`, `{"from":2,"limit":2}`},
		{`{"items":[{"tags":["c1","s1"]}]}`, `{"from":3,"backwards":true}`},
		{`{"items":[{"types":["B","C"]}]}`, `{"from":0,"backwards":true,"limit":1}`},
		{`{"items":[{"tags":["\u0000"]}]}`, `{"limit":0}`},
		{`{"items":[{"tags":["\ud800"]}]}`, `{"from":-1}`},
	} {
		f.Add(seed[0], seed[1])
	}
	api := newAPI(f, "")
	require.True(f, api.appends(`{"events":[
		{"type":"A","tags":["c1"],"data":""}, {"type":"B","tags":["c1","s1"],"data":""},
		{"type":"A","tags":["c2","s1"],"data":""}, {"type":"C","data":""}, {"type":"B","tags":["c2"],"data":""}]}`))
	f.Fuzz(func(t *testing.T, query, options string) {
		api := api.in(t)
		w := api.get(query, options)
		if w.Code != http.StatusOK {
			require.Equal(t, http.StatusBadRequest, w.Code, "%s", w.Body)
			errorText(t, w)
			return
		}
		var asked struct {
			From, Limit *int64
			Backwards   bool
		}
		if options != "" {
			require.NoError(t, json.Unmarshal([]byte(options), &asked))
		}
		found := positions(api.reads(query, options))
		all := positions(api.reads(query, fmt.Sprintf(`{"backwards":%t}`, asked.Backwards)))
		wanted := slices.DeleteFunc(all, func(position int64) bool {
			return asked.From != nil && (!asked.Backwards && position < *asked.From || asked.Backwards && position > *asked.From)
		})
		if asked.Limit != nil {
			wanted = wanted[:min(int64(len(wanted)), *asked.Limit)]
		}
		require.Equal(t, wanted, found)

		turned := positions(api.reads(query, fmt.Sprintf(`{"backwards":%t}`, !asked.Backwards)))
		slices.Reverse(turned)
		require.Equal(t, positions(api.reads(query, fmt.Sprintf(`{"backwards":%t}`, asked.Backwards))), turned)
	})
}

// Any text comes back byte for byte.
func FuzzData(f *testing.F) {
	for _, seed := range []string{
		"", " ", `{}`, ` {"a" : 1} `, `[1, 2.50, 1E400]`, `"text"`, `"\ud800"`, `{"a":"\ud800"}`, `{"a":"\u0000"}`, `null`, `1`, "\x00", "\ufeff{}", "\u2028<&>",
		strings.Repeat(`[`, 501) + strings.Repeat(`]`, 501), strings.Repeat(`{"a":`, 10_000) + `1` + strings.Repeat(`}`, 10_000), `{"a":"]}\\\"["}`,
	} {
		f.Add(seed)
	}
	api := newAPI(f, "")
	f.Fuzz(func(t *testing.T, data string) {
		if !utf8.ValidString(data) {
			t.Skip("JSON can't carry it")
		}
		api := api.in(t)
		api.comesBack(data)
	})
}

func TestAnyDataComesBackByteForByte(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	scalar := rapid.SampledFrom([]string{`1`, `-0.0e+9`, `"a"`, `"\ud83d\ude00"`, `"\udead"`, `"\\"`, `"}"`, `null`, `"\u0000"`, `nul`, ``})
	text := rapid.OneOf(rapid.String(), rapid.Custom(func(t *rapid.T) string {
		value := scalar.Draw(t, "scalar")
		for range rapid.IntRange(0, 5).Draw(t, "depth") {
			value = fmt.Sprintf(rapid.SampledFrom([]string{`[%s]`, ` {"k": %s}`, `[%s,`, `{"k":%[1]s,"k":%[1]s}`, "\t[ %s ]\n"}).Draw(t, "around"), value)
		}
		return value
	}))
	rapid.Check(t, func(r *rapid.T) { api.in(r).comesBack(text.Draw(r, "data")) })
}

// PostgreSQL may have a stack on which it can parse little nesting.
func TestDeepDataComesBackToo(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	_, err := api.pool.Exec(t.Context(), `do $$ begin execute format('alter database %I set max_stack_depth = %L', current_database(), '100kB'); end $$`)
	require.NoError(t, err)
	api.pool.Reset()
	for _, depth := range []int{1, 500, 501, 10_000, 10_001, 1_000_000} {
		api.comesBack(strings.Repeat(`{"a":[`, depth/2) + strings.Repeat(`[`, depth%2) + strings.Repeat(`]`, depth%2) + strings.Repeat(`]}`, depth/2))
		api.comesBack(strings.Repeat(`[`, depth))
	}
}

func (a *api) comesBack(data string) {
	a.t.Helper()
	sent := event{Type: "A", Tags: []string{}, Data: &data}
	require.True(a.t, a.appends(asJSON(map[string]any{"events": []event{sent}})))
	found := a.reads("", `{"backwards":true,"limit":1}`)
	require.Len(a.t, found, 1)
	require.Equal(a.t, data, *found[0].Data)
}

// head is the position of the last event.
func (a *api) head() int64 {
	for _, e := range a.reads("", `{"backwards":true,"limit":1}`) {
		return e.Position
	}
	return 0
}
