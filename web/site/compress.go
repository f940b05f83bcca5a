package site

import (
	"net/http"

	"github.com/klauspost/compress/gzhttp"
)

// compressed compresses texts: a page shrinks to a fifth. A page repeats what was searched for,
// but its compressed length gives nothing away, since a page has no secret: sessions are in
// cookies, and requests of other sites are recognised by their headers. News are not
// compressed, so each arrives at once.
var compressed = func() middleware {
	wrap, err := gzhttp.NewWrapper(gzhttp.ContentTypes([]string{
		"text/html", "text/css", "text/javascript", "text/plain", "image/svg+xml", "application/json",
	}))
	if err != nil {
		panic(err) // the options are part of the program
	}
	return func(next http.Handler) http.Handler {
		packing := wrap(next)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == LivePath {
				next.ServeHTTP(w, r)
				return
			}
			packing.ServeHTTP(w, r)
		})
	}
}()
