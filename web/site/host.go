package site

import (
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"go-crablet/web/guard"
	"go-crablet/web/ui"
)

// onlyWhoIsMeant keeps an open demo to those who sit in front of it. The address
// it listens on sees to most of that. But a page at evil.example that has its name
// resolved to 127.0.0.1 counts as ours to a browser; its requests still say
// where they were meant to go.
//
// Once there is a passcode, others are served, and such a page must be none of ours either:
// only hosts that were named are answered, and addresses, which no name system stands behind.
func (s *Site) onlyWhoIsMeant(next http.Handler) http.Handler {
	return s.handle(func(v *Visit) error {
		r := v.R
		if !s.openDemo() && r.URL.Path != HealthPath && !s.isNamed(r.Host) {
			return BadRequest(
				http.StatusMisdirectedRequest,
				"This server is not known by the name that this address has. Whoever runs it can name the host with -host: webapp -h says how.",
			)
		}
		if s.openDemo() && !guard.IsThisMachine(r.Host) {
			return Denial(
				"Only for this machine",
				"This is an open demo. Open it as localhost or 127.0.0.1, or have it started with a passcode: webapp -h says how.",
				ui.Link{},
			)
		}
		if sign := guard.SignOfProxy(r.Header); s.openDemo() && sign != "" {
			return Denial(
				"Not through a proxy",
				"A proxy passed this on, as the header "+sign+" says, and anybody may be behind it. In an open demo everybody is the registrar. "+
					"Set REGISTRAR_PASSCODE and SESSION_KEY, and name the proxy with -trusted-proxy; or open the demo without the proxy.",
				ui.Link{},
			)
		}
		next.ServeHTTP(v.W, v.R)
		return nil
	})
}

// isNamed reports whether a Host header has an address, or a name that is ours.
func (s *Site) isNamed(host string) bool {
	name := strings.TrimSuffix((&url.URL{Host: host}).Hostname(), ".")
	_, err := netip.ParseAddr(name)
	return err == nil || guard.IsThisMachine(host) || slices.ContainsFunc(s.Hosts, func(ours string) bool { return strings.EqualFold(name, ours) })
}
