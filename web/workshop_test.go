package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
	"go-crablet/internal/pgtest"
	"go-crablet/workshop/room"
	"go-crablet/workshop/steps"
)

// opensARoom opens a room for a workshop, and returns its code.
func (v visitor) opensARoom() string {
	v.app.t.Helper()
	got := v.post("/workshop/rooms", "minutes", "120")
	require.Equal(v.app.t, http.StatusSeeOther, got.status, got)
	code, isRoom := strings.CutPrefix(got.location, "/workshop/rooms/")
	require.True(v.app.t, isRoom, got.location)
	require.Regexp(v.app.t, `^[2-9a-z]{6}$`, code)
	return code
}

// toldBy is what the program of a participant sends to a room, with some fields changed.
func toldBy(name string, changes ...string) []string {
	form := room.Progress{
		Participant: fmt.Sprintf("%032x", name)[:32], Name: name, Step: "03-condition", State: room.Red,
		Test: "TestSixteenStudentsAndOneSeat", Done: []int{1, 2},
	}.Form()
	for i := 0; i < len(changes); i += 2 {
		form.Set(changes[i], changes[i+1])
	}
	var fields []string
	for name := range form {
		fields = append(fields, name, form.Get(name))
	}
	return fields
}

// tellsARoom tells a room how far somebody is. At random, nobody sends that.
func (a *app) tellsARoom(carriedOut map[string]bool) {
	code := a.in("registrar").opensARoom()
	got := a.visitor().post("/workshop/rooms/"+code+"/progress", toldBy("Ada")...)
	require.Equal(a.t, http.StatusOK, got.status, got)
	carriedOut["POST /workshop/rooms/{room}/progress"] = true
	require.Equal(a.t, http.StatusSeeOther, a.in("registrar").post("/workshop/rooms/"+code+"/stop").status)
	carriedOut["POST /workshop/rooms/{room}/stop"] = true
}

var aStep = regexp.MustCompile(`(?s)<span class="steps__step">.*?</tr>`)

// sightsOf returns the last cell of each step: the words, and where its link leads.
func (v visitor) sightsOf(t *testing.T) map[int]string {
	t.Helper()
	sights := map[int]string{}
	for i, row := range aStep.FindAllString(v.get("/workshop").body, -1) {
		links := linksIn(row)
		require.Len(t, links, 1, row)
		sights[i+1] = links[0]
		address, _, _ := strings.Cut(links[0], "#")
		require.Equal(t, http.StatusOK, v.get(address).status, address)
	}
	return sights
}

// stepsAndVariants returns the steps, and the variants behind them.
func stepsAndVariants(t *testing.T) []steps.Step {
	t.Helper()
	all, err := steps.All()
	require.NoError(t, err)
	variants, err := steps.Variants()
	require.NoError(t, err)
	return slices.Concat(all, variants)
}

// Each step and each variant leads to something that is there. Before there is one, it leads to where one is made.
func TestEachStepLeadsToWhatThereIsToSee(t *testing.T) {
	t.Parallel()
	empty := &app{t: t, pool: pgtest.New(t)}
	empty.start()
	before := empty.visitor().sightsOf(t)
	require.Len(t, before, len(stepsAndVariants(t)))
	assert.Equal(t, "/define-course", before[2])
	assert.Equal(t, "/", before[1])

	app := newApp(t)
	ada := app.as("ada")
	before = ada.sightsOf(t)
	assert.Equal(t, []string{"/", "/session/gap", "/race", "/race/strategies"}, []string{before[4], before[6], before[7], before[3]})
	between(app, func() { app.carryOut(courses.SubscribeStudent{Student: "kofi", Course: "history-of-computing"}) })
	require.Equal(t, http.StatusSeeOther, ada.post("/courses/history-of-computing/subscriptions", "request", "first").status)
	seated := app.receipts()[0].ID
	require.Equal(t, http.StatusSeeOther, ada.post("/courses/cryptography/subscriptions/wanda/delete").status) // somebody moves up
	race := ada.runs(numbers(2, 1, 1, 0, 0))

	after := ada.sightsOf(t)
	assert.Equal(t, "/decisions/"+seated, after[4])
	assert.Equal(t, "/race/"+race, after[7])
	assert.Contains(t, ada.get(after[6]).text(), "conflict")
	assert.Contains(t, ada.get(after[8]).text(), "request:first")
	assert.Contains(t, ada.get(after[9]).text(), "Jonas")
	assert.Contains(t, ada.get(after[1]).text(), "student_id:")
}

// The page has nothing that the steps don't have.
func TestThePageOfTheWorkshopReadsTheSteps(t *testing.T) {
	t.Parallel()
	page := newApp(t).visitor().get("/workshop?at=3&green=1-2-2").text()
	for _, step := range stepsAndVariants(t) {
		assert.Contains(t, page, step.Title)
		assert.Contains(t, page, step.Learn)
	}
	assert.Contains(t, page, "2 of 13 steps are green.")
	assert.Equal(t, 1, strings.Count(page, "you are here"))
}

// A leader sees how far everybody is, and nobody else does.
func TestARoomIsForItsLeader(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	registrar := app.in("registrar")
	code := registrar.opensARoom()
	page := "/workshop/rooms/" + code
	assert.Contains(t, registrar.get("/workshop").body, `href="`+page+`"`)
	assert.NotContains(t, app.visitor().get("/workshop").body, code)
	assert.Contains(t, registrar.get(page).text(), "Nobody is here yet. 120 minutes left.")
	assert.Contains(t, registrar.get(page).text(), "go run ./workshop room http://"+app.server.Listener.Addr().String()+page)

	for _, name := range []string{"Zoë", "Kofi"} {
		got := app.visitor().post(page+"/progress", toldBy(name)...)
		require.Equal(t, http.StatusOK, got.status, got)
		assert.Equal(t, "You are in the room as "+name+".\n", got.body)
	}
	text := registrar.get(page).text()
	assert.Contains(t, text, "2 people are here.")
	assert.Contains(t, text, "2 stop at: Sixteen students and one seat")
	assert.Contains(t, text, "Say, at step 3")
	assert.Contains(t, text, "All sixteen read the truth, and the truth changed before they wrote.")
	assert.Contains(t, registrar.get(page+"?step=1").text(), "Say, at step 1")
	assert.Equal(t, http.StatusBadRequest, registrar.get(page+"?step=14").status)
	assert.Equal(t, http.StatusForbidden, app.in("ada").get(page).status)

	require.Equal(t, "/workshop", registrar.posts(303, page+"/stop").location)
	assert.Equal(t, http.StatusNotFound, registrar.get(page).status)
	away := registrar.send(http.MethodGet, page, nil, http.Header{"Hx-Request": {"true"}})
	assert.Equal(t, "/workshop", away.header.Get("HX-Redirect"), "a page that was open leaves")
	assert.NotContains(t, registrar.get("/workshop").body, code)
}

// A program gets one sentence, and nothing changes.
func TestARoomSaysWhatItCannotUse(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	leader := app.visitor()
	page := "/workshop/rooms/" + leader.opensARoom()
	for _, test := range []struct {
		address, field, value string
		status                int
		says                  string
	}{
		{page, "name", strings.Repeat("A", 500), 422, "A first name has 1 to 30 letters."},
		{page, "name", "<b>Ada</b>", 422, "A first name has 1 to 30 letters."},
		{page, "step", "99-none", 422, "There is no such step."},
		{page, "test", "package main", 422, "The field test names the first test that fails"},
		{page, "shows", "/race/none", 422, "A room can show a race or a receipt"},
		{page, "shows", "/decisions/none", 422, "A room can show a race or a receipt"},
		{page, "shows", "//evil.example/race/x", 422, "A room can show a race or a receipt"},
		{"/workshop/rooms/nowhere", "name", "Ada", 404, "There is no room with this code here."},
	} {
		fields := toldBy("Ada", test.field, test.value)
		got := app.visitor().post(test.address+"/progress", fields...)
		assert.Equal(t, test.status, got.status, test.value)
		assert.Contains(t, got.text(), test.says)
		got = app.tellAsAProgram(test.address, fields)
		assert.Equal(t, test.status, got.status, test.value)
		assert.Regexp(t, `^[A-Z][^<>\n]+\n$`, got.body, "a program gets a line, and no page")
	}
	assert.Contains(t, leader.get(page).text(), "Nobody is here yet.")
	for _, minutes := range []string{"", "many", "9", "481", "99999999999999999999"} {
		got := leader.post("/workshop/rooms", "minutes", minutes)
		assert.Equal(t, http.StatusUnprocessableEntity, got.status, minutes)
		assert.Contains(t, got.body, `id="minutes-error"`)
	}
}

// tellAsAProgram sends a form that asks for a text.
func (a *app) tellAsAProgram(page string, fields []string) answer {
	a.t.Helper()
	form := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return a.visitor().send(http.MethodPost, page+"/progress", strings.NewReader(form.Encode()),
		http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, "Accept": {"text/plain"}})
}

func TestARoomIsToldAtAPace(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	page := "/workshop/rooms/" + app.visitor().opensARoom()
	var statuses []int
	for range 12 {
		statuses = append(statuses, app.tellAsAProgram(page, toldBy("Ada")).status)
	}
	assert.Equal(t, slices.Repeat([]int{200}, 10), statuses[:10])
	last := app.tellAsAProgram(page, toldBy("Ada"))
	assert.Equal(t, http.StatusTooManyRequests, last.status)
	assert.Equal(t, "2", last.header.Get("Retry-After"))
	assert.Equal(t, 200, app.tellAsAProgram(page, toldBy("Kofi")).status, "nobody waits for somebody else")
}

// What a participant shows comes up in stage mode.
func TestALeaderShowsAReceiptToTheRoom(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	leader := app.as("ada")
	require.Equal(t, http.StatusSeeOther, leader.post("/courses/compilers/subscriptions").status)
	receipt, race := "/decisions/"+app.receipts()[0].ID, "/race/"+leader.runs(numbers(2, 1, 1, 0, 0))
	page := "/workshop/rooms/" + leader.opensARoom()
	for name, shows := range map[string]string{"Zoë": receipt, "Kofi": race} {
		require.Equal(t, 200, app.tellAsAProgram(page, toldBy(name, "shows", shows)).status)
	}
	shown := leader.get(page)
	assert.Contains(t, shown.text(), "Zoë: a receipt")
	got := leader.press(shown, "Kofi: a race", "mode", "stage")
	require.Equal(t, race, got.location, got)
	assert.Contains(t, leader.get(race).body, `class="stage-mode"`)
}

func newsOfARoom(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	code := app.visitor().opensARoom()
	page := "/workshop/rooms/" + code
	n := app.hears(t, app.head(), "room "+code)
	name, data := n.next() // a page may have missed something
	require.Equal(t, []string{"changed", "room " + code}, []string{name, data})
	require.Equal(t, 200, app.tellAsAProgram(page, toldBy("Zoë")).status)
	name, _ = n.next()
	assert.Equal(t, "changed", name)
	assert.Contains(t, app.visitor().get(page).text(), "1 person is here.")
	require.Equal(t, http.StatusSeeOther, app.visitor().post(page+"/stop").status)
	name, _ = n.next()
	assert.Equal(t, "changed", name, "the room was stopped")
}

// Rooms are in memory: another process does not have them, and says so.
func TestARoomIsInOneProcess(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	page := "/workshop/rooms/" + app.visitor().opensARoom()
	got := app.another().tellAsAProgram(page, toldBy("Ada"))
	assert.Equal(t, http.StatusNotFound, got.status)
	assert.Equal(t, room.ErrNoRoom.Error()+"\n", got.body)
	assert.Contains(t, got.body, "another process has it")
}
