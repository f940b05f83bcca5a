package web_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
	"go-crablet/internal/effort"
	"go-crablet/receipt"
	"go-crablet/web"
)

// awaitEnd waits until a held decision is over, and returns the answer of its page.
func (v visitor) awaitEnd(held string) answer {
	v.app.t.Helper()
	h, found := v.app.gaps.Find(strings.TrimPrefix(held, "/held/"))
	require.True(v.app.t, found)
	require.Eventually(v.app.t, func() bool { return h.Stage().Over }, 20*time.Second, time.Millisecond)
	return v.get(held)
}

func TestADecisionThatNobodyLetsGoOnGoesOnByItselfAndSaysSo(t *testing.T) {
	t.Parallel()
	const bound = 300 * time.Millisecond
	app := newApp(t, func(config *web.Config) { config.LongestHeld = bound })
	before := app.head()
	ada := app.holding("ada", "hold")
	held := ada.holds("/courses/compilers/subscriptions")
	over := ada.awaitEnd(held)
	require.Regexp(t, `^/decisions/`, over.location)
	assert.Equal(t, before+1, app.head())
	assert.Contains(t, ada.get(over.location).text(), "nobody let it go on, so it went on by itself.")
	gap := app.receipts()[0].Last().Hold
	assert.Equal(t, receipt.HoldTimedOut, gap.End)
	assert.GreaterOrEqual(t, gap.Took, bound)
}

func TestADecisionThinksForAChosenTime(t *testing.T) {
	t.Parallel()
	effort.NotShort(t, "five seconds of waiting")
	app := newApp(t)
	before := app.head()
	ada := app.holding("ada", "5") // so that the page is looked at in time on a busy machine, too
	held := ada.holds("/courses/compilers/subscriptions")
	assert.Regexp(t, "It thinks for 5 seconds, and goes on by itself in [1-5] second", ada.get(held).text())
	assert.Equal(t, before, app.head())
	over := ada.awaitEnd(held)
	assert.Equal(t, before+1, app.head())
	assert.Regexp(t, `It decided, and thought for ([5-9]|\d\d)\.\d s before the append\.`, ada.get(over.location).text())
	assert.Equal(t, receipt.HoldThought, app.receipts()[0].Last().Hold.End)
}

func TestACancelledDecisionLeavesNothingAndCanBeSentAgain(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	before := app.head()
	ada := app.holding("ada", "hold")
	form := []string{"request", "one", "from", "/"}
	held := ada.holds("/courses/compilers/subscriptions", form...)
	require.Equal(t, held, ada.post(held+"/cancel", "stop", "1").location)
	page := ada.get(held)
	assert.Equal(t, http.StatusOK, page.status)
	assert.Contains(t, page.text(), "It was cancelled between its decision and its append. Nothing was appended")
	assert.Contains(t, page.body, `class="button" href="/"`)
	assert.Equal(t, before, app.head())
	assert.Empty(t, app.receipts())

	again := ada.holds("/courses/compilers/subscriptions", form...)
	require.NotEqual(t, held, again)
	require.Regexp(t, `^/decisions/`, ada.letsGoOn(again).location)
	assert.Equal(t, before+1, app.head())
}

func TestADecisionThatIsHeldWhenTheProgramStopsIsNotAppended(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	before := app.head()
	ada := app.holding("ada", "hold")
	held := ada.holds("/courses/compilers/subscriptions")
	app.gaps.Close()
	assert.Contains(t, ada.get(held).text(), "The program was stopped while this decision was held. Nothing was appended")
	got := ada.post("/courses/history-of-computing/subscriptions")
	assert.Equal(t, http.StatusConflict, got.status)
	assert.Contains(t, got.text(), "The program is about to stop: try again when it is back.")
	assert.Equal(t, before, app.head())
	assert.Empty(t, app.receipts())
}

func TestAFormThatIsSentTwiceIsHeldOnceAndSubscribesOnce(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	before := app.head()
	ada := app.holding("ada", "hold")
	form := []string{"request", "one"}
	held := ada.holds("/courses/compilers/subscriptions", form...)
	assert.Equal(t, held, ada.holds("/courses/compilers/subscriptions", form...))
	receiptURL := ada.letsGoOn(held).location
	require.Regexp(t, `^/decisions/`, receiptURL)

	again := ada.post("/courses/compilers/subscriptions", form...)
	require.Equal(t, "/courses/compilers", again.location, "there is nothing left to hold: %s", again)
	told := ada.get(again.location).told(t)
	assert.Regexp(t, "Carried out before: you took a seat in Compilers"+when+" Now you have a seat in Compilers.", told)
	assert.Equal(t, receiptURL, receiptNamed(told))
	assert.Equal(t, before+1, app.head())
}

// A form may reach two processes, and each holds it. The append condition prevents a second seat.
func TestAFormThatIsHeldInTwoProcessesSubscribesOnce(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	before := app.head()
	here, there := app.holding("ada", "hold"), app.another().holding("ada", "hold")
	form := []string{"request", "one"}
	one, two := here.holds("/courses/compilers/subscriptions", form...), there.holds("/courses/compilers/subscriptions", form...)
	first := here.letsGoOn(one).location
	require.Regexp(t, `^/decisions/`, first)
	app.carryOut(courses.UnsubscribeStudent{Student: "ada", Course: "compilers"})
	assert.Equal(t, first, there.letsGoOn(two).location, "the receipt of the first time")
	assert.Regexp(t, "Carried out before: you took a seat in Compilers"+when+" Now you have no seat in Compilers and do not wait for one.", there.get(first).text())
	assert.NotContains(t, here.get(first).text(), "Carried out before:", "here it is no repetition")
	assert.Equal(t, before+2, app.head())
}

func TestOnlyTheSessionThatAskedLetsADecisionGoOn(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	before := app.head()
	held := app.holding("ada", "hold").holds("/courses/compilers/subscriptions")
	for name, other := range map[string]visitor{
		"somebody": app.visitor(), "who acts as the same student": app.as("ada"), "who holds the gap as well": app.holding("ada", "hold"),
	} {
		page := other.get(held)
		assert.Equal(t, http.StatusOK, page.status, name)
		assert.Contains(t, page.text(), "You are watching.", name)
		assert.NotContains(t, page.body, `name="stop"`, name)
		for _, act := range []string{"/continue", "/cancel"} {
			got := other.post(held+act, "stop", "1")
			assert.Equal(t, http.StatusForbidden, got.status, name)
			assert.Contains(t, got.text(), "Held by somebody else", name)
			assert.Equal(t, held, other.get(held+act).location, "where such a form leaves the address bar")
		}
	}
	assert.Equal(t, before, app.head())
	assert.Contains(t, app.visitor().get(held).text(), "Held before its append")
}

func TestAnInventedIDFindsNoHeldDecision(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.holding("ada", "hold")
	ada.holds("/courses/compilers/subscriptions")
	for _, id := range []string{"x", "%00", strings.Repeat("a", 26), strings.Repeat("a", 5000), "-1", "ä"} {
		got := ada.get("/held/" + id)
		assert.Equal(t, http.StatusNotFound, got.status)
		assert.Contains(t, got.text(), "No process holds such a decision.")
		for _, act := range []string{"/continue", "/cancel"} {
			assert.Equal(t, http.StatusNotFound, ada.post("/held/"+id+act, "stop", "1").status)
			address := ada.get("/held/" + id + act)
			assert.True(t, address.status == http.StatusNotFound || address.location == "/held/"+id, address.location)
		}
	}
}

func TestAnInvalidStopIsPointedOut(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.holding("ada", "hold")
	held := ada.holds("/courses/compilers/subscriptions")
	for _, stop := range []string{"", "one", "1.5", strings.Repeat("9", 30), "\x00"} {
		got := ada.post(held+"/continue", "stop", stop)
		assert.Equal(t, http.StatusUnprocessableEntity, got.status, stop)
		assert.Contains(t, got.text(), "Send the field stop")
	}
	for _, stop := range []string{"0", "2", "-1"} {
		assert.Equal(t, held, ada.post(held+"/cancel", "stop", stop).location, "a stop that is not there any more, or not yet")
	}
	assert.Contains(t, ada.get(held).text(), "Held before its append")
}

func TestRefusedAndInvalidFormsAreNotHeld(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.holding("ada", "hold")
	for path, want := range map[string]int{
		"/courses/formal-methods/subscriptions": http.StatusConflict, // full
		"/courses/no-such-course/subscriptions": http.StatusNotFound,
		"/courses/compilers/capacity":           http.StatusUnprocessableEntity,
		"/courses/cryptography/subscriptions":   http.StatusConflict, // has a seat
		"/courses/compilers/waitlist":           http.StatusConflict, // a seat is free
		"/courses/human-factors/archive":        http.StatusConflict, // it is archived
	} {
		assert.Equal(t, want, ada.post(path).status, path)
	}
	assert.Empty(t, app.gaps.Of("ada"))
}

func TestAVisitorWhoHoldsThreeIsToldWhereTheyAre(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.holding("ada", "hold")
	first := ada.holds("/courses/compilers/subscriptions")
	ada.holds("/courses/history-of-computing/subscriptions")
	ada.holds("/courses/type-theory/subscriptions")
	before := app.head()
	got := ada.post("/courses/compilers/title", "title", "Knots")
	assert.Equal(t, http.StatusConflict, got.status)
	assert.Contains(t, got.text(), "You hold three decisions already, as many as one can: let one of them go on first.")
	assert.Contains(t, got.body, `class="button" href="/session/gap"`)
	page := ada.get("/session/gap")
	assert.Contains(t, page.body, `href="`+first+`"`)
	assert.Contains(t, page.text(), "You hold Look Ada subscribes to Compilers Look Ada subscribes to History of Computing Look Ada subscribes to Type Theory")
	assert.Equal(t, before, app.head())
}

// A held decision keeps no connection to the database.
func TestAHundredAreHeldFromOneNetworkAndNobodyElseNotices(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded, behindProxy)
	before := app.head()
	for i := range 100 {
		v := app.holding("ada", "hold").from("192.0.2." + strconv.Itoa(i))
		v.holds("/students", "student", "held-"+strconv.Itoa(i), "name", "Held")
	}
	got := app.holding("ada", "hold").from("192.0.2.200").post("/students", "student", "one-more", "name", "Held")
	assert.Equal(t, http.StatusConflict, got.status)
	assert.Contains(t, got.text(), "So many decisions are held already that there is no room for another")
	app.holding("ada", "hold").from("198.51.100.1").holds("/students", "student", "one-more", "name", "Held")
	assert.Equal(t, before, app.head())
	assert.Equal(t, http.StatusSeeOther, app.as("kofi").post("/courses/compilers/subscriptions").status)
	assert.Equal(t, before+1, app.head())
}

// While the definition is held, somebody takes its id. The definition with the next id is held, too.
func TestAGeneratedIDThatIsTakenMeanwhileIsGeneratedAgain(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.holding("ada", "hold")
	held := ada.holds("/courses", "title", "Knots", "capacity", "3", "request", "one")
	app.carryOut(courses.DefineCourse{Course: "knots", Title: "Knots of somebody else", Capacity: 9})
	again := ada.letsGoOn(held)
	require.Equal(t, http.StatusOK, again.status, "held under another id")
	assert.Contains(t, again.text(), "Attempt 1")
	require.Regexp(t, `^/decisions/`, ada.letsGoOn(held).location)
	assert.Equal(t, http.StatusOK, ada.get("/courses/knots-2").status)
	assert.Len(t, app.receipts(), 1)
}

// A second read finds who is first in line. Then events about that student are inside, too.
func TestWhatASecondReadFindsIsInsideTheHeldBoundary(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.holding("ada", "hold")
	held := ada.holds("/courses/cryptography/subscriptions/ada/delete") // Jonas is first in line
	page := ada.get(held).text()
	assert.Contains(t, page, "It waits to append Ada left Cryptography Jonas took a seat in Cryptography")
	assert.Contains(t, page, "Found in a second read")
	app.carryOut(courses.SubscribeStudent{Student: "jonas", Course: "history-of-computing"})
	page = ada.get(held).text()
	assert.Contains(t, page, "Held: will conflict with 186")
	assert.Contains(t, ada.letsGoOn(held).text(), "now read")
}

func TestAPageThatHearsOfTheEndIsLedOn(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.holding("ada", "hold")
	held := ada.holds("/courses/compilers/subscriptions")
	assert.Equal(t, http.StatusOK, ada.send(http.MethodGet, held, nil, http.Header{"HX-Request": {"true"}}).status)
	ada.letsGoOn(held)
	got := ada.send(http.MethodGet, held, nil, http.Header{"HX-Request": {"true"}})
	assert.Equal(t, http.StatusNoContent, got.status)
	assert.Equal(t, held, got.header.Get("HX-Redirect"))
}

// The next request would find no program. The page is led on when there is one again.
func TestAPageThatHearsThatTheProgramStopsStays(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.holding("ada", "hold")
	held := ada.holds("/courses/compilers/subscriptions")
	app.gaps.Close()
	got := ada.send(http.MethodGet, held, nil, http.Header{"HX-Request": {"true"}})
	assert.Equal(t, http.StatusNoContent, got.status)
	assert.Empty(t, got.header.Get("HX-Redirect"))
}

func TestADecisionThatBreaksOffAfterItWasHeldIsInTheLogOnce(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.holding("ada", "hold")
	held := ada.holds("/courses/compilers/subscriptions")
	app.store.Close()
	require.Equal(t, held, ada.post(held+"/continue", "stop", "1").location)
	got := ada.get(held)
	require.Regexp(t, `^/decisions/`, got.location)
	assert.Contains(t, ada.get(got.location).text(), "Failed: the program was stopping")
	assert.Equal(t, 1, strings.Count(app.logged.String(), "level=ERROR"), app.logged.String())
	assert.Contains(t, app.logged.String(), "a held decision broke off")

	app.logged.Reset()
	assert.Equal(t, http.StatusServiceUnavailable, ada.post("/courses/history-of-computing/subscriptions").status, "before it is held")
	assert.Equal(t, 1, strings.Count(app.logged.String(), "level=ERROR"), app.logged.String())
}

// Neither its facts nor its receipt can be stored.
func TestAHeldDecisionMeetsAFullDatabase(t *testing.T) {
	t.Parallel()
	app := newApp(t, func(c *web.Config) {
		c.IsFull = func(err error) bool { return strings.Contains(err.Error(), "full_disk") }
	})
	ada := app.holding("ada", "hold")
	held := ada.holds("/courses/history-of-computing/subscriptions")
	_, err := app.pool.Exec(t.Context(), `alter table dcb_event add constraint full_disk check (false) not valid;
		alter table decision_receipt add constraint full_disk check (false) not valid`)
	require.NoError(t, err)
	got := ada.letsGoOn(held)
	assert.Equal(t, http.StatusOK, got.status)
	assert.Contains(t, got.text(), "The database was full. Nothing was appended, and there is no receipt. Ask again later.")
}

// A held decision goes on after its request was answered. Its panic must not end the program.
func TestAPanicOfAHeldDecisionStopsOnlyThatDecision(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	app.meanwhile = func(attempt int) {
		if attempt == 2 {
			panic("on purpose")
		}
	}
	ada := app.holding("ada", "hold")
	held := ada.holds("/courses/history-of-computing/subscriptions")
	seat := courses.SubscribeStudent{Student: "kofi", Course: "history-of-computing"}
	require.NoError(t, seat.Decide(context.Background(), app.store))
	got := ada.letsGoOn(held)
	assert.Equal(t, http.StatusOK, got.status)
	assert.Contains(t, got.text(), "It broke off, and there is no receipt.")
	assert.Contains(t, app.logged.String(), "on purpose")
}
