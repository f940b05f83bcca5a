package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
)

// In the sample, Cryptography is full, Formal Methods too, History of Computing is
// empty, and Ada has no seat in Compilers.
func TestCommandsByTheirRoutes(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 101)
	tests := []struct {
		name     string
		as       string
		path     string
		form     []string
		status   int
		location string // of a 303
		says     string // on the page that answers, or that is gone to
	}{
		{name: "defines a course", path: "/courses", form: []string{"course", "go", "title", "Go", "capacity", "5"}, status: 303, location: "/courses/go", says: "On offer: Go has 5 seats."},
		{name: "makes a readable id", path: "/courses", form: []string{"title", "Zoë’s Café & Bar", "capacity", "5"}, status: 303, location: "/courses/zoes-cafe-bar"},
		{name: "makes an id that is free", path: "/courses", form: []string{"title", "Compilers", "capacity", "5"}, status: 303, location: "/courses/compilers-2"},
		{name: "refuses a course id that is taken", path: "/courses", form: []string{"course", "compilers", "title", "C", "capacity", "5"}, status: 409, says: "A course with this id exists already."},
		{name: "points out a course id that is none", path: "/courses", form: []string{"course", "a b", "title", "C", "capacity", "5"}, status: 422, says: "A course id is 1 to 64 letters"},
		{name: "points out a missing title", path: "/courses", form: []string{"capacity", "5"}, status: 422, says: "A title has 1 to 100 characters"},
		{name: "points out a long title", path: "/courses", form: []string{"title", long, "capacity", "5"}, status: 422, says: "A title has 1 to 100 characters"},
		{name: "points out a capacity that is no number", path: "/courses", form: []string{"title", "C", "capacity", "many"}, status: 422, says: "A whole number is needed here"},
		{name: "points out a capacity out of range", path: "/courses", form: []string{"title", "C", "capacity", "10001"}, status: 422, says: "A course has between 1 and 10,000 seats."},
		{name: "points out a capacity that no computer holds", path: "/courses", form: []string{"title", "C", "capacity", "99999999999999999999"}, status: 422, says: "A whole number is needed here"},

		{name: "changes a capacity", path: "/courses/compilers/capacity", form: []string{"capacity", "3"}, status: 303, location: "/courses/compilers", says: "Changed: Compilers has 3 seats now."},
		{name: "refuses the same capacity", path: "/courses/compilers/capacity", form: []string{"capacity", "16"}, status: 409, says: "Refused: the course has this many seats already."},
		{name: "points out a new capacity out of range", path: "/courses/compilers/capacity", form: []string{"capacity", "0"}, status: 422, says: "A course has between 1 and 10,000 seats."},
		{name: "points out a new capacity that is no number", path: "/courses/compilers/capacity", form: []string{"capacity", ""}, status: 422, says: "A whole number is needed here"},
		{name: "does not know the course whose capacity is to change", path: "/courses/nope/capacity", form: []string{"capacity", "3"}, status: 404, says: "There is no such course."},

		{name: "renames a course", path: "/courses/compilers/title", form: []string{"title", "Go & Compilers"}, status: 303, location: "/courses/compilers", says: "Renamed: the course is called Go & Compilers now."},
		{name: "refuses the same title", path: "/courses/compilers/title", form: []string{"title", " Compilers "}, status: 409, says: "Refused: the course has this title already."},
		{name: "refuses a title for what is archived", path: "/courses/human-factors/title", form: []string{"title", "Humans"}, status: 409, says: "Refused: the course is archived"},
		{name: "has nothing to correct in what is archived", path: "/courses/human-factors/title", form: []string{"title", ""}, status: 409, says: "Refused: the course is archived"},
		{name: "has no capacity to correct in what is archived", path: "/courses/human-factors/capacity", form: []string{"capacity", "many"}, status: 409, says: "Refused: the course is archived"},
		{name: "points out a new title that is missing", path: "/courses/compilers/title", status: 422, says: "A title has 1 to 100 characters"},
		{name: "points out a new title that is too long", path: "/courses/compilers/title", form: []string{"title", long}, status: 422, says: "A title has 1 to 100 characters"},
		{name: "does not know the course to rename", path: "/courses/nope/title", form: []string{"title", "Nope"}, status: 404, says: "There is no such course."},

		{name: "archives a course", path: "/courses/compilers/archive", status: 303, location: "/courses/compilers", says: "Archived: Compilers takes nobody any more."},
		{name: "says who waits no longer for what is archived", path: "/courses/cryptography/archive", status: 303, location: "/courses/cryptography", says: "Archived: Cryptography takes nobody any more. 2 students wait no longer."},
		{name: "refuses to archive twice", path: "/courses/human-factors/archive", status: 409, says: "Refused: the course is archived already."},
		{name: "does not know the course to archive", path: "/courses/nope/archive", status: 404, says: "There is no such course."},

		{name: "registers a student", path: "/students", form: []string{"student", "zoe", "name", "Zoë"}, status: 303, location: "/students/zoe", says: "Registered: Zoë can take a seat now."},
		{name: "makes an id that says nothing of a name", path: "/students", form: []string{"name", "Łukasz Żak", "request", "first"}, status: 303, location: "/students/student-u6jxwzfy"},
		{name: "refuses a student id that is taken", path: "/students", form: []string{"student", "ada", "name", "Ada"}, status: 409, says: "A student with this id was registered already."},
		{name: "points out a student id that is none", path: "/students", form: []string{"student", "../ada", "name", "Ada"}, status: 422, says: "A student id is 1 to 64 letters"},
		{name: "points out a missing name", path: "/students", form: []string{"student", "zoe"}, status: 422, says: "A name has 1 to 100 characters"},

		{name: "renames a student", path: "/students/kofi/name", form: []string{"name", "Kofi Mensah"}, status: 303, location: "/students/kofi", says: "Renamed: the student is called Kofi Mensah now."},
		{name: "refuses the same name", path: "/students/kofi/name", form: []string{"name", "Kofi"}, status: 409, says: "Refused: the student has this name already."},
		{name: "points out a new name that is missing", path: "/students/kofi/name", form: []string{"name", " "}, status: 422, says: "A name has 1 to 100 characters"},
		{name: "points out a new name that is too long", path: "/students/kofi/name", form: []string{"name", long}, status: 422, says: "A name has 1 to 100 characters"},
		{name: "does not know the student to rename", path: "/students/nobody/name", form: []string{"name", "Nobody"}, status: 404, says: "There is no such student."},

		{name: "subscribes who the visitor acts as", as: "ada", path: "/courses/compilers/subscriptions", status: 303, location: "/courses/compilers", says: "Seated: you have a seat in Compilers."},
		{name: "subscribes who the form names", as: "ada", path: "/courses/compilers/subscriptions", form: []string{"student", "kofi"}, status: 303, location: "/courses/compilers", says: "Seated: Kofi has a seat in Compilers."},
		{name: "goes back to the page that the form stands on", as: "ada", path: "/courses/compilers/subscriptions", form: []string{"from", "/"}, status: 303, location: "/"},
		{name: "does not go to another site", as: "ada", path: "/courses/compilers/subscriptions", form: []string{"from", "//evil.example/courses/x"}, status: 303, location: "/courses/compilers"},
		{name: "asks who is to be subscribed", path: "/courses/compilers/subscriptions", status: 422, says: "Choose whom you act as first"},
		{name: "refuses a seat in a full course", as: "omar", path: "/courses/cryptography/subscriptions", status: 409, says: "Refused: every seat in this course is taken."},
		{name: "refuses a second seat", path: "/courses/compilers/subscriptions", form: []string{"student", "omar"}, status: 409, says: "Refused: the student has a seat in this course already."},
		{name: "does not know the course", as: "ada", path: "/courses/nope/subscriptions", status: 404, says: "There is no such course."},
		{name: "does not know the student", path: "/courses/compilers/subscriptions", form: []string{"student", "nobody"}, status: 404, says: "There is no such student."},

		{name: "gives a seat back", path: "/courses/compilers/subscriptions/omar/delete", status: 303, location: "/courses/compilers", says: "Left: Omar has no seat in Compilers any more."},
		{name: "refuses to give back what is not taken", path: "/courses/compilers/subscriptions/ada/delete", status: 409, says: "Refused: the student has no seat in this course."},
		{name: "does not know the student to leave", path: "/courses/compilers/subscriptions/nobody/delete", status: 404, says: "There is no such student."},
		{name: "does not know the course to leave", path: "/courses/nope/subscriptions/ada/delete", status: 404, says: "There is no such course."},

		{name: "frees a seat for who waits longest", path: "/courses/cryptography/subscriptions/ada/delete", status: 303, location: "/courses/cryptography", says: "Left: Ada has no seat in Cryptography any more. Jonas moved up from the waitlist."},
		{name: "adds seats for those who wait", path: "/courses/cryptography/capacity", form: []string{"capacity", "13"}, status: 303, location: "/courses/cryptography", says: "Changed: Cryptography has 13 seats now. Jonas and Amara moved up from the waitlist."},
		{name: "tells visitors that they moved up themselves", as: "jonas", path: "/courses/cryptography/capacity", form: []string{"capacity", "13"}, status: 303, location: "/courses/cryptography", says: "You and Amara moved up from the waitlist."},

		{name: "puts who the visitor acts as on the waitlist", as: "hugo", path: "/courses/cryptography/waitlist", status: 303, location: "/courses/cryptography", says: "On the waitlist: you are third in line for Cryptography."},
		{name: "puts who the form names on the waitlist", as: "ada", path: "/courses/cryptography/waitlist", form: []string{"student", "hugo", "from", "/"}, status: 303, location: "/", says: "On the waitlist: Hugo is third in line for Cryptography."},
		{name: "asks who is to wait", path: "/courses/cryptography/waitlist", status: 422, says: "Choose whom you act as first"},
		{name: "refuses a place in line while there are seats", as: "ada", path: "/courses/compilers/waitlist", status: 409, says: "Refused: the course has a free seat"},
		{name: "refuses a place in line beside a seat", as: "ada", path: "/courses/cryptography/waitlist", status: 409, says: "Refused: the student has a seat in this course already."},
		{name: "refuses a second place in line", as: "jonas", path: "/courses/cryptography/waitlist", status: 409, says: "Refused: the student is on the waitlist of this course already."},
		{name: "refuses to line up for what is archived", as: "zola", path: "/courses/human-factors/waitlist", status: 409, says: "Refused: the course is archived"},
		{name: "does not know the course to wait for", as: "ada", path: "/courses/nope/waitlist", status: 404, says: "There is no such course."},
		{name: "does not know the student who is to wait", path: "/courses/cryptography/waitlist", form: []string{"student", "nobody"}, status: 404, says: "There is no such student."},

		{name: "lets a student wait no longer", path: "/courses/cryptography/waitlist/amara/delete", form: []string{"from", "/students/amara"}, status: 303, location: "/students/amara", says: "Off the waitlist: Amara waits no longer for Cryptography."},
		{name: "lets the visitor wait no longer", as: "jonas", path: "/courses/cryptography/waitlist/jonas/delete", status: 303, location: "/courses/cryptography", says: "Off the waitlist: you wait no longer for Cryptography."},
		{name: "refuses to end what has not begun", path: "/courses/cryptography/waitlist/ada/delete", status: 409, says: "Refused: the student is not on the waitlist of this course."},
		{name: "does not know the student to wait no longer", path: "/courses/cryptography/waitlist/nobody/delete", status: 404, says: "There is no such student."},
		{name: "does not know the course to wait no longer for", path: "/courses/nope/waitlist/ada/delete", status: 404, says: "There is no such course."},

		{name: "refuses a seat in what is archived", as: "zola", path: "/courses/human-factors/subscriptions", status: 409, says: "Refused: the course is archived"},
		{name: "lets who has a seat leave what is archived", path: "/courses/human-factors/subscriptions/aiko/delete", status: 303, location: "/courses/human-factors", says: "Left: Aiko has no seat in Human Factors any more."},

		{name: "acts as a student", path: "/session", form: []string{"student", "ada"}, status: 303, location: "/", says: "Acting as Ada"},
		{name: "does not act as a stranger", path: "/session", form: []string{"student", "nobody"}, status: 404, says: "There is no such student."},
		{name: "acts as nobody again", as: "ada", path: "/session", form: []string{"student", ""}, status: 303, location: "/", says: "Act as a student"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			app := newApp(t)
			visitor := app.visitor()
			if test.as != "" {
				visitor = app.as(test.as)
			}
			before := app.head()

			got := visitor.post(test.path, test.form...)
			require.Equal(t, test.status, got.status, got.text())
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
		})
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	visitor := app.as("ada")
	tests := []struct {
		path   string
		status int
		says   string
	}{
		{"/", 200, "A seat is decided from the log"},
		{"/courses/compilers", 200, "15 of 16 seats"},
		{"/courses/nope", 404, "There is no such course."},
		{"/courses/%00", 404, "There is no such course."},
		{"/students", 200, "Nobody signs in here"},
		{"/students/kofi", 200, "events with the tag student_id:kofi"},
		{"/students/nobody", 404, "There is no such student."},
		{"/decisions", 200, "Decisions"},
		{"/decisions/nope", 404, "There is no such receipt"},
		{"/decisions/%00", 404, "There is no such receipt"},
		{"/define-course", 200, "Leave it empty to have one made of the title."},
		{"/register-student", 200, "in any script"},
		{"/nowhere", 404, "There is no page at this address."},
		{"/healthz", 200, "ok"},
	}
	for _, test := range tests {
		got := visitor.get(test.path)
		assert.Equal(t, test.status, got.status, test.path)
		assert.Contains(t, got.text(), test.says, test.path)
	}
}

func TestAFormThatIsNotAcceptedKeepsWhatWasPutIn(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	got := app.visitor().post("/courses", "course", "go-1", "title", `Go & "friends" <script>`, "capacity", "many")
	require.Equal(t, http.StatusUnprocessableEntity, got.status)
	assert.Contains(t, got.body, `value="go-1"`)
	assert.Contains(t, got.body, `value="Go &amp; &#34;friends&#34; &lt;script&gt;"`)
	assert.Contains(t, got.body, `value="many"`)
	assert.Contains(t, got.body, `aria-describedby="capacity-error capacity-hint"`)

	got = app.visitor().post("/courses/compilers/capacity", "capacity", "-3")
	require.Equal(t, http.StatusUnprocessableEntity, got.status)
	assert.Contains(t, got.body, `value="-3"`)
}

func TestAConflictIsToldWithTheNameOfWhoCameFirst(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	app.meanwhile = func(attempt int) {
		if attempt == 1 {
			app.carryOut(courses.SubscribeStudent{Student: "kofi", Course: "history-of-computing"})
		}
	}
	got := ada.post("/courses/history-of-computing/subscriptions", "from", "/")
	require.Equal(t, http.StatusSeeOther, got.status)
	page := ada.get("/")
	require.Contains(t, page.text(), "Seated at the second attempt: Kofi took a seat in History of Computing while you were deciding. See the receipt")

	receipt := ada.get(receiptIn(t, page)).text()
	for _, said := range []string{
		"Ada subscribes to History of Computing", "Seated at attempt 2",
		"Attempt 1", "Kofi took a seat in History of Computing", "lost", "waited",
		"Attempt 2", "Read 1 new event", "The decision", "subscribe_student.go",
	} {
		assert.Contains(t, receipt, said)
	}
}

func TestARefusalAfterAConflictHasAReceiptOfBoth(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	app.meanwhile = func(attempt int) {
		if attempt == 1 {
			app.carryOut(courses.SubscribeStudent{Student: "kofi", Course: "compilers"})
		}
	}
	got := ada.post("/courses/compilers/subscriptions")
	require.Equal(t, http.StatusConflict, got.status)
	require.Contains(t, got.text(), "Refused: every seat in this course is taken. See the receipt")

	receipt := ada.get(receiptIn(t, got)).text()
	assert.Contains(t, receipt, "Attempt 1")
	assert.Contains(t, receipt, "Kofi took a seat in Compilers")
	assert.Contains(t, receipt, "Attempt 2")
	assert.Contains(t, receipt, "every seat in this course is taken")
}

func TestADecisionThatLosesEveryAttemptSaysSo(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	seat := courses.SubscribeStudent{Student: "kofi", Course: "history-of-computing"}
	app.meanwhile = func(int) {
		if seat.Decide(t.Context(), app.store) != nil {
			app.carryOut(courses.UnsubscribeStudent(seat))
		}
	}
	got := ada.post("/courses/history-of-computing/subscriptions", "from", "/")
	require.Equal(t, http.StatusConflict, got.status)
	require.Contains(t, got.text(), "Somebody was faster")
	assert.Contains(t, ada.get(receiptIn(t, got)).text(), "64 attempts")
}

// receiptIn returns the address of the receipt that a page links.
func receiptIn(t *testing.T, page answer) string {
	t.Helper()
	_, after, found := strings.Cut(page.body, `<a href="/decisions/`)
	require.True(t, found, "a link to a receipt")
	id, _, _ := strings.Cut(after, `"`)
	return "/decisions/" + id
}
