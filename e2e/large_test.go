package e2e

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
	"go-crablet/internal/effort"
)

// Everything fits as well when it is as large as the back row needs it, on a phone even.
func TestLargeTypeFitsEveryScreen(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	usual := ada.Sides("h1")
	ada.Submit(`button[name=size][value=large]`)
	require.NotEqual(t, usual, ada.Sides("h1"))
	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	ada.opensReceipt()
	receipt := strings.TrimPrefix(ada.URL(), site.url)
	on := []browser.Screen{{Width: 360, Height: 800}}
	if effort.Thorough() {
		on = append(on, darkLaptop, projector)
	}
	for name, path := range map[string]string{
		"catalogue": "/", "course": "/courses/cryptography", "lens": "/courses/compilers/boundary", "student": "/students/ada",
		"decisions": "/decisions", "receipt": receipt, "log": "/log", "event": "/log/100", "as-of": "/?as_of=100",
		"race": "/race", "strategies": "/race/strategies", "gap": "/session/gap", "imports": "/imports", "source": "/source/dcb/decide.go",
	} {
		ada.Goto(site.url + path)
		for _, screen := range on {
			ada.UseScreen(screen)
			ada.isFineOn(screen, "large-"+name)
		}
	}
	assert.Empty(t, ada.Complaints())
}
