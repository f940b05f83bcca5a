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
	assert.Contains(t, ada.reads(), "You would get seat 16 of 16.")
	assert.Contains(t, ada.Text(".meetings--conflict"), "Ada takes a seat in Type Theory")
	assert.Equal(t, "By type and tag", ada.Text(".switch [aria-current]"))

	ada.TabTo(drawing("2"))
	ada.Press(browser.Enter)
	ada.Arrive()
	assert.Equal(t, "By tag only", ada.Text(".switch [aria-current]"))
	assert.Contains(t, ada.Text(".meetings--conflict"), "A false conflict")
	ada.TabTo(drawing("3"))
	ada.Press(browser.Enter)
	ada.Arrive()
	assert.Equal(t, "One stream per course", ada.Text(".switch [aria-current]"))
	assert.NotContains(t, ada.Text(".meetings--conflict"), "Ada takes a seat in Type Theory")
	assert.Contains(t, ada.reads(), "Missed: your append would go through on what is no longer true.")

	ada.TabTo(".lens__act .button--you")
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Contains(t, ada.notice(), "you have a seat in Compilers")
	ada.opensReceipt()
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
	ada.TabTo(drawing("3"))
	ada.Press(browser.Enter)
	ada.Arrive()
	assert.Contains(t, ada.reads(), "It can’t hold both courses.")

	ada.TabTo(".lens__act .button--you")
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Contains(t, ada.notice(), "you have a seat in Compilers, and none in Distributed Systems any more")
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
	ada.hearsNews()
	require.Contains(t, ada.Text("#lens-strip"), "You would get seat 16 of 16.")
	require.Contains(t, ada.Text("#lens-knew"), "15")

	post(t, site.url+"/courses/compilers/subscriptions", "student", "kofi")
	ada.comesToRead("#lens-strip", "Refused: every seat in this course is taken.")
	ada.comesToRead("#lens-knew", "Seats taken 16")
	ada.comesToRead("#lens-inside", "Kofi took a seat in Compilers")
	ada.comesToRead("#lens-meetings", "Would get inside your boundary")

	post(t, site.url+"/courses/compilers/subscriptions/kofi/delete")
	ada.comesToRead("#lens-strip", "You would get seat 16 of 16.")
	assert.Empty(t, ada.Shifts(".fresh, .strip__log"), "nothing moved by itself, but in what is marked as new; the tiles of a strip make room for a new one")
	assert.Equal(t, 1, strings.Count(ada.reads(), "You would conflict with"))
	assert.Contains(t, ada.reads(), "the last 185 events of the log up to 185", "what is counted stays as it was when the page was opened")
	ada.Goto(ada.URL())
	assert.Contains(t, ada.reads(), "1 append of decisions to subscribe, sent while these events were stored")
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
	require.Contains(t, ada.Text("#lens-strip"), "You would get seat 16 of 16.")

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
	ada.comesToRead("#lens-strip", "Refused: every seat in this course is taken.")
	ada.Complaints() // it may have been refused more than once
}

func pause(ctx context.Context, d time.Duration) {
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}
