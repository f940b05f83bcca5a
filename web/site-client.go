package web

import (
	"net/http"
)

// locate finds out which client a request comes from.
func (s *server) locate(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := clientBehind(s.TrustedProxies, r)
		next.ServeHTTP(w, r.WithContext(withClient(r.Context(), c)))
	})
}
