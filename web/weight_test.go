package web_test

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
)

// The first visit to a page needs less than a hundred kilobytes with everything that belongs to it,
// and the page is shown before any script has come.
func TestEveryPageIsLightAndWaitsForNoScript(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	app := newApp(t)
	ada := app.as("ada")
	for i := range 60 { // so that the lists of a page are as long as they get
		id := "course-" + strconv.Itoa(i)
		require.Equal(t, http.StatusSeeOther, ada.post("/courses", "course", id, "title", "Course number "+strconv.Itoa(i), "capacity", "60").status)
		require.Equal(t, http.StatusSeeOther, ada.post("/courses/course-0/capacity", "capacity", strconv.Itoa(100+i)).status)
	}
	race := ada.runs(numbers(200, 60, 1, 0, 0))
	assets := map[string]int{}
	weigh := func(path string) (int, string) {
		packed := ada.send(http.MethodGet, path, nil, http.Header{"Accept-Encoding": {"gzip"}})
		return len(packed.body), decompressed(t, packed.header, strings.NewReader(packed.body))
	}
	needs := regexp.MustCompile(`(?:href|src)="(/assets/[^"]*)"`)
	for _, path := range []string{
		"/", "/courses/course-0", "/courses/compilers", "/courses/compilers/class", "/courses/compilers/boundary?student=ada", "/students", "/students/ada",
		"/stage", "/stage?append=unlocked&did=a1-a2-b1-b2-b3-a3-b4-a4", "/decisions", "/decisions?races=too", "/log", "/log?as_of=100", "/log/50", "/race", "/race/" + race, "/race/strategies",
		"/imports", ada.imports("enrolments", strings.Repeat("kofi,compilers\n", 2000)), "/registrar", "/operator", "/status", "/define-course", "/register-student", "/session/gap",
		"/workshop", "/workshop/rooms/" + ada.opensARoom(), "/nowhere",
	} {
		whole, body := weigh(path)
		for _, found := range needs.FindAllStringSubmatch(body, -1) {
			if _, known := assets[found[1]]; !known {
				assets[found[1]], _ = weigh(found[1])
			}
			whole += assets[found[1]]
		}
		assert.Less(t, whole, 100_000, path)
		t.Logf("%6d bytes %s", whole, path)
		assert.Equal(t, strings.Count(body, "<script"), len(regexp.MustCompile(`<script src="[^"]*" defer></script>`).FindAllString(body, -1)), "scripts of %s", path)
		stylesheets := 1
		if strings.HasPrefix(path, "/stage") {
			stylesheets = 2 // what moves there
		}
		assert.Equal(t, stylesheets, strings.Count(body, `rel="stylesheet"`), path)
	}
}
