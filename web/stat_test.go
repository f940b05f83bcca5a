package web_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/web"
)

func TestFormsThatAreSentTooSoonAreCounted(t *testing.T) {
	t.Parallel()
	app := newApp(t, func(c *web.Config) { c.WritesPerSecond = 1 })
	visitor, refused := app.visitor(), 0
	for range 12 {
		if visitor.post("/session/mode").status == http.StatusTooManyRequests {
			refused++
		}
	}
	require.NotZero(t, refused)
	require.Equal(t, web.Stat{ThrottledForms: int64(refused)}, app.web.Stat())
}

// Whatever a client asks for, it is one of few patterns.
func TestARequestHasThePatternOfItsRoute(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for request, want := range map[[2]string]string{
		{"GET", "/"}:                            "GET /{$}",
		{"GET", "/courses/compilers"}:           "GET /courses/{course}",
		{"HEAD", "/courses/knots?as_of=3"}:      "GET /courses/{course}",
		{"POST", "/courses/compilers/capacity"}: "POST /courses/{course}/capacity",
		{"GET", "/no/such/page"}:                "",
		{"BREW", "/courses/compilers"}:          "",
		{"GET", "/decisions/abcdefghij"}:        "GET /decisions/{decision}",
	} {
		require.Equal(t, want, app.web.Pattern(httptest.NewRequest(request[0], request[1], nil)), request)
	}
}
