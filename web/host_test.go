package web_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"

	"go-crablet/web"
)

func TestAnOpenDemoIsForThisMachine(t *testing.T) {
	t.Parallel()
	hosts := map[string]bool{
		"127.0.0.1":           true,
		"127.0.0.1:8080":      true,
		"127.8.9.1:8080":      true,
		"localhost":           true,
		"LocalHost:8080":      true,
		"[::1]:8080":          true,
		"[::1]":               true,
		"":                    false,
		"evil.example":        false,
		"evil.example:8080":   false,
		"localhost.evil.com":  false,
		"127.0.0.1.nip.io":    false,
		"0.0.0.0:8080":        false,
		"192.168.0.10:8080":   false,
		"[2001:db8::1]:8080":  false,
		"127.0.0.1@evil.com":  false,
		"evil.com#@127.0.0.1": false,
	}
	open := withoutDatabase(t.Output(), func(config *web.Config) { config.Passcode = "" })
	for host, here := range hosts {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			w := askedFor(open, method, host, "/registrar/delete")
			assert.Equal(t, here, w.Code != http.StatusForbidden, "%s %q", method, host)
			if !here {
				assert.Contains(t, w.Body.String(), "Open it as localhost or 127.0.0.1")
			}
		}
	}
}

// askedFor returns the answer to a request that names a host.
func askedFor(handler http.Handler, method, host, path string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	r.Host = host
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, r)
	return w
}

func TestWithAPasscodeOnlyNamedHostsAreAnswered(t *testing.T) {
	t.Parallel()
	hosts := map[string]bool{
		"courses.example":          true,
		"courses.example:8443":     true,
		"Courses.Example.":         true,
		"www.courses.example":      true,
		"127.0.0.1:8080":           true,
		"localhost":                true,
		"192.168.0.10:8080":        true,
		"[2001:db8::1]:8080":       true,
		"":                         false,
		"evil.example":             false,
		"courses.example.evil":     false,
		"evil-courses.example":     false,
		"sub.courses.example":      false,
		"127.0.0.1.nip.io":         false,
		"courses.example@evil":     false,
		"evil.com#courses.example": false,
	}
	named := withoutDatabase(t.Output(), func(config *web.Config) { config.Hosts = []string{"courses.example", "www.courses.example"} })
	for host, ours := range hosts {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			w := askedFor(named, method, host, "/registrar/delete")
			assert.Equal(t, ours, w.Code == http.StatusSeeOther, "%s %q: %d", method, host, w.Code)
			if !ours {
				assert.Equal(t, http.StatusMisdirectedRequest, w.Code)
				assert.Contains(t, w.Body.String(), "can name the host with -host")
				assert.NotEmpty(t, w.Header().Get("Content-Security-Policy"))
			}
		}
	}
	w := askedFor(named, http.MethodGet, "a-container:8080", "/healthz")
	assert.NotEqual(t, http.StatusMisdirectedRequest, w.Code, "a health check may use any name")
}

// Behind a proxy on this machine, everybody who reaches the proxy would be the registrar.
func TestAnOpenDemoIsNotForWhatAProxyPassesOn(t *testing.T) {
	t.Parallel()
	open := withoutDatabase(t.Output(), func(config *web.Config) { config.Passcode = "" })
	closed := withoutDatabase(t.Output())
	for _, name := range []string{
		"Forwarded", "X-Forwarded-For", "x-forwarded-host", "X-Forwarded-Proto", "X-Forwarded-Port", "X-Forwarded-Anything",
		"X-Real-IP", "Via", "CF-Connecting-IP", "True-Client-IP", "X-Cluster-Client-IP",
	} {
		r := httptest.NewRequest(http.MethodGet, "http://localhost:8080/nowhere", nil)
		r.Header.Set(name, "192.0.2.1")
		w := httptest.NewRecorder()
		open.ServeHTTP(w, r)
		assert.Equal(t, http.StatusForbidden, w.Code, name)
		text := answer{body: w.Body.String()}.text()
		assert.Contains(t, text, http.CanonicalHeaderKey(name))
		assert.Contains(t, text, "Set REGISTRAR_PASSCODE and SESSION_KEY, and name the proxy with -trusted-proxy")

		w = httptest.NewRecorder()
		closed.ServeHTTP(w, r)
		assert.Equal(t, http.StatusNotFound, w.Code, "with a passcode, %s", name)
	}
}
