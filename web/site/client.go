package site

import (
	"net/http"

	"go-crablet/web/guard"
)

// locate finds out which client a request comes from.
func (s *Site) locate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := guard.ClientBehind(s.TrustedProxies, r)
		next.ServeHTTP(w, r.WithContext(guard.WithClient(r.Context(), c)))
	})
}
