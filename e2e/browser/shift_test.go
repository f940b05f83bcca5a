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
	script := func(does string) map[string]http.HandlerFunc {
		return map[string]http.HandlerFunc{"GET /move.js": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, `const frame = (then) => requestAnimationFrame(() => setTimeout(then))
				addEventListener("load", () => frame(() => frame(() => { `+does+`; document.querySelector("main").dataset.done = "" })))`)
		}}
	}
	const page = `<p id="first">First</p><p id="second">Second</p><script src="/move.js"></script>`
	for does, moved := range map[string]string{
		`document.getElementById("first").textContent = "Other"`:  `\[\]`,
		`document.getElementById("first").style.height = "100px"`: `\[#second from \d+ to \d+\]`,
	} {
		p := browser.Open(t).NewPerson(t, "Ada")
		p.Goto(site(t, page, script(does)))
		require.Eventually(t, func() bool { return p.Count(`main[data-done]`) == 1 }, 10*time.Second, 10*time.Millisecond)
		p.Screenshot() // by then it is drawn
		assert.Regexp(t, `^`+moved+`$`, fmt.Sprint(p.Shifts()), does)
	}
}
