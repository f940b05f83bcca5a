package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A commandRoute is a form that is sent to the sample term, and its answer. In the sample,
// Cryptography and Formal Methods are full, History of Computing is empty, Human Factors is
// archived, and Ada has no seat in Compilers.
type commandRoute struct {
	name     string
	as       string // the student whom the visitor acts as
	path     string
	form     []string
	status   int
	location string // of a 303
	says     string // on the page that answers, or that a 303 leads to
}

func TestCommandsByTheirRoutes(t *testing.T) {
	t.Parallel()
	refusing := newApp(t) // a form that is not carried out changes nothing, so all of them share this
	for _, tests := range [][]commandRoute{courseRoutes, studentRoutes, seatRoutes, waitlistRoutes, sessionRoutes} {
		for _, test := range tests {
			t.Run(test.name, func(t *testing.T) {
				t.Parallel()
				if test.status == http.StatusSeeOther {
					test.isAnswered(t, newApp(t))
					return
				}
				test.isAnswered(t, refusing)
			})
		}
	}
}

func (test commandRoute) isAnswered(t *testing.T, app *app) {
	t.Helper()
	visitor := app.visitor()
	if test.as != "" {
		visitor = app.as(test.as)
	}
	before := app.head()

	got := visitor.post(test.path, test.form...)
	require.Equal(t, test.status, got.status, got)
	assert.Equal(t, test.location, got.location)
	if test.status != http.StatusSeeOther {
		assert.Equal(t, before, app.head(), "nothing was appended")
		assert.Contains(t, got.text(), test.says)
		return
	}
	page := visitor.get(got.location)
	assert.Equal(t, http.StatusOK, page.status)
	assert.Contains(t, page.text(), test.says)
	assert.NotContains(t, visitor.get(got.location).text(), "See the receipt", "a notice shows once")
}

var tooLong = strings.Repeat("x", 101) // for a title, or a name

var courseRoutes = []commandRoute{
	{name: "defines a course", path: "/courses", form: []string{"course", "go", "title", "Go", "capacity", "5"}, status: 303, location: "/courses/go", says: "On offer: Go has 5 seats."},
	{name: "makes a readable id", path: "/courses", form: []string{"title", "Zoë’s Café & Bar", "capacity", "5"}, status: 303, location: "/courses/zoes-cafe-bar"},
	{name: "makes an id that is free", path: "/courses", form: []string{"title", "Compilers", "capacity", "5"}, status: 303, location: "/courses/compilers-2"},
	{name: "refuses a course id that is taken", path: "/courses", form: []string{"course", "compilers", "title", "C", "capacity", "5"}, status: 409, says: "A course with this id exists already."},
	{name: "points out an invalid course id", path: "/courses", form: []string{"course", "a b", "title", "C", "capacity", "5"}, status: 422, says: "A course id is 1 to 64 letters"},
	{name: "points out a missing title", path: "/courses", form: []string{"capacity", "5"}, status: 422, says: "A title has 1 to 100 characters"},
	{name: "points out a long title", path: "/courses", form: []string{"title", tooLong, "capacity", "5"}, status: 422, says: "A title has 1 to 100 characters"},
	{name: "points out a capacity that is not a number", path: "/courses", form: []string{"title", "C", "capacity", "many"}, status: 422, says: "A whole number is needed here"},
	{name: "points out a capacity out of range", path: "/courses", form: []string{"title", "C", "capacity", "10001"}, status: 422, says: "A course has between 1 and 10,000 seats."},
	{name: "points out a capacity that overflows", path: "/courses", form: []string{"title", "C", "capacity", "99999999999999999999"}, status: 422, says: "A whole number is needed here"},

	{name: "changes a capacity", path: "/courses/compilers/capacity", form: []string{"capacity", "3"}, status: 303, location: "/courses/compilers", says: "Changed: Compilers has 3 seats now."},
	{name: "changes the capacity that the form showed", path: "/courses/compilers/capacity", form: []string{"capacity", "3", "seen", "16"}, status: 303, location: "/courses/compilers", says: "Changed: Compilers has 3 seats now."},
	{name: "asks before it changes another capacity than the form showed", path: "/courses/compilers/capacity", form: []string{"capacity", "4", "seen", "3"}, status: 409, says: "It has 16 seats now. Still “4”? Send it again."},
	{name: "says what the form has to have shown", path: "/courses/compilers/capacity", form: []string{"capacity", "4", "seen", "many"}, status: 422, says: "The field seen is the number of seats that the form showed."},
	{name: "refuses the same capacity", path: "/courses/compilers/capacity", form: []string{"capacity", "16"}, status: 409, says: "Refused: the course has this many seats already."},
	{name: "points out a new capacity out of range", path: "/courses/compilers/capacity", form: []string{"capacity", "0"}, status: 422, says: "A course has between 1 and 10,000 seats."},
	{name: "points out a new capacity that is not a number", path: "/courses/compilers/capacity", form: []string{"capacity", ""}, status: 422, says: "A whole number is needed here"},
	{name: "does not know the course whose capacity is to change", path: "/courses/nope/capacity", form: []string{"capacity", "3"}, status: 404, says: "There is no such course."},

	{name: "renames a course", path: "/courses/compilers/title", form: []string{"title", "Go & Compilers"}, status: 303, location: "/courses/compilers", says: "Renamed: the course is called Go & Compilers now."},
	{name: "asks before it changes another title than the form showed", path: "/courses/compilers/title", form: []string{"title", "Loops", "seen", "Knots"}, status: 409, says: "It is called “Compilers” now. Still “Loops”? Send it again."},
	{name: "refuses the same title", path: "/courses/compilers/title", form: []string{"title", " Compilers "}, status: 409, says: "Refused: the course has this title already."},
	{name: "refuses a title for what is archived", path: "/courses/human-factors/title", form: []string{"title", "Humans"}, status: 409, says: "Refused: the course is archived"},
	{name: "refuses an invalid title of an archived course like any other", path: "/courses/human-factors/title", form: []string{"title", ""}, status: 409, says: "Refused: the course is archived"},
	{name: "refuses an invalid capacity of an archived course like any other", path: "/courses/human-factors/capacity", form: []string{"capacity", "many"}, status: 409, says: "Refused: the course is archived"},
	{name: "points out a new title that is missing", path: "/courses/compilers/title", status: 422, says: "A title has 1 to 100 characters"},
	{name: "points out a new title that is too long", path: "/courses/compilers/title", form: []string{"title", tooLong}, status: 422, says: "A title has 1 to 100 characters"},
	{name: "does not know the course to rename", path: "/courses/nope/title", form: []string{"title", "Nope"}, status: 404, says: "There is no such course."},

	{name: "archives a course", path: "/courses/compilers/archive", status: 303, location: "/courses/compilers", says: "Archived: Compilers takes nobody any more."},
	{name: "says how many wait no longer for an archived course", path: "/courses/cryptography/archive", status: 303, location: "/courses/cryptography", says: "Archived: Cryptography takes nobody any more. 2 students wait no longer."},
	{name: "refuses to archive twice", path: "/courses/human-factors/archive", status: 409, says: "Refused: the course is archived already."},
	{name: "does not know the course to archive", path: "/courses/nope/archive", status: 404, says: "There is no such course."},
}

var studentRoutes = []commandRoute{
	{name: "registers a student", path: "/students", form: []string{"student", "zoe", "name", "Zoë"}, status: 303, location: "/students/zoe", says: "Registered: Zoë can take a seat now."},
	{name: "makes an id that does not reveal the name", path: "/students", form: []string{"name", "Łukasz Żak", "request", "first"}, status: 303, location: "/students/student-u6jxwzfy"},
	{name: "refuses a student id that is taken", path: "/students", form: []string{"student", "ada", "name", "Ada"}, status: 409, says: "A student with this id was registered already."},
	{name: "points out an invalid student id", path: "/students", form: []string{"student", "../ada", "name", "Ada"}, status: 422, says: "A student id is 1 to 64 letters"},
	{name: "points out a missing name", path: "/students", form: []string{"student", "zoe"}, status: 422, says: "A name has 1 to 100 characters"},

	{name: "renames a student", path: "/students/kofi/name", form: []string{"name", "Kofi Mensah"}, status: 303, location: "/students/kofi", says: "Renamed: the student is called Kofi Mensah now."},
	{name: "asks before it changes another name than the form showed", path: "/students/kofi/name", form: []string{"name", "K. Mensah", "seen", "Kofi M."}, status: 409, says: "The name is “Kofi” now. Still “K. Mensah”? Send it again."},
	{name: "refuses the same name", path: "/students/kofi/name", form: []string{"name", "Kofi"}, status: 409, says: "Refused: Kofi is called that already."},
	{name: "points out a new name that is missing", path: "/students/kofi/name", form: []string{"name", " "}, status: 422, says: "A name has 1 to 100 characters"},
	{name: "points out a new name that is too long", path: "/students/kofi/name", form: []string{"name", tooLong}, status: 422, says: "A name has 1 to 100 characters"},
	{name: "does not know the student to rename", path: "/students/nobody/name", form: []string{"name", "Nobody"}, status: 404, says: "There is no such student."},
}

var seatRoutes = []commandRoute{
	{name: "subscribes the student whom the visitor acts as", as: "ada", path: "/courses/compilers/subscriptions", status: 303, location: "/courses/compilers", says: "Seated: you have a seat in Compilers."},
	{name: "subscribes the student whom the form names", as: "ada", path: "/courses/compilers/subscriptions", form: []string{"student", "kofi"}, status: 303, location: "/courses/compilers", says: "Seated: Kofi has a seat in Compilers."},
	{name: "goes back to the page that has the form", as: "ada", path: "/courses/compilers/subscriptions", form: []string{"from", "/"}, status: 303, location: "/"},
	{name: "does not go to another site", as: "ada", path: "/courses/compilers/subscriptions", form: []string{"from", "//evil.example/courses/x"}, status: 303, location: "/courses/compilers"},
	{name: "asks for the student to subscribe", path: "/courses/compilers/subscriptions", status: 422, says: "First choose whom you act as"},
	{name: "refuses a seat in a full course", as: "omar", path: "/courses/cryptography/subscriptions", status: 409, says: "Refused: every seat in Cryptography is taken."},
	{name: "refuses a second seat", path: "/courses/compilers/subscriptions", form: []string{"student", "omar"}, status: 409, says: "Refused: Omar has a seat in Compilers already."},
	{name: "does not know the course", as: "ada", path: "/courses/nope/subscriptions", status: 404, says: "There is no such course."},
	{name: "does not know the student", path: "/courses/compilers/subscriptions", form: []string{"student", "nobody"}, status: 404, says: "There is no such student."},

	{name: "gives a seat back", path: "/courses/compilers/subscriptions/omar/delete", status: 303, location: "/courses/compilers", says: "Left: Omar has no seat in Compilers any more."},
	{name: "refuses to give back a seat that is not taken", path: "/courses/compilers/subscriptions/ada/delete", status: 409, says: "Refused: Ada has no seat in Compilers."},
	{name: "does not know the student to leave", path: "/courses/compilers/subscriptions/nobody/delete", status: 404, says: "There is no such student."},
	{name: "does not know the course to leave", path: "/courses/nope/subscriptions/ada/delete", status: 404, says: "There is no such course."},

	{name: "gives a freed seat to the student who has waited longest", path: "/courses/cryptography/subscriptions/ada/delete", status: 303, location: "/courses/cryptography", says: "Left: Ada has no seat in Cryptography any more. Jonas moved up from the waitlist."},
	{name: "gives new seats to the students who wait", path: "/courses/cryptography/capacity", form: []string{"capacity", "13"}, status: 303, location: "/courses/cryptography", says: "Changed: Cryptography has 13 seats now. Jonas and Amara moved up from the waitlist."},
	{name: "tells visitors that they moved up themselves", as: "jonas", path: "/courses/cryptography/capacity", form: []string{"capacity", "13"}, status: 303, location: "/courses/cryptography", says: "You and Amara moved up from the waitlist."},

	{name: "swaps a seat of the student whom the visitor acts as", as: "ada", path: "/courses/compilers/swaps", form: []string{"give", "cryptography"}, status: 303, location: "/courses/compilers", says: "Swapped: you have a seat in Compilers, and none in Cryptography any more. Jonas moved up from the waitlist."},
	{name: "swaps a seat of the student whom the form names", as: "ada", path: "/courses/compilers/swaps", form: []string{"student", "kofi", "give", "distributed-systems"}, status: 303, location: "/courses/compilers", says: "Swapped: Kofi has a seat in Compilers, and none in Distributed Systems any more."},
	{name: "asks for the course to give back", as: "ada", path: "/courses/compilers/swaps", status: 422, says: "Nothing was named to give back."},
	{name: "asks for the student who swaps", path: "/courses/compilers/swaps", form: []string{"give", "cryptography"}, status: 422, says: "First choose whom you act as"},
	{name: "refuses to swap for a seat in a full course", as: "omar", path: "/courses/cryptography/swaps", form: []string{"give", "compilers"}, status: 409, says: "Refused: every seat in Cryptography is taken."},
	{name: "refuses to swap a seat that is not taken", as: "ada", path: "/courses/compilers/swaps", form: []string{"give", "type-theory"}, status: 409, says: "Refused: you have no seat in Type Theory."},
	{name: "refuses to swap a seat for itself", as: "ada", path: "/courses/cryptography/swaps", form: []string{"give", "cryptography"}, status: 409, says: "Refused: a seat can be swapped only for one in another course."},
	{name: "does not know the course to give back", as: "ada", path: "/courses/compilers/swaps", form: []string{"give", "nope"}, status: 404, says: "There is no such course."},

	{name: "gives all seats of a student back", path: "/students/kofi/leave", status: 303, location: "/students/kofi", says: "Left: Kofi has no seat in Distributed Systems, Databases as Logs and Cryptography any more. Jonas moved up from the waitlist."},
	{name: "gives the places in line back, too", path: "/students/ines/leave", status: 303, location: "/students/ines", says: "waits no longer for Formal Methods."},
	{name: "does not know the student to leave altogether", path: "/students/nobody/leave", status: 404, says: "There is no such student."},
	{name: "gives the seats in archived courses back", path: "/students/aiko/leave-archived", status: 303, location: "/students/aiko", says: "Left: Aiko has no seat in Human Factors any more."},
	{name: "refuses to leave archived courses without one", path: "/students/ada/leave-archived", status: 409, says: "Refused: the student has no seat in an archived course."},
	{name: "does not know the student to leave archived courses", path: "/students/nobody/leave-archived", status: 404, says: "There is no such student."},

	{name: "refuses a seat in an archived course", as: "zola", path: "/courses/human-factors/subscriptions", status: 409, says: "Refused: the course is archived"},
	{name: "lets a student leave an archived course", path: "/courses/human-factors/subscriptions/aiko/delete", status: 303, location: "/courses/human-factors", says: "Left: Aiko has no seat in Human Factors any more."},
}

var waitlistRoutes = []commandRoute{
	{name: "puts the student whom the visitor acts as on the waitlist", as: "hugo", path: "/courses/cryptography/waitlist", status: 303, location: "/courses/cryptography", says: "On the waitlist: you are third in line for Cryptography."},
	{name: "puts the student whom the form names on the waitlist", as: "ada", path: "/courses/cryptography/waitlist", form: []string{"student", "hugo", "from", "/"}, status: 303, location: "/", says: "On the waitlist: Hugo is third in line for Cryptography."},
	{name: "asks for the student who is to wait", path: "/courses/cryptography/waitlist", status: 422, says: "First choose whom you act as"},
	{name: "refuses a place in line while there are seats", as: "ada", path: "/courses/compilers/waitlist", status: 409, says: "Refused: Compilers has a free seat, there is nothing to wait for. See the receipt Take the free seat"},
	{name: "refuses a place in line beside a seat", as: "ada", path: "/courses/cryptography/waitlist", status: 409, says: "Refused: you have a seat in Cryptography already."},
	{name: "refuses a second place in line", as: "jonas", path: "/courses/cryptography/waitlist", status: 409, says: "Refused: you are on the waitlist of Cryptography already."},
	{name: "refuses a place in line for an archived course", as: "zola", path: "/courses/human-factors/waitlist", status: 409, says: "Refused: the course is archived"},
	{name: "does not know the course to wait for", as: "ada", path: "/courses/nope/waitlist", status: 404, says: "There is no such course."},
	{name: "does not know the student who is to wait", path: "/courses/cryptography/waitlist", form: []string{"student", "nobody"}, status: 404, says: "There is no such student."},

	{name: "lets a student wait no longer", path: "/courses/cryptography/waitlist/amara/delete", form: []string{"from", "/students/amara"}, status: 303, location: "/students/amara", says: "Off the waitlist: Amara waits no longer for Cryptography."},
	{name: "lets the visitor wait no longer", as: "jonas", path: "/courses/cryptography/waitlist/jonas/delete", status: 303, location: "/courses/cryptography", says: "Off the waitlist: you wait no longer for Cryptography."},
	{name: "refuses to end a wait that has not begun", path: "/courses/compilers/waitlist/ada/delete", status: 409, says: "Refused: Ada is not on the waitlist of Compilers."},
	{name: "says that a student has a seat by now", as: "ada", path: "/courses/cryptography/waitlist/ada/delete", status: 409, says: "Refused: you have a seat in Cryptography now, and wait no longer. See the receipt Give the seat back"},
	{name: "speaks of a student by name to the registrar", as: "kofi", path: "/courses/cryptography/waitlist/ada/delete", status: 409, says: "Refused: Ada has a seat in Cryptography now, and waits no longer. See the receipt Give the seat back for Ada"},
	{name: "does not know the student to wait no longer", path: "/courses/cryptography/waitlist/nobody/delete", status: 404, says: "There is no such student."},
	{name: "does not know the course to wait no longer for", path: "/courses/nope/waitlist/ada/delete", status: 404, says: "There is no such course."},
}

var sessionRoutes = []commandRoute{
	{name: "acts as a student", path: "/session", form: []string{"student", "ada"}, status: 303, location: "/", says: "Acting as Ada"},
	{name: "does not act as an unknown student", path: "/session", form: []string{"student", "nobody"}, status: 404, says: "There is no such student."},
	{name: "acts as nobody again", as: "ada", path: "/session", form: []string{"student", ""}, status: 303, location: "/", says: "Act as a student"},
}
