package web_test

import (
	"bufio"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/web"
)

// A vocabulary is what requests are made of: the routes, and the names of all fields
// of all forms, as the pages have them. What is added to the application is in it.
type vocabulary struct {
	routes []string
	fields []string
}

func vocabularyOf(t *testing.T) vocabulary {
	app := newApp(t, guarded)
	registrar := app.in("registrar")
	fields := map[string]bool{"passcode": true, "no_such_field": true}
	registrar.walk(func(_ string, page answer) {
		for _, form := range formsIn(page.body) {
			for i := 0; i < len(form.fields); i += 2 {
				fields[form.fields[i]] = true
			}
		}
	})
	require.Subset(t, slices.Collect(maps.Keys(fields)), []string{"title", "capacity", "course", "student", "name", "from"})
	return vocabulary{web.Routes(), slices.Sorted(maps.Keys(fields))}
}

// A sender makes requests at random: some that make sense, most that nearly do.
type sender struct {
	vocabulary
	*rand.Rand
	cookies []string
}

func newSender(seed uint64, v vocabulary) *sender {
	return &sender{v, rand.New(rand.NewPCG(seed, 0)), []string{""}}
}

// oneOf picks one at random.
func oneOf[T any](s *sender, from ...T) T { return from[s.IntN(len(from))] }

// chance is true once in n times.
func (s *sender) chance(n int) bool { return s.IntN(n) == 0 }

var (
	someIDs = []string{
		"compilers", "formal-methods", "history-of-computing", "cryptography", "probability", "type-theory", "ada", "kofi", "omar", "wanda", "x1", "x2", "x3", "x4", "x5", "x6", "x7", "x8",
	}
	noIDs = []string{
		"nope", "", " ", ".", "..", "../..", "%", "%00", "\x00", "a\x00b", "\xff\xfe", "a b", "a/b", `a\b`, "//evil.example", `\\evil.example`, "a;b", "a?b=c", "a#b", "ä", "\u202eada",
		"' or 1=1 --", "{course}", "null", "-1", "0", "1e9", "<script>", "${x}", "course_id:compilers", strings.Repeat("a", 64), strings.Repeat("a", 65), strings.Repeat("a", 3000),
	}
	someTexts = []string{"Knots", "Zoë’s Café & Bar", "数学", "שלום", "O'Brien", strings.Repeat("ä", 100), "Ada"}
	noTexts   = []string{
		"", " ", "\t\n", "a\x00b", "\xff\xfe", "\xed\xa0\x80", "\u202eadA", "a\u200bb", "\ufeff", "\u3164", "a\r\nb", "\x1b[31m", strings.Repeat("x", 101), strings.Repeat("x", 30_000),
		`<script>alert(1)</script>`, `"><img src=x onerror=alert(1)>`, `{{.}}`, `'; drop table events; --`, `\`, "\u0301", "\U000e0041",
	}
	someNumbers = []string{"1", "2", "3", "20", "120", "10000", "10,000", "+7"}
	noNumbers   = []string{
		"", "0", "-1", "10001", "99999999999999999999999999", "-9223372036854775808", "9223372036854775808", "1.5", "1,5", "1e3", "0x10", "NaN", "Infinity", "many", "１２", "1\x00", "true", "[]", strings.Repeat("9", 20_000),
	}
	somePages = []string{"/", "/students", "/decisions", "/courses/compilers", "/students/ada", "/define-course", "/decisions/01a205bc-8c90-793d-90c6-c2f108e33a63"}
	noPages   = []string{"", "//evil.example", "https://evil.example/", `/\evil.example`, "/courses/nope", "/courses/../..", "javascript:alert(1)", "/students/\x00", "/decisions/\r\nX: y"}
)

// value returns something to put into a field, which makes sense half of the time.
func (s *sender) value(field string) string {
	sense, nonsense := slices.Concat(someIDs, someTexts, someNumbers), slices.Concat(noIDs, noTexts, noNumbers, noPages)
	switch field {
	case "course", "student":
		sense, nonsense = someIDs, noIDs
	case "title", "name":
		sense, nonsense = someTexts, noTexts
	case "capacity":
		sense, nonsense = someNumbers, noNumbers
	case "from":
		sense, nonsense = somePages, noPages
	case "passcode":
		sense, nonsense = []string{passcode}, noTexts
	}
	if s.chance(2) {
		return oneOf(s, nonsense...)
	}
	return oneOf(s, sense...)
}

// next returns a request that net/http takes for one, as it came over the wire and as
// it is served. Of what it does not, the application never hears.
func (s *sender) next() (string, *http.Request) {
	for {
		raw := s.request()
		if r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw))); err == nil {
			r.RemoteAddr = "127.0.0.1:40000"
			return raw, r
		}
	}
}

// request returns a request as it comes over the wire.
func (s *sender) request() string {
	method, pattern, _ := strings.Cut(oneOf(s, s.routes...), " ")
	if s.chance(3) { // most routes are pages, and forms are what matters
		for method != http.MethodPost {
			method, pattern, _ = strings.Cut(oneOf(s, s.routes...), " ")
		}
	}
	if s.chance(20) {
		method = oneOf(s, "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
	}
	kind, body := s.body(method)
	var raw strings.Builder
	fmt.Fprintf(&raw, "%s %s HTTP/1.1\r\n", method, s.address(pattern))
	fmt.Fprintf(&raw, "Host: %s\r\n", s.rarely("localhost:8080", "evil.example", "", "127.0.0.1:1", "[::1]", "a b"))
	if cookie := s.cookie(); cookie != "" {
		fmt.Fprintf(&raw, "Cookie: %s\r\n", cookie)
	}
	if kind != "" {
		fmt.Fprintf(&raw, "Content-Type: %s\r\n", kind)
	}
	if s.chance(20) {
		fmt.Fprintf(&raw, "%s: %s\r\n", oneOf(s, "Origin", "Sec-Fetch-Site", "X-Forwarded-For", "X-Forwarded-Proto", "Accept-Language", "If-None-Match"),
			oneOf(s, "https://evil.example", "cross-site", "same-origin", "null", "1.2.3.4, unknown", "https", "*", "\xff"))
	}
	if method != http.MethodGet && method != http.MethodHead || s.chance(50) {
		if s.chance(20) {
			fmt.Fprintf(&raw, "Transfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(body), body)
			return raw.String()
		}
		fmt.Fprintf(&raw, "Content-Length: %d\r\n", len(body)+s.IntN(2)*oneOf(s, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7))
	}
	return raw.String() + "\r\n" + body
}

// rarely returns usual, and once in thirty times something else.
func (s *sender) rarely(usual string, others ...string) string {
	if s.chance(30) {
		return oneOf(s, others...)
	}
	return usual
}

// address fills in a pattern, and sometimes plays a trick on the path.
func (s *sender) address(pattern string) string {
	segments := strings.Split(strings.TrimSuffix(pattern, "{$}"), "/")
	for i, segment := range segments {
		if strings.HasPrefix(segment, "{") {
			segments[i] = url.PathEscape(s.value(strings.Trim(segment, "{}")))
		}
	}
	path := strings.Join(segments, "/")
	if s.chance(15) {
		at := s.IntN(len(path) + 1)
		path = path[:at] + oneOf(s, "/", "//", "/./", "/../", "%2F", "%2e%2e%2f", "%5C", "%00", "%", "%ff", ";", ":", "*", "~", "?", "#", "\\", strings.Repeat("/a", 500)) + path[at:]
	}
	if s.chance(10) {
		path += "?" + oneOf(s, s.fields...) + "=" + oneOf(s, url.QueryEscape(s.value("")), "%zz", ";", "%00", "-1", "99999999999999999999")
	}
	return path
}

func (s *sender) cookie() string {
	if s.chance(10) {
		return oneOf(s, "session=", "session=x", "session="+strings.Repeat("A", 5000), `session="MTY5"`, "session=a; session=b", "=", oneOf(s, s.cookies...)+"x")
	}
	return oneOf(s, s.cookies...)
}

// body returns a form, or what is not quite one, and what it says it is.
func (s *sender) body(method string) (kind, body string) {
	const form = "application/x-www-form-urlencoded"
	if method == http.MethodGet || method == http.MethodHead {
		return "", ""
	}
	var parts []string
	for _, field := range s.fields {
		for !s.chance(4) || len(parts) > 30 { // most are there, and sometimes twice
			parts = append(parts, url.QueryEscape(field)+"="+url.QueryEscape(s.value(field)))
			if !s.chance(40) {
				break
			}
		}
	}
	s.Shuffle(len(parts), func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
	body = strings.Join(parts, "&")
	switch s.IntN(100) {
	case 0:
		return form, body + "&title=" + strings.Repeat("x", 1<<20)
	case 1:
		return form, body + oneOf(s, "&%zz", "&title=%", "&;", "&=&=", "%00", "\x00", "\xff")
	case 2:
		return oneOf(s, "application/json", "text/plain", "", "multipart/form-data; boundary=x", "a/b; c", "\xff"), body
	case 3:
		return form, oneOf(s, "", "{}", "[]", "null", "--x\r\n\r\n--x--", strings.Repeat("a&", 1000), strings.Repeat("&", 60_000))
	default:
		return form, body
	}
}
