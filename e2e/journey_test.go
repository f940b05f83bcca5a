package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
)

func TestTwoPeopleRaceForTheLastSeat(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada, wanda := site.student("ada", "Ada"), site.student("wanda", "Wanda")
	for _, p := range []student{ada, wanda} {
		p.looksAtCourse("compilers")
		require.Contains(t, p.reads(), "Last seat 15 of 16 seats")
	}
	// Both clicks are sent before either answer is looked at, and before Wanda's page
	// hears of Ada's.
	wanda.LookAway(func() {
		ada.Click(subscribeButton)
		wanda.Click(subscribeButton)
		ada.Arrive()
		wanda.Arrive()
	})

	winner, loser := ada, wanda
	if ada.Status() != 200 {
		winner, loser = wanda, ada
	}
	assert.Contains(t, winner.notice(), "Seated")
	assert.Contains(t, winner.reads(), "You have a seat")
	assert.Contains(t, winner.reads(), "Full 16 of 16 seats")
	assert.Equal(t, 409, loser.Status())
	assert.Contains(t, loser.notice(), "Refused: every seat in Compilers is taken.")
	loser.opensReceipt()
	assert.Contains(t, loser.reads(), "Refused")
}

// Kofi and Ada decide at the same time, in two processes on one database, and
// Kofi's append comes first.
func TestAConflictShowsOnTheReceipt(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	kofi, ada := site.student("kofi", "Kofi"), openSite(t, site.databaseURL, nil).student("ada", "Ada")
	kofi.looksAtCourse("history-of-computing")
	ada.looksAtCourse("history-of-computing")

	release := site.holdAppends()
	kofi.Click(subscribeButton)
	site.awaitWaiting(1) // he has read and decided, and is the next to get the append lock
	ada.Click(subscribeButton)
	site.awaitWaiting(2) // so has she, and she gets it after him
	release()
	kofi.Arrive()
	ada.Arrive()

	require.Contains(t, kofi.notice(), "Seated: you have a seat in History of Computing.")
	require.Contains(t, ada.notice(), "Seated at the second attempt: you have a seat in History of Computing. Kofi took a seat in History of Computing while you were deciding.")
	ada.opensReceipt()
	keepPicture(t, ada.Person, "receipt.png")
	ada.unfolds(".told")
	receipt := ada.reads()
	for _, said := range []string{"now read", "turned away", "9 unchanged", "Seats taken 0 → became 1", "decided in Kofi subscribes to History of Computing", "Seated at attempt 2", "Attempt 1", "Conflict with", "Kofi", "lost", "decided again on the spot", "Attempt 2", "Nothing else got inside"} {
		assert.Contains(t, receipt, said)
	}
	ada.isFineOnEveryScreen("receipt-conflict")
	here := ada.URL()
	ada.TabTo(".receipt__act a[href^='/decisions/']")
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Equal(t, "Kofi subscribes to History of Computing", ada.Text("h1"), "who was faster has a receipt, too")
	ada.Goto(here)
	ada.isPrintable("receipt-conflict")
}

// isPrintable looks at the page as it comes out on paper: all of it is open, nothing of
// the site around it is there, and nothing is wider than a page.
func (p student) isPrintable(name string) {
	p.site.t.Helper()
	const a4 = 672 // what is left of it between the margins, in CSS pixels
	p.UseScreen(browser.Screen{Width: a4, Height: 950, Paper: true})
	for _, gone := range []string{".top", ".foot", ".skip", ".why summary", "[data-copy]", ".scenario", ".tile__tells", ".query > summary .icon"} {
		assert.Zero(p.site.t, p.Count(gone), "%s on paper", gone)
	}
	assert.Positive(p.site.t, p.Count(".query__items"), "what is folded on the screen")
	assert.LessOrEqual(p.site.t, p.PageWidth(), a4)
	if *screens != "" {
		require.NoError(p.site.t, os.WriteFile(filepath.Join(*screens, name+"-paper.png"), p.Screenshot(), 0o644))
	}
}

// holdAppends lets decisions read and decide, and keeps the append lock from them until
// it is released. They get it in the order in which they came.
func (s *site) holdAppends() (release func()) {
	s.t.Helper()
	return s.hold(`select pg_advisory_xact_lock(4473666, to_regclass('dcb_event')::oid::int)`)
}

// holdLog lets decisions read and decide, and keeps them from inserting until it is
// released.
func (s *site) holdLog() (release func()) {
	s.t.Helper()
	return s.hold(`lock table dcb_event in exclusive mode`)
}

func (s *site) hold(lock string) (release func()) {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), s.databaseURL)
	require.NoError(s.t, err)
	s.t.Cleanup(func() { conn.Close(s.t.Context()) })
	tx, err := conn.Begin(s.t.Context())
	require.NoError(s.t, err)
	_, err = tx.Exec(s.t.Context(), lock)
	require.NoError(s.t, err)
	return func() {
		s.t.Helper()
		require.NoError(s.t, tx.Rollback(s.t.Context()))
	}
}

// awaitWaiting waits until n connections to the database wait for a lock.
func (s *site) awaitWaiting(n int) {
	s.t.Helper()
	conn, err := pgx.Connect(s.t.Context(), s.databaseURL)
	require.NoError(s.t, err)
	defer conn.Close(s.t.Context())
	eventually(s.t, "appends wait for a lock", func() bool {
		const waiting = `select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`
		var got int
		require.NoError(s.t, conn.QueryRow(s.t.Context(), waiting).Scan(&got))
		return got == n
	})
}

func TestTheWholeJourneyByKeyboard(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	p := student{site.browser.NewPerson(t, "somebody without a mouse"), site}
	p.takesASeatByKeyboard()
	p.definesACourseByKeyboard()
	p.seatsAndUnseatsByKeyboard()
	p.registersByKeyboard()
}

func (p student) takesASeatByKeyboard() {
	t, site := p.site.t, p.site
	t.Helper()
	p.Goto(site.url + "/")

	p.Press(browser.Tab)
	require.Contains(t, p.Focused(), "Skip to content", "the first stop")

	p.TabTo(".acting summary")
	p.Press(browser.Enter)
	p.TabTo(".acting button[value=kofi]")
	p.Press(browser.Enter)
	p.Arrive()
	require.Contains(t, p.Text(".acting summary"), "Acting as Kofi")

	p.TabTo(`form[action="/courses/history-of-computing/subscriptions"] button`)
	p.Press(browser.Enter)
	p.Arrive()
	require.Contains(t, p.notice(), "Seated: you have a seat in History of Computing.")

	p.TabTo(".flash a")
	p.Press(browser.Enter)
	p.Arrive()
	require.Contains(t, p.reads(), "Kofi subscribes to History of Computing")
}

func (p student) definesACourseByKeyboard() {
	t, site := p.site.t, p.site
	t.Helper()
	p.Goto(site.url + "/")
	p.TabTo(`a[href="/define-course"]`)
	p.Press(browser.Enter)
	p.Arrive()
	p.TabTo("#title")
	p.Type("Knots")
	p.TabTo("#capacity")
	p.Type("x") // tabbing into a field selects what is in it
	p.Press(browser.Enter)
	p.Arrive()
	require.Equal(t, 422, p.Status())
	eventually(t, "the field that is wrong has the focus", func() bool { // a moment after the page is there
		return strings.Contains(p.Focused(), "#capacity")
	})
	require.Equal(t, "Knots", p.Value("#title"))
	p.Fill("#capacity", "2")
	p.Press(browser.Enter)
	p.Arrive()
	require.Contains(t, p.notice(), "On offer: Knots has 2 seats.")

	p.TabTo(registrarsFold)
	p.Press(browser.Enter)
	p.TabTo("#capacity")
	p.Type("3")
	p.Press(browser.Enter)
	p.Arrive()
	require.Contains(t, p.notice(), "Changed: Knots has 3 seats now.")
}

func (p student) seatsAndUnseatsByKeyboard() {
	t := p.site.t
	t.Helper()
	p.TabTo(registrarsFold)
	p.Press(browser.Enter)
	p.TabTo("#student")
	p.Press(browser.Tab, browser.Enter) // the first student is chosen already
	p.Arrive()
	require.Contains(t, p.notice(), "Seated: Ada has a seat in Knots.")

	p.TabTo(`form[action="/courses/knots/subscriptions/ada/delete"] button`)
	p.Press(browser.Enter)
	p.Arrive()
	require.Contains(t, p.notice(), "Left: Ada has no seat in Knots any more.")
}

func (p student) registersByKeyboard() {
	t, site := p.site.t, p.site
	t.Helper()
	p.Goto(site.url + "/register-student")
	p.TabTo("#name")
	p.Type("Zoë")
	p.Press(browser.Enter)
	p.Arrive()
	require.Contains(t, p.notice(), "Registered: Zoë can take a seat now.")
	require.Regexp(t, `/students/student-[a-z2-7]{8}$`, p.URL())
}
