package e2e

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
)

// Browsers allow few connections to one site, so a tab in the background must not keep one.
func TestAPageThatNobodySeesGivesItsConnectionBack(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	through := passOn(t, site.url)
	var listening atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/live" {
			listening.Add(1)
			defer listening.Add(-1)
		}
		through.ServeHTTP(w, r)
	}))
	t.Cleanup(proxy.Close)
	ada := site.student("ada", "Ada")
	ada.Goto(proxy.URL + "/courses/compilers")
	eventually(t, "the page hears the news", func() bool { return listening.Load() == 1 })
	ada.LookAway(func() {
		eventually(t, "the page ends its connection", func() bool { return listening.Load() == 0 })
	})
	eventually(t, "the page hears the news again", func() bool { return listening.Load() == 1 })
}
