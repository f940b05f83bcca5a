package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const leftOut = "noindex, nofollow"

func TestSearchEnginesAreShownNoPageOfPeople(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	nobody := app.visitor()
	for _, open := range []string{"/", "/race", "/race/strategies", "/source/dcb/append.sql"} {
		assert.Empty(t, nobody.get(open).header.Get("X-Robots-Tag"), open)
	}
	for _, closed := range []string{
		"/students", "/students/ada", "/courses/compilers", "/courses/compilers/class", "/courses/compilers/class.csv", "/decisions",
		"/decisions/none", "/log", "/log/7", "/courses/compilers/boundary", "/registrar", "/?as_of=100", "/?find=logic", "/?courses=after.7",
		"/students?as_of=100",
	} {
		assert.Equal(t, leftOut, nobody.get(closed).header.Get("X-Robots-Tag"), closed)
	}
}

// A crawler that keeps to the rules reads few pages, and none of the past: without the rules it
// would find thousands.
func TestACrawlerFindsFewPages(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	nobody := app.visitor()
	rules := disallowed(t, nobody.get("/robots.txt").body)
	links := regexp.MustCompile(`<a [^>]*href="(/[^"#]*)[^>]*>`)
	seen, open := map[string]bool{"/": true}, []string{"/"}
	for len(open) > 0 {
		page := nobody.get(open[0])
		open = open[1:]
		if strings.Contains(page.header.Get("X-Robots-Tag"), "nofollow") || page.status != http.StatusOK {
			continue
		}
		for _, link := range links.FindAllStringSubmatch(page.body, -1) {
			if strings.Contains(link[0], `rel="nofollow"`) || rules(link[1]) || seen[link[1]] {
				continue
			}
			seen[link[1]] = true
			open = append(open, link[1])
		}
	}
	assert.Less(t, len(seen), 400)
	for address := range seen {
		assert.NotContains(t, address, "as_of", "a page of the past")
	}
	assert.True(t, rules("/students?find=a&as_of=7"))
	assert.True(t, rules("/courses/compilers/boundary"))
	assert.False(t, rules("/students"), "what is never read can't say that it must not be shown")
}

// disallowed reads robots.txt as RFC 9309 says.
func disallowed(t *testing.T, rules string) func(address string) bool {
	t.Helper()
	var patterns []*regexp.Regexp
	for line := range strings.Lines(rules) {
		if pattern, ok := strings.CutPrefix(strings.TrimSpace(line), "Disallow: "); ok {
			patterns = append(patterns, regexp.MustCompile("^"+strings.ReplaceAll(regexp.QuoteMeta(pattern), `\*`, ".*")))
		}
	}
	require.NotEmpty(t, patterns)
	return func(address string) bool {
		for _, pattern := range patterns {
			if pattern.MatchString(address) {
				return true
			}
		}
		return false
	}
}
