package web_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
	"go-crablet/internal/effort"
)

func TestPages(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	visitor := app.as("ada")
	tests := []struct {
		path   string
		status int
		says   string
	}{
		{"/", 200, "Two take a seat at once."},
		{"/stage", 200, "One seat is left. Both want it."},
		{"/courses/compilers", 200, "15 of 16 seats"},
		{"/courses/nope", 404, "There is no such course."},
		{"/courses/%00", 404, "There is no such course."},
		{"/courses/compilers/class", 200, "Class list of Compilers"},
		{"/courses/nope/class", 404, "There is no such course."},
		{"/courses/nope/class.csv", 404, "There is no such course."},
		{"/robots.txt", 200, "Disallow"},
		{"/students", 200, "Choose a student to act as"},
		{"/students/kofi", 200, "events with the tag student_id:kofi"},
		{"/students/nobody", 404, "There is no such student."},
		{"/decisions", 200, "Decisions"},
		{"/decisions/nope", 404, "There is no such receipt"},
		{"/decisions/%00", 404, "There is no such receipt"},
		{"/define-course", 200, "Leave it empty to have one made of the title."},
		{"/register-student", 200, "in any script"},
		{"/imports", 200, "Paste lines from a spreadsheet"},
		{"/imports/nope", 404, "There is no such import"},
		{"/imports/%00", 404, "There is no such import"},
		{"/imports/nope/result", 404, "There is no such import"},
		{"/operator", 200, "webapp status prints the same"},
		{"/status", 200, "Nobody has decided anything in the last three minutes."},
		{"/workshop", 200, "An append says what it was decided from"},
		{"/workshop?at=3&green=1-2", 200, "2 of 13 steps are green. You are at step 3."},
		{"/workshop?green=14", 400, "The steps are 1 to 13"},
		{"/workshop/rooms/nope", 404, "There is no room with this code here."},
		{"/workshop/rooms/%00", 404, "There is no room with this code here."},
		{"/nowhere", 404, "There is no page at this address."},
		{"/healthz", 200, "ok"},
	}
	for _, test := range tests {
		got := visitor.get(test.path)
		assert.Equal(t, test.status, got.status, test.path)
		assert.Contains(t, got.text(), test.says, test.path)
	}
}

// Some people and some programs put a slash at the end of an address.
func TestASlashAtTheEndLeadsToThePage(t *testing.T) {
	t.Parallel()
	visitor := newApp(t).visitor()
	for asked, page := range map[string]string{
		"/courses/compilers/":         "/courses/compilers",
		"/courses/compilers/?as_of=9": "/courses/compilers?as_of=9",
		"/log/?type=a%20b&x=//y":      "/log?type=a%20b&x=//y",
		"/healthz/":                   "/healthz",
	} {
		for _, method := range []string{http.MethodGet, http.MethodHead} {
			got := visitor.send(method, asked, nil, nil)
			assert.Equal(t, http.StatusMovedPermanently, got.status, asked)
			assert.Equal(t, page, got.location, asked)
		}
	}
	for _, asked := range []string{"/nowhere/", "/courses/compilers/boundary/x/", "/courses/%2F%2Fevil.example/", "/%5Cevil.example/", "/evil.example%2F/"} {
		got := visitor.get(asked)
		assert.Equal(t, http.StatusNotFound, got.status, asked)
		assert.Empty(t, got.location, asked)
	}
	for _, asked := range []string{"//evil.example/", "///log/", "//log/", "/./log/", "/..//evil.example/"} {
		assert.Regexp(t, `^(/[^/\\]|$)`, visitor.get(asked).location, "%s stays on this site", asked)
	}
	assert.Equal(t, http.StatusNotFound, visitor.post("/courses/compilers/subscriptions/", "student", "ada").status, "a form is not sent on")
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
	require.Contains(t, page.text(), "Seated at the second attempt: you have a seat in History of Computing. Kofi took a seat in History of Computing while you were deciding. See the receipt")

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
	require.Contains(t, got.text(), "Refused: every seat in Compilers is taken. See the receipt")

	receipt := ada.get(receiptIn(t, got)).text()
	assert.Contains(t, receipt, "Attempt 1")
	assert.Contains(t, receipt, "Kofi took a seat in Compilers")
	assert.Contains(t, receipt, "Attempt 2")
	assert.Contains(t, receipt, "every seat in this course is taken")
}

func TestADecisionThatLosesEveryAttemptSaysSo(t *testing.T) {
	t.Parallel()
	effort.NotShort(t, "five seconds of waiting")
	app := newApp(t)
	ada := app.as("ada")
	seat := courses.SubscribeStudent{Student: "kofi", Course: "history-of-computing"}
	app.meanwhile = func(int) {
		if seat.Decide(t.Context(), app.store) != nil {
			assert.NoError(t, courses.UnsubscribeStudent(seat).Decide(t.Context(), app.store))
		}
	}
	got := ada.post("/courses/history-of-computing/subscriptions", "from", "/")
	require.Equal(t, http.StatusConflict, got.status)
	require.Contains(t, got.text(), "Somebody was faster")
	assert.Contains(t, ada.get(receiptIn(t, got)).text(), "64 attempts")
}
