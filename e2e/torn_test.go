package e2e

import (
	"math/rand/v2"
	"strings"
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

// On a phone, a line of code goes on in the next line behind a bracket, a space, or a piece of a long
// name.
func TestCodeBreaksBetweenNames(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	ada.opensReceipt()
	ada.Unfold()
	for _, screen := range []browser.Screen{lightPhone, lightLaptop} {
		ada.UseScreen(screen)
		assert.Empty(t, ada.TornWords(".line__code"), "%d px", screen.Width)
	}
}

// A name of the code, an id and an address go on in the next line behind one of their pieces, and a
// title behind a word.
func TestNamesAndIDsBreakBetweenTheirPieces(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	ada.opensReceipt()
	receipt := strings.TrimPrefix(ada.URL(), site.url)
	room := strings.TrimPrefix(ada.opensARoom(), site.url)
	for _, path := range drawnFrom([]string{
		receipt, room, "/log", "/log/181", "/log/186", "/courses/history-of-computing", "/courses/cryptography", "/courses/cryptography/boundary?student=ada&by=stream", "/decisions", "/students/ada",
	}) {
		ada.Goto(site.url + path)
		ada.Unfold()
		for _, width := range []int{320, 390, 768} {
			ada.UseScreen(browser.Screen{Width: width, Height: 900})
			assert.Empty(t, ada.TornWords("h1, .chip, .command, .mono:not(input)"), "%s, %d px", path, width)
		}
	}
}
