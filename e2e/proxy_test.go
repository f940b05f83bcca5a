package e2e

import (
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// passOn hands requests on to the program at an address.
func passOn(t testing.TB, address string) http.Handler {
	t.Helper()
	target, err := url.Parse(address)
	require.NoError(t, err)
	return &httputil.ReverseProxy{
		FlushInterval: -1,                         // news comes at once
		ErrorLog:      log.New(io.Discard, "", 0), // it tells of each stream that ends
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host // or a form would come from another site
		},
	}
}

// A lossyProxy stands between a browser and the program.
type lossyProxy struct {
	*httptest.Server
	forms       atomic.Int32 // how many were let through
	loseAnswers atomic.Int32 // how many of the next forms get no answer
}

func newLossyProxy(t testing.TB, address string) *lossyProxy {
	t.Helper()
	p := &lossyProxy{}
	through := passOn(t, address)
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			through.ServeHTTP(w, r)
			return
		}
		p.forms.Add(1)
		if p.loseAnswers.Add(-1) < 0 {
			through.ServeHTTP(w, r)
			return
		}
		lost := httptest.NewRecorder()
		through.ServeHTTP(lost, r)
		assert.Equal(t, http.StatusSeeOther, lost.Code, "it was carried out")
		panic(http.ErrAbortHandler) // net/http's way to cut a connection
	}))
	t.Cleanup(p.Close)
	return p
}
