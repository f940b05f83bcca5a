package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

// The play on the first page moves, can be paused, and has two endings. All of it works by keyboard.
func TestTheFirstPagePlays(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := student{site.browser.NewPerson(t, "Ada"), site}
	plays := func(name string) bool { return ada.Count(".play--"+name) == 1 }
	ada.UseScreen(browser.Screen{Moving: true})
	ada.Goto(site.url + "/")
	assert.True(t, ada.Moves(".hero"))
	assert.Equal(t, []bool{true, false}, []bool{plays("same"), plays("other")})

	ada.TabTo("#hero-same")
	ada.Press(browser.Right)
	assert.Equal(t, []bool{false, true}, []bool{plays("same"), plays("other")}, "Kofi wants another course")
	assert.True(t, ada.Moves(".hero"))
	ada.Press(browser.Left)
	assert.Equal(t, []bool{true, false}, []bool{plays("same"), plays("other")})

	ada.TabTo("#hero-pause")
	ada.Press(browser.Space)
	assert.False(t, ada.Moves(".hero"), "it is paused")
	ada.Press(browser.Space)
	assert.True(t, ada.Moves(".hero"))
}

// Whoever prefers reduced motion sees the decisive moment of each play.
func TestTheFirstPageStandsStillForThoseWhoPreferIt(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := student{site.browser.NewPerson(t, "Ada"), site}
	for _, screen := range []browser.Screen{lightPhone, lightLaptop, darkLaptop} {
		ada.UseScreen(screen)
		ada.Goto(site.url + "/")
		require.False(t, ada.Moves(".hero"))
		assert.Zero(t, ada.Count(".intro__pause"), "there is nothing to pause")
		assert.Positive(t, ada.Box(".play--same .hero__says--still")[3], "it says what is seen")
		ada.isFineOn(screen, "home-same-course")
		ada.Click(".segments label:last-child")
		assert.Positive(t, ada.Box(".play--other .hero__says--still")[3])
		ada.isFineOn(screen, "home-other-course")
	}
}
