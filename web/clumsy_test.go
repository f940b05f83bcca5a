package web_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A script never fetches a page, so notices for its next page must not pile up.
func TestManyCommandsWithoutLookingAtAPage(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	for i := range 150 {
		got := ada.post("/courses/compilers/capacity", "capacity", fmt.Sprint(100+i))
		require.Equal(t, http.StatusSeeOther, got.status, "command %d", i+1)
	}
	require.Contains(t, ada.get("/").text(), "Changed: Compilers has 249 seats now.", "the last one is told")
}

func TestGeneratedIDsAreNeverTaken(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	const callers = 20
	locations := make([]string, callers)
	var callsDone sync.WaitGroup
	for i := range callers {
		visitor := app.visitor()
		callsDone.Go(func() {
			got := visitor.post("/courses", "title", "Graph Theory", "capacity", "9")
			assert.Equal(t, http.StatusSeeOther, got.status)
			locations[i] = got.location
		})
	}
	callsDone.Wait()
	seen := map[string]bool{}
	for _, location := range locations {
		require.False(t, seen[location], location)
		seen[location] = true
	}
	require.Contains(t, seen, "/courses/graph-theory")
	require.Contains(t, seen, "/courses/graph-theory-9")
}

func TestOtherContentTypesAreNotReadAsAnEmptyForm(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	for _, kind := range []string{"application/json", "text/plain", "multipart/form-data; boundary=x", ""} {
		got := ada.send(http.MethodPost, "/session", strings.NewReader(`{"student":"kofi"}`), http.Header{"Content-Type": {kind}})
		assert.Equal(t, http.StatusUnsupportedMediaType, got.status, kind)
		assert.Contains(t, got.text(), "Send it as application/x-www-form-urlencoded.")
	}
	assert.Contains(t, ada.get("/").text(), "Acting as Ada")
}

func TestTheWrongMethodIsToldTheRightOnes(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	got := app.visitor().send(http.MethodDelete, "/courses/compilers", nil, nil)
	assert.Equal(t, http.StatusMethodNotAllowed, got.status)
	assert.Equal(t, "GET, HEAD", got.header.Get("Allow"))
	assert.Contains(t, got.text(), "takes only GET, HEAD")
	got = app.visitor().send(http.MethodPut, "/session", nil, nil)
	assert.Equal(t, "GET, HEAD, POST", got.header.Get("Allow"))
}

func TestAReloadedAddressOfAFormLeadsToItsPage(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for from, to := range map[string]string{
		"/session":                         "/",
		"/registrar/delete":                "/registrar",
		"/courses":                         "/",
		"/courses/compilers/capacity":      "/courses/compilers",
		"/courses/compilers/subscriptions": "/courses/compilers",
		"/courses/compilers/subscriptions/ada/delete": "/courses/compilers",
		"/courses/compilers/title":                    "/courses/compilers",
		"/courses/compilers/archive":                  "/courses/compilers",
		"/courses/compilers/waitlist":                 "/courses/compilers",
		"/courses/compilers/waitlist/ada/delete":      "/courses/compilers",
		"/students/ada/name":                          "/students/ada",
	} {
		got := app.visitor().get(from)
		assert.Equal(t, http.StatusSeeOther, got.status, from)
		assert.Equal(t, to, got.location)
	}
}

// Text in the place of an id could make a redirect lead to another site.
func TestAnAddressOfAFormLeadsToNoOtherSite(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for _, id := range []string{"..%2F%5Cevil.example", "%2e%2e%2f%2fevil.example", "..%2f%09%2fevil.example", "%0d%0aLocation:%20x", "a%00b"} {
		for _, form := range []string{
			"/courses/%s/title", "/courses/%s/capacity", "/courses/%s/archive", "/courses/%s/subscriptions", "/courses/%s/subscriptions/ada/delete",
			"/courses/%s/waitlist", "/courses/%s/waitlist/ada/delete", "/students/%s/name",
		} {
			got := app.visitor().get(strings.Replace(form, "%s", id, 1))
			assert.Equal(t, http.StatusNotFound, got.status, id)
			assert.Empty(t, got.location, id)
		}
	}
	for _, from := range []string{"/decisions/..%2f", "/decisions/../\\evil.example", "/decisions/a\r\nb", "/decisions/a\x00", "/decisions/" + strings.Repeat("a", 65), "//decisions/a"} {
		got := app.visitor().post("/session", "student", "ada", "from", from)
		assert.Equal(t, "/", got.location, from)
	}
}

func TestAFormIsAnsweredWithAPageThatExists(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for _, from := range []string{"students/ada", "/decisions/../x", "//log", "//evil.example/x", "/live?topic=x", "/live", "/nope", "https://evil.example/"} {
		got := app.visitor().post("/courses/compilers/subscriptions", "student", "omar", "from", from)
		assert.Equal(t, http.StatusConflict, got.status, from)
		got = app.as("ada").post("/session", "student", "kofi", "from", from)
		assert.Equal(t, "/", got.location, from)
	}
	got := app.as("ada").post("/session", "student", "kofi", "from", "/log?tags=x&as_of=7")
	assert.Equal(t, "/log?tags=x", got.location, "the same part of the page, as of now")
	got = app.as("ada").post("/session", "student", "kofi", "from", "/decisions/abcdefghij")
	assert.Equal(t, "/decisions/abcdefghij", got.location)
}

func TestEveryWrongFieldIsPointedOutAtOnceAndTheFirstHasTheFocus(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	got := app.visitor().post("/courses", "course", "a b", "title", "a\x00b", "capacity", "many")
	require.Equal(t, http.StatusUnprocessableEntity, got.status)
	for _, said := range []string{"A title has", "A whole number is needed", "A course id is"} {
		assert.Contains(t, got.text(), said)
	}
	assert.Equal(t, 1, strings.Count(got.body, " autofocus"))
	assert.Contains(t, got.body, "a\ufffdb")
	assert.NotContains(t, got.body, "\x00")
}

func TestAFieldThatIsSentTwiceIsNotGuessedAt(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	before := app.head()
	for path, form := range map[string][]string{
		"/courses":                           {"title", "A", "title", "B", "capacity", "3"},
		"/courses/compilers/capacity":        {"capacity", "3", "capacity", "3"},
		"/students":                          {"name", "A", "student", "", "student", "b"},
		"/session":                           {"student", "ada", "student", "kofi"},
		"/courses/type-theory/subscriptions": {"student", "ada", "student", "kofi"},
		"/courses/cryptography/waitlist":     {"student", "hugo", "student", "zola"},
		"/courses/compilers/title":           {"title", "A", "title", "A"},
		"/courses/compilers/archive":         {"request", "a", "request", "b"},
		"/students/ada/name":                 {"name", "A", "name", "B"},
	} {
		got := app.visitor().post(path, form...)
		assert.Equal(t, http.StatusBadRequest, got.status, path)
		assert.Contains(t, got.text(), "was sent more than once", path)
		assert.Empty(t, got.cookie(), path)
	}
	assert.Equal(t, before, app.head())
}

func TestWhomToActAsIsNotGuessedAt(t *testing.T) {
	t.Parallel()
	ada := newApp(t).as("ada")
	got := ada.post("/session")
	assert.Equal(t, http.StatusUnprocessableEntity, got.status)
	assert.Contains(t, got.text(), "Send the field student")
	assert.Contains(t, ada.get("/").text(), "Acting as Ada")
}

func TestANumberIsNotGuessedAt(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	before := app.head()
	for _, capacity := range []string{
		"1,5", "1,50", "1.5", ",5", "5,", "1,,000", "0x10", "1e3", "1_000", "\uff11\uff12", "\u0663", "5 0", "--5", "NaN", "1" + strings.Repeat("0", 400),
	} {
		for _, path := range []string{"/courses", "/courses/compilers/capacity"} {
			got := app.visitor().post(path, "title", "C", "capacity", capacity)
			assert.Equal(t, http.StatusUnprocessableEntity, got.status, capacity)
			assert.Contains(t, got.text(), "A whole number is needed here", capacity)
		}
	}
	assert.Equal(t, before, app.head())
}

func TestANumberMayBeWrittenAsTheHintWritesIt(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	got := app.visitor().post("/courses", "course", "big", "title", "Big", "capacity", "10,000")
	require.Equal(t, http.StatusSeeOther, got.status)
	require.Contains(t, app.visitor().get("/courses/big").text(), "0 of 10000 seats")
}
