package e2e

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

// drawing is the link that draws the boundary in the nth way.
func drawing(n string) string { return ".switch li:nth-child(" + n + ") a" }

// turns is the switch of a type of events about a course or a student.
func turns(name string) string { return `.turn[data-name="` + name + `"]` }

// From a course to what subscribing would read, through the drawings, and to the seat and
// its receipt, by keyboard alone.
func TestAStudentLooksThroughTheLensAndSubscribes(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("compilers")
	ada.TabTo(`a[href="/courses/compilers/boundary"]`)
	ada.Press(browser.Enter)
	ada.Arrive()
	assert.Equal(t, "You would get seat 16 of 16.", ada.Text(".lens__says"))
	assert.Equal(t, "By type and tag", ada.Text(".switch [aria-current]"))

	ada.TabTo(drawing("2"))
	ada.Press(browser.Enter)
	ada.Arrive()
	assert.Equal(t, "By tag only", ada.Text(".switch [aria-current]"))
	assert.Contains(t, ada.Text("#put-course-renamed"), "false conflict")
	ada.TabTo(drawing("3"))
	ada.Press(browser.Enter)
	ada.Arrive()
	assert.Equal(t, "One stream per course", ada.Text(".switch [aria-current]"))
	assert.Contains(t, ada.Text("#put-student-comes-elsewhere"), "missed")

	ada.TabTo(".lens__act .button--you")
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Contains(t, ada.notice(), "you have a seat in Compilers")
	ada.opensReceipt()
	ada.unfolds(".told")
	assert.Contains(t, ada.reads(), "Read 20 events up to 185.", "as the lens had said")
	assert.Empty(t, ada.Complaints())
}

// From a course to what swapping would read, to the swap and its receipt, by keyboard alone.
func TestAStudentLooksThroughTheLensAndSwaps(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("compilers")
	ada.TabTo(".confirm summary")
	ada.Press(browser.Enter)
	ada.TabTo(`.confirm a[href*="/boundary?give="]`)
	ada.Press(browser.Enter)
	ada.Arrive()
	assert.Contains(t, ada.reads(), "You would give Distributed Systems back and get seat 16 of 16 in Compilers.")
	ada.TabTo("#put-student-leaves-given")
	ada.Press(browser.Enter)
	ada.comesToRead(".lens__says", "Conflict. Ada leaves Distributed Systems first.")
	ada.Goto(ada.URL()) // the tabs begin at the top again
	ada.TabTo(drawing("3"))
	ada.Press(browser.Enter)
	ada.Arrive()
	assert.Contains(t, ada.Text(".lens__says"), "Missed. Ada leaves Distributed Systems first.")

	ada.TabTo(".lens__act .button--you")
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Contains(t, ada.notice(), "you have a seat in Compilers, and none in Distributed Systems any more")
	assert.Empty(t, ada.Complaints())
}

const (
	ownSeats = "student_id:ada/StudentSubscribedToCourse"
	titles   = "course_id:compilers/CourseRenamed"
	lit      = `.tile--inside [title^="100: "]`
	out      = `.tile--out [title^="100: "]`
)

// A boundary is drawn by hand, with keys. Tiles go out and light up at once, whatever the network
// does; then the page of the new address says what the boundary is.
func TestABoundaryIsDrawnByHand(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.Goto(site.url + "/courses/compilers/boundary?put=student-comes-elsewhere")
	ada.hearsNews()
	require.Equal(t, 1, ada.Count(lit))
	require.Contains(t, ada.Text(".lens__says"), "Conflict.")

	ada.LookAway(func() { // meanwhile the page takes no answer
		ada.TabTo(turns(ownSeats))
		ada.Press(browser.Space)
		assert.Equal(t, 1, ada.Count(out), "it went out at once")
		assert.Equal(t, 1, ada.Count(turns(ownSeats)+"[aria-pressed=false]"))
		ada.Press(browser.Space)
		assert.Equal(t, 1, ada.Count(lit), "and is lit again")
	})
	ada.Press(browser.Space)
	ada.comesToRead(".lens__says", "Missed. Ada takes a seat in Type Theory first.")
	assert.Contains(t, ada.Text(".lens__drawings"), "Too small: it misses conflicts.")
	assert.Equal(t, "button#switch-1-2 seats taken", ada.Focused(), "the focus stays on the switch")
	assert.Contains(t, ada.URL(), "draw=student_id%3Aada%2FStudentSubscribedToCourse")
	assert.Equal(t, 0, ada.Count(".lens .fresh"), "what the visitor changes is not marked as new")
	ada.Click(turns(titles))
	ada.comesToRead("#put-course-renamed", "false conflict")
	ada.Click("#put-course-renamed")
	ada.comesToRead(".lens__says", "False conflict. Compilers gets another title first.")

	drawn := ada.reads()
	ada.Goto(ada.URL())
	assert.Equal(t, drawn, ada.reads(), "the address draws the same boundary")
	require.Equal(t, 1, ada.Count(`[data-part="0"] .turn--every[aria-pressed=true]`))
	ada.Click(`[data-part="1"] .turn--all`)
	ada.comesToRead(".switch [aria-current]", "One stream per course")
	ada.Click(`[data-part="1"] .turn--every`)
	ada.comesToRead(".switch [aria-current]", "By tag only")
	ada.Click(`[data-part="1"] .turn--every`)
	ada.Click(`[data-part="0"] .turn--every`) // before the answer to the first may have come
	ada.comesToRead(".switch [aria-current]", "By type and tag")
	assert.Contains(t, ada.Text(".lens__drawings"), "Exact: what the rules need.")
	assert.Empty(t, ada.Complaints())
}

// Each switch is a button of a form, which works without scripts.
func TestABoundaryIsDrawnByHandWithoutScripts(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.WithoutScripts()
	ada.Goto(site.url + "/courses/compilers/boundary")
	ada.Submit(turns(ownSeats))
	assert.Equal(t, 1, ada.Count(out))
	ada.Submit("#put-student-comes-elsewhere")
	assert.Contains(t, ada.Text(".lens__says"), "Missed. Ada takes a seat in Type Theory first.")
	ada.Submit(turns(ownSeats))
	assert.Equal(t, 1, ada.Count(lit))
	assert.Contains(t, ada.Text(".lens__says"), "Conflict. Ada takes a seat in Type Theory first.")
	ada.Submit("#put-student-comes-elsewhere")
	assert.Contains(t, ada.Text(".lens__says"), "You would get seat 16 of 16.")
}

// The picture, the verdict and the buttons are in sight, whatever is put on the strip.
func TestTheLensIsInSight(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	for name, path := range map[string]string{
		"lens-conflict": "?put=newcomer-comes", "lens-false": "?put=course-renamed&by=tag", "lens-missed": "?put=student-comes-elsewhere&by=stream",
		"lens-by-hand": "?put=member-leaves-given&give=cryptography&draw=course_id:cryptography/StudentUnsubscribedFromCourse",
	} {
		for _, screen := range []browser.Screen{{Width: 1280, Height: 720}, {Width: 1920, Height: 1080}} {
			ada.UseScreen(screen)
			ada.Goto(site.url + "/courses/compilers/boundary" + path)
			for _, part := range []string{".tile--put .tile__box", ".lens__strip", ".lens__says", ".lens__act .button--you", ".switch"} {
				assert.True(t, ada.IsInSight("[data-stage] "+part), "%s at %d: %s", name, screen.Width, part)
			}
		}
		ada.isFineOnEveryScreen(name)
	}
	assert.Empty(t, ada.Complaints())
}

// What the lens says changes while one looks, with what happens inside the boundary.
func TestTheLensChangesWhileOneLooks(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.UseScreen(browser.Screen{Width: 390, Height: 2200}) // a phone that shows the boundary in one piece
	ada.Goto(site.url + "/students/ada")
	ada.Follow(`a[href="/students/ada/boundary"]`)
	ada.Fill("#course", "compilers")
	ada.Submit("main form:has(#course) button")
	require.Equal(t, site.url+"/courses/compilers/boundary?student=ada", ada.URL())
	ada.Goto(ada.URL()) // what moves right after a click counts as its doing
	ada.WatchShifts(".fresh, .strip__log, .puts")
	ada.hearsNews()
	require.Contains(t, ada.Text("#lens-verdict"), "You would get seat 16 of 16.")

	post(t, site.url+"/courses/compilers/subscriptions", "student", "kofi")
	ada.comesToRead("#lens-verdict", "Refused: every seat in this course is taken.")
	ada.comesToRead("#lens-strip", "186 Kofi")
	ada.comesToRead("#put-member-leaves", "inside")

	post(t, site.url+"/courses/compilers/subscriptions/kofi/delete")
	ada.comesToRead("#lens-verdict", "You would get seat 16 of 16.")
	assert.Empty(t, ada.Shifts(), "nothing moved by itself, but in what is marked as new; the tiles of a strip and the events that are possible make room for a new one")
	ada.comesToRead("#put-newcomer-comes", "conflict")
	assert.Contains(t, ada.reads(), "Counted over the last 185 events", "what is counted stays as it was when the page was opened")
	ada.Click(turns(titles))
	ada.comesToRead(".lens__drawings", "Too large")
	post(t, site.url+"/courses/compilers/subscriptions", "student", "kofi")
	ada.comesToRead("#lens-verdict", "Refused: every seat in this course is taken.")
	assert.Contains(t, ada.Text(".lens__drawings"), "Too large", "news keep the drawing")
	ada.Goto(ada.URL())
	assert.Contains(t, ada.reads(), "Counted over the last 188 events")
	assert.Empty(t, ada.Complaints())
}

// A network that asks for too much has to wait, and so has a page of it that hears the news:
// it catches up when it may.
func TestALensThatHasToWaitCatchesUp(t *testing.T) {
	t.Parallel()
	site := newSite(t, "-costly-share", "5")
	ada := site.student("ada", "Ada")
	ada.Goto(site.url + "/courses/compilers/boundary")
	ada.hearsNews()
	require.Contains(t, ada.Text("#lens-verdict"), "You would get seat 16 of 16.")

	ctx, end := context.WithCancel(t.Context())
	var refused atomic.Int64
	var flooding sync.WaitGroup
	for range 150 { // more than may wait
		flooding.Go(func() {
			for ctx.Err() == nil {
				request, err := http.NewRequestWithContext(ctx, http.MethodGet, site.url+"/courses/compilers/boundary?student=ada", nil)
				if err != nil {
					return
				}
				if page, err := http.DefaultClient.Do(request); err == nil {
					page.Body.Close()
					if page.StatusCode == http.StatusTooManyRequests {
						refused.Add(1)
						pause(ctx, 100*time.Millisecond)
					}
				}
			}
		})
	}
	eventually(t, "the network is throttled", func() bool { return refused.Load() > 100 })
	// The page may be lucky and get in among the others. Then it hears of the next change.
	changes := []func() int{
		func() int { return post(t, site.url+"/courses/compilers/subscriptions", "student", "kofi") },
		func() int { return post(t, site.url+"/courses/compilers/subscriptions/kofi/delete") },
	}
	change := 0
	eventually(t, "the page was refused", func() bool {
		assert.Equal(t, http.StatusSeeOther, changes[change%2]())
		change++
		pause(ctx, 200*time.Millisecond)
		return slices.ContainsFunc(ada.Complaints(), func(c string) bool { return strings.Contains(c, "429") })
	})
	end()
	flooding.Wait()
	if change%2 == 0 {
		require.Equal(t, http.StatusSeeOther, changes[0]())
	}
	ada.comesToRead("#lens-verdict", "Refused: every seat in this course is taken.")
	ada.Complaints() // it may have been refused more than once
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
