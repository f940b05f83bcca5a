package web_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/web"
)

// A form with any content is carried out as a whole or refused with a sentence.
func FuzzForm(f *testing.F) {
	for _, seed := range []string{
		"", "title=Knots&capacity=3", "title=Knots&capacity=3&course=knots", "name=Zo%C3%AB&student=zoe", "student=ada", "student=ada&from=%2F",
		"title=%00&capacity=1e9", "title=a&title=b", "capacity=%zz", "name=%e2%80%ae&student=..", "from=//evil.example&student=", "a=b;c=d",
	} {
		for form := range len(forms) {
			f.Add(form, seed)
		}
	}
	var log bytes.Buffer
	app := newApp(f, func(config *web.Config) { config.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	f.Fuzz(func(t *testing.T, form int, body string) {
		app := *app
		app.t = t
		before := app.head()
		log.Reset()
		r := httptest.NewRequest(http.MethodPost, "http://localhost"+forms[uint(form)%uint(len(forms))], strings.NewReader(body))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		app.handler.ServeHTTP(w, r)
		require.Empty(t, wrongWith(w, log.String(), before, app.head()), "%s", w.Body)
	})
}

var forms = []string{
	"/session", "/registrar", "/courses", "/students",
	"/courses/compilers/capacity", "/courses/compilers/subscriptions", "/courses/compilers/subscriptions/ada/delete",
}

// A cookie with any content makes nobody the registrar.
func FuzzSessionCookie(f *testing.F) {
	app := newApp(f, guarded)
	signedIn, _, _ := strings.Cut(app.visitor().post("/registrar", "passcode", passcode).cookie(), ";")
	require.Equal(f, http.StatusOK, app.with(signedIn, "/define-course").status)
	for _, seed := range []string{"", whoCookie + "=", whoCookie + "=x", signedIn[1:], signedIn + "=", signedIn[:40] + "_" + signedIn[41:], whoCookie + "=" + strings.Repeat("A", 5000), whoCookie + "=a; " + whoCookie + "=b", "\x00", "="} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, cookie string) {
		r := httptest.NewRequest(http.MethodGet, "/define-course", nil)
		r.Header["Cookie"] = []string{cookie}
		w := httptest.NewRecorder()
		app.handler.ServeHTTP(w, r)
		require.Equal(t, http.StatusForbidden, w.Code)
	})
}
