package e2e

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"go-crablet/internal/effort"
)

// Open pages, by what is looked at.
type openPages map[string]student

// opensEveryKind opens each kind of page that changes while it is open.
func (s *site) opensEveryKind() openPages {
	s.t.Helper()
	pages := openPages{}
	open := func(p student, path string) {
		p.Goto(s.url + path)
		p.hearsNews()
		pages[path] = p
	}
	open(s.student("ada", "Ada"), "/")
	for name, path := range map[string]string{
		"her own page":    "/students/ada",
		"a course":        "/courses/typography-for-engineers",
		"another course":  "/courses/formal-methods",
		"the students":    "/students",
		"the log":         "/log",
		"the decisions":   "/decisions",
		"another student": "/students/hugo",
	} {
		open(student{s.browser.NewPerson(s.t, "who looks at "+name), s}, path)
	}
	return pages
}

// comeTrue waits until each page shows what it would show if it were loaded anew.
func (pages openPages) comeTrue(t *testing.T) {
	t.Helper()
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

// commands are random ones, one after the other.
type commands struct {
	random *rand.Rand
	n      int
}

func newCommands(t *testing.T) *commands {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	return &commands{random: rand.New(rand.NewPCG(seed, 0))}
}

// next returns the address and the form of the next command.
func (c *commands) next() (path string, form []string) {
	n := c.n
	c.n++
	one := func(of ...string) string { return of[c.random.IntN(len(of))] }
	course := one("typography-for-engineers", "typography-for-engineers", "formal-methods", "late")
	who := one("ada", "ada", "hugo", "zola")
	path, form = "", []string{"student", who}
	switch c.random.IntN(12) {
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
	return path, form
}

// Whatever happens elsewhere, a page that stays open comes to show what it would show if it
// were loaded anew. Each kind of page that changes is open, and what happens is random.
func TestAnOpenPageComesToShowWhatItWouldShowAnew(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	pages := site.opensEveryKind()
	commands := newCommands(t)
	many := effort.Times(12, 40)
	for n := range many {
		path, form := commands.next()
		switch n { // a student whose page is open gets a seat in a course, and later the course is archived
		case many - 8:
			path, form = "/courses/late/capacity", []string{"capacity", "16"}
		case many - 7:
			path, form = "/courses/late/subscriptions", []string{"student", "ada"}
		case many - 3:
			path = "/courses/late/archive"
		}
		t.Logf("%d: %s %s: %d", n, path, form, post(t, site.url+path, form...))
		pages.comeTrue(t)
	}
}
