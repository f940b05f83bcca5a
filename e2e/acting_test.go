package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

// The menu "Act as" closes as menus do.
func TestTheMenuOfStudentsCloses(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	const menu, entry = ".acting summary", ".acting form"
	for _, path := range []string{"/", "/registrar"} { // with news and without
		ada.Goto(site.url + path)
		for name, leave := range map[string]func(){
			"by Escape":            func() { ada.Press(browser.Tab, browser.Escape) },
			"by a click elsewhere": func() { ada.Click("main h1") },
			"by Tab past it": func() {
				ada.TabTo(".acting form > :last-child")
				ada.Press(browser.Tab)
			},
			"by going back": func() { ada.PressBack() },
		} {
			ada.Focus(menu)
			ada.Press(browser.Enter)
			require.Equal(t, 1, ada.Count(entry), name)
			leave()
			assert.Zero(t, ada.Count(entry), "%s: it closes %s", path, name)
			if name == "by Escape" {
				assert.Contains(t, ada.Focused(), "summary Acting as Ada")
			}
		}
	}
	ada.Click(menu)
	ada.Submit(`.acting button[value=kofi]`)
	assert.Contains(t, ada.Text(menu), "Acting as Kofi")
}
