package e2e

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/e2e/browser"
	"go-crablet/workshop/room"
)

// opensARoom opens a room for a workshop, and stays on its page. It returns the address.
func (p student) opensARoom() string {
	p.site.t.Helper()
	p.Goto(p.site.url + "/workshop")
	p.Submit(`form[action="/workshop/rooms"] button`)
	require.Contains(p.site.t, p.URL(), "/workshop/rooms/")
	return p.URL()
}

// tells tells a room what the program of a participant would.
func (s *site) tells(address, name, step string, state room.State, test string, done ...int) {
	s.t.Helper()
	told := room.Progress{Participant: fmt.Sprintf("%032x", name)[:32], Name: name, Step: step, State: state, Test: test, Done: done}
	response, err := http.PostForm(address+"/progress", told.Form())
	require.NoError(s.t, err)
	response.Body.Close()
	require.Equal(s.t, http.StatusOK, response.StatusCode)
}

// fills makes a room as it is in the middle of a workshop.
func (s *site) fills(address string) {
	s.t.Helper()
	for _, name := range []string{"Ada", "Bo", "Chidi"} {
		s.tells(address, name, "04-projection", room.Begun, "", 1, 2, 3)
	}
	for _, name := range []string{"Dana", "Emeka", "Fen", "Gita", "Henrike-Charlotte"} {
		s.tells(address, name, "03-condition", room.Red, "TestSixteenStudentsAndOneSeat", 1, 2)
	}
	s.tells(address, "Ivo", "02-query", room.Red, "", 1)
}

// The room and the page of the workshop, on every screen and before everybody.
func TestTheWorkshopOnEveryScreen(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	address := ada.opensARoom()
	ada.isFineOnEveryScreen("room-empty")
	site.fills(address)
	ada.Goto(address)
	ada.isFineOnEveryScreen("room")
	ada.UseScreen(smallest)
	assert.LessOrEqual(t, ada.PageWidth(), smallest.Width, "it scrolls sideways")
	assert.LessOrEqual(t, ada.Words(), mostWords)
	ada.UseScreen(darkLaptop)
	ada.Submit(stageModeButton)
	ada.showsToARoom("room", ".room__far", ".command", ".pace tbody tr:last-child")
	assert.NotContains(t, ada.Text(".room__board"), "Gita", "what everybody sees names nobody")
	ada.Submit(leaveButton)
	assert.Empty(t, ada.Complaints())
}

// Two tabs of the leader hear of everybody who comes, and of nothing else.
func TestALeaderSeesTheRoomChange(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	ada := site.student("ada", "Ada")
	address := ada.opensARoom()
	ada.hearsNews()
	other := student{site.browser.NewPerson(t, "the projector"), site}
	other.Goto(address)
	other.hearsNews()
	site.tells(address, "Zoë", "01-tags", room.Red, "TestThePageOfTheStudentShowsTheSeat")
	for _, tab := range []student{ada, other} {
		tab.comesToRead("#room-far", "1 person is here.")
		tab.comesToRead("#step-1", "1 stops at: The page of the student shows the seat")
		tab.comesToRead("#step-1", "0 of 1")
	}
	site.tells(address, "Zoë", "01-tags", room.Green, "")
	ada.comesToRead("#step-1", "1 of 1")
	ada.comesToRead("#room-say", "Now: most are green")

	ada.TabTo("#step-5 a") // by keyboard
	ada.Press(browser.Enter)
	ada.Arrive()
	require.Contains(t, ada.Text("#room-say"), "Say, at step 5")
	ada.Click(".confirm > summary")
	ada.Submit(`form[action$="/stop"] button`)
	require.True(t, strings.HasSuffix(ada.URL(), "/workshop"), ada.URL())
	require.Zero(t, ada.Count(`nav[aria-label="Open rooms"]`))
	eventually(t, "the other tab leaves the room, too", func() bool { return strings.HasSuffix(other.URL(), "/workshop") })
}

// A leader without scripts opens a room, looks at it, and stops it.
func TestARoomWithoutScripts(t *testing.T) {
	t.Parallel()
	site := newSite(t)
	reader := student{site.browser.NewPerson(t, "the leader"), site}
	reader.WithoutScripts()
	reader.Goto(site.url + "/workshop")
	reader.Submit(`form[action="/workshop/rooms"] button`)
	address := reader.URL()
	site.tells(address, "Zoë", "01-tags", room.Green, "")
	reader.Goto(address)
	require.Contains(t, reader.Text("#step-1"), "1 of 1")
	reader.Click(".confirm > summary")
	reader.Submit(`form[action$="/stop"] button`)
	require.True(t, strings.HasSuffix(reader.URL(), "/workshop"), reader.URL())
}
