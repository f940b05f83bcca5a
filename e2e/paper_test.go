package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

// What is printed is what one reads: nothing to press, no menu, and a long list whole.
func TestPaperHasNothingToPress(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	post(t, site.url+"/courses", "course", "large", "title", "A large course", "capacity", "40")
	for i := range 40 {
		student := fmt.Sprintf("student-%02d", i)
		post(t, site.url+"/students", "student", student, "name", fmt.Sprintf("Student number %d", i))
		post(t, site.url+"/courses/large/subscriptions", "student", student)
	}
	registrar := site.student("ada", "Ada")
	registrar.looksAtCourse("large")
	registrar.Follow("a[href='/courses/large/class']")
	assert.Contains(t, registrar.reads(), "40 students have a seat, as of position ")
	registrar.isFineOnEveryScreen("class-of-40")
	const a4 = 794 // wide, in CSS pixels
	for name, path := range map[string]string{
		"class": "/courses/large/class", "course": "/courses/compilers", "student": "/students/ada", "students": "/students", "log": "/log",
	} {
		registrar.Goto(site.url + path)
		registrar.UseScreen(browser.Screen{Width: a4, Height: 950, Paper: true})
		assert.Zero(t, registrar.Count("button, input, select, .button, .pager, .top, .foot"), "%s on paper", path)
		registrar.isFineOn(browser.Screen{Width: a4}, "paper-"+name)
		if *screens != "" {
			require.NoError(t, os.WriteFile(filepath.Join(*screens, name+".pdf"), registrar.Print(), 0o644))
		}
		registrar.UseScreen(browser.Screen{})
	}
	registrar.Goto(site.url + "/courses/large/class")
	assert.Positive(t, registrar.Count("a[download]"), "on the screen it is there")
}
