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

var (
	nextPage = regexp.MustCompile(`rel="next" href="([^"#]*)`)
	studied  = regexp.MustCompile(`<a href="/students/(nn-\d+)["?]`)
	lookBack = regexp.MustCompile(`href="([^"]*)">Look back`)
)

// Whoever sorts a list by name finds it so on every page of it, among those found, and in the
// past.
func TestAListStaysSortedByName(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	var facts []dcb.Fact
	var want []string
	for i := range 120 {
		id := fmt.Sprintf("nn-%03d", i)
		want = append(want, id)
		facts = append(facts, courses.StudentRegistered{Student: courses.StudentID(id), Name: sealed.Text(fmt.Sprintf("Nnn %03d", i))})
	}
	slices.Reverse(facts)
	app.happen(facts...)
	ada := app.as("ada")
	link := regexp.MustCompile(`href="([^"#]*)[^"]*">name</a>`).FindStringSubmatch(ada.get("/students?find=nnn").body)
	require.NotNil(t, link)
	address := html.UnescapeString(link[1])
	require.Equal(t, "/students?find=nnn&order=name", address)
	past := ""
	var found []string
	for address != "" {
		page := ada.get(address)
		require.Equal(t, http.StatusOK, page.status)
		assert.Contains(t, page.body, `<input type="hidden" name="order" value="name">`, "the search keeps the order")
		assert.Regexp(t, `aria-current="true">name</a>`, page.body)
		for _, student := range studied.FindAllStringSubmatch(page.body, -1) {
			found = append(found, student[1])
		}
		if past == "" {
			past = html.UnescapeString(lookBack.FindStringSubmatch(page.body)[1])
		}
		address = ""
		if next := nextPage.FindStringSubmatch(page.body); next != nil {
			address = html.UnescapeString(next[1])
		}
	}
	assert.Equal(t, want, found)
	then := ada.get(past)
	require.Equal(t, http.StatusOK, then.status)
	assert.Contains(t, past, "order=name")
	assert.Contains(t, past, "find=nnn")
	assert.Equal(t, want[0], studied.FindStringSubmatch(then.body)[1])
	assert.Equal(t, "nn-119", studied.FindStringSubmatch(ada.get("/students?find=nnn").body)[1], "by time")

	_, sorted, _ := strings.Cut(ada.get("/?order=name").text(), "Sorted by")
	assert.Less(t, strings.Index(sorted, "Compilers"), strings.Index(sorted, "Type Theory"))
	assert.Less(t, strings.Index(sorted, "Compilers"), strings.Index(sorted, "Cryptography"))
	for _, wrong := range []string{"/?order=size", "/students?order=name&order=name"} {
		assert.Equal(t, http.StatusBadRequest, ada.get(wrong).status, wrong)
	}
}
