package e2e

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A phone has the colours of a laptop, so what can be read on a light phone and on a dark laptop
// can be read on a dark phone. Narrow tables use the quiet ink, which all pages use. Stage mode has
// colours of its own, and is looked at in light and in dark.
func TestColoursAreThoseOfEveryWidth(t *testing.T) {
	t.Parallel()
	sheets, err := filepath.Glob("../web/site/styles/*.css")
	require.NoError(t, err)
	require.NotEmpty(t, sheets)
	widths := regexp.MustCompile(`@(?:media|container)[^{]*width[^{]*\{`)
	colours := regexp.MustCompile(`[\w-]*(?:color|background|fill|stroke|opacity)\s*:[^;}]*`)
	asked := 0
	for _, sheet := range sheets {
		if filepath.Base(sheet) == "stage-mode.css" {
			continue
		}
		text, err := os.ReadFile(sheet)
		require.NoError(t, err)
		styles := string(text)
		for _, at := range widths.FindAllStringIndex(styles, -1) {
			asked++
			for _, colour := range colours.FindAllString(block(styles[at[1]:]), -1) {
				assert.Equal(t, "color: var(--ink-quiet)", colour, "%s, %s", sheet, styles[at[0]:at[1]])
			}
		}
	}
	assert.Positive(t, asked, "styles ask for the width")
}

// block returns the styles up to the brace that closes them.
func block(styles string) string {
	depth := 1
	end := strings.IndexFunc(styles, func(r rune) bool {
		switch r {
		case '{':
			depth++
		case '}':
			depth--
		}
		return depth == 0
	})
	return styles[:max(end, 0)]
}
