package web_test

import (
	"io"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"

	"github.com/stretchr/testify/require"
)

// A visitor sends requests and keeps cookies as a browser does. It does not follow redirects.
type visitor struct {
	app    *app
	client *http.Client
}

func (a *app) visitor() visitor {
	jar, err := cookiejar.New(nil)
	require.NoError(a.t, err)
	return visitor{a, &http.Client{
		Jar:           jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// as returns a visitor who acts as a student.
func (a *app) as(student string) visitor {
	v := a.visitor()
	require.Equal(a.t, http.StatusSeeOther, v.post("/session", "student", student).status)
	return v
}

// A forwarded sends requests as a proxy does for a client with this address.
type forwarded string

func (addr forwarded) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Forwarded-For", string(addr))
	return http.DefaultTransport.RoundTrip(r)
}

// from makes the visitor come from an address, through a proxy.
func (v visitor) from(addr string) visitor {
	v.client.Transport = forwarded(addr)
	return v
}

func (v visitor) get(path string) answer {
	return v.send(http.MethodGet, path, nil, nil)
}

// post sends a form of names and values in turn.
func (v visitor) post(path string, namesAndValues ...string) answer {
	form := url.Values{}
	for i := 0; i < len(namesAndValues); i += 2 {
		form.Add(namesAndValues[i], namesAndValues[i+1])
	}
	return v.send(http.MethodPost, path, strings.NewReader(form.Encode()),
		http.Header{"Content-Type": {"application/x-www-form-urlencoded"}})
}

// send asks for pages as they are, unless the header says otherwise: under the race detector it takes
// longer to compress a page than to render it.
func (v visitor) send(method, path string, body io.Reader, header http.Header) answer {
	v.app.t.Helper()
	request, err := http.NewRequestWithContext(v.app.t.Context(), method, v.app.server.URL+path, body)
	require.NoError(v.app.t, err)
	request.Header.Set("Accept-Encoding", "identity")
	maps.Copy(request.Header, header)
	response, err := v.client.Do(request)
	require.NoError(v.app.t, err)
	defer response.Body.Close()
	content, err := io.ReadAll(response.Body)
	require.NoError(v.app.t, err)
	return answer{response.StatusCode, response.Header.Get("Location"), response.Header, string(content)}
}

// posts sends a form and requires the status of the answer.
func (v visitor) posts(status int, path string, form ...string) answer {
	v.app.t.Helper()
	got := v.post(path, form...)
	require.Equal(v.app.t, status, got.status, got)
	return got
}

// in returns a visitor in a role: "nobody", "registrar", or the id of a student.
func (a *app) in(role string) visitor {
	switch role {
	case "nobody":
		return a.visitor()
	case "registrar":
		v := a.visitor()
		require.Equal(a.t, http.StatusSeeOther, v.post("/registrar", "passcode", passcode).status)
		return v
	default:
		return a.as(role)
	}
}

// with returns the answer to a request that has a cookie.
func (a *app) with(cookie, path string) answer {
	return a.visitor().send(http.MethodGet, path, nil, http.Header{"Cookie": {cookie}})
}

// cookie returns the cookies that a visitor has, or "".
func (v visitor) cookie() string {
	address, err := url.Parse(v.app.server.URL)
	require.NoError(v.app.t, err)
	var cookies []string
	for _, cookie := range v.client.Jar.Cookies(address) {
		cookies = append(cookies, cookie.String())
	}
	return strings.Join(cookies, "; ")
}

// postWith returns the answer to a form that is sent with a cookie.
func (a *app) postWith(cookie, path, form string) answer {
	return a.visitor().send(http.MethodPost, path, strings.NewReader(form),
		http.Header{"Cookie": {cookie}, "Content-Type": {"application/x-www-form-urlencoded"}})
}

// takes stores the cookies of an answer that the visitor did not ask for.
func (v visitor) takes(a answer) {
	address, err := url.Parse(v.app.server.URL)
	require.NoError(v.app.t, err)
	v.client.Jar.SetCookies(address, (&http.Response{Header: a.header}).Cookies())
}
