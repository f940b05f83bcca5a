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
