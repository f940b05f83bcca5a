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

// onlyOurHosts answers only requests whose Host header names this site.
//
// An open demo is for this machine only. That it listens on a local address is not enough: the
// owner of evil.example can have this name resolved to 127.0.0.1, and a browser then lets the
// pages of evil.example read our answers. But the Host header still says evil.example.
//
// A site with a passcode has the same problem, so it answers only to the names that it was
// configured with, and to IP addresses, which nobody can have resolved to another machine.
func (s *Site) onlyOurHosts(next http.Handler) http.Handler {
	return s.handle(func(v *Visit) error {
		r := v.R
		if !s.openDemo() && r.URL.Path != HealthPath && !s.isNamed(r.Host) {
			return BadRequest(
				http.StatusMisdirectedRequest,
				"This server does not know the name in this address. Whoever runs it can name the host with -host: webapp -h says how.",
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

// isNamed reports whether a Host header has an IP address, or a name of this site.
func (s *Site) isNamed(host string) bool {
	name := strings.TrimSuffix((&url.URL{Host: host}).Hostname(), ".")
	_, err := netip.ParseAddr(name)
	return err == nil || guard.IsThisMachine(host) || slices.ContainsFunc(s.Hosts, func(ours string) bool { return strings.EqualFold(name, ours) })
}
