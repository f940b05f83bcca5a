package web_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

func TestAFormFromAnotherSiteIsNotCarriedOut(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	before := app.head()
	for _, header := range []http.Header{
		{"Sec-Fetch-Site": {"cross-site"}},
		{"Sec-Fetch-Site": {"same-site"}}, // another port of this host
		{"Origin": {"http://localhost:9999"}},
	} {
		header["Content-Type"] = []string{"application/x-www-form-urlencoded"}
		got := app.as("ada").send(http.MethodPost, "/courses", strings.NewReader("title=X&capacity=1"), header)
		assert.Equal(t, http.StatusForbidden, got.status)
		assert.Contains(t, got.text(), "sent from another site")
	}
	assert.Equal(t, before, app.head())
}

func TestEveryAnswerTellsBrowsersToTrustNothingForeign(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	for path, status := range map[string]int{
		"/": 200, "/courses": 303, "/courses//x": 307, "/define-course": 403, "/nowhere": 404, "/healthz": 200, "/assets/app.css": 200, "/assets/none": 404,
	} {
		got := app.visitor().get(path)
		require.Equal(t, status, got.status, path)
		for name, want := range map[string]string{
			"Content-Security-Policy":      "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
			"X-Content-Type-Options":       "nosniff",
			"Referrer-Policy":              "same-origin",
			"Permissions-Policy":           "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
			"Cross-Origin-Resource-Policy": "same-origin",
			"Cross-Origin-Opener-Policy":   "same-origin",
		} {
			assert.Equal(t, []string{want}, got.header.Values(name), path)
		}
		assert.NotEmpty(t, got.header.Get("X-Request-Id"), path)
	}
	assert.Equal(t, "no-store", app.visitor().get("/").header.Get("Cache-Control"), "a page is for one visitor")
}

// Browsers heed this header on localhost and over TLS. Elsewhere they complain about it.
func TestPagesAreCutOffFromTheirOpenersAndKeptToTLSWhereBrowsersHeedIt(t *testing.T) {
	t.Parallel()
	for address, want := range map[string][2]string{
		"http://localhost/nowhere":        {"same-origin", ""},
		"https://localhost/nowhere":       {"same-origin", ""},
		"http://courses.example/nowhere":  {"", ""},
		"https://courses.example/nowhere": {"same-origin", "max-age=31536000"},
	} {
		w := httptest.NewRecorder()
		withoutDatabase(t.Output()).ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
		assert.Equal(t, want[0], w.Header().Get("Cross-Origin-Opener-Policy"), address)
		assert.Equal(t, want[1], w.Header().Get("Strict-Transport-Security"), address)
	}
}

func TestTitlesAndNamesAreShownAndNeverRun(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	const evil = `<script>alert("x")</script>`
	require.Equal(t, 303, app.visitor().post("/courses", "course", "evil", "title", evil, "capacity", "2").status)
	require.Equal(t, 303, app.visitor().post("/students", "student", "mallory", "name", evil).status)
	mallory := app.as("mallory")
	require.Equal(t, 303, mallory.post("/courses/evil/subscriptions").status)
	for _, path := range []string{"/", "/courses/evil", "/students", "/students/mallory", "/decisions"} {
		got := mallory.get(path)
		assert.NotContains(t, got.body, "<script>", path)
		assert.Contains(t, got.body, "&lt;script&gt;", path)
	}
}

// Characters that a rule refuses may be in the log all the same: from before the rule, or from
// another program.
func TestWhatWouldChangeHowTheRestReadsIsShownHarmlessly(t *testing.T) {
	t.Parallel()
	const (
		tricks = "\u202e\u2066\u200b\u200e\ufeff\u00ad\u2028\u2029\ufffe\ufdd0\U0001ffff\u0001\u0007\u009b\U000e0041"
		title  = "Ada" + tricks + "\u200d\u05e9\u05dc\u05d5\u05dd"
		shown  = "Ada" + "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd" + "\u200d\u05e9\u05dc\u05d5\u05dd"
	)
	app := newApp(t)
	for _, trick := range tricks {
		for _, path := range []string{"/courses", "/students"} {
			got := app.visitor().post(path, "title", "a"+string(trick)+"b", "name", "a"+string(trick)+"b", "capacity", "1")
			require.Equal(t, http.StatusUnprocessableEntity, got.status, "%q", trick)
			require.Contains(t, got.body, `value="a`+"\ufffd"+`b"`, "%q", trick)
		}
	}
	events, err := dcb.Encode([]dcb.Fact{
		courses.CourseDefined{Course: "odd", Title: title, Capacity: 3},
		courses.StudentRegistered{Student: "odd", Name: title},
		courses.StudentSubscribedToCourse{Student: "odd", Course: "odd"},
	})
	require.NoError(t, err)
	_, err = app.store.AppendEvents(t.Context(), events, dcb.Query{}, 0)
	require.NoError(t, err)
	app.awaitPages()
	odd := app.as("odd")
	for _, path := range []string{"/", "/courses/odd", "/students", "/students/odd"} {
		page := odd.get(path).body
		assert.Contains(t, page, shown, path)
		assert.False(t, strings.ContainsAny(page, tricks), path)
	}
}

func TestWhatOnlyAScriptSendsIsAnsweredWithWhatToDo(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	form := http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	before := app.head()

	got := app.visitor().send(http.MethodPost, "/courses", strings.NewReader("title="+strings.Repeat("x", 1<<20)), form)
	assert.Equal(t, http.StatusRequestEntityTooLarge, got.status)
	assert.Contains(t, got.text(), "larger than 64 KB")

	got = app.visitor().send(http.MethodPost, "/courses", strings.NewReader("title=%zz"), form)
	assert.Equal(t, http.StatusBadRequest, got.status)
	assert.Contains(t, got.text(), "could not be read")

	for _, title := range []string{"a\x00b", "\xff\xfe"} {
		got = app.visitor().post("/courses", "title", title, "capacity", "1")
		assert.Equal(t, http.StatusUnprocessableEntity, got.status, "%q", title)
	}
	got = app.visitor().post("/courses/%00%ff/subscriptions", "student", "a\x00")
	assert.Equal(t, http.StatusNotFound, got.status)
	got = app.visitor().post("/session", "student", "a\x00")
	assert.Equal(t, http.StatusNotFound, got.status)

	assert.Equal(t, before, app.head())
}

func TestAnInternalErrorShowsARequestIDAndNotItsText(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	_, err := app.pool.Exec(t.Context(), `alter table decision_receipt rename to elsewhere`)
	require.NoError(t, err)
	got := app.visitor().get("/decisions")
	require.Equal(t, http.StatusInternalServerError, got.status)
	assert.Contains(t, got.text(), "report this request: "+got.header.Get("X-Request-Id"))
	assert.NotContains(t, got.text(), "decision_receipt")
	assert.Contains(t, app.logged.String(), "decision_receipt", "the log has it")
}

// A receipt only shows a decision. When the receipt can't be kept, the decision stands.
func TestADecisionStandsWhenItsReceiptCannotBeKept(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	_, err := app.pool.Exec(t.Context(), `alter table decision_receipt rename to elsewhere`)
	require.NoError(t, err)
	ada := app.as("ada")
	require.Equal(t, http.StatusSeeOther, ada.post("/courses/history-of-computing/subscriptions").status)

	_, err = app.pool.Exec(t.Context(), `alter table elsewhere rename to decision_receipt`)
	require.NoError(t, err)
	page := ada.get("/courses/history-of-computing").text()
	assert.Contains(t, page, "You have a seat")
	assert.NotContains(t, page, "See the receipt", "there is none")
}

func TestWithoutADatabaseEveryPageSaysSo(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	app.pool.Close()
	for _, path := range []string{"/", "/courses/compilers", "/decisions"} {
		got := app.visitor().get(path)
		assert.Equal(t, http.StatusServiceUnavailable, got.status, path)
		assert.Contains(t, got.text(), "The database does not answer", path)
		assert.NotEmpty(t, got.header.Get("Retry-After"), path)
	}
	got := app.visitor().get("/healthz")
	assert.Equal(t, http.StatusServiceUnavailable, got.status)
}

func TestTextIsCompressedForClientsThatAcceptIt(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for _, path := range []string{"/", "/assets/app.css", "/assets/htmx.js"} {
		plain := app.visitor().send(http.MethodGet, path, nil, http.Header{"Accept-Encoding": {"identity"}})
		assert.Empty(t, plain.header.Get("Content-Encoding"), path)
		packed := app.visitor().send(http.MethodGet, path, nil, http.Header{"Accept-Encoding": {"gzip"}})
		assert.Equal(t, "gzip", packed.header.Get("Content-Encoding"), path)
		assert.Equal(t, "Accept-Encoding", packed.header.Get("Vary"), path)
		assert.Less(t, len(packed.body), len(plain.body)/2, path)
	}
}

// While a new version is rolled out, an old process is asked for files that it does not have.
func TestOnlyTheTrueHashOfAnAssetIsKeptForGood(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	page := app.visitor().get("/").body
	for _, address := range regexp.MustCompile(`/assets/[a-z.]+\?v=[0-9a-f]+`).FindAllString(page, -1) {
		assert.Equal(t, "public, max-age=31536000, immutable", app.visitor().get(address).header.Get("Cache-Control"), address)
		for _, other := range []string{address[:len(address)-1], address + "0", strings.Split(address, "?")[0], strings.Split(address, "=")[0] + "=ANYTHING"} {
			got := app.visitor().get(other)
			assert.Equal(t, http.StatusOK, got.status, other)
			assert.Equal(t, "no-store", got.header.Get("Cache-Control"), other)
		}
	}
}
