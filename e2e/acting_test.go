package e2e

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

const (
	actingMenu = ".acting summary"
	theSearch  = "#act-as"
)

// The menu "Act as" closes as menus do.
func TestTheMenuOfStudentsCloses(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	const entries = ".acting__menu"
	for _, path := range []string{"/", "/registrar"} { // with news and without
		ada.Goto(site.url + path)
		for name, leave := range map[string]func(){
			"by Escape":            func() { ada.Press(browser.Tab, browser.Escape) },
			"by a click elsewhere": func() { ada.Click("main h1") },
			"by Tab past it": func() {
				ada.TabTo(`.acting [value=""]`)
				ada.Press(browser.Tab)
			},
			"by going back": func() { ada.PressBack() },
		} {
			ada.Focus(actingMenu)
			ada.Press(browser.Enter)
			require.Equal(t, 1, ada.Count(entries), name)
			leave()
			assert.Zero(t, ada.Count(entries), "%s: it closes %s", path, name)
			if name == "by Escape" {
				assert.Contains(t, ada.Focused(), "summary Acting as Ada")
			}
		}
	}
	ada.Click(actingMenu)
	ada.Submit(`.acting button[value=kofi]`)
	assert.Contains(t, ada.Text(actingMenu), "Acting as Kofi")
}

// All students can be chosen by typing a part of their name, by keyboard alone. News that come
// meanwhile disturb nobody, and the page stays the same.
func TestAnybodyIsFoundInTheMenu(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("compilers")
	ada.hearsNews()
	ada.Focus(actingMenu)
	ada.Press(browser.Enter)
	require.Zero(t, ada.Count(`.acting button[value=wanda]`), "the menu has the first students only")
	ada.Fill(theSearch, "zzz")
	ada.comesToRead(".acting__menu", "Nobody else has “zzz” in their name or id.")
	ada.Fill(theSearch, "SOFIA") // who is called Sofía
	ada.comesToRead(".acting__menu", "1 found")
	require.Equal(t, 1, ada.Count(`.acting button[value=sofia]`))
	require.Zero(t, ada.Count(`.acting button[value=kofi]`), "what was found stands in the place of the few")
	for _, screen := range []browser.Screen{lightPhone, darkLaptop} {
		ada.UseScreen(screen)
		ada.isFineOn(screen, "acting-found")
	}
	post(t, site.url+"/students/ada/name", "name", "Ada Lovelace")
	ada.comesToRead(actingMenu, "Acting as Ada Lovelace")
	require.Equal(t, "SOFIA", ada.Value(theSearch))
	ada.TabTo(`.acting button[value=sofia]`)
	ada.Press(browser.Enter)
	ada.Arrive()
	assert.Contains(t, ada.Text(actingMenu), "Acting as Sofía")
	assert.Equal(t, site.url+"/courses/compilers", ada.URL())
}

// Escape closes the menu, and nothing else: the search and what it found stand there when the menu is opened again.
func TestEscapeLeavesTheSearchOfTheMenu(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.Goto(site.url)
	ada.Click(actingMenu)
	ada.Fill(theSearch, "SOFIA")
	ada.comesToRead(".acting__menu", "1 found")
	ada.Press(browser.Escape)
	require.Zero(t, ada.Count(".acting__menu"))
	ada.Click(actingMenu)
	require.Equal(t, "SOFIA", ada.Value(theSearch))
	require.Equal(t, 1, ada.Count(`.acting button[value=sofia]`))
}

// Without scripts the search leads to the list of students.
func TestAnybodyIsFoundWithoutScripts(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.WithoutScripts()
	ada.Goto(site.url + "/")
	ada.Click(actingMenu)
	ada.Fill(theSearch, "sofia")
	ada.Submit(`.acting .search button`)
	assert.Equal(t, site.url+"/students?find=sofia", ada.URL())
	ada.Submit(`main button[value=sofia]`)
	assert.Contains(t, ada.Text(actingMenu), "Acting as Sofía")
}
