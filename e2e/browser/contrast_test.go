package browser_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

// What is measured is the picture: it does not matter how a colour came to be behind a text.
func TestFaintTextsAreFoundOnThePicture(t *testing.T) {
	t.Parallel()
	ada := browser.Open(t).NewPerson(t, "Ada")
	ada.Goto(site(t, `<link rel="stylesheet" href="/look.css">
		<h1>Seats</h1>
		<p class="grey">Grey on white</p> <p class="grey large">Large and grey</p> <p><s>Black</s> on white</p>
		<p class="behind">Black on black</p> <p class="faded">Faded</p> <button disabled class="faded">Not now</button>
		<svg width="300" height="80"><rect width="300" height="40" fill="#336"/><text x="9" y="25" fill="#fff">White on blue</text>
			<text x="150" y="25" fill="#667">Grey on blue</text><text x="9" y="65" fill="#999">Grey in a drawing</text></svg>`,
		map[string]http.HandlerFunc{"GET /look.css": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/css")
			_, _ = io.WriteString(w, `
				.grey { color: #888 } .large { font-size: 24px } .faded { opacity: 0.3 }
				.behind { position: relative; isolation: isolate } .behind::before { content: ""; position: absolute; inset: 0; z-index: -1; background: #222 }`)
		}}))
	require.Equal(t, []string{
		`3.54 instead of 4.5: "Grey on white" of p.grey`,
		`1.32 instead of 4.5: "Black on black" of p.behind`,
		`2.11 instead of 4.5: "Faded" of p.faded`,
		`2.07 instead of 4.5: "Grey on blue" of text`,
		`2.85 instead of 4.5: "Grey in a drawing" of text`,
	}, ada.FaintTexts())
	require.Equal(t, "rgb(136, 136, 136)", ada.Style(".grey", "-webkit-text-fill-color"), "the page is as it was")
}
