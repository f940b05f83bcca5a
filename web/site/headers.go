package site

import (
	"net/http"

	"go-crablet/web/guard"
)

// securityHeaders tell browsers that pages load everything from this site only, and that pages
// of other sites can't embed any of it.
func securityHeaders(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy",
			"default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		secure := guard.ClientOf(r).Secure
		if secure || guard.IsThisMachine(r.Host) { // browsers reject it on other plain HTTP pages
			h.Set("Cross-Origin-Opener-Policy", "same-origin")
		}
		if secure && !guard.IsThisMachine(r.Host) { // other programs on this machine may have no TLS
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}
