package catalogue

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
)

func TestReadableID(t *testing.T) {
	free := func(string) bool { return false }
	for from, want := range map[string]string{
		"Type Theory":                  "type-theory",
		"  C++ & Rust!  ":              "c-rust",
		"Zoë’s Café":                   "zoes-cafe",
		"Łódź 2026":                    "lodz-2026",
		"Smørrebrød & Þorn, Straße":    "smorrebrod-thorn-strasse",
		"Hawaiʼi’s Œuvre":              "hawaiis-oeuvre",
		strings.Repeat("long ", 40):    "long-long-long-long-long-long-long-long-long-long",
		strings.Repeat("x", 200):       strings.Repeat("x", 50),
		"Introduction to 2001: Part 2": "introduction-to-2001-part-2",
	} {
		got := readableID(from, "course", free)
		require.Equal(t, want, got, from)
		require.True(t, courses.CourseID(got).Valid(), got)
	}
	for _, from := range []string{"", "   ", "李雷", "\xff"} {
		require.Regexp(t, `^course-[a-z2-7]{6}$`, readableID(from, "course", free), "%q", from)
	}
	taken := map[string]bool{"logic": true, "logic-2": true}
	require.Equal(t, "logic-3", readableID("Logic", "course", func(id string) bool { return taken[id] }))
}

// However often a name is taken, a free id is found with few reads of the log.
func TestTheIDOfAFrequentNameIsFoundInFewLooks(t *testing.T) {
	t.Parallel()
	taken := map[string]bool{}
	for range 1000 {
		looks := 0
		id := readableID("Kim", "student", func(id string) bool {
			looks++
			return taken[id]
		})
		require.LessOrEqual(t, looks, 12, "a random end may be taken, too, but hardly twice")
		require.True(t, courses.StudentID(id).Valid(), id)
		taken[id] = true
	}
	require.True(t, taken["kim"] && taken["kim-9"])
	require.False(t, taken["kim-10"])
}
