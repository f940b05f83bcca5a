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

	"go-crablet/lab"
)

// The page shows the numbers of the logs in the schemas of the strategies.
func TestStrategiesAreBrokenAndOneIsExactlyRight(t *testing.T) {
	t.Parallel()
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
	require.Contains(t, elsewhere.text(), "Not started: strategies are being compared already, by another process: start yours when that is over.")
	for _, err := range comparison.Watch(t.Context()) {
		require.NoError(t, err)
	}

	page := ada.get(started.location)
	require.Empty(t, page.refresh())
	record, err := app.theatre.ComparisonRecord(t.Context(), id)
	require.NoError(t, err)
	for _, row := range record.Rows {
		strategy, _ := lab.FindStrategy(row.Strategy)
		outcome := "exactly right"
		if strategy.Broken {
			outcome = fmt.Sprintf("wrong %d of 5 times", 5-row.Exact)
			assert.Zero(t, row.Exact, row.Strategy)
		}
		assert.Contains(t, page.text(), fmt.Sprintf("%s %s Oversold seats %d Students over 10 %d False conflicts %d Decisions per s",
			strategy.Title, outcome, row.Oversold, row.OverLimit, row.FalseConflicts))
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
	assert.Equal(t, 1, strings.Count(page.text(), "exactly right"))
	assert.Contains(t, ada.get("/race/strategies").body, `href="`+started.location+`"`, "it is kept")
	assert.Equal(t, page.text(), app.another().as("ada").get(started.location).text(), "and another process shows it")
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
