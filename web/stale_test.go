package web_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"go-crablet/dcb/sealed"
	"go-crablet/domain/courses"
	"go-crablet/web/site"
)

// A page that was opened before something changed, and its forms after that.

func TestAStaleFormOverwritesNothing(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		page, button, field, typed string
		meanwhile                  command
		asks, says                 string
	}{
		"a capacity": {
			"/courses/compilers", "Change capacity", "capacity", "4",
			courses.ChangeCapacity{Course: "compilers", NewCapacity: 40},
			"It has 40 seats now. Still “4”? Send it again.", "Changed: Compilers has 4 seats now.",
		},
		"a title": {
			"/courses/compilers", "Change title", "title", "Loops",
			courses.RenameCourse{Course: "compilers", NewTitle: "Knots"},
			"It is called “Knots” now. Still “Loops”? Send it again.", "Renamed: the course is called Loops now.",
		},
		"a name": {
			"/students/kofi", "Change name", "name", "K. Mensah",
			courses.RenameStudent{Student: "kofi", NewName: "Kofi M."},
			"The name is “Kofi M.” now. Still “K. Mensah”? Send it again.", "Renamed: the student is called K. Mensah now.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			app := newApp(t)
			registrar := app.visitor()
			page := registrar.get(test.page)
			app.carryOut(test.meanwhile)
			before := app.head()
			got := registrar.press(page, test.button, test.field, test.typed)
			require.Equal(t, http.StatusConflict, got.status)
			require.Contains(t, got.text(), test.asks)
			require.Contains(t, got.body, `value="`+test.typed+`"`, "what was typed is kept")
			require.Equal(t, before, app.head(), "nothing changed")

			require.Equal(t, http.StatusSeeOther, registrar.press(got, test.button, test.field, test.typed).status, "one press goes on")
			require.Contains(t, registrar.get(test.page).text(), test.says)
		})
	}
}

// The name is sealed, and the form shows it in plain text.
func TestAStaleFormOverwritesNoSealedName(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	app.register("sela", "Sela")
	one, other := app.visitor(), app.visitor()
	page := one.get("/students/sela")
	require.Equal(t, http.StatusSeeOther, other.press(other.get("/students/sela"), "Change name", "name", "Sela K.").status)
	got := one.press(page, "Change name", "name", "Sela B.")
	require.Equal(t, http.StatusConflict, got.status)
	require.Contains(t, got.text(), "The name is “Sela K.” now. Still “Sela B.”?")
	require.Equal(t, http.StatusSeeOther, one.press(got, "Change name", "name", "Sela B.").status)
}

// The page of a forgotten student has no form that could say what is wrong.
func TestAForgottenStudentIsNotRenamed(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	app.register("sela", "Sela")
	registrar := app.visitor()
	page := registrar.get("/students/sela")
	require.Equal(t, http.StatusSeeOther, registrar.post("/students/sela/forget").status)
	for _, name := range []string{" ", "Sela K."} {
		got := registrar.press(page, "Change name", "name", name)
		require.Equal(t, http.StatusNotFound, got.status)
		require.Contains(t, got.text(), "There is no such student.")
	}
}

// The other change is stored between the decision and its append: the boundary has what was seen.
func TestAChangeBetweenDecisionAndAppendIsNotOverwritten(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	registrar := app.visitor()
	page := registrar.get("/courses/compilers")
	between(app, func() { app.carryOut(courses.ChangeCapacity{Course: "compilers", NewCapacity: 40}) })
	got := registrar.press(page, "Change capacity", "capacity", "4")
	require.Equal(t, http.StatusConflict, got.status)
	require.Contains(t, got.text(), "It has 40 seats now. Still “4”?")
	require.Contains(t, registrar.get("/courses/compilers").text(), "of 40 seats")
}

// A button does what it said on the page, and the answer offers what it would say now.
func TestAStaleButtonDoesNothingElse(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	hugo := app.as("hugo")
	open := hugo.get("/courses/typography-for-engineers") // one seat is left
	app.carryOut(courses.SubscribeStudent{Student: "zola", Course: "typography-for-engineers"})
	got := hugo.press(open, "Subscribe")
	require.Equal(t, http.StatusConflict, got.status)
	require.Contains(t, got.text(), "Refused: every seat in Typography for Engineers is taken.")
	full := hugo.get("/courses/typography-for-engineers")
	require.Equal(t, http.StatusSeeOther, hugo.press(got, "Join the waitlist instead").status)
	require.Contains(t, hugo.get("/courses/typography-for-engineers").text(), "On the waitlist: you are first in line")
	waiting := hugo.get("/courses/typography-for-engineers")

	app.carryOut(courses.LeaveWaitlist{Student: "hugo", Course: "typography-for-engineers"})
	app.carryOut(courses.UnsubscribeStudent{Student: "zola", Course: "typography-for-engineers"})
	got = hugo.press(full, "Join the waitlist")
	require.Contains(t, got.text(), "Refused: Typography for Engineers has a free seat")
	require.Equal(t, http.StatusSeeOther, hugo.press(got, "Take the free seat").status)

	got = hugo.press(waiting, "Leave the waitlist")
	require.Equal(t, http.StatusConflict, got.status)
	require.Contains(t, got.text(), "Refused: you have a seat in Typography for Engineers now, and wait no longer.")
	require.Equal(t, http.StatusSeeOther, hugo.press(got, "Give the seat back").status)
	require.Contains(t, hugo.get("/courses/typography-for-engineers").text(), "Left: you have no seat")
}

// The registrar chose a student on a page that had a free seat.
func TestAStaleChoiceIsOfferedForTheSameStudent(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	registrar := app.visitor()
	page := registrar.get("/courses/typography-for-engineers")
	app.carryOut(courses.SubscribeStudent{Student: "zola", Course: "typography-for-engineers"})
	got := registrar.press(page, "Subscribe this student", "student", "hugo")
	require.Contains(t, got.text(), "Refused: every seat in Typography for Engineers is taken. See the receipt Join the waitlist instead for Hugo")
	require.Equal(t, http.StatusSeeOther, registrar.press(got, "Join the waitlist instead for Hugo").status)
	require.Contains(t, registrar.get("/courses/typography-for-engineers").text(), "On the waitlist: Hugo is first in line")
}

// Whoever works through a list comes back to its part, its search and its next row.
func TestAnActionInAListLeadsBackToItsPlace(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for i := range 6 { // 22 have a seat there, and a page shows 25
		id := courses.StudentID(fmt.Sprintf("sam-%d", i))
		app.carryOut(courses.RegisterStudent{Student: id, Name: "Sam"})
		app.carryOut(courses.SubscribeStudent{Student: id, Course: "databases-as-logs"})
	}
	registrar := app.visitor()
	part := regexp.MustCompile(`rel="next" href="([^"#]*)`).FindStringSubmatch(registrar.get("/courses/databases-as-logs").body)[1]
	remove := func(student string) answer {
		page := registrar.get(part)
		form := regexp.MustCompile(`(?s)<form[^>]*action="/courses/databases-as-logs/subscriptions/` + student + `/delete">.*?</form>`).FindString(page.body)
		require.NotEmpty(t, form, page)
		return registrar.press(answer{body: form}, "Remove")
	}
	require.Equal(t, part+"#leave-sam-5", remove("sam-4").location, "the next row")
	require.Equal(t, part+"#leave-sam-3", remove("sam-5").location, "the row before the last one")
	require.Equal(t, part, remove("sam-3").location, "no row is left")

	ada := app.as("ada")
	got := ada.press(ada.get("/?find=history"), "Subscribe")
	require.Equal(t, "/?find=history#act-history-of-computing", got.location, "the row that stays")
}

// The answer to a form that was refused shows the part of the list that the form came from.
func TestARefusalShowsThePartOfTheListThatItCameFrom(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	page := ada.get("/?find=history")
	app.carryOut(courses.SubscribeStudent{Student: "ada", Course: "history-of-computing"})
	got := ada.press(page, "Subscribe")
	require.Equal(t, http.StatusConflict, got.status)
	require.Contains(t, got.text(), "Refused: you have a seat in History of Computing already.")
	require.Equal(t, 1, strings.Count(got.body, `class="card"`), "courses that were searched for")
	require.Equal(t, "/?find=history#act-history-of-computing", ada.press(got, "Leave").location)
}

// Whoever gives a new course or a new student a name that is taken is asked once.
func TestTheSameNameOnceMoreIsAskedAbout(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for i := range 2 * site.MostToChoose { // a search for "Mo" finds all of these
		app.carryOut(courses.RegisterStudent{Student: courses.StudentID(fmt.Sprint("moritz-", i)), Name: "Moritz"})
	}
	app.carryOut(courses.RegisterStudent{Student: "mo", Name: "Mo"})
	for _, test := range []struct{ page, button, field, typed, another, id, says string }{
		{"/register-student", "Register the student", "name", "mö", "Noor", "mo", " can take a seat now."},
		{"/define-course", "Define the course", "title", "compilers", "Cryptography", "compilers", "On offer: compilers (compilers-2) has 20 seats."},
		{"/register-student", "Register the student", "name", "Adá", "Kofi", "ada", " can take a seat now."},
	} {
		registrar := app.visitor()
		before := app.head()
		page := registrar.get(test.page)
		got := registrar.press(page, test.button, test.field, test.another, "capacity", "20")
		require.Equal(t, http.StatusConflict, got.status)
		got = registrar.press(got, test.button, test.field, test.typed, "capacity", "20")
		require.Equal(t, http.StatusConflict, got.status, "another one is asked about, too")
		require.Contains(t, got.text(), test.id+" is called that already. Is yours another one?")
		require.Equal(t, before, app.head())
		sent := registrar.press(got, test.button, test.field, test.typed, "capacity", "20")
		require.Equal(t, http.StatusSeeOther, sent.status, "one press goes on")
		require.Contains(t, registrar.get(sent.location).text(), test.says)

		again := registrar.press(page, test.button, test.field, test.typed+" again", "capacity", "20")
		require.Equal(t, http.StatusSeeOther, again.status)
		again = registrar.press(page, test.button, test.field, test.typed+" again", "capacity", "20")
		require.Contains(t, registrar.get(again.location).text(), "Carried out before", "it is not asked about itself")
	}
}

// A seat that was won after a conflict is told as one that was won at once.
func TestAnAnswerAfterAConflictSaysAll(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	between(app, func() { app.carryOut(courses.JoinWaitlist{Student: "zola", Course: "cryptography"}) })
	hugo := app.as("hugo")
	require.Equal(t, http.StatusSeeOther, hugo.post("/courses/cryptography/waitlist").status)
	require.Contains(t, hugo.get("/courses/cryptography").text(), "On the waitlist at the second attempt: you are fourth in line for Cryptography. "+
		"Zola joined the waitlist of Cryptography while you were deciding.")
}

func TestAnAnswerNamesTenWhoMovedUp(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for i := range 14 {
		id := courses.StudentID(fmt.Sprintf("s%02d", i))
		app.carryOut(courses.RegisterStudent{Student: id, Name: "Sam " + sealed.Text(id)})
		app.carryOut(courses.JoinWaitlist{Student: id, Course: "cryptography"})
	}
	last := app.as("s13")
	require.Equal(t, http.StatusSeeOther, last.post("/courses/cryptography/capacity", "capacity", "99").status)
	page := last.get("/courses/cryptography").text()
	require.Contains(t, page, "You, Jonas, Amara, Sam s00, Sam s01, Sam s02, Sam s03, Sam s04, Sam s05, Sam s06 and 6 more moved up from the waitlist.")
}

// Hana waits for both of the courses that are left.
func TestAnAnswerNamesOnceWhoGotTwoSeats(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	app.carryOut(courses.RegisterStudent{Student: "thea", Name: "Thea"})
	for _, id := range []courses.CourseID{"braids", "links"} {
		app.carryOut(courses.DefineCourse{Course: id, Title: "Topology", Capacity: 1})
		app.carryOut(courses.SubscribeStudent{Student: "thea", Course: id})
		app.carryOut(courses.JoinWaitlist{Student: "hana", Course: id})
	}
	hana := app.as("hana")
	require.Equal(t, http.StatusSeeOther, hana.post("/students/thea/leave").status)
	require.Contains(t, hana.get("/students/thea").text(), "any more. You moved up from the waitlist.")
	require.Contains(t, hana.get("/decisions/"+app.receipts()[0].ID).text(), "No rule said no, Hana moved up from the waitlist")
}
