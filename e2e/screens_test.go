package e2e

import (
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
	"go-crablet/internal/effort"
)

var (
	screens = flag.String("screens", "", "keep a picture of every page in this `directory`, to look at")
	update  = flag.Bool("update", false, "renew the pictures in docs")
)

var (
	lightPhone  = browser.Screen{Width: 390, Height: 844}
	darkPhone   = browser.Screen{Width: 390, Height: 844, Dark: true}
	lightLaptop = browser.Screen{Width: 1280, Height: 800}
	darkLaptop  = browser.Screen{Width: 1280, Height: 800, Dark: true}
	smallest    = browser.Screen{Width: 320, Height: 568} // also a laptop whose pages are four times as large
	projector   = browser.Screen{Width: 1920, Height: 1080}
)

// everyScreen returns a phone, a projector, and a laptop in light and in dark. From one to the next
// as little changes as can be, since the browser draws the page again each time. No rule of the
// styles gives a phone colours of its own (TestColoursAreThoseOfEveryWidth), so a dark phone
// would find nothing more; of that there are only pictures.
func everyScreen() []browser.Screen {
	every := []browser.Screen{lightPhone, projector, lightLaptop, darkLaptop}
	if *screens != "" {
		every = append(every, darkPhone)
	}
	return every
}

// looksAtAll reports whether the run looks at every page on every screen: it is thorough, or it
// keeps pictures.
func looksAtAll() bool { return effort.Thorough() || *screens != "" }

// screensFor returns every screen for a page if the run looks at all. A usual run
// looks at each page on one screen: a light phone or a dark laptop, which the name decides.
func screensFor(name string) []browser.Screen {
	if looksAtAll() {
		return everyScreen()
	}
	return []browser.Screen{[]browser.Screen{lightPhone, darkLaptop}[len(name)%2]}
}

// drawnFrom returns all pages if the run looks at all. For a usual run it draws a third of the pages
// at random.
func drawnFrom(pages []string) []string {
	if looksAtAll() {
		return pages
	}
	drawn := slices.Clone(pages)
	rand.Shuffle(len(drawn), func(i, j int) { drawn[i], drawn[j] = drawn[j], drawn[i] })
	return drawn[:(len(drawn)+2)/3]
}

// namesOf returns the names of pages.
func namesOf[P any](pages map[string]P) []string { return slices.Collect(maps.Keys(pages)) }

// isFineOnEveryScreen looks at the page that is open on one screen after the other. The test goes
// on with a laptop.
func (p student) isFineOnEveryScreen(name string) {
	p.site.t.Helper()
	for _, screen := range screensFor(name) {
		p.UseScreen(screen)
		p.isFineOn(screen, name)
	}
	p.UseScreen(darkLaptop)
}

// isFineOn looks at the page for what keeps people out and for what scrolls sideways, and
// keeps a picture when asked to.
func (p student) isFineOn(screen browser.Screen, name string) {
	p.site.t.Helper()
	where := fmt.Sprintf("%s-%d-%s", name, screen.Width, map[bool]string{false: "light", true: "dark"}[screen.Dark])
	for _, violation := range p.violationsOn(screen) {
		assert.Fail(p.site.t, where, violation.String())
	}
	assert.Empty(p.site.t, p.TwiceUsedIDs(), "%s has ids more than once", where)
	assert.LessOrEqual(p.site.t, p.PageWidth(), screen.Width, "%s scrolls sideways", where)
	if *screens != "" {
		require.NoError(p.site.t, os.WriteFile(filepath.Join(*screens, where+".png"), p.Screenshot(), 0o644))
	}
}

// violationsOn returns what keeps people out. A run that looks at all shows every page on a phone in
// light, on a laptop in light, and on a laptop in dark. The contrast of texts takes three times as long
// as everything else that is checked, so it is checked twice: on the phone, and on the laptop in dark.
// A projector shows what a laptop shows, with more room around it, so there nothing is checked.
func (p student) violationsOn(screen browser.Screen) []browser.Violation {
	p.site.t.Helper()
	switch {
	case !looksAtAll():
		return p.Axe()
	case screen.Dark:
		return p.AxeColours()
	case screen == lightLaptop:
		return p.AxeButColours()
	case screen.Width >= projector.Width:
		return nil
	}
	return p.Axe()
}

// Every page, on a phone and on a projector, light and dark: nothing that keeps
// people out, nothing that scrolls sideways, no complaint of the browser.
func TestEveryPageOnEveryScreen(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")

	// Something to look at: a receipt of a seat, one of a refusal.
	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	ada.opensReceipt()
	seated := strings.TrimPrefix(ada.URL(), site.url)
	ada.looksAtCourse("typography-for-engineers")
	ada.LookAway(func() { // otherwise the page would offer the waitlist
		post(t, site.url+"/courses/typography-for-engineers/subscriptions", "student", "zola") // the last seat
		ada.Submit(subscribeButton)
	})
	ada.opensReceipt()
	refused := strings.TrimPrefix(ada.URL(), site.url)

	// And what is as long as it may be, without a place to break.
	wide := strings.Repeat("W", 100)
	post(t, site.url+"/courses", "course", strings.Repeat("w", 64), "title", wide, "capacity", "3")
	post(t, site.url+"/students", "student", "wide", "name", wide)
	post(t, site.url+"/courses/"+strings.Repeat("w", 64)+"/subscriptions", "student", "wide")
	wideCourse := "/courses/" + strings.Repeat("w", 64)
	widePages := []string{"/", "/log", "/log/190", "/students/wide?as_of=190", "/decisions", wideCourse, wideCourse + "/boundary", "/students/wide"}

	pages := map[string]string{
		"catalogue": "/", "course": "/courses/compilers", "full-course": "/courses/formal-methods", "class": "/courses/compilers/class",
		"students": "/students", "students-by-name": "/students?order=name", "catalogue-by-name": "/?order=name", "student": "/students/ada", "decisions": "/decisions",
		"decisions-none": "/decisions?kind=lost&course=compilers", "decisions-not-accepted": "/decisions?course=a+course",
		"log": "/log", "log-narrowed": "/log?type=StudentJoinedWaitlist&tags=course_id:cryptography", "log-not-accepted": "/log?tags=algebra", "event": "/log/181",
		"catalogue-as-of": "/?as_of=120", "course-as-of": "/courses/cryptography?as_of=182", "student-as-of": "/students/ada?as_of=120", "students-as-of": "/students?as_of=60",
		"log-as-of": "/log?as_of=60", "event-as-of": "/log/181?as_of=183",
		"receipt-seated": seated, "receipt-refused": refused,
		"lens": "/courses/compilers/boundary", "lens-stream": "/courses/compilers/boundary?by=stream",
		"lens-swap":    "/courses/compilers/boundary?student=ada&give=cryptography&by=stream",
		"lens-refused": "/courses/formal-methods/boundary?student=kofi&by=tag", "lens-choice": "/students/ada/boundary",
		"define-course": "/define-course", "register-student": "/register-student",
		"source": "/source/dcb/judge.go#L24", "source-sql": "/source/dcb/append.sql", "sources": "/source/", "source-not-shown": "/source/go.mod",
		"operator": "/operator", "status": "/status",
		"gap": "/session/gap", "workshop": "/workshop", "workshop-at": "/workshop?at=4&green=1-2-3", "not-found": "/nowhere",
	}
	for _, name := range drawnFrom(namesOf(pages)) {
		ada.Goto(site.url + pages[name])
		ada.isFineOnEveryScreen(name)
		ada.UseScreen(smallest)
		assert.LessOrEqual(t, ada.PageWidth(), smallest.Width, "%s scrolls sideways", name)
		assert.Empty(t, ada.Complaints(), name)
	}

	ada.Goto(site.url + "/students/wide")
	ada.Submit(".subject__act button") // act as the one with the long name
	for _, path := range widePages {
		ada.UseScreen(smallest)
		ada.Goto(site.url + path)
		assert.LessOrEqual(t, ada.PageWidth(), smallest.Width, "%s scrolls sideways under a long name", path)
		if *screens != "" {
			name := "wide" + strings.ReplaceAll(strings.ReplaceAll(path, strings.Repeat("w", 60), ""), "/", "-") + ".png"
			require.NoError(t, os.WriteFile(filepath.Join(*screens, name), ada.Screenshot(), 0o644))
		}
	}
}

// keepPicture renews a picture of the documentation when asked to.
func keepPicture(t testing.TB, p *browser.Person, name string) {
	t.Helper()
	if !*update {
		return
	}
	p.UseScreen(browser.Screen{Width: 1280, Height: 800})
	require.NoError(t, os.WriteFile(filepath.Join("..", "docs", name), p.Screenshot(), 0o644))
}
