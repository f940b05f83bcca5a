package web_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// No title and no chosen id keeps a course or a student off the lists. The courses and students of
// a race have pages, and no list shows them.
func TestListsShowNamesThatOnlySoundLikeARace(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	race := app.visitor().runs(numbers(3, 1, 2, 0, 0))
	likeARace := "race-" + race + "-course-9"
	for _, form := range []struct {
		path, leadsTo string
		values        []string
	}{
		{"/courses", "/courses/race-conditions-part-2", []string{"title", "Race Conditions, Part 2", "capacity", "3"}},
		{"/courses", "/courses/race-conditions-part-2-2", []string{"title", "Race Conditions, Part 2", "capacity", "3"}},
		{"/courses", "/courses/" + likeARace, []string{"course", likeARace, "title", "Course 9", "capacity", "3"}},
		{"/students", "/students/race-conditions-part-2", []string{"student", "race-conditions-part-2", "name", "Race Conditions Part 2"}},
		{"/students", "/students/" + likeARace, []string{"student", likeARace, "name", "Race " + race + " Course 9"}},
	} {
		answer := app.visitor().post(form.path, form.values...)
		require.Equal(t, http.StatusSeeOther, answer.status, answer)
		require.Equal(t, http.StatusOK, app.visitor().get(form.leadsTo).status)
	}
	courses := []string{"race-conditions-part-2", "race-conditions-part-2-2", likeARace}
	students := []string{"race-conditions-part-2", likeARace}

	then := fmt.Sprint("as_of=", app.head())
	for _, list := range []struct {
		path string
		link string
		want []string
	}{
		{"/", `<h3><a href="/courses/(race-[^"?]*)`, courses},
		{"/?find=race", `<h3><a href="/courses/(race-[^"?]*)`, courses},
		{"/?" + then, `<h3><a href="/courses/(race-[^"?]*)`, courses},
		{"/?find=race&" + then, `<h3><a href="/courses/(race-[^"?]*)`, courses},
		{"/students", `<a href="/students/(race-[^"?]*)`, students},
		{"/students?find=race", `<a href="/students/(race-[^"?]*)`, students},
		{"/students?" + then, `<a href="/students/(race-[^"?]*)`, students},
		{"/courses/compilers", `<option value="(race-[^"]*)`, students}, // the students for whom the registrar can take a seat
	} {
		var found []string
		for _, link := range regexp.MustCompile(list.link).FindAllStringSubmatch(app.visitor().get(list.path).body, -1) {
			found = append(found, link[1])
		}
		assert.Equal(t, slices.Sorted(slices.Values(list.want)), slices.Sorted(slices.Values(found)), list.path)
	}
	for _, path := range []string{"/race/" + race, "/courses/race-" + race + "-course-1", "/courses/race-" + race + "-course-1?" + then, "/students/race-" + race + "-student-1"} {
		assert.Equal(t, http.StatusOK, app.visitor().get(path).status, path)
	}
}

// The correlation ID of a race keeps its receipts off the list of all decisions. So no request may
// choose its own correlation ID.
func TestNoRequestChoosesItsCorrelationID(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	v := app.visitor()
	for _, name := range []string{"X-Request-Id", "X-Correlation-Id", "Correlation-Id"} {
		answer := v.send(http.MethodPost, "/courses/compilers/title", strings.NewReader("title=Since+"+name),
			http.Header{"Content-Type": {"application/x-www-form-urlencoded"}, name: {"race-abcdefghij"}})
		require.Equal(t, http.StatusSeeOther, answer.status)
		assert.Contains(t, app.visitor().get("/decisions").text(), "Since "+name, "its receipt")
	}
	assert.Zero(t, app.counts(`select count(*) from dcb_event where correlation_id = 'race-abcdefghij'`))
}
