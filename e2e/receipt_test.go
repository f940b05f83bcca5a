package e2e

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/e2e/browser"
)

// What is copied is the source and nothing else, and without a mouse.
func TestTheSourceAndTheTestOfADecisionAreCopiedByKeyboard(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	ada.opensReceipt()

	ada.TabTo(".scenario > summary")
	ada.Press(browser.Enter)
	ada.TabTo(".scenario [data-copy]")
	ada.Press(browser.Enter)
	eventually(t, "it is said", func() bool { return ada.Text(".scenario [role=status]") == "Copied" })
	test := get(t, ada.URL()+"/attempts/1/test")
	require.Equal(t, test, ada.Clipboard())

	ada.TabTo(".receipt__code [data-copy]")
	require.Contains(t, ada.Focused(), "button", "the focus is where it was")
	ada.Press(browser.Space)
	eventually(t, "it is said", func() bool { return ada.Text(".receipt__code [role=status]") == "Copied" })
	file, err := os.ReadFile(filepath.Join("..", "domain", "courses", "subscribe_student.go"))
	require.NoError(t, err)
	copied := ada.Clipboard()
	require.True(t, strings.HasPrefix(copied, "func (cmd SubscribeStudent) decide("), copied)
	require.Contains(t, string(file), copied)
	require.Empty(t, ada.Complaints())
	ada.isFineOnEveryScreen("receipt-as-test")
}

// What a tile stands for can be asked with a mouse, without one, and with a finger.
func TestATileTellsWhatItIs(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	ada.opensReceipt()
	receipt := ada.URL()
	const seat = ".tile--inside:nth-child(2) .tile__tells" // at 85
	told := []string{"85: Ada took a seat in Databases as Logs, inside the boundary.", "StudentSubscribedToCourse", "student_id:ada", "course_id:databases-as-logs"}
	tells := func(how string) {
		t.Helper()
		eventually(t, how, func() bool { return ada.Count(seat) == 1 })
		for _, said := range told {
			require.Contains(t, ada.Text(seat), said, how)
		}
	}
	ada.unfolds(".told")
	require.Zero(t, ada.Count(".tile__tells"), "nothing was asked yet")
	before := ada.Box(".attempt__body")

	ada.Hover(".tile--inside:nth-child(2) .tile__box")
	tells("pointed at")
	ada.isFineOn(browser.Screen{Width: 1280}, "tile-hovered")
	ada.Hover(".receipt__head h1")
	eventually(t, "it is gone", func() bool { return ada.Count(".tile__tells") == 0 })

	ada.TabTo(".tile__mark")
	tells("with the focus")
	require.Zero(t, ada.Count(seat+" a"), "it is no detour for who only passes")
	ada.Press(browser.Enter, browser.Tab)
	require.Contains(t, ada.Focused(), "See the event", "opened by a key, it leads to the event")
	require.Equal(t, before, ada.Box(".attempt__body"), "nothing has moved")
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Equal(t, site.url+"/log/85", ada.URL())

	for _, screen := range []browser.Screen{lightPhone, darkPhone} {
		ada.UseScreen(screen)
		ada.Goto(receipt)
		ada.unfolds(".told")
		ada.Tap(".tile--inside:nth-child(2) .tile__box")
		tells("tapped")
		require.Equal(t, 1, ada.Count(seat+" a"))
		ada.isFineOn(screen, "tile-tapped")
		ada.Tap(".tile--own .tile__box")
		eventually(t, "another is told of instead", func() bool { return ada.Count(seat) == 0 && ada.Count(".tile--own .tile__tells") == 1 })
	}
}

func TestDecisionsAreFilteredByAForm(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	ada.looksAtCourse("history-of-computing")
	ada.Submit(subscribeButton)
	post(t, site.url+"/courses/formal-methods/subscriptions", "student", "ada")
	post(t, site.url+"/courses/formal-methods/subscriptions", "student", "kofi")

	ada.Follow(`a[href="/decisions?course=history-of-computing"]`)
	require.Equal(t, 1, ada.Count(".decisions tbody tr"))
	require.Contains(t, ada.Text(".decisions"), "Ada subscribes to History of Computing")

	ada.Goto(site.url + "/decisions")
	require.Equal(t, 3, ada.Count(".decisions tbody tr"))
	ada.TabTo(`.kinds a[href="/decisions?kind=refused"]`)
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Equal(t, 2, ada.Count(".decisions tbody tr"))
	ada.TabTo(".filter summary")
	ada.Press(browser.Enter)
	ada.TabTo("#student")
	ada.Type("kofi")
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Equal(t, site.url+"/decisions?kind=refused&course=&student=kofi", ada.URL())
	require.Equal(t, 1, ada.Count(".decisions tbody tr"))
	require.Contains(t, ada.Text(".decisions"), "Kofi subscribes to Formal Methods")
	require.Equal(t, "kofi", ada.Value("#student"), "what was asked is still there")
	ada.isFineOnEveryScreen("decisions-filtered")
	ada.Fill("#course", "type theory")
	ada.Submit(".filter__act button")
	require.Equal(t, 422, ada.Status())
	require.Contains(t, ada.reads(), "A course id is 1 to 64 letters")
	require.Equal(t, "type theory", ada.Value("#course"))
	ada.isFineOnEveryScreen("decisions-not-accepted")
	ada.Follow(".kinds li:first-child a")
	require.Equal(t, 200, ada.Status(), "what made no sense is left out")
	require.Equal(t, 3, ada.Count(".decisions tbody tr"))

	ada.Goto(site.url + "/decisions?student=zola")
	require.Contains(t, ada.Text("#decided"), "There are no decisions about Zola.")
	post(t, site.url+"/courses/formal-methods/subscriptions", "student", "zola")
	eventually(t, "the first one is there by itself", func() bool {
		return strings.Contains(ada.Text("#decided"), "Zola subscribes to Formal Methods")
	})
}

// A strip shows one event as well as ten thousand: it folds what lies between.
func TestAStripIsReadableHoweverMuchIsInside(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	const taken = 9_998
	pool, err := pgxpool.New(t.Context(), site.databaseURL)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	store, err := dcb.NewEventStore(t.Context(), pool)
	require.NoError(t, err)
	t.Cleanup(store.Close)
	facts := dcb.Facts(courses.CourseDefined{Course: "hall", Title: "The Hall", Capacity: 10_000})
	for i := range taken {
		facts = append(facts, courses.StudentSubscribedToCourse{Student: courses.StudentID(fmt.Sprint("s", i)), Course: "hall"})
	}
	events, err := dcb.Encode(facts)
	require.NoError(t, err)
	_, err = store.AppendEvents(t.Context(), events, dcb.Query{}, 0)
	require.NoError(t, err)

	nobody := student{site.browser.NewPerson(t, "Nobody"), site}
	eventually(t, "pages show the hall", func() bool {
		_, status := fetch(t, site.url+"/courses/hall")
		return status == http.StatusOK
	})
	look := func(name string, tiles int) {
		t.Helper()
		require.Equal(t, tiles, nobody.Count(".tile"), nobody.reads())
		nobody.isFineOnEveryScreen(name)
		nobody.isPrintable(name)
		nobody.UseScreen(browser.Screen{})
	}
	receiptOf := func(page, button string) {
		t.Helper()
		nobody.Goto(site.url + page)
		nobody.unfoldsRegistrarsForms()
		nobody.Submit(button)
		nobody.opensReceipt()
		nobody.unfolds(".told")
	}
	receiptOf("/courses/hall", `form[action="/courses/hall/subscriptions"] button`)
	require.Contains(t, nobody.reads(), "10001 inside", "all but the last two")
	look("strip-of-many", 5)

	nobody.Goto(site.url + "/students/bruno")
	nobody.Fill("#name", "Bruno B.")
	nobody.Submit(`form[action="/students/bruno/name"] button`)
	nobody.opensReceipt()
	nobody.unfolds(".told")
	look("strip-of-one", 5)
}
