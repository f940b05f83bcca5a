package site_test

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A rule that is about a class alone.
var aloneInRule = regexp.MustCompile(`(?m)^  \.([a-z][\w-]*) \{`)

// All stylesheets are served as one. So a class whose name two of them give to different things
// looks like both.
func TestAClassBelongsToOneStylesheet(t *testing.T) {
	t.Parallel()
	sheets, err := filepath.Glob("styles/*.css")
	require.NoError(t, err)
	require.NotEmpty(t, sheets)
	owner := map[string]string{}
	for _, sheet := range sheets {
		content, err := os.ReadFile(sheet)
		require.NoError(t, err)
		for _, rule := range aloneInRule.FindAllSubmatch(content, -1) {
			class := string(rule[1])
			if owner[class] == "" {
				owner[class] = sheet
			}
			assert.Equal(t, owner[class], sheet, "the class %s", class)
		}
	}
}
