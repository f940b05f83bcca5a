package dcbhttp_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
)

const someEvents = `{"events":[{"type":"A","data":""}]}`

func TestWithATokenNobodyGetsInWithoutIt(t *testing.T) {
	t.Parallel()
	effort.NotShort(t, "seconds of waiting")
	api := newAPI(t, "open sesame")
	t.Run("with another", func(t *testing.T) {
		for _, authorization := range []string{"", "Bearer", "Bearer ", "Bearer open barley", "Bearer open sesames", "Basic open sesame", "open sesame"} {
			for _, address := range []string{"/dcb/read", "/dcb/append", "/dcb/", "/dcb/elsewhere"} {
				t.Run(authorization+address, func(t *testing.T) {
					t.Parallel()
					w := api.in(t).do(http.MethodPost, "http://example.com"+address, someEvents, "Authorization", authorization, "Content-Type", "application/json")
					assert.Equal(t, http.StatusUnauthorized, w.Code)
					assert.Equal(t, "Bearer", w.Header().Get("WWW-Authenticate"))
					assert.NotContains(t, errorText(t, w), "open sesame")
				})
			}
		}
	})
	assert.NotContains(t, api.logged.String(), "sesame")
	for _, authorization := range []string{"Bearer open sesame", "bearer open sesame"} {
		w := api.do(http.MethodPost, "http://example.com/dcb/append", someEvents, "Authorization", authorization, "Content-Type", "application/json")
		require.Equal(t, http.StatusOK, w.Code, "%s", w.Body)
		w = api.do(http.MethodGet, "http://example.com/dcb/read", "", "Authorization", authorization)
		require.Equal(t, http.StatusOK, w.Code)
	}
}

// Of a hundred wrong tokens at once, some wait for their answer, and the others are told to
// wait. A client with the right token does not notice.
func TestWrongTokensAreAnsweredSlowlyAndLeaveALine(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "open sesame")
	const tries = 100
	start, answers := time.Now(), make(chan *httptest.ResponseRecorder, tries)
	for range tries {
		go func() {
			answers <- api.do(http.MethodGet, "http://example.com/dcb/read", "", "Authorization", "Bearer open barley")
		}()
	}
	statuses := map[int]int{}
	for range tries {
		w := <-answers
		statuses[w.Code]++
		if w.Code == http.StatusTooManyRequests {
			assert.Equal(t, "1", w.Header().Get("Retry-After"))
		}
	}
	assert.Equal(t, tries, statuses[http.StatusUnauthorized]+statuses[http.StatusTooManyRequests], "%v", statuses)
	waited := statuses[http.StatusUnauthorized]
	assert.GreaterOrEqual(t, waited, 32, "%v", statuses)
	assert.GreaterOrEqual(t, time.Since(start), 300*time.Millisecond*time.Duration((waited+31)/32))
	assert.Equal(t, waited, strings.Count(api.logged.String(), "refused a token"))
	assert.NotContains(t, api.logged.String(), "barley")

	before := len(api.logged.String())
	w := api.do(http.MethodGet, "http://example.com/dcb/read", "", "Authorization", "Bearer open barley", "X-Forwarded-For", strings.Repeat("x", 50_000))
	assert.Equal(t, http.StatusUnauthorized, w.Code)
	assert.Less(t, len(api.logged.String())-before, 1000, "nobody fills the log by a header")
	waited++

	w = api.do(http.MethodGet, "http://example.com/dcb/read", "")
	assert.Equal(t, http.StatusUnauthorized, w.Code)
	assert.Equal(t, waited, strings.Count(api.logged.String(), "refused a token"), "without a token it is a question")
	require.Equal(t, http.StatusOK, api.do(http.MethodGet, "http://example.com/dcb/read", "", "Authorization", "Bearer open sesame").Code)
}

func TestWithoutATokenOnlyThisMachineIsMeant(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	for host, status := range map[string]int{
		"127.0.0.1":           200,
		"127.0.0.1:8080":      200,
		"127.8.9.1:8080":      200,
		"localhost":           200,
		"LocalHost:8080":      200,
		"[::1]:8080":          200,
		"[::1]":               200,
		"evil.example":        403,
		"evil.example:8080":   403,
		"localhost.evil.com":  403,
		"127.0.0.1.nip.io":    403,
		"0.0.0.0:8080":        403,
		"192.168.0.10:8080":   403,
		"[2001:db8::1]:8080":  403,
		"127.0.0.1@evil.com":  403,
		"evil.com#@127.0.0.1": 403,
	} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, here+"/dcb/read", nil)
		require.NoError(t, err)
		r.Host = host
		w := httptest.NewRecorder()
		api.handler.ServeHTTP(w, r)
		assert.Equal(t, status, w.Code, host)
	}
}

func TestWithoutATokenNobodyComesThroughAProxy(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "x-forwarded-proto", "X-Real-IP", "Via", "CF-Connecting-IP", "True-Client-IP"} {
		w := newAPI(t, "").do(http.MethodGet, here+"/dcb/read", "", name, "192.0.2.1")
		assert.Equal(t, http.StatusForbidden, w.Code, name)
		assert.Contains(t, errorText(t, w), "a proxy passed on", name)
		w = newAPI(t, "secret").do(http.MethodGet, here+"/dcb/read", "", name, "192.0.2.1", "Authorization", "Bearer secret")
		assert.Equal(t, http.StatusOK, w.Code, name)
	}
}

func TestAPageOfAnotherSiteCannotAppend(t *testing.T) {
	t.Parallel()
	for _, token := range []string{"", "secret"} {
		api := newAPI(t, token)
		for _, header := range [][2]string{
			{"Sec-Fetch-Site", "cross-site"},
			{"Sec-Fetch-Site", "same-site"}, // another port of this host
			{"Origin", "http://localhost:9999"},
			{"Origin", "null"},
		} {
			w := api.do(http.MethodPost, here+"/dcb/append", someEvents,
				"Content-Type", "application/json", "Authorization", "Bearer "+token, header[0], header[1])
			assert.Equal(t, http.StatusForbidden, w.Code, header)
			assert.Contains(t, errorText(t, w), "another site")
			assert.Empty(t, w.Header().Get("Access-Control-Allow-Origin"))
		}
		w := api.do(http.MethodOptions, here+"/dcb/append", "", "Authorization", "Bearer "+token,
			"Origin", "http://evil.example", "Access-Control-Request-Method", "POST")
		assert.Equal(t, http.StatusMethodNotAllowed, w.Code, "no preflight goes through")
		head, err := api.store.Head(t.Context())
		require.NoError(t, err)
		require.Zero(t, head, "the log is empty")
	}
}

func TestAnswersAreNotForPagesOrCaches(t *testing.T) {
	t.Parallel()
	header := newAPI(t, "").get("", "").Header()
	assert.Equal(t, "nosniff", header.Get("X-Content-Type-Options"))
	assert.Equal(t, "same-origin", header.Get("Cross-Origin-Resource-Policy"))
	assert.Equal(t, "no-store", header.Get("Cache-Control"))
	assert.NotEmpty(t, header.Get("X-Request-Id"))
}

func TestOtherAddressesAndMethodsAreAnsweredWithThoseThereAre(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	for _, test := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{http.MethodPost, "/dcb/read", 405, "GET, HEAD"},
		{http.MethodDelete, "/dcb/read", 405, "GET, HEAD"},
		{http.MethodGet, "/dcb/append", 405, "POST"},
		{http.MethodPut, "/dcb/append", 405, "POST"},
		{http.MethodGet, "/dcb/", 404, ""},
		{http.MethodGet, "/dcb/append/", 404, ""},
	} {
		w := api.do(test.method, here+test.path, "")
		assert.Equal(t, test.status, w.Code, test.path)
		assert.Equal(t, test.allow, w.Header().Get("Allow"), test.path)
		assert.NotEmpty(t, errorText(t, w))
	}
	require.Equal(t, 200, api.do(http.MethodHead, here+"/dcb/read", "").Code)
}

func TestAnErrorOfOursHasARequestIDAndNotItsText(t *testing.T) {
	t.Parallel()
	api := newAPI(t, "")
	_, err := api.pool.Exec(t.Context(), `alter table dcb_event rename to elsewhere`)
	require.NoError(t, err)

	w := api.get("", "")
	require.Equal(t, http.StatusInternalServerError, w.Code)
	require.Contains(t, errorText(t, w), "report request "+w.Header().Get("X-Request-Id"))
	require.NotContains(t, w.Body.String(), "dcb_event")
	require.Contains(t, api.logged.String(), "dcb_event", "the log has it")

	w = api.post(someEvents)
	require.Equal(t, http.StatusInternalServerError, w.Code)
	require.Contains(t, errorText(t, w), "read before you send them again")
	require.NotContains(t, w.Body.String(), "dcb_event")

	api.pool.Close()
	w = api.get("", "")
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.Contains(t, errorText(t, w), "database does not answer")
	require.Equal(t, "2", w.Header().Get("Retry-After"))
}
