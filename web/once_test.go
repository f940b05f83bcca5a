package web_test

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
)

// A keyed form is one of a command that the sample term allows, and one like it that
// asks for something else.
type keyedForm struct {
	path  string
	form  []string
	says  string
	other string   // where the other one goes, if not to the same address
	more  []string // what it has in it, if it does
}

var keyedForms = map[string]keyedForm{
	"DefineCourse": {
		path: "/courses", form: []string{"course", "knots", "title", "Knots", "capacity", "3"},
		says: "On offer: Knots has 3 seats.", more: []string{"course", "knots", "title", "Knots", "capacity", "4"},
	},
	"DefineCourse, with an id of our making": {
		path: "/courses", form: []string{"title", "Compilers", "capacity", "3"},
		says: "On offer: Compilers has 3 seats.", more: []string{"title", "Compilers II", "capacity", "3"},
	},
	"RenameCourse": {
		path: "/courses/compilers/title", form: []string{"title", "Knots"},
		says: "Renamed: the course is called Knots now.", more: []string{"title", "Loops"},
	},
	"ChangeCapacity": {
		path: "/courses/cryptography/capacity", form: []string{"capacity", "12"},
		says: "Changed: Cryptography has 12 seats now. Jonas and Amara moved up from the waitlist.", more: []string{"capacity", "13"},
	},
	"ArchiveCourse": {
		path: "/courses/cryptography/archive",
		says: "Archived: Cryptography takes nobody any more. 2 students wait no longer.", other: "/courses/compilers/archive",
	},
	"RegisterStudent": {
		path: "/students", form: []string{"student", "zoe", "name", "Zoë"},
		says: "Registered: Zoë can take a seat now.", more: []string{"student", "zoe", "name", "Zoe"},
	},
	"RegisterStudent, with an id of our making": {
		path: "/students", form: []string{"name", "Ada"},
		says: "Registered: Ada can take a seat now.", more: []string{"name", "Ada L."},
	},
	"RenameStudent": {
		path: "/students/kofi/name", form: []string{"name", "Kofi M."},
		says: "Renamed: the student is called Kofi M. now.", more: []string{"name", "Kofi N."},
	},
	"SubscribeStudent": {
		path: "/courses/compilers/subscriptions",
		says: "Seated: you have a seat in Compilers.", other: "/courses/type-theory/subscriptions",
	},
	"UnsubscribeStudent": {
		path: "/courses/cryptography/subscriptions/ada/delete",
		says: "Left: you have no seat in Cryptography any more. Jonas moved up from the waitlist.", other: "/courses/cryptography/subscriptions/kofi/delete",
	},
	"JoinWaitlist": {
		path: "/courses/formal-methods/waitlist",
		says: "On the waitlist: you are second in line for Formal Methods.", other: "/courses/cryptography/waitlist",
	},
	"LeaveWaitlist": {
		path: "/courses/cryptography/waitlist/jonas/delete",
		says: "Off the waitlist: Jonas waits no longer for Cryptography.", other: "/courses/cryptography/waitlist/amara/delete",
	},
}

// told is the notice on a page, with the address of the receipt.
func (a answer) told(t *testing.T) string {
	t.Helper()
	_, notice, found := strings.Cut(a.body, `role="status"`)
	require.True(t, found, "a notice on the page: %s", a.text())
	notice, _, _ = strings.Cut(notice, "</p>")
	return answer{body: "<p" + notice}.text() + " " + receiptIn(t, answer{body: notice})
}

func TestAFormThatIsSentAgainHasOneEffectAndShowsTheFirstOutcome(t *testing.T) {
	t.Parallel()
	for name, test := range keyedForms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app := newApp(t)
			ada := app.as("ada")
			form := append([]string{"request", "first"}, test.form...)
			first := ada.post(test.path, form...)
			require.Equal(t, http.StatusSeeOther, first.status, first.text())
			told := ada.get(first.location).told(t)
			assert.Contains(t, told, test.says)
			stored := app.head()

			for range 2 {
				again := ada.post(test.path, form...)
				require.Equal(t, http.StatusSeeOther, again.status, again.text())
				assert.Equal(t, first.location, again.location)
				assert.Equal(t, told, ada.get(again.location).told(t))
			}
			assert.Equal(t, stored, app.head(), "one effect")

			other := ada.post(test.path, append([]string{"request", "first"}, test.more...)...)
			if test.other != "" {
				other = ada.post(test.other, "request", "first")
			}
			require.Equal(t, http.StatusConflict, other.status)
			assert.Contains(t, other.text(), "Refused: this form was sent before and asked for something else")
			assert.Equal(t, stored, app.head(), "the other has none")
		})
	}
}

// The id that was free when the form was read is taken by somebody else, so the same
// form, faster elsewhere, has been given another one.
func TestAnIDOfOurMakingIsTheOneOfTheFirstTime(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	elsewhere := app.another().visitor()
	form := []string{"title", "Knots", "capacity", "3", "request", "first"}
	var first answer
	var meanwhile sync.Once
	app.meanwhile = func(int) {
		meanwhile.Do(func() {
			app.carryOut(courses.DefineCourse{Course: "knots", Title: "Knots of somebody else", Capacity: 9})
			first = elsewhere.post("/courses", form...)
		})
	}
	here := app.visitor()
	again := here.post("/courses", form...)
	require.Equal(t, "/courses/knots-2", first.location)
	require.Equal(t, first.location, again.location, again.text())
	assert.Equal(t, elsewhere.get(first.location).told(t), here.get(again.location).told(t))
	receipts, err := receipt.NewStore(app.pool).Latest(t.Context(), receipt.Filter{Races: true}, 9)
	require.NoError(t, err)
	assert.Len(t, receipts, 1, "what was tried on the way to the id is no decision")
}

func TestTheFirstOutcomeIsToldThoughItIsHistory(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	const path = "/courses/formal-methods/waitlist"
	told := ada.get(ada.post(path, "request", "first").location).told(t)
	require.Contains(t, told, "you are second in line for Formal Methods.")
	app.carryOut(courses.ChangeCapacity{Course: "formal-methods", NewCapacity: 9})
	page := ada.get(ada.post(path, "request", "first").location)
	assert.Equal(t, told, page.told(t))
	assert.Contains(t, page.text(), "You have a seat", "the rest of the page is of now")
}

func TestARefusalIsNotTheLastWord(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	zola := app.as("zola")
	const path = "/courses/formal-methods/subscriptions"
	require.Equal(t, http.StatusConflict, zola.post(path, "request", "first").status)
	app.carryOut(courses.ChangeCapacity{Course: "formal-methods", NewCapacity: 9})
	require.Equal(t, http.StatusSeeOther, zola.post(path, "request", "first").status)
	told := zola.get("/").told(t)
	require.Equal(t, http.StatusSeeOther, zola.post(path, "request", "first").status)
	assert.Equal(t, told, zola.get("/").told(t))
}

func TestAFormWithoutAKeyIsDecidedEachTime(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	require.Equal(t, http.StatusSeeOther, ada.post("/courses/compilers/subscriptions").status)
	require.Equal(t, http.StatusConflict, ada.post("/courses/compilers/subscriptions").status)
	require.Equal(t, "/courses/compilers-2", ada.post("/courses", "title", "Compilers", "capacity", "3").location)
	require.Equal(t, "/courses/compilers-3", ada.post("/courses", "title", "Compilers", "capacity", "3").location)
	require.Equal(t, "/courses/compilers-4", ada.post("/courses", "title", "Compilers", "capacity", "3", "request", " ").location)
}

func TestAKeyThatIsNoneIsPointedOut(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	before := app.head()
	for _, key := range []string{"a b", "-", "\x00", "\xff", "ключ", strings.Repeat("k", 65)} {
		for name, test := range keyedForms {
			got := app.as("ada").post(test.path, append([]string{"request", key}, test.form...)...)
			require.Equal(t, http.StatusUnprocessableEntity, got.status, "%s %q", name, key)
			assert.Contains(t, got.text(), "The key of a request is 1 to 64 letters, digits, dots, dashes or underscores")
		}
	}
	assert.Equal(t, before, app.head())
}

// What was typed into a form that is refused because of its key is still there, with
// a key of its own: it can be sent as something new.
func TestAFormWhoseKeyIsUsedUpCanBeSentAsANewOne(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for path, fields := range map[string][]string{
		"/courses":  {"title", "Knots", "capacity", "3"},
		"/students": {"name", "Zoë"},
	} {
		key := "used-for" + strings.ReplaceAll(path, "/", "-")
		require.Equal(t, http.StatusSeeOther, app.visitor().post(path, append([]string{"request", key}, fields...)...).status)
		fields[1] += " again"
		refused := app.visitor().post(path, append([]string{"request", key}, fields...)...)
		require.Equal(t, http.StatusConflict, refused.status)
		require.Contains(t, refused.body, `value="`+fields[1]+`"`)
		sent := slices.IndexFunc(formsIn(refused.body), func(f form) bool { return f.action == path })
		anew := formsIn(refused.body)[sent].fields
		require.NotContains(t, anew, key)
		require.Equal(t, http.StatusSeeOther, app.visitor().post(path, anew...).status)
	}
}

// Fifty times the same form, to two processes on one database, and every one of them
// has been read and decided before the first is stored.
func TestAFormThatIsSentFiftyTimesAtOnceHasOneEffectAndFiftyEqualAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range keyedForms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const times = 50
			first := newApp(t)
			processes := []*app{first, first.another()}
			var allDecided sync.WaitGroup
			allDecided.Add(times)
			for _, process := range processes {
				var mu sync.Mutex
				left := times / len(processes)
				process.meanwhile = func(int) {
					mu.Lock()
					arrived := left > 0
					left--
					mu.Unlock()
					if arrived {
						allDecided.Done()
						allDecided.Wait()
					}
				}
			}
			visitors := make([]visitor, times)
			for i := range visitors {
				visitors[i] = processes[i%len(processes)].as("ada")
			}
			before := first.head()

			answers, notices := make([]answer, times), make([]string, times)
			var answered sync.WaitGroup
			for i, v := range visitors {
				answered.Go(func() {
					answers[i] = v.post(test.path, append([]string{"request", "first"}, test.form...)...)
				})
			}
			answered.Wait()
			for i, v := range visitors {
				require.Equal(t, http.StatusSeeOther, answers[i].status, answers[i].text())
				require.Equal(t, answers[0].location, answers[i].location)
				notices[i] = v.get(answers[i].location).told(t)
				require.Equal(t, notices[0], notices[i])
			}
			assert.Contains(t, notices[0], strings.Split(test.says, ":")[0])

			asked := 0
			for e, err := range first.store.Read(t.Context(), dcb.AllEvents(), dcb.ReadOptions{After: before}) {
				require.NoError(t, err)
				require.Contains(t, e.Tags, dcb.Tag("request:first"))
				if e.CausationID == "" {
					asked++
				}
			}
			assert.Equal(t, 1, asked, "what was asked for happened once, and all else in consequence of it")
			receipts, err := receipt.NewStore(first.pool).Latest(t.Context(), receipt.Filter{Races: true}, times)
			require.NoError(t, err)
			assert.Len(t, receipts, 1, "and has one receipt")
		})
	}
}

func TestEveryFormOfACommandHasAKeyOfItsOwn(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	keys := map[string]string{}
	for _, page := range []string{
		"/", "/courses/compilers", "/courses/cryptography", "/courses/formal-methods", "/courses/human-factors",
		"/students/ada", "/students/jonas", "/define-course", "/register-student",
	} {
		for range 2 {
			for _, f := range formsIn(app.as("ada").get(page).body) {
				if f.action == "/session" || f.action == "/session/type" || f.action == "/tour" {
					continue // to choose somebody, a size of type, or what the tour says is the same, however often
				}
				at := slices.Index(f.fields, "request")
				require.GreaterOrEqual(t, at, 0, "the form to %s on %s", f.action, page)
				key := f.fields[at+1]
				require.True(t, courses.RequestID(key).Valid(), key)
				require.GreaterOrEqual(t, len(key), 32, "no two are ever the same")
				require.NotContains(t, keys, key, "the form to %s on %s has that of %s", f.action, page, keys[key])
				keys[key] = f.action
			}
		}
	}
	var commands []string
	for _, action := range keys {
		commands = append(commands, action)
	}
	for _, action := range []string{
		"/courses", "/students", "/students/ada/name", "/courses/compilers/title", "/courses/compilers/capacity", "/courses/compilers/archive",
		"/courses/compilers/subscriptions", "/courses/cryptography/subscriptions/ada/delete",
		"/courses/formal-methods/waitlist", "/courses/cryptography/waitlist/jonas/delete",
	} {
		assert.Contains(t, commands, action)
	}
}

func TestTheEventsOfARequestShareItsID(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	before := app.head()
	got := app.visitor().post("/courses/cryptography/subscriptions/ada/delete", "request", "first")
	require.Equal(t, http.StatusSeeOther, got.status)
	var events []dcb.Event
	for e, err := range app.store.Read(t.Context(), dcb.AllEvents(), dcb.ReadOptions{After: before}) {
		require.NoError(t, err)
		assert.Equal(t, got.header.Get("X-Request-Id"), e.CorrelationID)
		events = append(events, e)
	}
	require.Len(t, events, 3)
	assert.Equal(t, []string{"", events[0].ID, events[1].ID}, []string{events[0].CausationID, events[1].CausationID, events[2].CausationID})
}
