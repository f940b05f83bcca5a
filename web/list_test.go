package web_test

import (
	"fmt"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
)

// happen appends facts without a decision, and waits until pages show them.
func (a *app) happen(facts ...dcb.Fact) {
	a.t.Helper()
	events, err := dcb.Encode(facts)
	require.NoError(a.t, err)
	_, err = a.store.AppendEvents(a.t.Context(), events, dcb.Query{}, 0)
	require.NoError(a.t, err)
	a.awaitPages()
}

// newCrowdedApp starts the application with 60 more courses and 120 more students than the sample
// has. All of these students have a seat in one course of 120 seats, and 50 others wait for it.
func newCrowdedApp(t *testing.T) *app {
	t.Helper()
	app := newApp(t)
	facts := dcb.Facts(courses.CourseDefined{Course: "crowd", Title: "Crowd", Capacity: 120})
	for i := range 60 {
		facts = append(facts, courses.CourseDefined{Course: courses.CourseID(fmt.Sprintf("zz-%02d", i)), Title: strings.Repeat("Ж", 100), Capacity: 60})
	}
	for i := range 120 {
		id := courses.StudentID(fmt.Sprintf("zz-%03d", i))
		facts = append(facts, courses.StudentRegistered{Student: id, Name: sealed.Text(fmt.Sprintf("%s%03d", strings.Repeat("Ж", 97), i))},
			courses.StudentSubscribedToCourse{Student: id, Course: "crowd"})
	}
	for i := range courses.MaxWaiting {
		id := courses.StudentID(fmt.Sprintf("yy-%03d", i))
		facts = append(facts, courses.StudentRegistered{Student: id, Name: sealed.Text(fmt.Sprintf("%s%03d", strings.Repeat("Ж", 97), 500+i))},
			courses.StudentJoinedWaitlist{Student: id, Course: "crowd"})
	}
	app.happen(facts...)
	return app
}

// A page has a limited number of rows and less than 100 KB, however long the list is.
func TestALongListIsShownAPageAtATime(t *testing.T) {
	t.Parallel()
	app := newCrowdedApp(t)
	visitor := app.as("ada")
	for _, list := range []struct {
		path, name string // of the page, and of the list on it
		row        string // the markup that every row has once
		rows       []int  // on each page
	}{
		{"/", "courses", `<h3><a href="(/courses/[^"]*)"`, []int{24, 24, 24, 1}},
		{"/?find=zz", "courses", `<h3><a href="(/courses/[^"]*)"`, []int{24, 24, 12}},
		{"/students", "students", `<li[^>]*><span><a href="(/students/[^"]*)"`, []int{50, 50, 50, 50}},
		{"/students?find=%D0%B6%D0%B6", "students", `<li[^>]*><span><a href="(/students/[^"]*)"`, []int{50, 50, 50, 20}},
		{"/courses/crowd", "seats", `action="(/courses/crowd/subscriptions/[^"]*/delete)"`, []int{25, 25, 25, 25, 20}},
		{"/courses/crowd", "history", `<a class="history__pos" href="[^"]*">(\d+)<`, []int{25, 25, 25, 25, 25, 25, 21}},
	} {
		t.Run(list.path+" "+list.name, func(t *testing.T) {
			var rows []int
			var forwards []string
			turn := func(path string) (seen []string, previous, next string) {
				page := visitor.get(path)
				require.Equal(t, http.StatusOK, page.status, path)
				require.Less(t, len(page.body), 105_000, path)
				for _, found := range regexp.MustCompile(list.row).FindAllStringSubmatch(page.body, -1) {
					seen = append(seen, found[1])
				}
				return seen, pageLink(page, "prev", list.name), pageLink(page, "next", list.name)
			}
			seen, previous, next := turn(list.path)
			require.Empty(t, previous, "it begins at the start")
			last := list.path
			for {
				rows = append(rows, len(seen))
				forwards = append(forwards, seen...)
				if next == "" {
					break
				}
				last = next
				seen, _, next = turn(next)
			}
			assert.Equal(t, list.rows, rows)
			assert.Len(t, slices.Compact(slices.Sorted(slices.Values(forwards))), len(forwards), "each once")

			backwards, previous, _ := turn(last)
			for previous != "" {
				seen, previous, _ = turn(previous)
				backwards = append(slices.Clone(seen), backwards...)
			}
			assert.Equal(t, forwards, backwards)
		})
	}
}

// pageLink returns the address of the link to another page of a list, or "".
func pageLink(page answer, rel, list string) string {
	for _, link := range regexp.MustCompile(`rel="(prev|next)" href="([^"]*)"`).FindAllStringSubmatch(page.body, -1) {
		if address, ok := strings.CutSuffix(html.UnescapeString(link[2]), "#"+list); ok && link[1] == rel {
			return address
		}
	}
	return ""
}

func TestReceiptsAreShownAPageAtATime(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	for i := range 120 {
		require.Equal(t, http.StatusSeeOther, ada.post("/courses/compilers/capacity", "capacity", fmt.Sprint(1000+i)).status)
	}
	title := regexp.MustCompile(`>Compilers is set to (\d+) seats<`)
	var rows []int
	var seen []string
	path := "/decisions"
	for path != "" {
		page := ada.get(path)
		found := title.FindAllStringSubmatch(page.body, -1)
		rows = append(rows, len(found))
		for _, f := range found {
			seen = append(seen, f[1])
		}
		if next := pageLink(page, "next", "decisions"); next != "" {
			path = next
			continue
		}
		break
	}
	require.Equal(t, []int{50, 50, 20}, rows)
	var want []string
	for i := range 120 {
		want = append(want, fmt.Sprint(1119-i))
	}
	require.Equal(t, want, seen, "the latest first")

	page := ada.get(pageLink(ada.get(path), "prev", "decisions"))
	require.Equal(t, "1069", title.FindStringSubmatch(page.body)[1], "the second page again")
	page = ada.get(pageLink(page, "prev", "decisions"))
	require.Equal(t, "1119", title.FindStringSubmatch(page.body)[1])
	require.Empty(t, pageLink(page, "prev", "decisions"))
}

func TestSearchShowsWhatItLookedForAndWhatItFound(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	tests := []struct {
		path  string
		says  string
		links int
	}{
		{"/?find=METHODS", "Formal Methods", 2},
		{"/?find=%3Cscript%3E%25%27%22", `Nothing has “<script>%'"” in its name or id. Show the whole list`, 0},
		{"/?find=%00%ff%fe", "in its name or id. Show the whole list", 0},
		{"/?find=" + strings.Repeat("x", 5000), "in its name or id. Show the whole list", 0},
		{"/students?find=SOFIA", "Sofía", 1},
		{"/students?find=nobody", "Nothing has “nobody” in its name or id.", 0},
		{"/courses/compilers?find=sof", "Compilers", 0},
		{"/?courses=after.999999", "There is nothing on this page. Show the whole list", 0},
		{"/courses/compilers?seats=after.999999", "There is nothing on this page.", 0},
		{"/courses/compilers?history=before.1", "There is nothing on this page.", 0},
		{"/decisions?decisions=before.nosuchone", "There is nothing on this page.", 0},
	}
	for _, test := range tests {
		page := app.visitor().get(test.path)
		assert.Equal(t, http.StatusOK, page.status, test.path)
		assert.Contains(t, html.UnescapeString(page.text()), test.says, test.path)
		rows := regexp.MustCompile(`<h3><a|<li[^>]*><span><a href="/students/`).FindAllString(page.body, -1)
		assert.Len(t, rows, test.links, test.path)
		assert.NotContains(t, page.body, "<script>")
	}
}

func TestAnInvalidPlaceInAListIsAnsweredWithASentence(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for _, path := range []string{
		"/?courses=x", "/?courses=after.", "/?courses=after.0", "/?courses=before.-1", "/?courses=.5", "/?courses=beside.5",
		"/?courses=after.9223372036854775808", "/?courses=%00.1",
		"/students?students=after.1e3", "/courses/compilers?seats=1", "/courses/compilers?history=after.a",
		"/students/ada?history=x", "/decisions?decisions=beside.abcdefghij", "/decisions?decisions=after.%00", "/decisions?decisions=.abc",
	} {
		page := app.visitor().get(path)
		assert.Equal(t, http.StatusBadRequest, page.status, path)
		assert.Contains(t, page.text(), "The list has no such part.", path)
	}
}
