package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
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

func TestTheSessionCookieIsKeptFromScriptsAndOtherSites(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	cookie := app.visitor().post("/session", "student", "ada").header.Get("Set-Cookie")
	for _, attribute := range []string{"session=", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"} {
		assert.Contains(t, cookie, attribute)
	}
}

func TestACookieThatDoesNotDecodeIsANewSession(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for _, value := range []string{"", "x", strings.Repeat("A", 5000), "MTY5fEFB|%00"} {
		header := http.Header{"Cookie": {"session=" + value}}
		got := app.visitor().send(http.MethodGet, "/", nil, header)
		assert.Equal(t, http.StatusOK, got.status, "%.20q", value)
		assert.Contains(t, got.text(), "Act as a student")
	}
}

func TestEveryAnswerTellsBrowsersToTrustNothingForeign(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for _, path := range []string{"/", "/nowhere", "/healthz", "/assets/app.css"} {
		header := app.visitor().get(path).header
		assert.Contains(t, header.Get("Content-Security-Policy"), "default-src 'self'", path)
		assert.Contains(t, header.Get("Content-Security-Policy"), "frame-ancestors 'none'", path)
		assert.Equal(t, "nosniff", header.Get("X-Content-Type-Options"), path)
		assert.NotEmpty(t, header.Get("X-Request-Id"), path)
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
		assert.NotContains(t, got.body, "<script", path)
		assert.Contains(t, got.body, "&lt;script&gt;", path)
	}
}

func TestWhatNoFormSendsIsAnsweredWithWhatToDo(t *testing.T) {
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

// A receipt is for looking at: when it can't be kept, the decision stands.
func TestADecisionStandsWhenItsReceiptCannotBeKept(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	_, err := app.pool.Exec(t.Context(), `alter table decision_receipt rename to elsewhere`)
	require.NoError(t, err)
	ada := app.as("ada")
	require.Equal(t, http.StatusSeeOther, ada.post("/courses/history-of-computing/subscriptions").status)
	assert.Contains(t, ada.get("/courses/history-of-computing").text(), "You have a seat")
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
