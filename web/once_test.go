package web_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/internal/effort"
	"go-crablet/receipt"
)

// A keyedForm is the form of a command that the sample term allows, and another form that asks
// for something else with the same key.
type keyedForm struct {
	path  string
	form  []string
	says  string
	other string   // the address of the other form, if it is not path
	more  []string // the fields of the other form, if its address is path

	happened string // how a repetition words what happened
	now      string // and what it says holds, while nothing else happened

	undo []command // what others do before the form is sent once more
	then string    // what holds after that

	sealed string // the id of a student with a sealed name, whom the form needs
}

var keyedForms = map[string]keyedForm{
	"DefineCourse": {
		path: "/courses", form: []string{"course", "knots", "title", "Knots", "capacity", "3"},
		says: "On offer: Knots has 3 seats.", more: []string{"course", "knots", "title", "Knots", "capacity", "4"},
		happened: "Knots was put on offer with 3 seats", now: "the course is called Knots and has 3 seats",
		undo: []command{courses.ChangeCapacity{Course: "knots", NewCapacity: 5}, courses.RenameCourse{Course: "knots", NewTitle: "Loops"}},
		then: "the course is called Loops and has 5 seats",
	},
	"DefineCourse, with a generated id": {
		path: "/courses", form: []string{"title", "Compilers!", "capacity", "3"},
		says: "On offer: Compilers! has 3 seats.", more: []string{"title", "Compilers II", "capacity", "3"},
		happened: "Compilers! was put on offer with 3 seats", now: "the course is called Compilers! and has 3 seats",
		undo: []command{courses.ArchiveCourse{Course: "compilers-2"}},
		then: "the course is called Compilers!, has 3 seats and is archived",
	},
	"RenameCourse": {
		path: "/courses/compilers/title", form: []string{"title", "Knots"},
		says: "Renamed: the course is called Knots now.", more: []string{"title", "Loops"},
		happened: "the course compilers was given the title Knots", now: "the course is called Knots and has 16 seats",
		undo: []command{courses.RenameCourse{Course: "compilers", NewTitle: "Compilers"}},
		then: "the course is called Compilers and has 16 seats",
	},
	"ChangeCapacity": {
		path: "/courses/cryptography/capacity", form: []string{"capacity", "12"},
		says: "Changed: Cryptography has 12 seats now. Jonas and Amara moved up from the waitlist.", more: []string{"capacity", "13"},
		happened: "Cryptography was set to 12 seats", now: "the course is called Cryptography and has 12 seats",
		undo: []command{courses.ChangeCapacity{Course: "cryptography", NewCapacity: 1}},
		then: "the course is called Cryptography and has 1 seat",
	},
	"ArchiveCourse": {
		path: "/courses/cryptography/archive",
		says: "Archived: Cryptography takes nobody any more. 2 students wait no longer.", other: "/courses/compilers/archive",
		happened: "Cryptography was archived", now: "the course is called Cryptography, has 10 seats and is archived",
		then: "the course is called Cryptography, has 10 seats and is archived",
	},
	"RegisterStudent": {
		path: "/students", form: []string{"student", "zoe", "name", "Zoë"},
		says: "Registered: Zoë can take a seat now.", more: []string{"student", "zoe", "name", "Zoe"},
		happened: "Zoë was registered", now: "the student is called Zoë",
		undo: []command{courses.RenameStudent{Student: "zoe", NewName: "Zoë L."}},
		then: "the student is called Zoë L.",
	},
	"RegisterStudent, with a generated id": {
		path: "/students", form: []string{"name", "Zoë"},
		says: "Registered: Zoë can take a seat now.", more: []string{"name", "Zoe"},
		happened: "Zoë was registered", now: "the student is called Zoë",
		undo: []command{courses.RenameStudent{Student: "student-u6jxwzfy", NewName: "Zoë L."}},
		then: "the student is called Zoë L.",
	},
	"RenameStudent": {
		path: "/students/kofi/name", form: []string{"name", "Kofi M."},
		says: "Renamed: the student is called Kofi M. now.", more: []string{"name", "Kofi N."},
		happened: "the student kofi was given the name Kofi M.", now: "the student is called Kofi M.",
		undo: []command{courses.RenameStudent{Student: "kofi", NewName: "Kofi"}},
		then: "the student is called Kofi",
	},
	"ForgetStudent": {
		path: "/students/sela/forget", sealed: "sela",
		says: "Forgotten: nobody can read any more what the student sela was called.", other: "/students/kofi/forget",
		happened: "the student sela was forgotten", now: "the student is forgotten",
		then: "the student is forgotten",
	},
	"SubscribeStudent": {
		path: "/courses/compilers/subscriptions",
		says: "Seated: you have a seat in Compilers.", other: "/courses/type-theory/subscriptions",
		happened: "you took a seat in Compilers", now: "you have a seat in Compilers",
		undo: []command{courses.UnsubscribeStudent{Student: "ada", Course: "compilers"}},
		then: "you have no seat in Compilers and do not wait for one",
	},
	"UnsubscribeStudent": {
		path: "/courses/cryptography/subscriptions/ada/delete",
		says: "Left: you have no seat in Cryptography any more. Jonas moved up from the waitlist.", other: "/courses/cryptography/subscriptions/kofi/delete",
		happened: "you left Cryptography", now: "you have no seat in Cryptography and do not wait for one",
		undo: []command{courses.ChangeCapacity{Course: "cryptography", NewCapacity: 90}, courses.SubscribeStudent{Student: "ada", Course: "cryptography"}},
		then: "you have a seat in Cryptography",
	},
	"SwapSeats": {
		path: "/courses/compilers/swaps", form: []string{"give", "cryptography"},
		says: "Swapped: you have a seat in Compilers, and none in Cryptography any more. Jonas moved up from the waitlist.", more: []string{"give", "distributed-systems"},
		happened: "you swapped a seat in Cryptography for one in Compilers",
		now:      "you have a seat in Compilers. You have no seat in Cryptography and do not wait for one",
		undo:     []command{courses.ChangeCapacity{Course: "cryptography", NewCapacity: 90}, courses.SwapSeats{Student: "ada", From: "compilers", To: "cryptography"}},
		then:     "you have a seat in Cryptography. You have no seat in Compilers and do not wait for one",
	},
	"LeaveAltogether": {
		path: "/students/ada/leave",
		says: "Left: you have no seat in Distributed Systems, Databases as Logs and Cryptography any more. Jonas moved up from the waitlist.", other: "/students/kofi/leave",
		happened: "you left Distributed Systems, Databases as Logs and Cryptography",
		now:      "you have no seat in Distributed Systems, Databases as Logs and Cryptography and do not wait for one",
		undo:     []command{courses.SubscribeStudent{Student: "ada", Course: "distributed-systems"}, courses.JoinWaitlist{Student: "ada", Course: "cryptography"}},
		then: "you have a seat in Distributed Systems. You are second in line for Cryptography. " +
			"You have no seat in Databases as Logs and do not wait for one",
	},
	"LeaveArchivedCourses": {
		path: "/students/aiko/leave-archived",
		says: "Left: Aiko has no seat in Human Factors any more.", other: "/students/ada/leave-archived",
		happened: "Aiko left Human Factors", now: "Aiko has no seat in Human Factors and does not wait for one",
		then: "Aiko has no seat in Human Factors and does not wait for one",
	},
	"JoinWaitlist": {
		path: "/courses/formal-methods/waitlist",
		says: "On the waitlist: you are second in line for Formal Methods.", other: "/courses/cryptography/waitlist",
		happened: "you joined the waitlist of Formal Methods", now: "you are second in line for Formal Methods",
		undo: []command{courses.ChangeCapacity{Course: "formal-methods", NewCapacity: 90}},
		then: "you have a seat in Formal Methods",
	},
	"LeaveWaitlist": {
		path: "/courses/cryptography/waitlist/jonas/delete",
		says: "Off the waitlist: Jonas waits no longer for Cryptography.", other: "/courses/cryptography/waitlist/amara/delete",
		happened: "Jonas left the waitlist of Cryptography", now: "Jonas has no seat in Cryptography and does not wait for one",
		undo: []command{courses.JoinWaitlist{Student: "jonas", Course: "cryptography"}},
		then: "Jonas is second in line for Cryptography",
	},
}

// when matches the time in a notice about a repetition.
const when = ` on \d{1,2} [A-Z][a-z]+ \d{4} at \d\d:\d\d:\d\d UTC\.`

// newApp starts the application with what the form needs.
func (test keyedForm) newApp(t *testing.T) *app {
	t.Helper()
	app := newApp(t)
	if test.sealed != "" {
		app.register(courses.StudentID(test.sealed), "Sela")
	}
	return app
}

func TestAFormThatIsSentAgainHasOneEffectAndSaysWhatHoldsNow(t *testing.T) {
	t.Parallel()
	for name, test := range keyedForms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app := test.newApp(t)
			ada := app.as("ada")
			form := append([]string{"request", "first"}, test.form...)
			first := ada.post(test.path, form...)
			require.Equal(t, http.StatusSeeOther, first.status, first)
			assert.Contains(t, ada.get(first.location).told(t), test.says)
			stored := app.head()

			repeats := func(now string) {
				t.Helper()
				again := ada.post(test.path, form...)
				require.Equal(t, http.StatusSeeOther, again.status, again)
				assert.Equal(t, first.location, again.location)
				assert.Regexp(t, "Carried out before: "+regexp.QuoteMeta(test.happened)+when+" Now "+regexp.QuoteMeta(now)+`\. See the receipt`, ada.get(again.location).told(t))
			}
			repeats(test.now)
			assert.Equal(t, stored, app.head(), "one effect")
			for _, cmd := range test.undo {
				app.carryOut(cmd)
			}
			stored = app.head()
			repeats(test.then)
			repeats(test.then)
			assert.Equal(t, stored, app.head(), "nothing is done again")

			other := ada.post(test.path, append([]string{"request", "first"}, test.more...)...)
			if test.other != "" {
				other = ada.post(test.other, "request", "first")
			}
			require.Equal(t, http.StatusConflict, other.status)
			assert.Contains(t, other.text(), "Refused: this form was sent before and asked for something else")
			assert.Equal(t, stored, app.head(), "the other form has no effect")
		})
	}
}

// While the form is decided here, somebody else takes the id that was free. The same form was
// faster in another process, and got the next free id there.
func TestARepeatedFormIsGivenTheGeneratedIDOfTheFirstTime(t *testing.T) {
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
	require.Equal(t, first.location, again.location, again)
	told := elsewhere.get(first.location).told(t)
	assert.Contains(t, told, "On offer: Knots has 3 seats.")
	repeated := here.get(again.location).told(t)
	assert.Regexp(t, "Carried out before: Knots was put on offer with 3 seats"+when+" Now the course is called Knots and has 3 seats.", repeated)
	assert.Equal(t, receiptNamed(told), receiptNamed(repeated), "the receipt of the first time")
	receipts, err := receipt.NewStore(app.pool).Latest(t.Context(), receipt.Filter{Races: true}, 9)
	require.NoError(t, err)
	assert.Len(t, receipts, 1, "an attempt with an id that was taken has no receipt of its own")
}

func TestARefusalIsNotRememberedForTheKey(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	zola := app.as("zola")
	const path = "/courses/formal-methods/subscriptions"
	require.Equal(t, http.StatusConflict, zola.post(path, "request", "first").status)
	app.carryOut(courses.ChangeCapacity{Course: "formal-methods", NewCapacity: 9})
	require.Equal(t, http.StatusSeeOther, zola.post(path, "request", "first").status)
	assert.Contains(t, zola.get("/").told(t), "Seated: you have a seat in Formal Methods.")
	require.Equal(t, http.StatusSeeOther, zola.post(path, "request", "first").status)
	assert.Regexp(t, "Carried out before: you took a seat in Formal Methods"+when, zola.get("/").told(t))
}

// The course has no page to answer with. The answer gives the same reason as the receipt.
func TestAUsedKeyIsTheReasonForACourseThatDoesNotExist(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	require.Equal(t, http.StatusSeeOther, ada.post("/courses/compilers/subscriptions", "request", "used").status)
	got := ada.post("/courses/nowhere/archive", "request", "used")
	require.Equal(t, http.StatusConflict, got.status)
	require.Contains(t, got.text(), "This form was sent before and asked for something else")
	path := regexp.MustCompile(`/decisions/[a-z0-9]+`).FindString(got.body)
	require.Contains(t, ada.get(path).text(), "this form was sent before and asked for something else")
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

func TestAnInvalidKeyIsPointedOut(t *testing.T) {
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

// The page that refuses a form because of its key shows what was typed again, with a new key.
func TestAFormWhoseKeyIsUsedCanBeSentWithANewKey(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for path, fields := range map[string][]string{
		"/courses":  {"title", "Loops", "capacity", "3"}, // formsIn types other titles and names
		"/students": {"name", "Zora"},
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

// The same form is sent many times to two processes on one database, and each of these requests
// is decided before the first one is stored. A thorough run sends it 50 times, a usual one 18 times.
func TestAFormThatIsSentManyTimesAtOnceHasOneEffectAndOtherwiseEqualAnswers(t *testing.T) {
	t.Parallel()
	for name, test := range keyedForms {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			times := 2 * effort.Times(9, 25)
			first := test.newApp(t)
			processes := []*app{first, first.another()}
			if test.sealed == "" { // whoever forgets a student locks the student's key before the decision
				decideAllBeforeTheFirstAppend(processes, times)
			}
			visitors := make([]visitor, times)
			for i := range visitors {
				visitors[i] = processes[i%len(processes)].as("ada")
			}
			before := first.head()

			answers := test.sentAtOnce(visitors)
			done, repeated := notices(t, visitors, answers)
			require.Len(t, done, 1, "one request carried it out")
			assert.Contains(t, done[0], strings.Split(test.says, ":")[0])
			require.Len(t, repeated, times-1)
			repeated = slices.Compact(repeated)
			require.Len(t, repeated, 1, "all other requests are answered alike")
			assert.Regexp(t, regexp.QuoteMeta(test.happened)+when+" Now "+regexp.QuoteMeta(test.now)+`\.`, repeated[0])
			assert.Equal(t, receiptNamed(done[0]), receiptNamed(repeated[0]))
			first.requireOneDecisionAfter(before)
		})
	}
}

// decideAllBeforeTheFirstAppend makes that many first attempts, the same number in each process,
// wait before the append until all of them are decided.
func decideAllBeforeTheFirstAppend(processes []*app, attempts int) {
	var allDecided sync.WaitGroup
	allDecided.Add(attempts)
	for _, process := range processes {
		var mu sync.Mutex
		left := attempts / len(processes)
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
}

// sentAtOnce sends the form with one key for all visitors, and returns the answer to each.
func (test keyedForm) sentAtOnce(visitors []visitor) []answer {
	answers := make([]answer, len(visitors))
	var answered sync.WaitGroup
	for i, v := range visitors {
		answered.Go(func() {
			answers[i] = v.post(test.path, append([]string{"request", "first"}, test.form...)...)
		})
	}
	answered.Wait()
	return answers
}

// notices returns what the visitors are told on the page that all answers lead to: that the form
// was carried out, or that it had been carried out before.
func notices(t *testing.T, visitors []visitor, answers []answer) (done, repeated []string) {
	t.Helper()
	for i, v := range visitors {
		require.Equal(t, http.StatusSeeOther, answers[i].status, answers[i])
		require.Equal(t, answers[0].location, answers[i].location)
		if told := v.get(answers[i].location).told(t); strings.HasPrefix(told, "Carried out before:") {
			repeated = append(repeated, told)
		} else {
			done = append(done, told)
		}
	}
	return done, repeated
}

// requireOneDecisionAfter requires that the log has the events of one decision after a position,
// and that this decision has the only receipt.
func (a *app) requireOneDecisionAfter(position int64) {
	a.t.Helper()
	asked := 0
	for e, err := range a.store.Read(a.t.Context(), dcb.AllEvents(), dcb.ReadOptions{After: position}) {
		require.NoError(a.t, err)
		require.Contains(a.t, e.Tags, dcb.Tag("request:first"))
		if slices.ContainsFunc(e.Tags, courses.IsAsked) {
			asked++
		}
	}
	assert.Equal(a.t, 1, asked, "the first event of one decision says what was asked for")
	receipts, err := receipt.NewStore(a.pool).Latest(a.t.Context(), receipt.Filter{Races: true}, 50)
	require.NoError(a.t, err)
	assert.Len(a.t, receipts, 1, "the decision has one receipt")
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
				if f.action == "/session" || f.action == "/session/mode" || f.action == "/tour" {
					continue // these have the same effect however often they are sent
				}
				at := slices.Index(f.fields, "request")
				require.GreaterOrEqual(t, at, 0, "the form to %s on %s", f.action, page)
				key := f.fields[at+1]
				require.True(t, courses.RequestID(key).Valid(), key)
				require.GreaterOrEqual(t, len(key), 32, "a key that is never used twice")
				require.NotContains(t, keys, key, "the form to %s on %s has the key of the form to %s", f.action, page, keys[key])
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
