package web_test

import (
	"bufio"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/web"
)

// A vocabulary is what requests are made of: the routes, and the names of all fields on all pages.
// It is taken from the application, so it knows what is added there.
type vocabulary struct {
	routes []string
	fields []string
	forms  []formRoute
}

// A formRoute is the route of a form, and the addresses that it is for. Each page is searched for its
// forms, so the pattern is compiled once.
type formRoute struct {
	route     string
	addresses *regexp.Regexp
}

// formRoutes returns those of the routes that are of forms.
func formRoutes(routes []string) (forms []formRoute) {
	parameter := regexp.MustCompile(`\{[^}]*\}`)
	for _, route := range routes {
		if pattern, isForm := strings.CutPrefix(route, "POST "); isForm {
			forms = append(forms, formRoute{route, regexp.MustCompile("^" + parameter.ReplaceAllString(pattern, "[^/]+") + "$")})
		}
	}
	return forms
}

func vocabularyOf(t *testing.T) vocabulary {
	app := newApp(t, guarded)
	registrar := app.in("registrar")
	fields := map[string]bool{"passcode": true, "no_such_field": true}
	registrar.walk(func(_ string, page answer) {
		for _, field := range aField.FindAllStringSubmatch(page.body, -1) {
			fields[field[1]] = true
		}
	})
	require.Subset(t, slices.Collect(maps.Keys(fields)), []string{"title", "capacity", "course", "student", "name", "from", "request", "find"})
	routes := slices.DeleteFunc(web.Routes(), func(pattern string) bool {
		return pattern == "POST /race/strategies" // it ignores its fields, and keeps the database busy
	})
	return vocabulary{routes, slices.Sorted(maps.Keys(fields)), formRoutes(routes)}
}

// A sender makes random requests: some are valid, most are nearly valid.
type sender struct {
	vocabulary
	*rand.Rand
	cookies []string
	offered map[string][]form // by route, from the last page that had any
	ids     map[string]string // ids that exist, by the names of parameters in routes
}

func newSender(seed uint64, v vocabulary) *sender {
	return &sender{vocabulary: v, Rand: rand.New(rand.NewPCG(seed, 0)), cookies: []string{""}, offered: map[string][]form{}}
}

// look remembers the forms of a page.
func (s *sender) look(page string) {
	shown := map[string][]form{}
	for _, form := range formsIn(page) {
		route := s.routeOf(form.action)
		shown[route] = append(shown[route], form)
	}
	maps.Copy(s.offered, shown)
}

// routeOf returns the route of a form.
func (v vocabulary) routeOf(path string) string {
	for _, form := range v.forms {
		if form.addresses.MatchString(path) {
			return form.route
		}
	}
	return ""
}

// oneOf returns a random element.
func oneOf[T any](s *sender, from ...T) T { return from[s.IntN(len(from))] }

// chance is true once in n times.
func (s *sender) chance(n int) bool { return s.IntN(n) == 0 }

// asked are the names of parameters in addresses.
var asked = []string{"find", "courses", "students", "seats", "history", "decisions", "log", "as_of", "type", "tags", "step", "from", "play", "format", "no_such_name", "kind", "course", "student", "races", "download", "state", "at", "green"}

// rare says how rarely a route is chosen that takes long or ends a course: once in that many times.
var rare = map[string]int{"POST /courses/{course}/archive": 3, "POST /race": 2, "POST /race/strategies": 10}

// route returns a random route.
func (s *sender) route(from []string) string {
	for {
		route := oneOf(s, from...)
		if often, isRare := rare[route]; !isRare || s.chance(often) {
			return route
		}
	}
}

var (
	someCourses  = []string{"distributed-systems", "compilers", "formal-methods", "cryptography", "x1"}
	someStudents = []string{"ada", "kofi", "omar", "y1", "sela", "nils", "sela", "nils"} // the last ones can be forgotten

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
	somePages = []string{"/", "/log", "/students", "/decisions", "/courses/compilers", "/students/ada", "/define-course", "/decisions/01a205bc-8c90-793d-90c6-c2f108e33a63"}
	noPages   = []string{"", "//evil.example", "https://evil.example/", `/\evil.example`, "/courses/nope", "/courses/../..", "javascript:alert(1)", "/students/\x00", "/decisions/\r\nX: y"}
)

// value returns a value for a field, which is valid three times in four.
func (s *sender) value(field string) string {
	sense, nonsense := slices.Concat(someCourses, someStudents, someTexts, someNumbers), slices.Concat(noIDs, noTexts, noNumbers, noPages)
	switch field {
	case "course":
		sense, nonsense = someCourses, noIDs
	case "give": // Ada and Kofi have seats in these
		return oneOf(s, "cryptography", "distributed-systems", "databases-as-logs")
	case "student":
		sense, nonsense = someStudents, noIDs
	case "title", "name":
		sense, nonsense = someTexts, noTexts
	case "capacity":
		sense, nonsense = someNumbers, noNumbers
	case "contenders", "seats", "courses", "think", "spread":
		sense, nonsense = []string{"2", "3"}, noNumbers
	case "from":
		sense, nonsense = somePages, noPages
	case "request":
		sense, nonsense = []string{"", fmt.Sprintf("%032x", s.Uint64()), "again", "and-again"}, noIDs
	case "minutes":
		sense, nonsense = []string{"10", "60", "480"}, noNumbers
	case "kind":
		sense, nonsense = []string{"students", "courses", "enrolments"}, noTexts
	case "lines":
		sense, nonsense = []string{"Zoë\nYin;y1", "Knots,3\nLoops,many", "ada,compilers\nkofi,compilers\nomar,x1", "name,id\nAda,ada"}, noTexts
	case "path...":
		sense, nonsense = []string{"", "dcb/decide.go", "dcb/append.sql"}, noPages
	case "decision", "run", "race", "import", "room":
		sense, nonsense = []string{s.ids[field]}, noIDs
	case "passcode":
		sense, nonsense = []string{passcode, "open sesame", "correct horse", "battery"}, noTexts
	}
	if s.chance(4) {
		return oneOf(s, nonsense...)
	}
	return oneOf(s, sense...)
}

// next returns a request as it comes over the wire and as it is served. It makes another one until
// net/http accepts it, since the application never sees the others.
func (s *sender) next() (raw string, r *http.Request) {
	for {
		raw = s.request()
		if r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(raw))); err == nil {
			r.RemoteAddr = "127.0.0.1:40000"
			return raw, r
		}
	}
}

// request returns a request as it comes over the wire: one in five is a form that
// a page had, so that what was done is undone and followed up, too.
func (s *sender) request() string {
	route := s.route(s.routes)
	for s.chance(3) && !strings.HasPrefix(route, "POST") { // forms matter most
		route = s.route(s.routes)
	}
	method, pattern, _ := strings.Cut(route, " ")
	path := s.address(pattern)
	kind, body := s.body(method)
	if len(s.offered) > 0 && s.chance(5) {
		offered := oneOf(s, s.offered[s.route(slices.Sorted(maps.Keys(s.offered)))]...)
		method, path, body = http.MethodPost, offered.action, s.fill(offered)
		kind = "application/x-www-form-urlencoded"
	}
	if s.chance(20) {
		method = oneOf(s, "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW")
	}
	var raw strings.Builder
	fmt.Fprintf(&raw, "%s %s HTTP/1.1\r\n", method, path)
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
	if s.chance(2) {
		for range 1 + s.IntN(4) {
			fmt.Fprintf(&raw, "%s: %s\r\n", oneOf(s, hostileHeaders...), oneOf(s, hostileValues...))
		}
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

// Headers that mean something to browsers, proxies or the application, with unusual values.
var (
	hostileHeaders = []string{
		"Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Connection", "Content-Encoding", "Content-Language", "Cookie", "Date", "Expect",
		"HX-Request", "HX-Current-URL", "HX-Target", "If-Match", "If-Modified-Since", "If-None-Match", "If-Range", "Keep-Alive", "Last-Event-ID", "Made-For",
		"Pragma", "Priority", "Purpose", "Range", "Referer", "Sec-Fetch-Mode", "TE", "Trailer", "Upgrade", "User-Agent", "X-Correlation-Id",
		"X-HTTP-Method-Override", "X-Original-URL", "X-Request-Id", "X-Rewrite-URL", "X-Forwarded-Host", "Forwarded",
	}
	hostileValues = []string{
		"", "*", "-1", "0", "null", "true", "\xff\xfe", "\xc3\xa4", "%00", "../../etc/passwd", "<script>alert(1)</script>", "' or 1=1 --", "${x}", "{{.}}",
		"gzip;q=0, *;q=0", "br, zstd, identity;q=0", "gzip, gzip, gzip", "bytes=0-", "bytes=-1", "bytes=" + strings.Repeat("0-,", 1000), "100-continue", "close",
		"keep-alive, Upgrade", "websocket", "h2c", "chunked", "trailers", `W/"x"`, `"` + strings.Repeat("x", 10_000) + `"`, "Sat, 01 Jan 0000 00:00:00 GMT",
		"99999999999999999999999999", "ada+registrar", "kofi", "DELETE", "/courses/compilers/archive", "https://evil.example/", "Bearer x", "Basic YTpi",
		whoCookie + "=x; " + whoCookie + "=y", strings.Repeat("a=b; ", 2000), strings.Repeat("de-DE,", 2000), "for=1.2.3.4;host=evil.example",
	}
)

// fill returns the fields of a form, sometimes with another value in one of them.
func (s *sender) fill(offered form) string {
	var parts []string
	for i := 0; i < len(offered.fields); i += 2 {
		name, value := offered.fields[i], offered.fields[i+1]
		if name == "as" && !s.chance(4) {
			continue // the sender is not always the visitor for whom the page was made
		}
		if s.chance(10) {
			value = s.value(name)
		}
		parts = append(parts, url.QueryEscape(name)+"="+url.QueryEscape(value))
	}
	return strings.Join(parts, "&")
}

// rarely returns usual, and once in thirty times something else.
func (s *sender) rarely(usual string, others ...string) string {
	if s.chance(30) {
		return oneOf(s, others...)
	}
	return usual
}

// address fills in a pattern, and sometimes makes the path unusual.
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
	for s.chance(3) {
		name, value := oneOf(s, asked...), oneOf(s, url.QueryEscape(s.value("")), "after.1", "before.9", "after.", "after.ada", "before.-1", "after.99999999999999999999", "json", "%zz", ";", "%00", "-1", "3")
		path += oneOf(s, "?", "&") + name + "=" + value
	}
	return path
}

func (s *sender) cookie() string {
	if s.chance(10) {
		return oneOf(s, whoCookie+"=", whoCookie+"=x", whoCookie+"="+strings.Repeat("A", 5000), whoCookie+`="MTY5"`, whoCookie+"=a; "+whoCookie+"=b", "=", oneOf(s, s.cookies...)+"x")
	}
	return oneOf(s, s.cookies...)
}

// body returns a form, or nearly a form, and its content type.
func (s *sender) body(method string) (kind, body string) {
	const form = "application/x-www-form-urlencoded"
	if method == http.MethodGet || method == http.MethodHead {
		return "", ""
	}
	var parts []string
	for _, field := range s.fields {
		for !s.chance(4) || len(parts) > 30 { // most fields are there, and some of them twice
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
