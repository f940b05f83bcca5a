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
	visit := func(does string) *browser.Person {
		script := func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/javascript")
			fmt.Fprint(w, `let n = 0; setInterval(() => { n++; `+does+` }, 100)`)
		}
		p := browser.Open(t).NewPerson(t, "Ada")
		p.Goto(site(t, `<p id="first">0</p><p id="second">Second</p><script src="/change.js"></script>`,
			map[string]http.HandlerFunc{"GET /change.js": script}))
		return p
	}
	still := visit(`first.textContent = n % 10`)
	moving := visit(`first.style.height = n + "em"`)
	require.Eventually(t, func() bool { return len(moving.Shifts()) > 0 }, 20*time.Second, 10*time.Millisecond)
	assert.Contains(t, moving.Shifts()[0], "#second from ")
	assert.Empty(t, still.Shifts())
	assert.NotEqual(t, "0", still.Text("#first"))
}
