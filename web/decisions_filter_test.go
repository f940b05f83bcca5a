package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
)

// decided returns the ids of the receipts that a page of decisions lists.
func decided(t *testing.T, page answer) []string {
	t.Helper()
	require.Equal(t, http.StatusOK, page.status, page)
	ids := []string{}
	for _, link := range strings.Split(page.body, `<th scope="row"><a href="/decisions/`)[1:] {
		id, _, _ := strings.Cut(link, `"`)
		ids = append(ids, id)
	}
	return ids
}

func TestDecisionsAreListedByHowTheyEndedAndWhatTheyWereAbout(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	take := func(student, course string, status int) (id string) {
		got := app.as(student).post("/courses/" + course + "/subscriptions")
		require.Equal(t, status, got.status, got)
		app.awaitPages()
		latest := decided(t, app.visitor().get("/decisions"))
		return latest[0]
	}
	seated := take("ada", "history-of-computing", http.StatusSeeOther)
	refused := take("ada", "formal-methods", http.StatusConflict)
	app.meanwhile = func(attempt int) {
		if attempt == 1 {
			app.carryOut(courses.SubscribeStudent{Student: "omar", Course: "history-of-computing"})
		}
	}
	conflicted := take("kofi", "history-of-computing", http.StatusSeeOther)
	app.meanwhile = func(attempt int) {
		if attempt == 1 {
			app.carryOut(courses.ArchiveCourse{Course: "type-theory"})
		}
	}
	both := take("zola", "type-theory", http.StatusConflict)
	app.meanwhile = nil
	promotion := app.visitor().post("/courses/cryptography/subscriptions/wanda/delete")
	require.Equal(t, http.StatusSeeOther, promotion.status)
	promoted := decided(t, app.visitor().get("/decisions"))[0]

	for query, want := range map[string][]string{
		"":                                      {promoted, both, conflicted, refused, seated},
		"kind=":                                 {promoted, both, conflicted, refused, seated},
		"kind=refused":                          {both, refused},
		"kind=conflicted":                       {both, conflicted},
		"kind=lost":                             {},
		"course=history-of-computing":           {conflicted, seated},
		"course=history-of-computing&kind=":     {conflicted, seated},
		"student=ada":                           {refused, seated},
		"student=ada&kind=refused":              {refused},
		"student=jonas":                         {promoted},
		"student=ada&course=formal-methods":     {refused},
		"student=kofi&course=formal-methods":    {},
		"course=type-theory&kind=conflicted":    {both},
		"course=nowhere":                        {},
		"student=+ada+":                         {refused, seated},
		"races=too":                             {promoted, both, conflicted, refused, seated},
		"races=too&course=history-of-computing": {conflicted, seated},
	} {
		assert.Equal(t, want, decided(t, app.visitor().get("/decisions?"+query)), query)
	}
	assert.Contains(t, app.visitor().get("/decisions?student=ada&course=formal-methods&kind=refused").text(),
		"Decisions about Ada and Formal Methods that a rule refused")
	assert.Contains(t, app.visitor().get("/decisions?course=nowhere").text(), "The fields take ids, as they stand in the addresses of courses and students.")
	for path, link := range map[string]string{"/courses/type-theory": "/decisions?course=type-theory", "/students/ada": "/decisions?student=ada"} {
		assert.Contains(t, app.visitor().get(path).body, fmt.Sprintf("href=%q", link))
	}
}

func TestAnInvalidFilterIsNotGuessedAt(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for query, says := range map[string]string{
		"kind=none":                            "There is no such kind of decision.",
		"kind=any":                             "There is no such kind of decision.",
		"kind=lost&kind=refused":               "more than once",
		"course=a&course=b":                    "more than once",
		"student=a&student=a":                  "more than once",
		"races=1":                              "the address has races=too",
		"decisions=before.a&decisions=after.a": "more than once",
		"decisions=sideways.abc":               "The list has no such part.",
	} {
		got := app.visitor().get("/decisions?" + query)
		assert.Equal(t, http.StatusBadRequest, got.status, query)
		assert.Contains(t, got.text(), says, query)
	}
	for _, id := range []string{"a b", "\x00", "\xff", "../x", strings.Repeat("a", 65), strings.Repeat("a", 5000), "Zoë"} {
		for _, name := range []string{"course", "student"} {
			got := app.visitor().get("/decisions?" + url.Values{name: {id}}.Encode())
			assert.Equal(t, http.StatusUnprocessableEntity, got.status, "%s=%.40q", name, id)
			assert.Contains(t, got.text(), "A "+name+" id is 1 to 64 letters", "%s=%.40q", name, id)
			assert.Contains(t, got.text(), "Nothing was looked for: correct the field that is marked.")
		}
	}
}

// A race would fill the list with decisions that look alike.
func TestDecisionsOfRacesAreListedOnRequest(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	seated := strings.TrimPrefix(receiptOfASeat(t, app), "/decisions/")
	got := app.visitor().post("/race", "contenders", "60", "seats", "2", "courses", "1", "think", "0", "spread", "0")
	require.Equal(t, http.StatusSeeOther, got.status)
	app.awaitRaces()
	race := strings.TrimPrefix(got.location, "/race/")

	assert.Equal(t, []string{seated}, decided(t, app.visitor().get("/decisions")))
	first := app.visitor().get("/decisions?races=too")
	require.Len(t, decided(t, first), 50)
	second := app.visitor().get(linkTo(t, first, "next"))
	assert.Len(t, decided(t, second), 11, "the other ten, and the one before")
	assert.Equal(t, decided(t, first), decided(t, app.visitor().get(linkTo(t, second, "prev"))))
	course := "/decisions?course=race-" + race + "-course-1"
	assert.Len(t, decided(t, app.visitor().get(course)), 50, "whoever asks about it wants them")
	refused := app.visitor().get(course + "&kind=refused")
	assert.Len(t, decided(t, app.visitor().get(linkTo(t, refused, "next"))), 8, "of 58 who had no seat")
}

// linkTo returns the address of the link with a relation.
func linkTo(t *testing.T, page answer, rel string) string {
	t.Helper()
	_, after, found := strings.Cut(page.body, `rel="`+rel+`" href="`)
	require.True(t, found, "a link %s: %s", rel, page)
	address, _, _ := strings.Cut(after, `"`)
	address, _, _ = strings.Cut(address, "#")
	return strings.ReplaceAll(address, "&amp;", "&")
}
