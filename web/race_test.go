package web_test

import (
	"encoding/json"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/lab"
)

// numbers returns the fields of the form that starts a race.
func numbers(contenders, seats, courses, think, spread int) []string {
	return []string{
		"contenders", strconv.Itoa(contenders), "seats", strconv.Itoa(seats), "courses", strconv.Itoa(courses),
		"think", strconv.Itoa(think), "spread", strconv.Itoa(spread),
	}
}

// runs starts a race, watches it to its end, and returns its id.
func (v visitor) runs(numbers []string) string {
	v.app.t.Helper()
	started := v.post("/race", numbers...)
	require.Equal(v.app.t, http.StatusSeeOther, started.status, started)
	id := strings.TrimPrefix(started.location, "/race/")
	if run, running := v.app.theatre.Run(id); running {
		for _, err := range run.Watch(v.app.t.Context()) {
			require.NoError(v.app.t, err)
		}
	}
	return id
}

func TestARaceShowsWhatTheDatabaseHas(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	id := ada.runs(numbers(12, 5, 1, 5, 0))

	sold := app.counts(`select count(*) from dcb_event where correlation_id = $1 and type = 'StudentSubscribedToCourse'`, "race-"+id)
	require.Equal(t, 5, sold)
	page := ada.get("/race/" + id)
	require.Equal(t, http.StatusOK, page.status)
	assert.Empty(t, page.refresh(), "it is over")
	replay, err := app.theatre.Replay(t.Context(), id)
	require.NoError(t, err)
	text := page.text()
	assert.Contains(t, text, "12 wanted in. Exactly 5 got a seat.")
	assert.Contains(t, text, "Seats sold 5 of 5 Seated 5 Refused 7")
	assert.Contains(t, text, fmt.Sprintf("Attempts %d Conflicts %d", replay.Result.Attempts, replay.Result.Conflicts))
	assert.Equal(t, replay.Result.Attempts, replay.Result.Conflicts+12, "each contender's last attempt is no conflict")

	// Each contender has a lane that ends in a receipt, and each attempt has a row.
	assert.Equal(t, 12, strings.Count(page.body, `<li class="lane">`))
	assert.Equal(t, 5, strings.Count(page.body, `<a class="lane__end state--seated" href="/decisions/`))
	assert.Equal(t, 7, strings.Count(page.body, `<a class="lane__end state--refused" href="/decisions/`))
	assert.Equal(t, replay.Result.Attempts, strings.Count(page.body, `<th scope="row">`))
	assert.Equal(t, replay.Result.Conflicts, strings.Count(page.body, `<use href="#m-conflict"`)-1, "and one in the legend")
	assert.Equal(t, 12, app.counts(`select count(*) from decision_receipt where receipt::text like '%' || $1 || '%'`, "race-"+id))
	for _, link := range regexp.MustCompile(`lane__end state--\w+" href="([^"]+)"`).FindAllStringSubmatch(page.body, -1) {
		require.Equal(t, http.StatusOK, ada.get(link[1]).status)
	}

	// A conflict names the student who was faster.
	for _, step := range replay.Steps {
		if step.Kind == lab.Conflicted {
			assert.Contains(t, text, "lost to "+replay.Contenders[step.By[0].Contender-1].Name)
		}
	}
}

func TestARaceIsSteppedThroughByLinks(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	v := app.visitor()
	id := v.runs(numbers(4, 1, 1, 0, 0))
	replay, err := app.theatre.Replay(t.Context(), id)
	require.NoError(t, err)
	all := len(replay.Steps)

	for step := 1; step <= all; step++ {
		page := v.get(fmt.Sprintf("/race/%s?step=%d", id, step))
		require.Equal(t, http.StatusOK, page.status)
		require.Contains(t, page.text(), fmt.Sprintf("Step %d of %d:", step, all))
		require.Contains(t, page.text(), replay.Contenders[replay.Steps[step-1].Contender-1].Name)
		marks := 0
		for _, shown := range replay.Steps[:step] {
			if shown.Kind == lab.Appended {
				marks++
			}
		}
		require.Equal(t, marks+1, strings.Count(page.body, `<use href="#m-seated"`), "step %d", step)
		require.Contains(t, page.body, fmt.Sprintf(`href="/race/%s?step=%d" aria-label="Next step"`, id, min(step+1, all)))
		require.Contains(t, page.body, fmt.Sprintf(`href="/race/%s?step=%d" aria-label="Previous step"`, id, max(step-1, 1)))
	}

	for _, beyond := range []string{"0", "-1", "1"} {
		assert.Contains(t, v.get("/race/"+id+"?step="+beyond).text(), fmt.Sprintf("Step 1 of %d:", all))
	}
	assert.Contains(t, v.get("/race/"+id+"?step=999999").text(), fmt.Sprintf("Step %d of %d:", all, all))
	assert.Contains(t, v.get("/race/"+id+"?step=two").text(), fmt.Sprintf("%d steps , all of them shown", all))
}

// refresh returns where a page without scripts leads by itself, or "".
func (a answer) refresh() string {
	found := regexp.MustCompile(`<noscript><meta http-equiv="refresh" content="([^"]*)"`).FindStringSubmatch(a.body)
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}

// Each page of a replay leads to the next one by itself, and the last one does not.
func TestAReplayPlaysToTheEnd(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	v := app.visitor()
	id := v.runs(numbers(6, 2, 1, 0, 0))
	replay, err := app.theatre.Replay(t.Context(), id)
	require.NoError(t, err)
	end := fmt.Sprintf("Step %d of %[1]d:", len(replay.Steps))
	next, frames := "/race/"+id+"?play=1&at=0", 0
	require.Contains(t, v.get(next).text(), "nobody has set off yet")
	for next != "" {
		page := v.get(next)
		require.Equal(t, http.StatusOK, page.status)
		_, next, _ = strings.Cut(page.refresh(), "1; url=")
		require.Equal(t, next == "", strings.Contains(page.text(), end), "it ends at the last step, and not before")
		frames++
		require.Less(t, frames, 30)
	}
	require.Equal(t, 13, frames, "12 seconds, and the end")
}

// At a moment of a race the page says what holds then, and nothing of how the race ended.
func TestAReplayDoesNotTellTheResultBeforeItsEnd(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	v := app.visitor()
	id := v.runs(numbers(6, 2, 1, 0, 0))
	replay, err := app.theatre.Replay(t.Context(), id)
	require.NoError(t, err)
	all := len(replay.Steps)
	for step, sold := 1, 0; step < all; step++ {
		if replay.Steps[step-1].Kind == lab.Appended {
			sold++
		}
		text := v.get(fmt.Sprintf("/race/%s?step=%d", id, step)).text()
		require.Contains(t, text, fmt.Sprintf("6 want in. %d of 2 seats %s taken.", sold, map[bool]string{true: "is", false: "are"}[sold == 1]), step)
		require.Contains(t, text, fmt.Sprintf("%d of 2 are free.", 2-sold), step)
		require.NotContains(t, text, "Figures")
		require.NotContains(t, text, "wanted in")
	}
	for _, end := range []string{"", fmt.Sprintf("?step=%d", all), "?at=99999999", "?at=Inf", "?at=NaN"} {
		text := v.get("/race/" + id + end).text()
		require.Contains(t, text, "6 wanted in. Exactly 2 got a seat.", end)
		require.Contains(t, text, "Figures", end)
		require.Contains(t, text, "none left", end)
	}
	require.Contains(t, v.get("/race/"+id+"?at=-5").text(), fmt.Sprintf("Step 0 of %d:", all))
}

func TestARaceUnderWayIsShownAnewEverySecond(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	v := app.visitor()
	started := v.post("/race", numbers(4, 4, 1, 5000, 0)...)
	require.Equal(t, http.StatusSeeOther, started.status)
	page := v.get(started.location)
	require.Equal(t, "1", page.refresh())
	require.Contains(t, page.text(), "4 want in. 0 of 4 seats are taken.")
	require.Regexp(t, `\d attempts? · 0 conflicts, 0 false`, page.text())
	require.Contains(t, v.get("/race").text(), "Under way Watch 4 contenders, 4 seats")

	run, running := app.theatre.Run(strings.TrimPrefix(started.location, "/race/"))
	require.True(t, running)
	for steps, err := range run.Watch(t.Context()) { // the first steps are there
		require.NoError(t, err)
		require.NotEmpty(t, steps)
		break
	}
	held := v.get(started.location + "?step=1")
	require.Empty(t, held.refresh(), "a moment that is held stays")
	require.Contains(t, held.text(), "Follow it again")
	now := v.get(started.location + "?at=now")
	require.Equal(t, http.StatusSeeOther, now.status)
	require.Regexp(t, `^`+started.location+`\?at=[\d.]+$`, now.location, "this very moment has an address")
}

func TestAVisitorRunsOneRaceAtATime(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada, kofi := app.as("ada"), app.as("kofi")
	require.Equal(t, http.StatusSeeOther, ada.post("/race", numbers(4, 4, 1, 5000, 0)...).status)

	again := ada.post("/race", numbers(2, 1, 1, 0, 0)...)
	require.Equal(t, http.StatusConflict, again.status)
	require.Contains(t, again.text(), "Not started: a run of yours is not over yet: watch it to its end, then start the next.")
	require.Contains(t, again.body, `name="contenders" value="2"`, "what was typed is still there")
	compared := ada.post("/race/strategies")
	require.Equal(t, http.StatusConflict, compared.status)
	require.Contains(t, compared.text(), "Not started: a run of yours is not over yet")

	for range 2 { // the second race begins when the first one is over
		kofi.runs(numbers(2, 1, 1, 0, 0))
	}
	for range 3 {
		require.Equal(t, http.StatusSeeOther, app.visitor().post("/race", numbers(4, 4, 1, 5000, 0)...).status)
	}
	full := kofi.post("/race", numbers(2, 1, 1, 0, 0)...)
	require.Equal(t, http.StatusConflict, full.status)
	require.Contains(t, full.text(), "there are 4 runs under way, as many as there can be at once")
}

func TestBadNumbersOfARaceAreToldAtTheirFields(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for _, test := range []struct{ name, field, value, says string }{
		{"too few contenders", "contenders", "1", "There can be 2 to 200 contenders, not 1."},
		{"too many contenders", "contenders", "201", "There can be 2 to 200 contenders, not 201."},
		{"no seat", "seats", "0", "There can be 1 to 60 seats of a course, not 0."},
		{"too many seats", "seats", "61", "There can be 1 to 60 seats of a course, not 61."},
		{"too many courses", "courses", "11", "There can be 1 to 10 courses, not 11."},
		{"thinks too long", "think", "5001", "The time to think is 0 to 5 s, not 5.001 s."},
		{"thinks backwards", "think", "-1", "The time to think is 0 to 5 s, not -1 ms."},
		{"starts too far apart", "spread", "99999999999", "The spread of the starts is 0 to 5 s, not 27777 h 46 min."},
		{"thinks for a day", "think", "100000000", "The time to think is 0 to 5 s, not 27 h 46 min."},
		{"thinks for all time", "think", "9999999999999999", "9999999999999999 is far too large."},
		{"more contenders than can be counted", "contenders", "99999999999999999999", "99999999999999999999 is far too large."},
		{"fewer seats than can be counted", "seats", "-99,999,999,999,999,999,999", "-99,999,999,999,999,999,… is far too small."},
		{"words", "seats", "five", "A whole number is needed here."},
		{"nothing", "contenders", "", "A whole number is needed here."},
		{"a fraction", "courses", "1.5", "A whole number is needed here."},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			form := numbers(12, 5, 1, 0, 0)
			for i := 0; i < len(form); i += 2 {
				if form[i] == test.field {
					form[i+1] = test.value
				}
			}
			got := app.visitor().post("/race", form...)
			require.Equal(t, http.StatusUnprocessableEntity, got.status)
			_, message, found := strings.Cut(got.body, `id="`+test.field+`-error"`)
			require.True(t, found, got)
			message, _, _ = strings.Cut(message, "</p>")
			require.Contains(t, answer{body: "<p" + message}.text(), test.says)
			require.Equal(t, 1, strings.Count(got.body, "autofocus"))
			require.Equal(t, 1, strings.Count(got.body, "aria-invalid"))
		})
	}
	t.Run("all mistakes at once", func(t *testing.T) {
		t.Parallel()
		got := app.visitor().post("/race", "contenders", "", "seats", "61", "courses", "x", "think", "5001", "spread", "-1")
		require.Equal(t, http.StatusUnprocessableEntity, got.status)
		require.Equal(t, 5, strings.Count(got.body, "aria-invalid"))
		require.Equal(t, 1, strings.Count(got.body, "autofocus"))
		require.Equal(t, 2, strings.Count(got.text(), "A whole number is needed here."))
		require.Contains(t, got.text(), "There can be 1 to 60 seats of a course, not 61.")
		require.Contains(t, got.text(), "The spread of the starts is 0 to 5 s, not -1 ms.")
	})
	t.Run("would take more than a minute", func(t *testing.T) {
		t.Parallel()
		got := app.visitor().post("/race", numbers(200, 60, 1, 5000, 0)...)
		require.Equal(t, http.StatusUnprocessableEntity, got.status)
		require.Contains(t, got.text(), "This race would take 5 min 5 s")
	})
}

func TestAnUnknownRunIsNotFound(t *testing.T) {
	t.Parallel()
	v := newApp(t).visitor()
	for _, path := range []string{"/race/aaaaaaaaaa", "/race/aaaaaaaaaa?format=json", "/race/%00", "/race/strategies/aaaaaaaaaa"} {
		got := v.get(path)
		require.Equal(t, http.StatusNotFound, got.status, path)
		require.Contains(t, got.text(), "There is no such run.", path)
	}
	for _, path := range []string{"/race/aaaaaaaaaa", "/race/strategies/aaaaaaaaaa"} { // which may have been stopped
		again := v.send(http.MethodGet, path, nil, http.Header{"HX-Request": {"true"}})
		require.Equal(t, "true", again.header.Get("HX-Refresh"), "a page that watched it is loaded anew: %s", path)
	}
}

func TestARaceIsDownloadedAsItWasKept(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	v := app.visitor()
	id := v.runs(numbers(3, 1, 1, 0, 0))
	got := v.get("/race/" + id + "?format=json")
	require.Equal(t, "application/json", got.header.Get("Content-Type"))
	require.Equal(t, `attachment; filename="race-`+id+`.json"`, got.header.Get("Content-Disposition"))
	var downloaded lab.Replay
	require.NoError(t, json.Unmarshal([]byte(got.body), &downloaded))
	kept, err := app.theatre.Replay(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, kept, downloaded)
	require.NotEmpty(t, downloaded.Steps)
}

// A large race has its lanes on several pages of limited size.
func TestALargeRaceIsOnSmallPages(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	v := app.visitor()
	id := v.runs(numbers(200, 5, 4, 20, 0))
	lanes, pages, rows := 0, 0, 0
	for next := "/race/" + id; next != ""; pages++ {
		page := v.get(next)
		require.Equal(t, http.StatusOK, page.status)
		require.Less(t, len(page.body), 100_000, next)
		t.Logf("%s: %d bytes", next, len(page.body))
		lanes += strings.Count(page.body, `<li class="lane">`)
		rows += strings.Count(page.body, `<th scope="row">`)
		next = ""
		if found := regexp.MustCompile(`href="([^"]*)">Lanes after`).FindStringSubmatch(page.body); found != nil {
			next = strings.ReplaceAll(found[1], "&amp;", "&")
		}
		require.Less(t, pages, 50)
	}
	require.Equal(t, 200, lanes)
	replay, err := app.theatre.Replay(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, replay.Result.Attempts, rows)
	require.Equal(t, 20, replay.Result.Sold)
}

// The events of a race are in the log of the term, and no list of the term shows them.
func TestARaceStaysOutOfTheListsOfTheTerm(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	v := app.visitor()
	require.Equal(t, http.StatusSeeOther, v.post("/courses", "course", "race-conditions-1", "title", "Race Conditions", "capacity", "3").status)
	courses, students := strings.Count(v.get("/").body, `<li class="card`), strings.Count(v.get("/students").body, `name="student" value`)
	id := v.runs(numbers(3, 1, 2, 0, 0))
	app.awaitPages()
	require.Equal(t, courses, strings.Count(v.get("/").body, `<li class="card`))
	require.Equal(t, 13, courses, "the sample term, and one that only sounds like a race")
	require.Equal(t, students, strings.Count(v.get("/students").body, `name="student" value`))
	require.Equal(t, http.StatusOK, v.get("/courses/race-"+id+"-course-1").status)
}

func TestRacesAreListed(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	v := app.visitor()
	require.Contains(t, v.get("/race").text(), "No race was run yet.")
	first := v.runs(numbers(3, 1, 1, 0, 0))
	second := v.runs(numbers(2, 2, 1, 0, 0))
	list := v.get("/race")
	require.Contains(t, list.text(), "Exactly 1 of 1 seat sold to 3 contenders.")
	require.Less(t, strings.Index(list.body, second), strings.Index(list.body, first), "the latest first")
	require.Contains(t, app.another().visitor().get("/race/"+first).text(), "3 wanted in. Exactly 1 got a seat.", "from another process")
}
