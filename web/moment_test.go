package web_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/effort"
)

// told matches what a page says about the term: names and numbers, and no buttons.
var told = regexp.MustCompile(`<h[13][^>]*>(?:<a[^>]*>)?[^<]+|\d+ of [\d,]+ seats|\d+ waits?\b|` +
	`<title>[^<,·]*|people__since">[^<]*|people__place">[^<]*|history__pos" href="/log/\d+|<p>[^<]+ (?:took|left|joined|was) [^<]*|<a href="/(?:courses|students)/[\w-]+|slot__n">at \d+|Archived|You have a seat|\w+(?:th|st|nd|rd) in line|[\d]+ of 10 courses`)

var (
	ofBoundary = regexp.MustCompile(`<a href="[^"]*/boundary[^"]*">`) // says what to do, and nothing about the term
	asOf       = regexp.MustCompile(`\?as_of=\d+`)
)

// saying returns what a page says about the term. Its links lead to other moments in the past, so
// that part of them is left out. Nothing that is told goes beyond the end of an element, and short
// pieces are searched faster than a page.
func saying(page answer) (said []string) {
	content, _, _ := strings.Cut(page.body, "<footer")
	for piece := range strings.SplitSeq(ofBoundary.ReplaceAllString(content, ""), "</") {
		for _, words := range told.FindAllString(piece, -1) {
			said = append(said, strings.TrimSpace(asOf.ReplaceAllString(words, "")))
		}
	}
	return said
}

// The test looks at pages after each event. At the end it looks at the same pages as of each of
// these positions.
func TestAPageAsOfAPositionSaysWhatThePageSaidThen(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	app := newApp(t)
	ada := app.as("ada")
	pages := []string{
		"/", "/?find=crypto", "/?find=knots", "/courses/cryptography", "/courses/formal-methods", "/courses/knots", "/students/ada",
		"/students/ines", "/students/zoe", "/students", "/students?find=z", "/courses/cryptography?seats=after.100", "/?courses=before.9",
	}
	type view struct {
		path string
		at   int64
	}
	said := map[view][]string{}
	look := func() {
		for _, path := range pages {
			if page := ada.get(path); page.status == http.StatusOK {
				said[view{path, app.head()}] = saying(page)
			}
		}
	}
	look()
	for _, cmd := range []command{
		courses.UnsubscribeStudent{Student: "ada", Course: "cryptography"}, // so Jonas moves up
		courses.DefineCourse{Course: "knots", Title: "Knots", Capacity: 2},
		courses.RegisterStudent{Student: "zoe", Name: "Zoë"},
		courses.SubscribeStudent{Student: "zoe", Course: "knots"},
		courses.ChangeCapacity{Course: "formal-methods", NewCapacity: 5},
		courses.RenameCourse{Course: "cryptography", NewTitle: "Cryptography II"},
		courses.RenameStudent{Student: "zoe", NewName: "Zoë Z"},
		courses.JoinWaitlist{Student: "ada", Course: "cryptography"},
		courses.ArchiveCourse{Course: "cryptography"},
	} {
		app.carryOut(cmd)
		look()
	}
	compared := 0
	for then, want := range said {
		address := then.path + "?as_of="
		if strings.Contains(then.path, "?") {
			address = then.path + "&as_of="
		}
		got := ada.get(address + fmt.Sprint(then.at))
		require.Equal(t, strings.Join(want, "\n"), strings.Join(saying(got), "\n"), "%s as of %d", then.path, then.at)
		compared += len(want)
	}
	assert.Greater(t, compared, 3000, "pages had something to say")
}

func TestThePastCanOnlyBeLookedAt(t *testing.T) {
	t.Parallel()
	app := newApp(t) // in an open demo everybody may do everything
	ada := app.as("ada")
	before := app.head()
	for _, path := range []string{
		"/?as_of=150", "/?as_of=1", "/?find=nope&as_of=150", "/courses/compilers?as_of=150", "/courses/formal-methods?as_of=180", "/courses/human-factors?as_of=185",
		"/students?as_of=150", "/students?as_of=1", "/students/ada?as_of=150", "/students/kofi?as_of=150",
		"/log?as_of=150", "/log?tags=nonsense&as_of=150", "/log/100?as_of=150",
	} {
		page := ada.get(path)
		require.Less(t, page.status, 500, path)
		assert.NotContains(t, strings.ToLower(page.body), `method="post"`, path)
		assert.NotContains(t, page.body, "/register-student", path)
		assert.NotContains(t, page.body, "/define-course", path)
		assert.NotContains(t, page.body, "data-news", "the past brings no news: %s", path)
		assert.Contains(t, page.text(), "Nothing can be changed here.", path)
		for _, button := range regexp.MustCompile(`(?s)<button[^>]*>(.*?)<`).FindAllStringSubmatch(page.body, -1) {
			assert.Contains(t, []string{"Show", "Find", "Show these"}, strings.TrimSpace(button[1]), path)
		}
	}
	assert.Equal(t, before, app.head())
	assert.Contains(t, ada.get("/?as_of=150").text(), "As Ada")
	assert.NotContains(t, ada.get("/?as_of=12").text(), "As Ada", "nobody was registered yet")
}

// Every link of the past leads to the same moment, except the one that leads back to now.
func TestLinksOfThePastStayThere(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	kept, left := 0, map[string]bool{}
	seen := map[string]bool{}
	for paths := []string{"/?as_of=183"}; len(paths) > 0; paths = paths[1:] {
		page := ada.get(paths[0])
		require.Equal(t, http.StatusOK, page.status, paths[0])
		for _, tag := range regexp.MustCompile(`<a [^>]*href="(/[^"]*)"[^>]*>`).FindAllStringSubmatch(page.body, -1) {
			link, err := url.Parse(html.UnescapeString(tag[1]))
			require.NoError(t, err)
			if link.Path != "/" && !regexp.MustCompile(`^/(courses|students|log)\b`).MatchString(link.Path) {
				left[link.Path] = true
				require.False(t, link.Query().Has("as_of"), "it has no earlier time: %s", tag[0])
				continue
			}
			if strings.Contains(tag[0], "data-moment") {
				continue
			}
			require.Len(t, link.Query()["as_of"], 1, "%s on %s", tag[0], paths[0])
			if link.Query().Get("as_of") != "183" {
				continue // the text of this link names its position
			}
			kept++
			kind := aNumber.ReplaceAllString(link.Path+link.Query().Get("history")+link.Query().Get("find"), "1")
			if !seen[kind] {
				seen[kind] = true
				paths = append(paths, link.String())
			}
		}
	}
	assert.Greater(t, kept, 500)
	assert.Subset(t, left, map[string]bool{"/decisions": true, "/race": true, "/registrar": true})
	for _, page := range []string{"/courses/compilers", "/students/ada", "/students", "/log", "/log/1"} {
		assert.True(t, seen[page], page)
	}

	search := ada.get("/?as_of=183").body
	assert.Contains(t, search, `action="/"><input type="hidden" name="as_of" value="183"/>`, "whoever searches stays there, too")
	found := ada.get("/log?find=100&as_of=183")
	assert.Equal(t, "/log/100?as_of=183", found.location)
}

func TestTheBarSaysWhenAndLeadsOn(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	page := app.visitor().get("/?find=crypt&courses=after.1&as_of=174")
	assert.Contains(t, page.text(), "As of position 174 of 185 ,")
	assert.Contains(t, page.text(), "when this had just happened: The course databases-as-logs was given the title Databases as Logs .")
	assert.Contains(t, page.body, "<title>Courses, as of 174 ·")
	for _, part := range []string{
		`href="/?as_of=173&amp;find=crypt"`, `href="/?as_of=175&amp;find=crypt"`, `data-moment href="/?find=crypt"`, `href="/log/174?as_of=174"`,
		`name="as_of" type="range" min="1" max="185" value="174"`, `<input type="hidden" name="find" value="crypt">`,
	} {
		assert.Contains(t, page.body, part)
	}
	first, last := app.visitor().get("/log?as_of=1").body, app.visitor().get("/log?as_of=185").body
	assert.NotContains(t, first, "One step earlier")
	assert.Contains(t, first, "One step later")
	assert.NotContains(t, last, "One step later")
	assert.Contains(t, app.visitor().get("/").body, `href="/?as_of=185"`, "from now, there is a way into the past")
	assert.Contains(t, app.visitor().get("/log/100").body, `href="/courses/cryptography?as_of=100"`, "and from every event")
}

// One append stores that Ada gives her seat back and that Jonas gets it.
func TestAsOfAPositionInsideAnAppendIsAsOfItsEnd(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	app.carryOut(courses.UnsubscribeStudent{Student: "ada", Course: "cryptography"})
	app.carryOut(courses.RenameStudent{Student: "ada", NewName: "Ada L."})
	first, last, err := app.store.AppendOf(t.Context(), 187)
	require.NoError(t, err)
	require.Equal(t, []int64{186, 188}, []int64{first, last.Position})
	for _, at := range []string{"186", "187", "188"} {
		page := app.visitor().get("/courses/cryptography?as_of=" + at)
		assert.Contains(t, page.text(), "As of position 188 of 189 ,")
		assert.Contains(t, page.text(), "One append stored 3 events, so the log never ended between 186 and 188.")
		assert.Contains(t, page.body, `rel="prev" href="/courses/cryptography?as_of=185"`)
		assert.Contains(t, page.body, `rel="next" href="/courses/cryptography?as_of=189"`)
		assert.Contains(t, page.text(), "Jonas")
	}
	assert.NotContains(t, app.visitor().get("/?as_of=189").text(), "One append stored")
}

func TestAnInvalidAsOfIsAnsweredWithWhatItHasToBe(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for query, want := range map[string]struct {
		status int
		says   string
	}{
		"as_of=186":                 {404, "The log ends at position 185, so nothing is known as of a later one."},
		"as_of=9223372036854775807": {404, "The log ends at position 185"},
		"as_of=9223372036854775808": {400, "a whole number, and the first is 1"},
		"as_of=0":                   {400, "a whole number, and the first is 1"},
		"as_of=-1":                  {400, "a whole number, and the first is 1"},
		"as_of=":                    {400, "a whole number, and the first is 1"},
		"as_of=1.0":                 {400, "a whole number, and the first is 1"},
		"as_of=1%00":                {400, "a whole number, and the first is 1"},
		"as_of=today":               {400, "a whole number, and the first is 1"},
		"as_of=5&as_of=5":           {400, "more than once"},
	} {
		for _, path := range []string{"/", "/courses/compilers", "/students", "/students/ada", "/log", "/log/1"} {
			page := app.visitor().get(path + "?" + query)
			assert.Equal(t, want.status, page.status, "%s?%s", path, query)
			assert.Contains(t, page.text(), want.says, "%s?%s", path, query)
		}
	}
	for path, says := range map[string]string{
		"/courses/compilers?as_of=1": "There is no such course as of position 1.",
		"/students/ada?as_of=12":     "There is no such student as of position 12.",
		"/log/50?as_of=49":           "As of position 49, the event at 50 had not happened yet.",
	} {
		page := app.visitor().get(path)
		assert.Equal(t, http.StatusNotFound, page.status, path)
		assert.Contains(t, page.text(), says)
	}
}

// The page as it is now would look like an answer about the past.
func TestAPageWithoutAPastSaysSoWhenItIsAskedForIt(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for _, path := range []string{
		"/stage", "/courses/compilers/boundary", "/students/ada/boundary", "/decisions", "/session/gap", "/race", "/race/strategies",
		"/registrar", "/register-student",
	} {
		require.Equal(t, http.StatusOK, app.visitor().get(path).status, path)
		past := app.visitor().get(path + "?as_of=5")
		assert.Equal(t, http.StatusBadRequest, past.status, path)
		assert.Contains(t, past.text(), "This page shows only what is now.", path)
		assert.Equal(t, http.StatusBadRequest, app.visitor().get(path+"?as_of=nonsense").status, path)
	}
}

// Otherwise the parameters that can be read would be answered without the others: a visitor who
// asks for an earlier page would get the page of now.
func TestAnAddressThatCanNotBeReadIsNotHalfRead(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	for _, query := range []string{"as_of=%zz", "as_of=5%", "as_of=5;find=x", "find=compilers&as_of=%"} {
		for _, path := range []string{"/", "/log", "/students/ada", "/decisions", "/healthz"} {
			got := ada.get(path + "?" + query)
			assert.Equal(t, http.StatusBadRequest, got.status, "%s?%s", path, query)
			assert.Contains(t, got.text(), "The part of the address after the question mark could not be read.")
		}
		assert.Equal(t, http.StatusBadRequest, ada.post("/courses/compilers/subscriptions?"+query).status)
	}
	assert.NotContains(t, ada.get("/").text(), "See the receipt", "nothing was done")
}

// A form is carried out now, whichever page it was on. Only a page of now shows the notice.
func TestAFormIsCarriedOutNowWhateverItsAddressSays(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	got := ada.post("/courses/compilers/subscriptions?as_of=5")
	require.Equal(t, http.StatusSeeOther, got.status)
	require.Equal(t, int64(186), app.head())
	require.NotContains(t, ada.get("/?as_of=150").text(), "See the receipt")
	require.Contains(t, ada.get("/").text(), "Seated: you have a seat in Compilers.", "the news waits for a page of now")

	refused := ada.post("/courses/compilers/subscriptions?as_of=nonsense")
	require.Equal(t, http.StatusConflict, refused.status)
	require.Contains(t, refused.text(), "16 of 16 seats")
}

func TestTheLogAsOfAPositionEndsThere(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	visitor := app.visitor()
	all := visitor.wholeLog("/log?as_of=100")
	require.Len(t, all, 100)
	require.Equal(t, int64(100), all[0])
	narrowed := visitor.wholeLog("/log?tags=course_id:cryptography&as_of=100")
	require.Equal(t, app.inStore(dcb.NewQuery(dcb.NewTags("course_id", "cryptography")))[len(app.inStore(dcb.NewQuery(dcb.NewTags("course_id", "cryptography"))))-len(narrowed):], narrowed)
	event := visitor.get("/log/100?as_of=100")
	require.NotContains(t, event.body, `rel="next" href="/log/101`)
	require.Contains(t, visitor.get("/log/5?as_of=100").text(), "Cryptography was put on offer")
}
