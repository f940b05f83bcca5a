package gocrablet_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// prose is what people read first, and what nothing else would notice going stale.
func prose(t *testing.T) []string {
	t.Helper()
	pages, err := filepath.Glob("docs/*.md")
	require.NoError(t, err)
	return append(pages, "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md")
}

func TestLinksInTheDocsLeadSomewhere(t *testing.T) {
	t.Parallel()
	link := regexp.MustCompile(`\]\(([^)#]+)[^)]*\)`)
	for _, page := range prose(t) {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, found := range link.FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(found[1], "://") {
				_, err := os.Stat(filepath.Join(filepath.Dir(page), found[1]))
				assert.NoError(t, err, "a link of %s", page)
			}
		}
	}
}

// docs/security.md names the test that repeats each attack.
func TestTheTestsThatTheDocsNameAreThere(t *testing.T) {
	t.Parallel()
	var tests strings.Builder
	require.NoError(t, filepath.WalkDir(".", func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		tests.Write(text)
		return err
	}))
	named := 0
	for _, page := range prose(t) {
		text, err := os.ReadFile(page)
		require.NoError(t, err)
		for _, found := range regexp.MustCompile("`(Test[A-Za-z]+)`").FindAllStringSubmatch(string(text), -1) {
			named++
			assert.True(t, strings.Contains(tests.String(), "func "+found[1]+"("), "%s names %s, and there is no such test", page, found[1])
		}
	}
	require.NotZero(t, named)
}

// The code and the SQL of docs/append.md are excerpts, each behind a paragraph that
// ends in "from [`file`](path):".
func TestExcerptsInTheDocsAreTheSource(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("docs/append.md")
	require.NoError(t, err)
	blocks := regexp.MustCompile("(?m)^```(go|sql)$").FindAll(text, -1)
	excerpts := regexp.MustCompile("(?s)from\\s+\\[`[^`]+`\\]\\(([^)]+)\\):\n\n```(?:go|sql)\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	require.Len(t, excerpts, len(blocks), "every block says where it is from")
	for _, excerpt := range excerpts {
		source, err := os.ReadFile(filepath.Join("docs", excerpt[1]))
		require.NoError(t, err)
		assert.Contains(t, string(source), excerpt[2], "of %s", excerpt[1])
	}
}
