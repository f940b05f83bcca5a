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
	"go-crablet/web"
)

var tourBar = regexp.MustCompile(`(?s)<aside class="tourbar".*?</aside>`)

// toured returns the text of the tour's bar on a page, or "".
func (a answer) toured() string {
	return answer{body: tourBar.FindString(a.body)}.text()
}

// next returns the title of the step that the tour offers, and how far the visitor is.
func (a answer) next(t testing.TB) (title, far string) {
	t.Helper()
	said := a.toured()
	require.NotEmpty(t, said, "the page says what to do next: %s", a)
	title, _, _ = strings.Cut(said, ".")
	return title, regexp.MustCompile(`\d of \d done`).FindString(said)
}

// Each step of the tour follows only from what was done. The test takes one step after the other,
// and before most of them does something that must not count.
func TestTheTourGoesOnByWhatWasDoneOnly(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := tourist{app.visitor()}
	require.Empty(t, ada.get("/").toured(), "nobody asked for it")
	require.Equal(t, http.StatusSeeOther, ada.post("/tour", "tour", "start").status)

	ada.isOffered("Choose who you are", "0 of 8 done")
	ada.choosesWhoSheIs()
	ada.isOffered("Take a seat", "1 of 8 done")
	hers, kofis := ada.takesASeat()
	ada.isOffered("Open its receipt", "2 of 8 done")
	ada.opensItsReceipt(hers, kofis)
	ada.isOffered("Look before you send", "3 of 8 done")
	ada.looksBeforeSheSends()
	ada.isOffered("Make a conflict by hand", "4 of 8 done")
	ada.makesAConflictByHand()
	ada.isOffered("Watch a race", "5 of 8 done")
	ada.watchesARace()
	ada.isOffered("Break it on purpose", "6 of 8 done")
	ada.breaksItOnPurpose()
	ada.isOffered("Look at an earlier moment", "7 of 8 done")
	ada.looksAtAnEarlierMoment()

	require.Equal(t, http.StatusSeeOther, ada.post("/tour", "tour", "leave").status)
	require.Empty(t, ada.get("/").toured())
	require.Equal(t, http.StatusSeeOther, ada.post("/tour", "tour", "start").status)
	ada.isOffered("Take a seat", "1 of 8 done") // the tour begins again, and she has a role already
}

// A tourist is a visitor on the tour, who becomes Ada.
type tourist struct{ visitor }

func (ada tourist) isOffered(title, far string) {
	ada.app.t.Helper()
	ada.get("/students").requireOffer(ada.app.t, title, far)
}

// requireOffer requires that the page offers a step of the tour, and says how far the visitor is.
func (a answer) requireOffer(t testing.TB, title, far string) {
	t.Helper()
	got, so := a.next(t)
	require.Equal(t, [2]string{title, far}, [2]string{got, so})
}

func (ada tourist) choosesWhoSheIs() {
	t := ada.app.t
	ada.get("/session")
	require.Equal(t, http.StatusOK, ada.get("/courses/compilers/boundary").status) // it asks for a student
	require.Equal(t, http.StatusNotFound, ada.post("/session", "student", "nobody").status)
	ada.isOffered("Choose who you are", "0 of 8 done")
	require.Equal(t, http.StatusSeeOther, ada.post("/session", "student", "ada").status)
}

// takesASeat returns the addresses of two receipts: Ada's own, and one of a seat for Kofi.
func (ada tourist) takesASeat() (hers, kofis string) {
	t := ada.app.t
	require.Equal(t, http.StatusConflict, ada.post("/courses/cryptography/subscriptions").status, "refused: she has one")
	require.Equal(t, http.StatusSeeOther, ada.post("/courses/compilers/subscriptions", "student", "kofi").status)
	kofis = receiptIn(t, ada.get("/courses/compilers"))
	ada.isOffered("Take a seat", "1 of 8 done") // a seat for somebody else does not count
	require.Equal(t, http.StatusSeeOther, ada.post("/courses/type-theory/subscriptions").status)
	page := ada.get("/courses/type-theory")
	title, _ := page.next(t)
	require.Equal(t, "Open its receipt", title, "the page that shows the seat offers the next step")
	return receiptIn(t, page), kofis
}

func (ada tourist) opensItsReceipt(hers, kofis string) {
	ada.get(kofis)
	ada.get("/decisions/nope")
	ada.isOffered("Open its receipt", "2 of 8 done")
	ada.get(hers).requireOffer(ada.app.t, "Look before you send", "3 of 8 done")
}

func (ada tourist) looksBeforeSheSends() {
	ada.get("/students/ada/boundary")
	ada.get("/courses/nope/boundary")
	ada.isOffered("Look before you send", "3 of 8 done") // neither page shows a boundary
	ada.get("/courses/history-of-computing/boundary")
}

func (ada tourist) makesAConflictByHand() {
	t, app := ada.app.t, ada.app
	require.Contains(t, ada.get("/").toured(), "First hold the gap open")
	ada.post("/session/gap", "gap", "hold")
	require.Contains(t, ada.get("/students").toured(), "Then subscribe to a course here")
	held := ada.holds("/courses/history-of-computing/subscriptions")
	require.Contains(t, ada.get(held).toured(), "In a private window")
	ada.letsGoOn(held)
	ada.isOffered("Make a conflict by hand", "4 of 8 done") // nobody got in between
	app.carryOut(courses.RegisterStudent{Student: "zoe", Name: "Zoë"})
	held = ada.holds("/courses/probability/subscriptions")
	app.carryOut(courses.SubscribeStudent{Student: "zoe", Course: "probability"})
	watching := app.as("mei")
	watching.post("/tour", "tour", "start")
	ada.letsGoOn(held)         // the attempt conflicts, and the next one is held again
	over := ada.letsGoOn(held) // which is appended
	require.Regexp(t, `^/decisions/`, over.location)
	require.Regexp(t, `^/decisions/`, watching.get(held).location)
	_, far := watching.get("/").next(t)
	require.Equal(t, "1 of 8 done", far, "to watch a conflict is not to make one")
	ada.post("/session/gap", "gap", "off")
}

func (ada tourist) watchesARace() {
	ada.get("/race")
	ada.get("/race/none")
	ada.isOffered("Watch a race", "5 of 8 done")
	ada.get("/race/" + ada.app.as("kofi").runs(numbers(2, 1, 1, 0, 0)))
}

func (ada tourist) breaksItOnPurpose() {
	ada.get("/race/strategies")
	ada.isOffered("Break it on purpose", "6 of 8 done") // to read about it is not to do it
	started := ada.post("/race/strategies")
	require.Equal(ada.app.t, http.StatusSeeOther, started.status)
	ada.get(started.location)
}

func (ada tourist) looksAtAnEarlierMoment() {
	t := ada.app.t
	ada.get("/log?as_of=nothing")
	ada.get("/log?as_of=999999")
	require.Equal(t, http.StatusOK, ada.get(fmt.Sprintf("/log?as_of=%d", ada.app.head())).status) // which is now
	ada.isOffered("Look at an earlier moment", "7 of 8 done")
	page := ada.get("/log?as_of=100")
	require.Equal(t, http.StatusOK, page.status)
	page.requireOffer(t, "That was the tour", "8 of 8 done")
	require.Contains(t, page.body, `href="/source/"`)
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
	require.Equal(t, [2]string{"Open its receipt", "3 of 8 done"}, [2]string{title, far}, "steps that were done without the tour count")

	for _, form := range [][]string{nil, {"tour", ""}, {"tour", "next"}, {"tour", strings.Repeat("x", 9000)}} {
		got := ada.post("/tour", form...)
		require.Equal(t, http.StatusUnprocessableEntity, got.status, form)
		require.Contains(t, got.text(), "Send the field tour: start or leave.")
	}
	_, far = ada.get("/").next(t)
	require.Equal(t, "3 of 8 done", far)
}

func TestAPageThatIsFetchedForItsAreasIsNotAStepOfTheTour(t *testing.T) {
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
	require.Empty(t, ada.get("/courses/compilers/boundary").header["Set-Cookie"], "the session knows already")
	_, far := ada.get("/").next(t)
	require.Equal(t, "2 of 8 done", far)
}

func TestLookingStartsNoSession(t *testing.T) {
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

// Without the registrar's role a visitor can start no race: looking at the pages counts then.
func TestTheTourDoesNotAskForWhatTheVisitorMayNotDo(t *testing.T) {
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
	require.Equal(t, "0 of 8 done", far, "whoever may start a race has to")

	ada.post("/registrar", "passcode", passcode)
	_, far = ada.get("/").next(t)
	require.Equal(t, "3 of 8 done", far, "steps that were done stay done in another role")
}

func TestInvalidStepsOfATourInTheSessionAreIgnored(t *testing.T) {
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
	assert.Equal(t, "8 of 8 done", far, "bits beyond the last step do not count")
	unsigned := app.with(notesCookie+"="+url.QueryEscape("dG91cg=="), "/")
	assert.Equal(t, http.StatusOK, unsigned.status)
	assert.Empty(t, unsigned.toured())
}

func TestTheTourKeepsTheSessionSmall(t *testing.T) {
	t.Parallel()
	without := len(encode(t, "notes", newKey, map[any]any{"receipt": "abcdefghij"}))
	with := len(encode(t, "notes", newKey, map[any]any{"receipt": "abcdefghij", "tour": 511}))
	assert.Less(t, with-without, 50, "bytes of the cookie for the whole tour")
}

// The step about the lens leads to a subscription that could be asked for.
func TestTheTourLeadsToAnOpenCourseWithoutTheStudent(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	require.Equal(t, "/students", app.visitor().get("/tour/lens").location)
	ada := app.as("ada")
	require.Equal(t, "/courses/compilers/boundary?student=ada", ada.get("/tour/lens").location, "the first course has her already")
	require.Contains(t, ada.get("/courses/compilers/boundary?student=ada").text(), "You would get seat 16 of 16.")
	ada.posts(http.StatusSeeOther, "/courses/compilers/subscriptions", "student", "kofi") // the last seat
	require.Equal(t, "/courses/type-theory/boundary?student=ada", ada.get("/tour/lens").location)

	for _, link := range linksIn(ada.get("/").body) {
		if course, isCourse := strings.CutPrefix(link, "/courses/"); isCourse {
			ada.post("/courses/"+course+"/capacity", "capacity", "1")
		}
	}
	ada.posts(http.StatusSeeOther, "/courses/history-of-computing/subscriptions") // the only one without any student
	require.Equal(t, "/students/ada/boundary", ada.get("/tour/lens").location, "no course has a free seat")
}

// A phone can't reach an open demo, so the tour does not speak of one there.
func TestTheTourOffersAPhoneWhereOneReachesTheSite(t *testing.T) {
	t.Parallel()
	for name, app := range map[string]*app{"": newApp(t), " or on a phone": newApp(t, func(c *web.Config) { c.Passcode = "sesame" })} {
		ada := app.as("ada")
		ada.post("/tour", "tour", "start")
		ada.posts(http.StatusSeeOther, "/courses/type-theory/subscriptions")
		ada.get(receiptIn(t, ada.get("/courses/type-theory")))
		ada.get("/courses/compilers/boundary?student=ada")
		ada.post("/session/gap", "gap", "hold")
		held := ada.holds("/courses/compilers/subscriptions")
		assert.Contains(t, ada.get(held).toured(), "In a private window"+name+", act as another student")
		ada.letsGoOn(held)
	}
	assert.Contains(t, newApp(t).visitor().get("/registrar").text(), "Open it to a phone")
}
