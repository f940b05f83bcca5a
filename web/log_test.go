package web_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// inLog returns the positions of the events that a page of the log shows.
func inLog(page answer) []int64 {
	shown := []int64{}
	for _, found := range regexp.MustCompile(`<li id="at-(\d+)" class="log__line"`).FindAllStringSubmatch(page.body, -1) {
		position, _ := strconv.ParseInt(found[1], 10, 64)
		shown = append(shown, position)
	}
	return shown
}

// wholeLog returns the positions of the events on all pages of the log, beginning at an address.
func (v visitor) wholeLog(address string) []int64 {
	v.app.t.Helper()
	shown := []int64{}
	for address != "" {
		page := v.get(address)
		require.Equal(v.app.t, http.StatusOK, page.status, page)
		require.Less(v.app.t, len(page.body), 100_000)
		shown = append(shown, inLog(page)...)
		address = pageLink(page, "next", "log")
	}
	return shown
}

// inStore returns the positions of the events that a query matches, the latest first.
func (a *app) inStore(query dcb.Query) []int64 {
	a.t.Helper()
	positions := []int64{}
	for e, err := range a.store.Read(a.t.Context(), query, dcb.ReadOptions{Backwards: true}) {
		require.NoError(a.t, err)
		positions = append(positions, e.Position)
	}
	return positions
}

func TestTheLogShowsWhatAQueryMatches(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	app.carryOut(courses.UnsubscribeStudent{Student: "ada", Course: "cryptography"})
	tests := []struct {
		address string
		query   dcb.Query
		events  int
	}{
		{"/log", dcb.AllEvents(), 188},
		{"/log?tags=&type=", dcb.AllEvents(), 188},
		{"/log?type=CourseDefined", dcb.NewQuery(nil, "CourseDefined"), 12},
		{"/log?type=CourseArchived&type=CourseRenamed&type=CourseArchived", dcb.NewQuery(nil, "CourseArchived", "CourseRenamed"), 4},
		{"/log?type=CoursePainted", dcb.NewQuery(nil, "CoursePainted"), 0},
		{"/log?tags=course_id:cryptography", dcb.NewQuery(dcb.NewTags("course_id", "cryptography")), 24},
		{"/log?tags=+course_id:cryptography+%09student_id:ada+", dcb.NewQuery(dcb.NewTags("course_id", "cryptography", "student_id", "ada")), 2},
		{"/log?tags=course_id:cryptography&tags=student_id:jonas", dcb.NewQuery(dcb.NewTags("course_id", "cryptography", "student_id", "jonas")), 3},
		{"/log?tags=student_id:ada&type=StudentRegistered", dcb.NewQuery(dcb.NewTags("student_id", "ada"), "StudentRegistered"), 1},
		{"/log?tags=student_id:nobody", dcb.NewQuery(dcb.NewTags("student_id", "nobody")), 0},
	}
	for _, test := range tests {
		got := app.visitor().wholeLog(test.address)
		assert.Equal(t, app.inStore(test.query), got, test.address)
		assert.Len(t, got, test.events, test.address)
	}
}

func TestTheLogIsTurnedAPageAtATime(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	visitor := app.visitor()
	first := visitor.get("/log?type=StudentSubscribedToCourse")
	require.Len(t, inLog(first), 50)
	require.Empty(t, pageLink(first, "prev", "log"))
	next := pageLink(first, "next", "log")
	require.Contains(t, next, "type=StudentSubscribedToCourse", "what narrows the log narrows all of its pages")
	second := visitor.get(next)
	assert.Equal(t, inLog(first), inLog(visitor.get(pageLink(second, "prev", "log"))), "and back")
	assert.Less(t, inLog(second)[0], inLog(first)[49])
}

func TestALineOfTheLogLeadsToItsEventAndToWhatItIsAbout(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	page := app.visitor().get("/log")
	_, line, _ := strings.Cut(page.body, `<li id="at-185"`)
	line, _, _ = strings.Cut(line, "</li>")
	assert.Contains(t, answer{body: "<" + line}.text(), "185 Human Factors was archived CourseArchived course_id:human-factors")
	assert.Contains(t, line, `href="/log/185"`)
	assert.Contains(t, line, `href="/log?tags=course_id%3Ahuman-factors"`)
	assert.Regexp(t, `<time [^>]*datetime="\d{4}-\d\d-\d\dT[\d:]{8}Z"`, line)
}

func TestEveryTypeOfTheDomainCanBeChosen(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	source, err := courses.Source.ReadFile("facts.go")
	require.NoError(t, err)
	var want []string
	for _, found := range regexp.MustCompile(`EventType\(\) string { return "(\w+)" }`).FindAllStringSubmatch(string(source), -1) {
		want = append(want, found[1])
	}
	require.Len(t, want, 11)
	choices := func(address string) (names, chosen []string) {
		for _, found := range regexp.MustCompile(`name="type" value="(\w+)"( checked)?`).FindAllStringSubmatch(app.visitor().get(address).body, -1) {
			names = append(names, found[1])
			if found[2] != "" {
				chosen = append(chosen, found[1])
			}
		}
		return names, chosen
	}
	names, chosen := choices("/log")
	assert.Equal(t, want, names)
	assert.Empty(t, chosen)
	names, chosen = choices("/log?type=CourseRenamed&type=Other&tags=a:b")
	assert.Equal(t, append(slices.Clone(want), "Other"), names, "and what was asked for")
	assert.Equal(t, []string{"CourseRenamed", "Other"}, chosen)
}

func TestAnInvalidTagIsPointedOutAtItsField(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for tags, says := range map[string]string{
		"compilers":                           "A tag has a key and a value",
		":compilers":                          "A tag has a key and a value",
		"course_id:":                          "A tag has a key and a value",
		"a:b course_id":                       "A tag has a key and a value",
		"a:\x00":                              "There is no such tag",
		"a:\xff":                              "There is no such tag",
		"a:" + strings.Repeat("b", 1000):      "There is no such tag",
		"a:1 a:2 a:3 a:4 a:5 a:6 a:7 a:8 a:9": "Ask for 8 tags at most.",
	} {
		page := app.visitor().get("/log?tags=" + url.QueryEscape(tags))
		assert.Equal(t, http.StatusUnprocessableEntity, page.status, tags)
		_, after, found := strings.Cut(page.body, `id="tags-error"`)
		require.True(t, found, tags)
		message, _, _ := strings.Cut(after, "</p>")
		assert.Contains(t, html.UnescapeString(message), says, tags)
		assert.Contains(t, page.body, `aria-invalid="true" aria-describedby="tags-error"`)
		assert.Empty(t, inLog(page), "nothing is shown as if it were the answer")
	}
	for _, types := range []string{"type=" + strings.Repeat("x", 256), "type=a%00b", "type=%ff", strings.Repeat("&type=a", 3) + many("type", 21)} {
		page := app.visitor().get("/log?" + types)
		assert.Equal(t, http.StatusBadRequest, page.status, "%.40s", types)
		assert.Contains(t, page.text(), "Choose from those in the form.")
	}
}

func TestAParameterOfTheLogThatIsGivenTwiceIsNotGuessedAt(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for _, twice := range []string{"find=1&find=2", "log=before.5&log=before.6", "find=1&find="} {
		page := app.visitor().get("/log?" + twice)
		assert.Equal(t, http.StatusBadRequest, page.status, twice)
		assert.Contains(t, page.text(), "in it more than once")
	}
}

// many returns n parameters of the same name, each with another value.
func many(name string, n int) string {
	values := url.Values{}
	for i := range n {
		values.Add(name, fmt.Sprint(i))
	}
	return "&" + values.Encode()
}

func TestAnEventIsFoundByItsPositionAndByItsID(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	var id string
	for e, err := range app.store.Read(t.Context(), dcb.AllEvents(), dcb.ReadOptions{After: 99, Limit: 1}) {
		require.NoError(t, err)
		id = e.ID
	}
	for find, leads := range map[string]string{"100": "/log/100", " 185 ": "/log/185", id: "/log/100", strings.ToUpper(id): "/log/100"} {
		got := app.visitor().get("/log?find=" + url.QueryEscape(find))
		assert.Equal(t, http.StatusSeeOther, got.status, find)
		assert.Equal(t, leads, got.location, find)
	}
	for find, want := range map[string]struct {
		status int
		says   string
	}{
		"186":                 {404, "The log ends at position 185."},
		"9223372036854775807": {404, "The log ends at position 185."},
		"9223372036854775808": {422, "This is neither an ID nor a position"},
		"0":                   {422, "This is neither an ID nor a position"},
		"-1":                  {422, "This is neither an ID nor a position"},
		"007":                 {422, "This is neither an ID nor a position"},
		"ada":                 {422, "This is neither an ID nor a position"},
		dcb.NewID():           {404, "No event has this ID."},
	} {
		page := app.visitor().get("/log?find=" + url.QueryEscape(find))
		assert.Equal(t, want.status, page.status, find)
		_, after, _ := strings.Cut(page.body, `id="find-error"`)
		message, _, _ := strings.Cut(after, "</p>")
		assert.Contains(t, message, want.says, find)
		assert.Contains(t, page.body, `value="`+find+`"`, "it is kept")
	}
}

// The course and the student have other names now, and a third student has moved up meanwhile.
func TestAnEventIsToldWithTheNamesOfItsTime(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	left := app.head() + 1
	app.carryOut(courses.UnsubscribeStudent{Student: "ada", Course: "cryptography"}) // Jonas moves up
	app.carryOut(courses.RenameStudent{Student: "jonas", NewName: "Jonas B."})
	app.carryOut(courses.RenameCourse{Course: "cryptography", NewTitle: "Ciphers"})
	renamed := app.head()
	app.carryOut(courses.JoinWaitlist{Student: "ada", Course: "cryptography"})
	then := []string{"Ada left Cryptography", "Jonas took a seat in Cryptography", "Jonas left the waitlist of Cryptography"}
	const now = "Ada joined the waitlist of Ciphers"

	for _, path := range []string{"/log", "/log?tags=course_id:cryptography", "/courses/cryptography", fmt.Sprintf("/log?as_of=%d", app.head())} {
		page := app.visitor().get(path).text()
		for _, says := range append(then, now, "The course cryptography was given the title Ciphers") {
			assert.Contains(t, page, says, path)
		}
	}
	history := app.visitor().get("/students/jonas").text()
	assert.Contains(t, history, "Jonas took a seat in Cryptography because Ada left Cryptography")

	page := app.visitor().get(fmt.Sprintf("/log/%d", left+1))
	assert.Contains(t, page.body, fmt.Sprintf("<title>%d: %s", left+1, then[1]))
	for _, says := range []string{then[1], "Because of " + fmt.Sprint(left) + " " + then[0], fmt.Sprintf("What followed %d %s", left+2, then[2])} {
		assert.Contains(t, page.text(), says)
	}
	assert.Contains(t, page.body, `href="/courses/cryptography">Ciphers<`, "links have the name of now")
	assert.Contains(t, page.body, `href="/students/jonas">Jonas B.<`)
	assert.Contains(t, app.visitor().get(fmt.Sprintf("/log/%d", renamed+1)).text(), fmt.Sprintf("%d %s", renamed+1, now))
}

func TestAnEarlierSealedNameIsShownUntilTheStudentIsForgotten(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	app.register("sela", "Sela Amsel")
	app.carryOut(courses.SubscribeStudent{Student: "sela", Course: "compilers"})
	seated := fmt.Sprintf("/log/%d", app.head())
	name, err := courses.SealName(t.Context(), app.keys(), "sela", "Sela Berg")
	require.NoError(t, err)
	app.carryOut(courses.RenameStudent{Student: "sela", NewName: name})
	app.carryOut(courses.UnsubscribeStudent{Student: "sela", Course: "compilers"})
	for _, path := range []string{seated, "/log", "/students/sela"} {
		page := app.visitor().get(path).text()
		assert.Contains(t, page, "Sela Amsel took a seat in Compilers", path)
		assert.Contains(t, page, "Sela Berg left Compilers", path)
	}
	app.visitor().posts(http.StatusSeeOther, "/students/sela/forget")
	for _, path := range []string{seated, "/log", "/students/sela"} {
		page := app.visitor().get(path).text()
		assert.NotContains(t, page, "Sela ", path)
		assert.Regexp(t, "(?i)"+courses.ForgottenName+" took a seat in Compilers", page, path)
	}
}
