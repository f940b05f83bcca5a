package e2e

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

// minute is what the README has one do in the browser, by its steps.
func minute(t *testing.T) (steps []string) {
	t.Helper()
	readme, err := os.ReadFile("../README.md")
	require.NoError(t, err)
	_, after, found := strings.Cut(string(readme), "Then, in the browser:\n")
	require.True(t, found)
	list, _, found := strings.Cut(after, "\n\n\"Take the tour\"")
	require.True(t, found)
	return regexp.MustCompile(`(?m)^\d\. `).Split(list, -1)[1:]
}

// Whoever does what the README says sees what it says. Words in quotation marks are pressed as
// they stand there.
func TestTheMinuteOfTheReadme(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	p := student{site.browser.NewPerson(t, "who reads the README"), site}
	p.UseScreen(browser.Screen{Width: 1280, Height: 720})
	p.Goto(site.url)
	ends := []func(){
		func() { // "the large button three times"
			for range 3 {
				p.Submit("#next")
			}
			assert.Equal(t, "Conflict. Kofi got in after Ada had read.", p.stageSays())
		},
		func() { assert.Contains(t, p.stageSays(), "Sold twice.") },
		func() { assert.Contains(t, p.reads(), "Seated at attempt 1") },
		func() { assert.Contains(t, p.URL(), "/race/strategies") },
	}
	steps := minute(t)
	require.Len(t, steps, len(ends))
	for i, step := range steps {
		for _, quoted := range regexp.MustCompile(`"([^"]*)"`).FindAllStringSubmatch(step, -1) {
			if words := strings.Join(strings.Fields(quoted[1]), " "); words == "Act as a student" { // it opens a menu
				p.Click(p.Named(words))
			} else {
				p.Submit(p.Named(words))
			}
		}
		ends[i]()
	}
	assert.Empty(t, p.Complaints())
}
