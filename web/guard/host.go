package guard

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// proxyHeaders are the headers by which proxies say whom they speak for, except X-Forwarded-*.
var proxyHeaders = []string{
	"Forwarded", "Via", "X-Real-Ip", "X-Client-Ip", "X-Cluster-Client-Ip", "True-Client-Ip", "X-Original-Forwarded-For",
	"Cf-Connecting-Ip", "Fastly-Client-Ip", "Fly-Client-Ip", "X-Envoy-External-Address", "X-Original-Host",
}

// SignOfProxy returns the name of a header that only proxies send, or "" if there is none.
func SignOfProxy(header http.Header) string {
	for name := range header {
		if strings.HasPrefix(name, "X-Forwarded-") || slices.Contains(proxyHeaders, name) {
			return name
		}
	}
	return ""
}

// IsThisMachine reports whether a Host header names this machine: localhost, or a loopback
// address.
func IsThisMachine(host string) bool {
	name := (&url.URL{Host: host}).Hostname()
	ip, err := netip.ParseAddr(name)
	return strings.EqualFold(name, "localhost") || err == nil && ip.IsLoopback()
}
