package e2e

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// Whatever happens elsewhere, a page that stays open comes to show what it would show if it
// were loaded anew. Each kind of page that changes is open, and what happens is random.
func TestAnOpenPageComesToShowWhatItWouldShowAnew(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada, nobody := site.student("ada", "Ada"), student{site.browser.NewPerson(t, "somebody"), site}
	pages := map[string]student{}
	open := func(p student, path string) {
		p.Goto(site.url + path)
		p.hearsNews()
		pages[path] = p
	}
	open(ada, "/")
	for name, path := range map[string]string{
		"her own page":    "/students/ada",
		"a course":        "/courses/typography-for-engineers",
		"the students":    "/students",
		"the log":         "/log",
		"the decisions":   "/decisions",
		"another student": "/students/hugo",
	} {
		open(student{site.browser.NewPerson(t, "who looks at "+name), site}, path)
	}
	open(nobody, "/courses/formal-methods")

	seed := rand.Uint64()
	random := rand.New(rand.NewPCG(seed, 0))
	t.Logf("seed %d", seed)
	one := func(of ...string) string { return of[random.IntN(len(of))] }
	for n := range 40 {
		course := one("typography-for-engineers", "typography-for-engineers", "formal-methods", "late")
		who := one("ada", "ada", "hugo", "zola")
		path, form := "", []string{"student", who}
		switch random.IntN(12) {
		case 0, 1, 2:
			path = "/courses/" + course + "/subscriptions"
		case 3, 4:
			path = "/courses/" + course + "/subscriptions/" + who + "/delete"
		case 5, 6:
			path = "/courses/" + course + "/waitlist"
		case 7:
			path = "/courses/" + course + "/waitlist/" + who + "/delete"
		case 8:
			path, form = "/courses/"+course+"/title", []string{"title", fmt.Sprint("Title ", n)}
		case 9:
			path, form = "/students/"+who+"/name", []string{"name", fmt.Sprint("Name ", n)}
		case 10:
			path, form = "/courses/"+course+"/capacity", []string{"capacity", one("1", "2", "16")}
		case 11:
			path, form = "/students", []string{"name", fmt.Sprint("Student ", n)}
		}
		if n == 3 {
			path, form = "/courses", []string{"course", "late", "title", "Came later", "capacity", "1"}
		}
		if n == 36 {
			path = "/courses/late/archive"
		}
		t.Logf("%d: %s %s: %d", n, path, form, post(t, site.url+path, form...))
		for path, p := range pages {
			var shown, anew string
			if !assert.Eventually(t, func() bool {
				shown, anew = p.ShownAndAnew()
				return shown == anew
			}, patience, 20*time.Millisecond) {
				here := 0
				for here < min(len(shown), len(anew)) && shown[here] == anew[here] {
					here++
				}
				from := max(0, here-100)
				t.Fatalf("%s shows\n… %.200s\nand would show\n… %.200s", path, shown[from:], anew[from:])
			}
		}
	}
}
