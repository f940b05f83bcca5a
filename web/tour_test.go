package web_test

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
)

var tourBar = regexp.MustCompile(`(?s)<aside class="tourbar".*?</aside>`)

// toured returns what the bar of the tour says on a page, or "".
func (a answer) toured() string {
	return answer{body: tourBar.FindString(a.body)}.text()
}

// next returns the title of the step that the tour offers, and how far it is.
func (a answer) next(t *testing.T) (title, far string) {
	t.Helper()
	said := a.toured()
	require.NotEmpty(t, said, "the page says what to do next: %s", a.text())
	title, _, _ = strings.Cut(said, ".")
	return title, regexp.MustCompile(`\d of \d done`).FindString(said)
}

// walks through the tour: each step follows from what was done, and from nothing else.
func TestTheTourGoesOnByWhatWasDoneOnly(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.visitor()
	require.Empty(t, ada.get("/").toured(), "nobody asked for it")
	require.Equal(t, http.StatusSeeOther, ada.post("/tour", "tour", "start").status)
	offers := func(title, far string) {
		t.Helper()
		got, so := ada.get("/students").next(t)
		require.Equal(t, [2]string{title, far}, [2]string{got, so})
	}

	offers("Choose who you are", "0 of 8 done")
	ada.get("/session")
	require.Equal(t, http.StatusOK, ada.get("/courses/compilers/boundary").status) // asks whose
	require.Equal(t, http.StatusNotFound, ada.post("/session", "student", "nobody").status)
	offers("Choose who you are", "0 of 8 done")
	require.Equal(t, http.StatusSeeOther, ada.post("/session", "student", "ada").status)

	offers("Take a seat", "1 of 8 done")
	require.Equal(t, http.StatusConflict, ada.post("/courses/cryptography/subscriptions").status, "refused: she has one")
	require.Equal(t, http.StatusSeeOther, ada.post("/courses/compilers/subscriptions", "student", "kofi").status)
	kofis := receiptIn(t, ada.get("/courses/compilers"))
	offers("Take a seat", "1 of 8 done") // that was somebody else's
	require.Equal(t, http.StatusSeeOther, ada.post("/courses/type-theory/subscriptions").status)
	page := ada.get("/courses/type-theory")
	title, _ := page.next(t)
	require.Equal(t, "Open its receipt", title, "on the very page")

	ada.get(kofis)
	ada.get("/decisions/nope")
	offers("Open its receipt", "2 of 8 done")
	hers := receiptIn(t, page)
	title, far := ada.get(hers).next(t)
	require.Equal(t, [2]string{"Look before you send", "3 of 8 done"}, [2]string{title, far})

	ada.get("/students/ada/boundary")
	ada.get("/courses/nope/boundary")
	offers("Look before you send", "3 of 8 done") // nothing was looked at yet
	ada.get("/courses/history-of-computing/boundary")

	offers("Make a conflict by hand", "4 of 8 done")
	require.Contains(t, ada.get("/").toured(), "First hold the gap open")
	ada.post("/session/gap", "gap", "hold")
	require.Contains(t, ada.get("/students").toured(), "Subscribe to a course.")
	held := ada.holds("/courses/history-of-computing/subscriptions")
	require.Contains(t, ada.get(held).toured(), "In a private window")
	ada.letsGoOn(held)
	offers("Make a conflict by hand", "4 of 8 done") // nobody got in between
	app.carryOut(courses.RegisterStudent{Student: "zoe", Name: "Zoë"})
	held = ada.holds("/courses/probability/subscriptions")
	app.carryOut(courses.SubscribeStudent{Student: "zoe", Course: "probability"})
	watching := app.as("mei")
	watching.post("/tour", "tour", "start")
	ada.letsGoOn(held)         // it conflicts, and is held again
	over := ada.letsGoOn(held) // and goes through
	require.Regexp(t, `^/decisions/`, over.location)
	require.Regexp(t, `^/decisions/`, watching.get(held).location)
	_, far = watching.get("/").next(t)
	require.Equal(t, "1 of 8 done", far, "who watched made none")
	ada.post("/session/gap", "gap", "off")

	offers("Watch a race", "5 of 8 done")
	ada.get("/race")
	ada.get("/race/none")
	offers("Watch a race", "5 of 8 done")
	ada.get("/race/" + app.as("kofi").runs(numbers(2, 1, 1, 0, 0)))

	offers("Break it on purpose", "6 of 8 done")
	ada.get("/race/strategies")
	offers("Break it on purpose", "6 of 8 done") // reading about it is not doing it
	started := ada.post("/race/strategies")
	require.Equal(t, http.StatusSeeOther, started.status)
	ada.get(started.location)

	offers("Look at an earlier moment", "7 of 8 done")
	ada.get("/log?as_of=nothing")
	ada.get("/log?as_of=999999")
	require.Equal(t, http.StatusOK, ada.get(fmt.Sprintf("/log?as_of=%d", app.head())).status) // nothing is earlier in that
	offers("Look at an earlier moment", "7 of 8 done")
	page = ada.get("/log?as_of=100")
	require.Equal(t, http.StatusOK, page.status)
	title, far = page.next(t)
	require.Equal(t, [2]string{"That was the tour", "8 of 8 done"}, [2]string{title, far})
	require.Contains(t, page.body, `href="/source/"`)

	require.Equal(t, http.StatusSeeOther, ada.post("/tour", "tour", "leave").status)
	require.Empty(t, ada.get("/").toured())
	require.Equal(t, http.StatusSeeOther, ada.post("/tour", "tour", "start").status)
	offers("Take a seat", "1 of 8 done") // once more, as the one she is
}

func TestTheTourGoesOnWhereItWasLeft(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	ada.post("/tour", "tour", "start", "from", "/log")
	require.Equal(t, http.StatusSeeOther, ada.post("/courses/compilers/subscriptions", "from", "/").status)
	_, far := ada.get("/").next(t)
	require.Equal(t, "2 of 8 done", far)
	left := ada.post("/tour", "tour", "leave", "from", "/students")
	require.Equal(t, "/students", left.location)
	require.Empty(t, ada.get("/students").toured())
	ada.get("/courses/compilers/boundary")
	ada.post("/tour", "tour", "start")
	title, far := ada.get("/").next(t)
	require.Equal(t, [2]string{"Open its receipt", "3 of 8 done"}, [2]string{title, far}, "what was done meanwhile counts")

	for _, form := range [][]string{nil, {"tour", ""}, {"tour", "next"}, {"tour", strings.Repeat("x", 9000)}} {
		got := ada.post("/tour", form...)
		require.Equal(t, http.StatusUnprocessableEntity, got.status, form)
		require.Contains(t, got.text(), "Send the field tour: start or leave.")
	}
	_, far = ada.get("/").next(t)
	require.Equal(t, "3 of 8 done", far)
}

func TestAPageFetchedForItsAreasIsNothingThatTheVisitorDid(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	ada.post("/tour", "tour", "start")
	for _, look := range []func(path string) answer{
		func(path string) answer {
			return ada.send(http.MethodGet, path, nil, http.Header{"Hx-Request": {"true"}})
		},
		func(path string) answer { return ada.send(http.MethodHead, path, nil, nil) },
	} {
		got := look("/courses/compilers/boundary")
		require.Equal(t, http.StatusOK, got.status)
		require.Empty(t, got.header["Set-Cookie"])
		_, far := ada.get("/").next(t)
		require.Equal(t, "1 of 8 done", far)
	}
	require.NotEmpty(t, ada.get("/courses/compilers/boundary").header["Set-Cookie"])
	require.Empty(t, ada.get("/courses/compilers/boundary").header["Set-Cookie"], "it is known already")
	_, far := ada.get("/").next(t)
	require.Equal(t, "2 of 8 done", far)
}

func TestWhoHasNoSessionGetsNoneByLooking(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	race := app.as("kofi").runs(numbers(2, 1, 1, 0, 0))
	nobody := app.visitor()
	for _, path := range []string{"/", "/race/" + race, "/courses/compilers/boundary?student=ada", "/log?as_of=10", "/race/strategies"} {
		got := nobody.get(path)
		require.Equal(t, http.StatusOK, got.status, path)
		require.Empty(t, got.header["Set-Cookie"], path)
		require.Empty(t, got.toured(), path)
	}
}

// Without the role a visitor can start nothing, and is not held up by that.
func TestTheTourDoesNotAskForWhatOneMayNotDo(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	ada := app.as("ada")
	ada.post("/tour", "tour", "start")
	ada.get("/race")
	ada.get("/race/strategies")
	_, far := ada.get("/").next(t)
	require.Equal(t, "3 of 8 done", far)

	registrar := app.in("registrar")
	registrar.post("/tour", "tour", "start")
	registrar.get("/race")
	registrar.get("/race/strategies")
	_, far = registrar.get("/").next(t)
	require.Equal(t, "0 of 8 done", far, "who may start them has to")

	ada.post("/registrar", "passcode", passcode)
	_, far = ada.get("/").next(t)
	require.Equal(t, "3 of 8 done", far, "the role changes, what was done stays")
}

func TestWhatMakesNoSenseInTheSessionOfATourIsNothing(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for name, forged := range map[string]any{
		"a text": "start", "a negative number": -1 << 40, "too many steps": math.MaxInt &^ 511, "another kind of number": int64(511), "nothing": 0,
	} {
		cookie := encode(t, "who", newKey, map[any]any{"student": "ada"}) + "; " + encode(t, "notes", newKey, map[any]any{"tour": forged})
		for _, path := range []string{"/", "/students", "/log?as_of=9"} {
			got := app.with(cookie, path)
			require.Equal(t, http.StatusOK, got.status, name)
			require.Empty(t, got.toured(), name)
		}
	}
	page := app.with(encode(t, "who", newKey, map[any]any{"student": "ada"})+"; "+encode(t, "notes", newKey, map[any]any{"tour": math.MaxInt}), "/")
	_, far := page.next(t)
	assert.Equal(t, "8 of 8 done", far, "what lies beyond the steps does not count")
	unsigned := app.with(notesCookie+"="+url.QueryEscape("dG91cg=="), "/")
	assert.Equal(t, http.StatusOK, unsigned.status)
	assert.Empty(t, unsigned.toured())
}

func TestTheTourKeepsTheSessionSmall(t *testing.T) {
	t.Parallel()
	without := len(encode(t, "notes", newKey, map[any]any{"receipt": "abcdefghij"}))
	with := len(encode(t, "notes", newKey, map[any]any{"receipt": "abcdefghij", "tour": 511}))
	assert.Less(t, with-without, 50, "all of it, in bytes of the cookie")
}
