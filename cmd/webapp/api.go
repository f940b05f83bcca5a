package main

import (
	"net/http"
	"strings"
)

// withAPI serves the event API below /dcb/, and the application everywhere else. The API
// stands outside of the application: programs have no use for a session, or for an error
// page.
func withAPI(app, api http.Handler) http.Handler {
	// A mux of the standard library would answer some paths by itself, without our headers.
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/dcb/") {
			api.ServeHTTP(w, r)
			return
		}
		app.ServeHTTP(w, r)
	})
}
