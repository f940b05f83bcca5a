package browser_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"

	"go-crablet/e2e/browser"
)

func TestShiftsAreWhatMovesByItself(t *testing.T) {
	t.Parallel()
	b := browser.Open(t)
	for does, moved := range map[string]string{
		`first.textContent = "Other"`:       `[]`,
		`third.firstChild.textContent = ""`: `[]`,                  // what moves stands in what is left out
		`first.before("New")`:               `[BODY from 16 to 8]`, // which has no margin of a paragraph any more
	} {
		t.Run(does, func(t *testing.T) {
			t.Parallel()
			watched := make(chan struct{})
			page := `<p id="first">First</p><p id="second">Second</p><div id="third"><p>Third</p><p>Fourth</p></div>
				<script>fetch("/watched").then(() => { ` + does + `; document.querySelector("main").dataset.done = "" })</script>`
			p := b.NewPerson(t, "Ada")
			p.Goto(site(t, "", map[string]http.HandlerFunc{
				"GET /page":    func(w http.ResponseWriter, _ *http.Request) { show(w, page) },
				"GET /watched": func(http.ResponseWriter, *http.Request) { <-watched },
			}) + "/page")
			p.WatchShifts("#third")
			close(watched)
			p.See("main[data-done]")
			assert.Equal(t, moved, fmt.Sprint(p.Shifts()))
		})
	}
}

// A page that arrives in parts may be drawn in parts. That is no move by itself.
func TestNothingMovesByItselfWhileAPageArrives(t *testing.T) {
	t.Parallel()
	drawn := make(chan struct{})
	p := browser.Open(t).NewPerson(t, "Ada")
	p.Goto(site(t, "", map[string]http.HandlerFunc{
		"GET /drawn": func(http.ResponseWriter, *http.Request) { close(drawn) },
		"GET /page": func(w http.ResponseWriter, _ *http.Request) {
			fmt.Fprint(w, `<!doctype html><html lang="en"><title>Test</title><p id="below" style="position: relative">Below</p>
				<script>requestAnimationFrame(() => requestAnimationFrame(() => fetch("/drawn")))</script>`)
			w.(http.Flusher).Flush()
			<-drawn
			fmt.Fprint(w, `<style>#below { top: 50px }</style></html>`)
		},
	}) + "/page")
	p.WatchShifts("nothing")
	assert.Empty(t, p.Shifts())
}
