package web_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/web"
	"go-crablet/web/site"
)

// withoutDatabase returns the application without a database, for requests that are answered before a
// page is made. It logs to w.
func withoutDatabase(w io.Writer, changes ...func(*web.Config)) http.Handler {
	config := web.Config{Config: site.Config{
		Passcode:    passcode,
		Hosts:       testHosts,
		SessionKeys: [][]byte{[]byte(newKey)},
		Logger:      slog.New(slog.NewTextHandler(w, nil)),
	}}
	for _, change := range changes {
		change(&config)
	}
	return web.New(config)
}

// fill returns the answer to a form of names and values in turn.
func fill(app http.Handler, path string, namesAndValues ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i < len(namesAndValues); i += 2 {
		form.Add(namesAndValues[i], namesAndValues[i+1])
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	return w
}

func slowly(config *web.Config) { config.WritesPerSecond = 2 }

func TestTooManyFormsHaveToWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var logged strings.Builder
		app := withoutDatabase(&logged, slowly)
		for range 20 {
			require.Equal(t, http.StatusSeeOther, fill(app, "/registrar/delete").Code)
		}
		require.NotContains(t, logged.String(), "throttled")
		w := fill(app, "/registrar/delete")
		require.Equal(t, http.StatusTooManyRequests, w.Code)
		require.Equal(t, "1", w.Header().Get("Retry-After"))
		require.Contains(t, w.Body.String(), "Wait 1 second, then send it again.")

		looking := httptest.NewRecorder()
		app.ServeHTTP(looking, httptest.NewRequest(http.MethodGet, "/assets/app.css", nil))
		require.Equal(t, http.StatusOK, looking.Code)

		time.Sleep(time.Second)
		require.Equal(t, http.StatusSeeOther, fill(app, "/registrar/delete").Code)
		require.Equal(t, http.StatusSeeOther, fill(app, "/registrar/delete").Code)
		require.Equal(t, http.StatusTooManyRequests, fill(app, "/registrar/delete").Code)
		require.Equal(t, 1, strings.Count(logged.String(), "a network is throttled"), "once in a minute")
		require.Contains(t, logged.String(), "what=forms")
	})
}

func TestWhoeverHasToWaitTypesNothingAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		app := withoutDatabase(t.Output(), slowly)
		for range 20 {
			fill(app, "/registrar/delete")
		}
		w := fill(app, "/courses", "title", `Knots & "loops"`, "capacity", "many", "course", "knots", "from", "/")
		require.Equal(t, http.StatusTooManyRequests, w.Code)
		page := w.Body.String()
		assert.Contains(t, page, `<form class="form" method="post" action="/courses">`)
		assert.Contains(t, page, `<input id="title" name="title" value="Knots &amp; &#34;loops&#34;"`)
		assert.Contains(t, page, `<input id="capacity" name="capacity" value="many"`)
		assert.Contains(t, page, `<input type="hidden" name="course" value="knots">`)
		assert.Contains(t, page, `<input type="hidden" name="from" value="/">`)
		assert.NotContains(t, page, `aria-describedby`, "the page has no description of the fields")

		page = fill(app, "/registrar", "passcode", passcode).Body.String()
		assert.NotContains(t, page, "horse", "a passcode has to be typed again")
		assert.NotContains(t, page, "<form")
		assert.Contains(t, page, `<a class="button" href="/registrar">Back to the form</a>`)
		list := httptest.NewRequest(http.MethodPost, "/imports", strings.NewReader("a file"))
		list.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		w = httptest.NewRecorder()
		app.ServeHTTP(w, list)
		require.Equal(t, http.StatusTooManyRequests, w.Code)
		assert.NotContains(t, w.Body.String(), "<form", "a file has to be chosen again")
		assert.Contains(t, w.Body.String(), `<a class="button" href="/imports">Back to the form</a>`)

		var many []string
		for i := range 100 {
			many = append(many, strings.Repeat("x", i+1), "y")
		}
		assert.NotContains(t, fill(app, "/courses", many...).Body.String(), "<form", "no form of this site has that many fields")
		assert.NotContains(t, fill(app, "/courses", "title", "a", "title", "b").Body.String(), "<form")
	})
}

func TestWithoutALimitNoFormHasToWait(t *testing.T) {
	t.Parallel()
	app := withoutDatabase(io.Discard)
	for range 2000 {
		require.Equal(t, http.StatusSeeOther, fill(app, "/registrar/delete").Code)
	}
}
