package browser_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

func TestShiftsAreWhatMovesByItself(t *testing.T) {
	t.Parallel()
	const page = `<p id="first">First</p><p id="second">Second</p><div id="third"><p>Third</p><p>Fourth</p></div><script src="/change.js"></script>`
	for does, moved := range map[string]string{
		`first.textContent = "Other"`:       `[]`,
		`third.firstChild.textContent = ""`: `[]`,                  // what moves stands in what is left out
		`first.before("New")`:               `[BODY from 16 to 8]`, // which has no margin of a paragraph any more
	} {
		script := func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/javascript")
			// By then the page was drawn: what was not, has nowhere to move from.
			fmt.Fprint(w, `setTimeout(() => { `+does+`; document.querySelector("main").dataset.done = "" }, 500)`)
		}
		p := browser.Open(t).NewPerson(t, "Ada")
		p.Goto(site(t, page, map[string]http.HandlerFunc{"GET /change.js": script}))
		require.Eventually(t, func() bool { return p.Count(`main[data-done]`) == 1 }, 10*time.Second, 10*time.Millisecond)
		p.Screenshot()
		assert.Equal(t, moved, fmt.Sprint(p.Shifts(0, "#third")), does)
	}
}

// A page that arrives in parts may be drawn in parts. That is no move by itself.
func TestShiftsAreAskedForSinceThePageWasDrawn(t *testing.T) {
	t.Parallel()
	seen := make(chan struct{})
	p := browser.Open(t).NewPerson(t, "Ada")
	p.Goto(site(t, "", map[string]http.HandlerFunc{
		"GET /seen": func(http.ResponseWriter, *http.Request) { close(seen) },
		"GET /parts": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `<!doctype html><html lang="en"><title>Test</title><p id="below" style="position: relative">Below</p>
				<script>requestAnimationFrame(() => requestAnimationFrame(() => fetch("/seen")))</script>`)
			w.(http.Flusher).Flush()
			<-seen
			fmt.Fprint(w, `<style>#below { top: 50px }</style></html>`)
		},
	}) + "/parts")
	since := p.Drawn()
	assert.Len(t, p.Shifts(0, "nothing"), 1)
	assert.Empty(t, p.Shifts(since, "nothing"))
}
