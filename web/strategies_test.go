package web_test

import (
	"fmt"
	"html"
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
	"go-crablet/lab"
)

// The page shows the numbers of the logs in the schemas of the strategies.
func TestStrategiesAreBrokenAndOneIsExactlyRight(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	app := newApp(t)
	ada := app.as("ada")
	before := ada.get("/race/strategies")
	require.Equal(t, http.StatusOK, before.status)
	require.Equal(t, 6, strings.Count(before.text(), "not tried yet"))

	started := ada.post("/race/strategies")
	require.Equal(t, http.StatusSeeOther, started.status)
	id := strings.TrimPrefix(started.location, "/race/strategies/")
	comparison, running := app.theatre.Comparison(id)
	require.True(t, running)
	under := ada.get(started.location)
	require.Equal(t, "1", under.refresh())
	require.Regexp(t, `Under way: \d+ of 30 bursts done\.`, under.text())
	busy := app.as("kofi").post("/race/strategies")
	require.Equal(t, http.StatusConflict, busy.status)
	require.Contains(t, busy.text(), "Not started: strategies are being compared already: watch that, and start yours when it is over.")
	elsewhere := app.another().as("kofi").post("/race/strategies")
	require.Equal(t, http.StatusConflict, elsewhere.status, "in another process it is the same")
	require.Contains(t, elsewhere.text(), "Not started: strategies are being compared already, by another process: watch that, and start yours when it is over.")
	require.Regexp(t, `Under way: \d+ of 30 bursts done\.`, elsewhere.text(), "there it is")
	for _, err := range comparison.Watch(t.Context()) {
		require.NoError(t, err)
	}

	page := ada.get(started.location)
	require.Empty(t, page.refresh())
	record, err := app.theatre.ComparisonRecord(t.Context(), id)
	require.NoError(t, err)
	for _, row := range record.Rows {
		strategy, _ := lab.FindStrategy(row.Strategy)
		words := "exact"
		if strategy.Broken {
			assert.Zero(t, row.Exact, row.Strategy)
			words = fmt.Sprintf("%d oversold", row.Oversold)
		}
		if row.Oversold == 0 && strategy.Broken {
			words = "15 of 10 courses"
		}
		assert.Contains(t, page.text(), strategy.Title+" "+words+" "+strategy.Cause)
		shown := rowOf(page.body, strategy.Title)
		things := func(kind string) int { return strings.Count(shown, `href="#d-`+kind+`"`) }
		assert.Equal(t, []int{5, row.Oversold}, []int{things("seat"), things("wrong-seat")}, row.Strategy)
		assert.Equal(t, []int{10, row.MostCourses - 10}, []int{things("course"), things("wrong-course")}, row.Strategy)
		assert.Equal(t, row.FalseConflicts > 0, strings.Contains(shown, fmt.Sprintf("%d false conflicts", row.FalseConflicts)))
		assert.Equal(t, strategy.Broken, strings.Contains(shown, `href="`+started.location+`?beside=`+strategy.Name+`"`))
		// 20 contenders race for 5 seats. The log of the schema has the students who were seated in the
		// last burst with a conflict, which is the last but one.
		if strategy.Name == "no-condition" || strategy.Name == "correct" {
			rush := app.counts(`select count(*) from ` + strategy.Schema() + `.dcb_event e, unnest(e.tags) tag
				where e.type = 'StudentSubscribedToCourse' and tag = (
					select tag from ` + strategy.Schema() + `.dcb_event d, unnest(d.tags) tag
					where d.type = 'CourseDefined' and tag like 'course_id:race-%-course-1' order by d.position limit 1)`)
			assert.Equal(t, 5+row.Oversold, rush, strategy.Name)
		}
	}
	assert.Contains(t, page.text(), "One store in six is right")
	assert.Less(t, strings.Index(page.body, "<h2>Correct</h2>"), strings.Index(page.body, "<h2>No condition</h2>"), "the correct one is first")
	assert.Contains(t, ada.get("/race/strategies").body, `href="`+started.location+`"`, "it is kept")
	assert.Equal(t, page.text(), app.another().as("ada").get(started.location).text(), "and another process shows it")
}

// rowOf is the row of a strategy on the page of a comparison.
func rowOf(page, title string) string {
	for row := range strings.SplitSeq(page, `<li class="compared`) {
		if strings.Contains(row, "<h2>"+title+"</h2>") {
			return row
		}
	}
	return ""
}

// A broken strategy is shown beside the correct one as both were recorded, at first at the moment of
// the first mistake.
func TestABrokenStrategyIsShownBesideTheCorrectOne(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	app := newApp(t)
	v := app.visitor()
	comparison, err := lab.NewComparison(lab.Burst{Contenders: 8, Seats: 3, Rounds: 1, Seed: 4})
	require.NoError(t, err)
	require.NoError(t, comparison.Do(t.Context(), app.pool))
	require.NoError(t, app.theatre.Runs.SaveComparison(t.Context(), comparison.Record()))
	path := "/race/strategies/" + comparison.ID
	for _, strategy := range lab.Strategies()[:5] {
		first := v.get(path + "?beside=" + strategy.Name)
		require.Equal(t, http.StatusOK, first.status)
		kind, most, left := "seat", 3, 8
		if strategy.Name == "stream-per-course" {
			kind, most, left = "course", 10, 15
		}
		text := first.text()
		assert.Contains(t, text, fmt.Sprintf("On the left, %s %d of %d was just given away.", kind, most+1, most), strategy.Name)
		assert.Contains(t, text, fmt.Sprintf("%s %d of %d", strategy.Title, most+1, most))
		assert.Equal(t, 1, strings.Count(first.body, `<li class="store__chair--wrong"`), strategy.Name)
		assert.Equal(t, 1, strings.Count(first.body, `<use href="#m-wrong"`)-1, "and one in the legend")

		end := v.get(path + "?at=1e9&beside=" + strategy.Name)
		assert.Contains(t, end.text(), fmt.Sprintf("On the left, %d %ss too many.", left-most, kind))
		assert.Contains(t, end.text(), fmt.Sprintf("%s %d of %d", strategy.Title, left, most))
		assert.Contains(t, end.text(), fmt.Sprintf("Correct %d of %[1]d", most))
		assert.Equal(t, 2*left, strings.Count(end.body, `<li class="store__lane"`), "the same lanes on both sides")

		start := v.get(path + "?at=0&beside=" + strategy.Name)
		assert.Contains(t, start.text(), "So far, both are right.")
		assert.Equal(t, 2*most, strings.Count(start.body, `<li class="store__chair--free"`))
	}
	plain := v.get(path).text()
	assert.Contains(t, plain, "The same 8, on two stores")
	for _, other := range []string{"correct", "nothing", ""} {
		assert.Equal(t, plain, v.get(path+"?beside="+other).text(), "no such pair, so the page is shown")
	}
}

// The code of a strategy on the page is a part of its file, line by line.
func TestStrategiesShowTheCodeThatRuns(t *testing.T) {
	t.Parallel()
	page := newApp(t).visitor().get("/race/strategies")
	require.Less(t, len(page.body), 100_000)
	text := strings.Join(strings.Fields(html.UnescapeString(page.text())), "")
	for _, strategy := range lab.Strategies() {
		file, source := strategy.Source()
		compiled, err := os.ReadFile("../lab/" + file)
		require.NoError(t, err)
		require.Equal(t, string(compiled), source)
		assert.Contains(t, page.text(), "lab/"+file)
		for _, why := range strategy.Why {
			assert.Contains(t, page.text(), why)
		}
		if _, code, found := strings.Cut(source, "\n}\n\n"); found {
			assert.Contains(t, text, strings.Join(strings.Fields(code), ""), file)
			first := strings.Count(source, "\n") - strings.Count(code, "\n") + 1
			_, section, _ := strings.Cut(page.body, `<section class="strategy" id="`+strategy.Name+`"`)
			_, numbered, _ := strings.Cut(section, `data-line="`)
			number, _, _ := strings.Cut(numbered, `"`)
			assert.Equal(t, strconv.Itoa(first), number, file)
		} else {
			assert.Contains(t, text, strings.Join(strings.Fields(source), ""), file)
		}
	}
}
