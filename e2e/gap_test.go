package e2e

import (
	"fmt"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

const (
	holdButton = `main button[name=gap][value=hold]`
	goOnButton = `#go-on button`
)

// holdsTheGap makes each decision of the student stop before its append.
func (p student) holdsTheGap() {
	p.site.t.Helper()
	p.Goto(p.site.url + "/session/gap")
	p.Submit(holdButton)
	require.Contains(p.site.t, p.reads(), "You hold it open until you let each decision go on")
	require.Contains(p.site.t, p.Text(".gapbar"), "You hold the gap open")
}

// A projector and a phone. Ada decides to take the last seat, and everybody sees what her
// decision waits for; Wanda takes it on her phone.
func TestAConflictMadeByHand(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada, wanda, room := site.student("ada", "Ada"), site.student("wanda", "Wanda"), site.student("zola", "Zola")
	wanda.UseScreen(browser.Screen{Width: 390, Height: 844})
	ada.holdsTheGap()
	ada.looksAtCourse("compilers")
	ada.Submit(subscribeButton)
	require.Contains(t, ada.reads(), "Held before its append")
	require.Contains(t, ada.reads(), "Decided to seat Ada; the append waits. Nothing got inside the boundary yet.")
	held := ada.URL()

	room.Goto(held)
	require.Contains(t, room.reads(), "You are watching.")
	require.Zero(t, room.Count(goOnButton))
	ada.hearsNews()
	room.hearsNews()

	wanda.looksAtCourse("compilers")
	wanda.Submit(subscribeButton)
	require.Contains(t, wanda.notice(), "Seated: you have a seat in Compilers.")

	for _, p := range []student{ada, room} { // and neither of them touched anything
		p.comesToRead("#held-state", "Held: will conflict with 186")
		require.Contains(t, p.reads(), "Wanda took a seat in Compilers at 186, inside the boundary: this append will be turned away.")
		require.Equal(t, 1, p.Count(".axis--conflict"))
		require.Equal(t, 1, p.Count(".axis--held"))
	}

	ada.looksAtCourse("compilers")
	ada.isFineOn(browser.Screen{Width: 1280}, "course-while-held")
	ada.Follow(".gapbar__held")
	require.Equal(t, held, ada.URL())
	ada.Submit(goOnButton)
	require.Contains(t, ada.URL(), "/decisions/")
	ada.isFineOn(browser.Screen{Width: 1280}, "receipt-by-hand")
	said := ada.reads()
	for _, proof := range []string{
		"Ada subscribes to Compilers", "Attempt 1", "Conflict with 186", "Wanda took a seat in Compilers",
		"Attempt 2", "every seat in this course is taken",
	} {
		assert.Contains(t, said, proof)
	}
	eventually(t, "the room is led to the receipt", func() bool { return room.URL() == ada.URL() })
	require.Contains(t, room.reads(), "Conflict with 186")
}

// The focus stays where it is while the page changes below it.
func TestAConflictMadeByHandWithTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.UseScreen(browser.Screen{Width: 390, Height: 844})
	ada.Goto(site.url + "/students")
	ada.TabTo(`.foot a[href="/session/gap"]`)
	ada.Press(browser.Enter)
	ada.Arrive()
	ada.TabTo(holdButton)
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Contains(t, ada.Text(".gapbar"), "You hold the gap open")
	ada.looksAtCourse("history-of-computing")
	ada.TabTo(subscribeButton)
	ada.Press(browser.Enter)
	ada.Arrive()
	ada.hearsNews()

	ada.TabTo(goOnButton)
	require.Equal(t, 303, post(t, site.url+"/courses/history-of-computing/subscriptions", "student", "kofi"))
	ada.comesToRead("#held-verdict", "Kofi took a seat in History of Computing at 186")
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Contains(t, ada.reads(), "Attempt 2")
	require.Equal(t, 1, ada.Count(".axis--moved"), "what turned the first attempt away is read now")
	ada.TabTo(goOnButton)
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Contains(t, ada.URL(), "/decisions/")
	require.Contains(t, ada.reads(), "Seated at attempt 2")

	ada.looksAtCourse("compilers")
	ada.TabTo(".gapbar button")
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Zero(t, ada.Count(".gapbar"))
	require.Contains(t, ada.URL(), "/courses/compilers")
}

// Nobody is waited for, and nothing of what was held is stored.
func TestTheProgramStopsThoughADecisionIsHeld(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.holdsTheGap()
	ada.looksAtCourse("compilers")
	ada.Submit(subscribeButton)
	held := strings.TrimPrefix(ada.URL(), site.url)
	ada.hearsNews()

	require.Zero(t, site.stop(syscall.SIGTERM))
	assert.Contains(t, site.stderr.String(), `msg="ended what was held before its append, and appended none of it" decisions=1`)
	assert.NotContains(t, site.stderr.String(), "cut off")

	again := openSite(t, site.databaseURL, nil)
	page, status := fetch(t, again.url+held)
	assert.Equal(t, 200, status)
	assert.Contains(t, page, "The program was stopped while this decision was held. Nothing was appended, so there is no receipt.")
	assert.Contains(t, get(t, again.url+"/"), "<dd>185</dd>", "the log ends where it ended")
	ada.Goto("about:blank") // before that, her page asks again and again
	ada.Complaints()        // that nobody answers
}

func TestAHeldDecisionWithLongNames(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	wide, id := strings.Repeat("W", 100), strings.Repeat("w", 64)
	require.Equal(t, 303, post(t, site.url+"/courses", "course", id, "title", wide, "capacity", "3"))
	require.Equal(t, 303, post(t, site.url+"/students", "student", "wide", "name", wide))
	p := student{site.browser.NewPerson(t, "Wide"), site}
	p.UseScreen(smallest)
	p.Goto(site.url + "/students/wide")
	p.Submit(".subject__act button")
	p.holdsTheGap()
	p.looksAtCourse(id)
	p.Submit(subscribeButton)
	require.Contains(t, p.reads(), "Held before its append")
	assert.LessOrEqual(t, p.PageWidth(), smallest.Width, "its own page")
	p.Goto(site.url + "/students")
	require.Contains(t, p.Text(".gapbar__held"), "Held: "+wide)
	assert.LessOrEqual(t, p.PageWidth(), smallest.Width, "another page, with the link to it")
	p.Goto(site.url + "/session/gap")
	assert.LessOrEqual(t, p.PageWidth(), smallest.Width, "the list of what is held")
}

// The page of a held decision, in its states, on every screen. Each screen has a decision
// of its own: nobody can look at one for longer than a minute.
func TestAHeldDecisionOnEveryScreen(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	others := []string{"zola", "kofi", "mei", "hugo", "ines"}
	for i, screen := range screensFor("held decision") {
		ada.UseScreen(screen)
		ada.Goto(site.url + "/session/gap")
		ada.isFineOn(screen, "gap-off")
		ada.holdsTheGap()
		ada.isFineOn(screen, "gap-on")
		ada.looksAtCourse("history-of-computing")
		ada.isFineOn(screen, "course-with-gap")
		ada.Submit(subscribeButton)
		ada.isFineOn(screen, "held")
		require.Equal(t, 303, post(t, site.url+"/courses/history-of-computing/subscriptions", "student", others[i]))
		require.Equal(t, 303, post(t, site.url+"/students", "name", "Zoë"))
		ada.comesToRead("#held-verdict", "1 new event is outside it")
		ada.Goto(ada.URL()) // nothing is marked as new any more
		ada.isFineOn(screen, "held-conflict")
		ada.Submit(goOnButton)
		require.Contains(t, ada.reads(), "Attempt 2")
		ada.isFineOn(screen, "held-again")
		ada.UseScreen(browser.Screen{Width: smallest.Width, Height: 800, Dark: screen.Dark})
		assert.LessOrEqual(t, ada.PageWidth(), smallest.Width)
		ada.UseScreen(screen)
		ada.Submit(`#never-mind button`)
		require.Contains(t, ada.reads(), "Nothing was appended")
		ada.isFineOn(screen, "held-never-mind")
		ada.Submit(".gapbar button")
		require.Zero(t, ada.Count(".gapbar"))
	}
	require.Empty(t, ada.Complaints())
}

// The seconds are counted and the bar runs, also when news arrive meanwhile. Nothing that one
// wants to press moves, and only what is new is marked.
func TestTheClockOfAHeldDecisionRuns(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.UseScreen(browser.Screen{Width: 1280, Height: 720})
	ada.holdsTheGap()
	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	ada.hearsNews()
	left := func() (seconds int) {
		_, err := fmt.Sscanf(ada.Text(".clock__seconds"), "%d second", &seconds)
		require.NoError(t, err, ada.Text("#held-clock"))
		return seconds
	}
	runsDown := func(when string) {
		t.Helper()
		seconds, bar := left(), ada.Box(".clock__left")[2]
		eventually(t, "the seconds are counted, "+when, func() bool { return left() < seconds })
		eventually(t, "the bar runs, "+when, func() bool { now := ada.Box(".clock__left")[2]; return now > 0 && now < bar })
	}
	runsDown("at first")
	button := ada.Box(goOnButton)
	require.Equal(t, 303, post(t, site.url+"/courses/probability/subscriptions", "student", "kofi"))
	ada.comesToRead("#held-verdict", "1 new event is outside it")
	runsDown("after news")
	require.Equal(t, 303, post(t, site.url+"/courses/history-of-computing/subscriptions", "student", "kofi"))
	ada.comesToRead("#held-verdict", "this append will be turned away")
	require.Equal(t, "none", ada.Style(".verdict", "animation-name"), "its colour says how it ends")
	require.Equal(t, 1, ada.Count(".axis--conflict"))
	runsDown("after a conflict")
	require.Equal(t, button, ada.Box(goOnButton), "nothing that one wants to press has moved")
	require.Less(t, button[1]+button[3], 720.0, "it is in sight")

	before := left()
	ada.Submit(`#longer button[value=minute]`)
	require.Greater(t, left(), before+50)
	runsDown("when it is held longer")
	ada.Submit(`#longer button[value=ever]`)
	require.Contains(t, ada.Text("#held-clock"), "It is held until you let it go on.")
	require.Zero(t, ada.Count(`#longer button[value=ever]`))
	ada.Submit(goOnButton)
	require.Contains(t, ada.reads(), "Attempt 2")
	require.Empty(t, ada.Complaints())
}

// In one window, without scripts of another page: whoever holds a decision presses one button for
// somebody who gets in first, and one for a stranger.
func TestSomebodyIsLetInBeforeAHeldDecision(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.holdsTheGap()
	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	require.Contains(t, ada.reads(), "Let Kofi get in first")
	ada.isFineOnEveryScreen("held-with-rivals")
	ada.TabTo(`.rivals form:last-child button`)
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Contains(t, ada.reads(), "1 new event is outside it, and does not matter.")
	ada.TabTo(`.rivals form:first-child button`)
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Contains(t, ada.reads(), "Kofi took a seat in History of Computing at 187, inside the boundary: this append will be turned away.")
	ada.isFineOnEveryScreen("held-with-a-rival-inside")
	ada.Submit(goOnButton)
	ada.Submit(goOnButton)
	require.Contains(t, ada.reads(), "while it was held, so attempt 1 was turned away.")
	ada.isFineOn(browser.Screen{Width: 1280}, "receipt-after-a-rival")
	ada.Goto(site.url + "/log/187")
	require.Contains(t, ada.reads(), "turned away: the first attempt of Ada subscribes to History of Computing")
	ada.isFineOnEveryScreen("event-that-turned-away")
}
