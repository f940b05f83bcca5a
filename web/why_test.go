package web_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/web"
)

var (
	whys     = regexp.MustCompile(`(?s)<details class="why">.*?</details>`)
	codeLink = regexp.MustCompile(`href="(/source/[^"#]+)#(L\d+)"`)
)

// The test looks at every page of the route table when the page has something to show.
func TestEveryPageSaysWhyAndLeadsToTheCode(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.holding("ada", "hold")
	held := ada.holds("/courses/compilers/subscriptions")
	visitor := app.as("kofi")
	require.Equal(t, http.StatusSeeOther, visitor.post("/courses/history-of-computing/subscriptions", "from", "/").status)
	decision := strings.TrimPrefix(receiptIn(t, visitor.get("/")), "/decisions/")
	started := visitor.post("/race/strategies")
	require.Equal(t, http.StatusSeeOther, started.status, started)
	there := strings.NewReplacer(
		"{$}", "", "{course}", "compilers", "{student}", "kofi", "{decision}", decision, "{attempt}", "1", "{position}", "7",
		"{held}", strings.TrimPrefix(held, "/held/"), "{run}", "none", "{room}", visitor.opensARoom(), "{import}", strings.TrimPrefix(visitor.imports("students", "Zoë"), "/imports/"), "{race}", app.as("mei").runs(numbers(2, 1, 1, 0, 0)),
		"{comparison}", strings.TrimPrefix(started.location, "/race/strategies/"),
		"{file}", "app.css", "{path...}", "dcb/append.sql",
	)
	var pages []string
	said := map[string][]string{} // the pages that say a sentence
	for _, route := range web.Routes() {
		pattern, isPage := strings.CutPrefix(route, "GET ")
		address := there.Replace(pattern)
		require.NotContains(t, address, "{", "say in this test what there is to look at")
		if !isPage || pattern == "/live" {
			continue
		}
		page := visitor.get(address)
		if page.status == http.StatusSeeOther {
			continue // it leads to a page
		}
		require.Equal(t, http.StatusOK, page.status, address)
		if !strings.HasPrefix(page.header.Get("Content-Type"), "text/html") {
			continue
		}
		pages = append(pages, pattern)
		why := whys.FindAllString(page.body, -1)
		require.Len(t, why, 1, "%s says why, once", pattern)
		said[why[0]] = append(said[why[0]], pattern)

		code := codeLink.FindStringSubmatch(why[0])
		require.NotNil(t, code, "%s leads to a line of the code: %s", pattern, why[0])
		file := visitor.get(code[1])
		require.Equal(t, http.StatusOK, file.status, code[1])
		require.Equal(t, 1, strings.Count(file.body, ` id="`+code[2]+`"`), "%s has the line %s", code[1], code[2])
		assert.Regexp(t, regexp.MustCompile(`[.?!] \S`), answer{body: why[0]}.text(), "two sentences")
	}
	assert.Len(t, pages, 28, "pages that were looked at: %v", pages)
	for _, pages := range said { // all other pages have a sentence of their own
		if len(pages) > 1 {
			assert.Contains(t, [][]string{
				{"/courses/{course}/boundary", "/students/{student}/boundary"},
				{"/session/gap", "/held/{held}"},
				{"/race/strategies", "/race/strategies/{comparison}"},
			}, pages)
		}
	}
}

func TestOnlyFilesThatDecideAreShownAsSource(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	nobody := app.visitor()

	list := nobody.get("/source/")
	require.Equal(t, http.StatusOK, list.status)
	files := linksIn(list.body)
	shown := slices.DeleteFunc(files, func(link string) bool {
		return !strings.HasPrefix(link, "/source/") || link == "/source/" || strings.Contains(link, "#")
	})
	slices.Sort(shown)
	shown = slices.Compact(shown)
	require.Greater(t, len(shown), 40)
	for _, link := range shown {
		require.NotContains(t, link, "_test.go")
		require.Equal(t, http.StatusOK, nobody.get(link).status, link)
	}
	for _, file := range []string{"dcb/append.sql", "dcb/decide.go", "domain/courses/subscribe_student.go", "lab/or_as_and.go"} {
		assert.Contains(t, shown, "/source/"+file)
	}

	for _, path := range []string{
		"/source/dcb", "/source/dcb/", "/source/nope.go", "/source/dcb/decide_test.go", "/source/go.mod", "/source/web/session.go",
		"/source/%2e%2e/%2e%2e/etc/passwd", "/source/dcb%2Fdecide.go%00", "/source/" + strings.Repeat("x", 4000), "/source//dcb/decide.go%20",
	} {
		got := nobody.get(path)
		if got.status/100 == 3 { // it leads to the clean address
			got = nobody.get(got.location)
		}
		require.Equal(t, http.StatusNotFound, got.status, path)
		assert.Contains(t, got.text(), "The program shows the files that decide", path)
		assert.Contains(t, got.body, `href="/source/"`, path)
	}
}
