package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/web"
)

func TestWhatAProxySaysCountsOnlyFromATrustedOne(t *testing.T) {
	t.Parallel()
	trusted := func(config *web.Config) {
		for _, proxies := range []string{"10.0.0.0/8", "2001:db8:ffff::/48"} {
			config.TrustedProxies = append(config.TrustedProxies, netip.MustParsePrefix(proxies))
		}
	}
	tests := []struct {
		name     string
		from     string
		forwards []string // headers X-Forwarded-For
		proto    []string
		client   string
		secure   bool
	}{
		{"nobody in between", "192.0.2.1:999", nil, nil, "192.0.2.1", false},
		{"a stranger", "192.0.2.1:999", []string{"198.51.100.7"}, []string{"https"}, "192.0.2.1", false},
		{"a proxy", "10.0.0.1:999", []string{"198.51.100.7"}, []string{"https"}, "198.51.100.7", true},
		{"a proxy without TLS", "10.0.0.1:999", []string{"198.51.100.7"}, []string{"http"}, "198.51.100.7", false},
		{"a proxy that says nothing", "10.0.0.1:999", nil, nil, "10.0.0.1", false},
		{"a client that makes something up", "10.0.0.1:999", []string{"203.0.113.9, 10.0.0.2, 198.51.100.7"}, []string{"https, http"}, "198.51.100.7", false},
		{"two proxies", "10.0.0.1:999", []string{"203.0.113.9, 198.51.100.7, 10.9.9.9"}, []string{"HTTPS"}, "198.51.100.7", true},
		{"two headers", "10.0.0.1:999", []string{"203.0.113.9", "198.51.100.7"}, []string{"http", "https"}, "198.51.100.7", true},
		{"proxies all the way", "10.0.0.1:999", []string{"10.0.0.3, 10.0.0.2"}, nil, "10.0.0.3", false},
		{"with ports", "10.0.0.1:999", []string{"198.51.100.7:4711"}, nil, "198.51.100.7", false},
		{"IPv6", "[2001:db8:ffff::1]:999", []string{"[2001:db8::7]:4711"}, nil, "2001:db8::7", false},
		{"IPv6 without a port", "10.0.0.1:999", []string{"2001:db8::7"}, nil, "2001:db8::7", false},
		{"IPv4 as IPv6", "[::ffff:10.0.0.1]:999", []string{"::ffff:198.51.100.7"}, nil, "198.51.100.7", false},
		{"garbage", "10.0.0.1:999", []string{"198.51.100.7, unknown"}, nil, "10.0.0.1", false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var logged strings.Builder
			r := httptest.NewRequest(http.MethodPost, "/registrar/delete", nil)
			r.RemoteAddr, r.Header = test.from, http.Header{"X-Forwarded-For": test.forwards, "X-Forwarded-Proto": test.proto}
			w := httptest.NewRecorder()
			withoutDatabase(&logged, trusted).ServeHTTP(w, r)
			require.Equal(t, http.StatusSeeOther, w.Code)
			assert.Contains(t, logged.String(), "client="+test.client+" ")
			cookies := w.Result().Cookies()
			require.Len(t, cookies, 1)
			assert.Equal(t, test.secure, cookies[0].Secure)
		})
	}
}

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
	closed := withoutDatabase(t.Output())
	open := withoutDatabase(t.Output(), func(config *web.Config) { config.Passcode = "" })
	for host, here := range hosts {
		for _, method := range []string{http.MethodGet, http.MethodPost} {
			r := httptest.NewRequest(method, "/registrar/delete", nil)
			r.Host = host
			w := httptest.NewRecorder()
			open.ServeHTTP(w, r)
			assert.Equal(t, here, w.Code != http.StatusForbidden, "%s %q", method, host)
			if !here {
				assert.Contains(t, w.Body.String(), "Open it as localhost or 127.0.0.1")
			}

			w = httptest.NewRecorder()
			closed.ServeHTTP(w, r)
			assert.NotEqual(t, http.StatusForbidden, w.Code, "with a passcode, %s %q", method, host)
		}
	}
}

// A proxy on this machine would make all who reach it the registrar.
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
