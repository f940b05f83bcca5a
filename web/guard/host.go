package guard

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// The headers by which proxies say whom they speak for, besides X-Forwarded-For and its like.
var proxyHeaders = []string{
	"Forwarded", "Via", "X-Real-Ip", "X-Client-Ip", "X-Cluster-Client-Ip", "True-Client-Ip", "X-Original-Forwarded-For",
	"Cf-Connecting-Ip", "Fastly-Client-Ip", "Fly-Client-Ip", "X-Envoy-External-Address", "X-Original-Host",
}

// SignOfProxy returns a header that only a proxy sends, or "".
func SignOfProxy(header http.Header) string {
	for name := range header {
		if strings.HasPrefix(name, "X-Forwarded-") || slices.Contains(proxyHeaders, name) {
			return name
		}
	}
	return ""
}

// IsThisMachine reports whether a Host header names this machine, whatever the name
// system says.
func IsThisMachine(host string) bool {
	name := (&url.URL{Host: host}).Hostname()
	ip, err := netip.ParseAddr(name)
	return strings.EqualFold(name, "localhost") || err == nil && ip.IsLoopback()
}
