package e2e

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

// The registrar forgets a student, with the keyboard, while somebody else looks at the
// student's page.
func TestTheRegistrarForgetsAStudent(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	registrar, other := site.student("ada", "Ada"), site.student("kofi", "Kofi")
	registrar.Goto(site.url + "/register-student")
	registrar.Fill("input[name=name]", "Zoë Quartz")
	registrar.Submit("form[action='/students'] button")
	require.Contains(t, registrar.notice(), "Registered: Zoë Quartz can take a seat now.")
	page := registrar.URL()
	id := page[strings.LastIndex(page, "/")+1:]
	require.NotContains(t, id, "zo")
	for _, screen := range screensFor("forget-asks") {
		registrar.UseScreen(screen)
		registrar.Goto(page)
		registrar.Click(".confirm summary")
		registrar.isFineOn(screen, "forget-asks")
	}
	assert.Contains(t, registrar.Text(".confirm"), "Nobody can read them any more")

	other.Goto(page)
	require.Contains(t, other.Text("h1"), "Zoë Quartz")
	registrar.TabTo(".confirm .button--refused")
	registrar.Press(browser.Enter)
	registrar.Arrive()
	require.Contains(t, registrar.notice(), "Forgotten: nobody can read any more what the student "+id+" was called.")
	require.Equal(t, page, registrar.URL())
	assert.Eventually(t, func() bool { return strings.Contains(other.Text("h1"), "Forgotten student") }, time.Minute, 10*time.Millisecond)

	registrar.opensReceipt()
	receipt := registrar.URL()
	for name, address := range map[string]string{"forgotten": page, "forgotten-receipt": receipt, "forgotten-log": site.url + "/log", "forgotten-students": site.url + "/students?find=" + id, "forgotten-event": site.url + "/log/186"} {
		for _, screen := range screensFor(name) {
			registrar.UseScreen(screen)
			registrar.Goto(address)
			require.Equal(t, 200, registrar.Status(), address)
			registrar.isFineOn(screen, name)
			assert.NotContains(t, registrar.Text("body"), "Quartz", address)
		}
	}
	registrar.Goto(page)
	assert.Zero(t, registrar.Count(".confirm"))
	assert.Zero(t, registrar.Count("form[action$='/name']"))
	assert.Empty(t, registrar.Complaints())
	assert.Empty(t, other.Complaints())
}
