package gocrablet_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// prose returns the pages that people read. Nothing else notices when a page is out of date.
func prose(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	pages := map[string]string{}
	for _, path := range append(paths, "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md") {
		pages[path] = readText(t, path)
	}
	return pages
}

func TestLinksInTheDocsLeadSomewhere(t *testing.T) {
	t.Parallel()
	for path, text := range prose(t) {
		for _, link := range firstOf(regexp.MustCompile(`\]\(([^)#]+)[^)]*\)`), text) {
			if !strings.Contains(link, "://") {
				_, err := os.Stat(filepath.Join(filepath.Dir(path), link))
				assert.NoError(t, err, "a link of %s", path)
			}
		}
	}
}

// A heading's anchor is its text in lower case, with dashes for spaces and without punctuation.
func TestAnchorsInTheDocsAreHeadings(t *testing.T) {
	t.Parallel()
	anchors := map[string][]string{}
	pages := prose(t)
	for path, text := range pages {
		for _, heading := range firstOf(regexp.MustCompile(`(?m)^#+ (.*)$`), text) {
			plain := regexp.MustCompile(`[^\w\- ]`).ReplaceAllString(strings.ToLower(heading), "")
			anchors[path] = append(anchors[path], strings.ReplaceAll(plain, " ", "-"))
		}
	}
	links := regexp.MustCompile(`\]\(([^)#:]*)#([^)]+)\)`)
	for path, text := range pages {
		for _, link := range links.FindAllStringSubmatch(text, -1) {
			to := path
			if link[1] != "" {
				to = filepath.Join(filepath.Dir(path), link[1])
			}
			assert.Contains(t, anchors[to], link[2], "%s links to a heading of %s", path, to)
		}
	}
}

func TestFilesThatTheDocsNameAreThere(t *testing.T) {
	t.Parallel()
	// The changes of the past name files as they were then.
	pages := prose(t)
	delete(pages, "CHANGELOG.md")
	named := regexp.MustCompile("`(?:\\.\\./)*([a-z0-9_.]+(?:/[a-z0-9_.]+)+\\.(?:go|sql|md|templ|css|yml))`")
	for path, text := range pages {
		for _, file := range firstOf(named, text) {
			assert.FileExists(t, file, "%s names it", path)
		}
	}
}

// docs/security.md names the test that repeats each attack.
func TestTheTestsThatTheDocsNameAreThere(t *testing.T) {
	t.Parallel()
	there := testFunctions(t)
	count := 0
	for path, text := range prose(t) {
		for _, name := range firstOf(regexp.MustCompile("`((?:Test|Benchmark)[A-Z][A-Za-z]*)`"), text) {
			count++
			assert.True(t, slices.Contains(there, name), "%s names %s, and there is no such test", path, name)
		}
	}
	require.NotZero(t, count)
}

// docs/reliability.md names a test behind each promise.
func TestEveryPromiseNamesItsTest(t *testing.T) {
	t.Parallel()
	_, rest, found := strings.Cut(readText(t, "docs/reliability.md"), "\n## What is promised\n")
	require.True(t, found)
	table, _, found := strings.Cut(rest, "\n## ")
	require.True(t, found)
	promises := 0
	for row := range strings.Lines(table) {
		if cells := strings.Split(row, " | "); strings.HasPrefix(row, "| ") && !strings.HasPrefix(row, "| promise ") {
			promises++
			require.Len(t, cells, 3, "%s", row)
			assert.Contains(t, cells[1], "`Test", "the promise %q", cells[0])
			assert.NotEmpty(t, strings.Trim(cells[2], "| \n"), "the planted fault of %q", cells[0])
		}
	}
	require.Greater(t, promises, 10)
}

// A command of the docs that runs tests, benchmarks or fuzz targets by a pattern finds some.
func TestTheCommandsOfTheDocsFindTests(t *testing.T) {
	t.Parallel()
	there := testFunctions(t)
	command := regexp.MustCompile(`go test [^` + "`" + `\n]*?-(?:run|bench|fuzz)[ =]'?([^ '` + "`" + `]+)`)
	count := 0
	for path, text := range prose(t) {
		text = strings.ReplaceAll(text, "-run '^$' ", "") // no test, but benchmarks
		for _, pattern := range firstOf(command, text) {
			pattern, _, _ = strings.Cut(pattern, "/") // what follows names subtests
			for alternative := range strings.SplitSeq(pattern, "|") {
				count++
				found := slices.ContainsFunc(there, regexp.MustCompile(alternative).MatchString)
				assert.True(t, found, "%s runs tests by the pattern %q, which finds none", path, alternative)
			}
		}
	}
	require.NotZero(t, count)
}

// testFunctions returns the names of all tests, benchmarks and fuzz targets.
func testFunctions(t *testing.T) (names []string) {
	t.Helper()
	function := regexp.MustCompile(`(?m)^func ((?:Test|Benchmark|Fuzz)\w+)\(`)
	require.NoError(t, filepath.WalkDir(".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && strings.HasSuffix(path, "_test.go") {
			names = append(names, firstOf(function, readText(t, path))...)
		}
		return err
	}))
	return names
}

// docs/running.md has a table of the flags, and one of the environment.
func TestTheDocsNameEverySettingOfWebapp(t *testing.T) {
	t.Parallel()
	page, source := readText(t, "docs/running.md"), readText(t, "cmd/webapp/options.go")
	told := func(name string) []string {
		var names []string
		for row := range strings.Lines(page) {
			cell, _, _ := strings.Cut(strings.TrimPrefix(row, "| "), " |")
			if strings.HasPrefix(row, "| `") {
				names = append(names, firstOf(regexp.MustCompile("`("+name+")`"), cell)...)
			}
		}
		return names
	}
	flags := firstOf(regexp.MustCompile(`flags\.(?:\w+Var\(&[\w.]+, |Func\()"([^"]+)"`), source)
	for i, name := range flags {
		flags[i] = "-" + name
	}
	require.NotEmpty(t, flags)
	assert.ElementsMatch(t, flags, told(`-[a-z-]+`))
	settings := slices.DeleteFunc(told(`[A-Z_]+`), func(name string) bool { return strings.HasPrefix(name, "OTEL_") }) // those the SDK reads
	assert.ElementsMatch(t, firstOf(regexp.MustCompile(`getenv\("([^"]+)"\)`), source), settings)
}

// The code and the SQL of docs/append.md are excerpts, each behind a paragraph that
// ends in "from [`file`](path):".
func TestExcerptsInTheDocsAreTheSource(t *testing.T) {
	t.Parallel()
	text := readText(t, "docs/append.md")
	blocks := regexp.MustCompile("(?m)^```(go|sql)$").FindAllString(text, -1)
	excerpts := regexp.MustCompile("(?s)from\\s+\\[`[^`]+`\\]\\(([^)]+)\\):\n\n```(?:go|sql)\n(.*?)```").FindAllStringSubmatch(text, -1)
	require.Len(t, excerpts, len(blocks), "every block says where it is from")
	for _, excerpt := range excerpts {
		assert.Contains(t, readText(t, filepath.Join("docs", excerpt[1])), excerpt[2], "of %s", excerpt[1])
	}
}
