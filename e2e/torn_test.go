package e2e

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"go-crablet/e2e/browser"
)

// The longest word of the sample term is "Cryptography". It fits into a slot and into a card at every
// width. A usual run tries each eighth width, from one that is drawn at random.
func TestNoTitleBreaksInsideAWord(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.Goto(site.url + "/")
	first, step := 320, 8
	if !looksAtAll() {
		first, step = first+step*rand.IntN(8), 8*step
	}
	for width := first; width <= 1600; width += step {
		ada.UseScreen(browser.Screen{Width: width, Height: 900})
		assert.Empty(t, ada.TornWords(".slot a, h1, h2, h3"), "%d px", width)
	}
}

// On a phone, a line of code goes on in the next line behind a bracket or a space.
func TestCodeBreaksBetweenNames(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	ada.opensReceipt()
	for _, screen := range []browser.Screen{lightPhone, lightLaptop} {
		ada.UseScreen(screen)
		assert.Empty(t, ada.TornWords(".line__code"), "%d px", screen.Width)
	}
}
