package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
)

var aMeeting = regexp.MustCompile(`(?s)<p class="meetings__does">([^<]*)</p>`)

// meetings returns what the page says would conflict, and what would not.
func (a answer) meetings(t *testing.T) (conflicts, passes []string) {
	t.Helper()
	_, after, found := strings.Cut(a.body, `id="conflicts"`)
	require.True(t, found)
	inside, outside, found := strings.Cut(after, `id="passes"`)
	require.True(t, found)
	for _, m := range aMeeting.FindAllStringSubmatch(inside, -1) {
		conflicts = append(conflicts, m[1])
	}
	for _, m := range aMeeting.FindAllStringSubmatch(outside, -1) {
		passes = append(passes, m[1])
	}
	return conflicts, passes
}

// Commands that the lens names while Ada looks at the boundary of a seat in Compilers.
const (
	kofiSubscribes     = "Kofi takes a seat in Compilers"
	lenaLeaves         = "Lena leaves Compilers"
	adaSubscribes      = "Ada takes a seat in Type Theory"
	adaLeaves          = "Ada leaves Distributed Systems"
	moreSeats          = "The registrar gives Compilers 17 seats"
	compilersArchived  = "The registrar archives Compilers"
	kofiElsewhere      = "Kofi takes a seat in Type Theory"
	anotherTitle       = "The registrar gives Compilers another title"
	anotherName        = "Ada gets another name"
	typeTheoryArchived = "The registrar archives Type Theory"
)

// A drawing is one way to draw the boundary, and what the page says about it.
type drawing struct {
	by, inside, items string
	conflicts, passes []string
	says              []string
	falsely, missed   int // conflicts that need not be, and conflicts that are not noticed
}

var drawings = []drawing{
	{
		by: "", inside: "20 events are inside the boundary, of 185 in the log.", items: "The query, 3 items",
		conflicts: []string{kofiSubscribes, lenaLeaves, adaSubscribes, adaLeaves, moreSeats, compilersArchived},
		passes:    []string{kofiElsewhere, anotherTitle, anotherName, typeTheoryArchived},
		says: []string{
			"Compilers: definition, archiving, waiting begun, waiting ended, capacity changes, seats taken and seats given back",
			"Inside: the boundary looks at seats taken of Compilers.",
			"Inside: the boundary looks at seats taken of Ada.",
			"Outside: the boundary looks at Compilers, and not at its title changes.",
			"Outside: the boundary does not look at Kofi or Type Theory.",
			"Exact: whatever changes an answer is inside, and nothing else.",
		},
	},
	{
		by: "tag", inside: "20 events are inside the boundary, of 185 in the log.", items: "The query, 3 items",
		falsely:   2,
		conflicts: []string{kofiSubscribes, lenaLeaves, adaSubscribes, adaLeaves, moreSeats, compilersArchived, anotherTitle, anotherName},
		passes:    []string{kofiElsewhere, typeTheoryArchived},
		says: []string{
			"Compilers: every event", "Ada: every event",
			"Inside: the boundary looks at whatever happens to Ada.",
			"Too large: nothing is missed, and a new title is a conflict.",
		},
	},
	{
		by: "stream", inside: "16 events are inside the boundary, of 185 in the log.", items: "The query, 1 item",
		falsely: 1, missed: 2,
		conflicts: []string{kofiSubscribes, lenaLeaves, moreSeats, compilersArchived, anotherTitle},
		passes:    []string{adaSubscribes, adaLeaves, kofiElsewhere, anotherName, typeTheoryArchived},
		says: []string{
			"Compilers: every event",
			"Outside: the boundary does not look at Ada or Type Theory.",
			"the limit of 10 courses can be broken",
		},
	},
}

func TestTheLensUnderEachDrawing(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	for _, tt := range drawings {
		t.Run("drawn "+tt.by, func(t *testing.T) { tt.isShownTo(t, ada) })
	}
	assert.Equal(t, int64(185), app.head(), "nothing was appended")
	assert.Contains(t, ada.get("/decisions").text(), "Nothing was decided yet.", "no receipt is kept")
}

func (tt drawing) isShownTo(t *testing.T, v visitor) {
	path := "/courses/compilers/boundary"
	if tt.by != "" {
		path += "?by=" + tt.by
	}
	page := v.get(path)
	require.Equal(t, http.StatusOK, page.status)
	text := page.text()
	assert.Contains(t, text, tt.inside)
	assert.Contains(t, text, tt.items)
	assert.Contains(t, text, "Not appended yet: Ada took a seat in Compilers. StudentSubscribedToCourse student_id:ada course_id:compilers subscribed")
	conflicts, passes := page.meetings(t)
	assert.Equal(t, tt.conflicts, conflicts)
	assert.Equal(t, tt.passes, passes)
	for _, says := range tt.says {
		assert.Contains(t, text, says)
	}
	assert.Contains(t, text, "You would get seat 16 of 16. 15 of 16 seats are taken, and 3 of 10 courses. That would be stored, unless something gets inside the boundary after 185.")
	assert.Contains(t, text, "You would conflict with", "every drawing shows what the real decision would conflict with")
	assert.Equal(t, tt.falsely, strings.Count(text, "A false conflict: "))
	assert.Equal(t, tt.missed, strings.Count(text, "Missed: your append"))
	assert.Equal(t, 1, strings.Count(page.body, `aria-current="true"`), "one drawing is the current one")
}

// The page shows each item of the query that the decision of its form then has, with the key of
// the request.
func TestTheLensShowsTheBoundaryThatTheDecisionThenHas(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	page := ada.get("/courses/compilers/boundary?student=kofi")
	before := page.part(t, `<ol class="query__items">`, `</ol>`)
	knew := page.part(t, `<caption>What the decision knew</caption>`, `</table>`)
	send := formsIn(page.body)[1]
	require.Equal(t, "/courses/compilers/subscriptions", send.action)
	require.Contains(t, before, "request:"+send.fields[1])

	sent := ada.post(send.action, send.fields...)
	require.Equal(t, http.StatusSeeOther, sent.status, sent.text())
	require.Equal(t, "/courses/compilers", sent.location)
	course := ada.get(sent.location)
	require.Contains(t, course.text(), "Seated: Kofi has a seat in Compilers.")
	kept := ada.get(receiptIn(t, course))
	assert.Equal(t, before, kept.part(t, `<ol class="query__items">`, `</ol>`))
	assert.Equal(t, knew, kept.part(t, `<caption>What the decision knew</caption>`, `</table>`))

	again := ada.get("/courses/compilers/boundary?student=kofi").text()
	assert.Contains(t, again, "Refused: the student has a seat in this course already.")
}

func TestTheLensSaysWhatARuleWouldSay(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for _, id := range []courses.CourseID{"a", "b", "c", "d", "e", "f", "g"} {
		app.carryOut(courses.DefineCourse{Course: id, Title: "Another", Capacity: 3})
		app.carryOut(courses.SubscribeStudent{Student: "ada", Course: id})
	}
	tests := []struct{ course, student, says string }{
		{"compilers", "kofi", "Kofi would get seat 16 of 16."},
		{"history-of-computing", "kofi", "Kofi would get seat 1 of 25."},
		{"formal-methods", "kofi", "Refused: every seat in this course is taken."},
		{"cryptography", "kofi", "Refused: the student has a seat in this course already."},
		{"human-factors", "zola", "Refused: the course is archived: it changes no more and takes nobody."},
		{"compilers", "ada", "Refused: a student takes at most 10 courses at once."},
	}
	for _, tt := range tests {
		page := app.as("ada").get("/courses/" + tt.course + "/boundary?student=" + tt.student)
		require.Equal(t, http.StatusOK, page.status)
		assert.Contains(t, page.text(), tt.says)
		refused := strings.HasPrefix(tt.says, "Refused")
		assert.Equal(t, refused, strings.Contains(page.text(), "A refusal appends nothing, so nobody can conflict with it"), tt.says)
		assert.Contains(t, page.body, `action="/courses/`+tt.course+`/subscriptions"`, "the form can be sent although it would be refused, and leaves a receipt then")
		assert.Equal(t, refused, strings.Contains(page.text(), "Would get inside"), tt.says)
	}
}

func TestTheLensRefusesParametersThatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	const lens = "/courses/compilers/boundary"
	tests := []struct {
		path   string
		status int
		says   string
	}{
		{lens + "?by=heart", 400, "It is by type-and-tag, tag or stream."},
		{lens + "?by=tag&by=stream", 400, "The address has by in it more than once"},
		{lens + "?student=ada&student=kofi", 400, "The address has student in it more than once"},
		{lens + "?student=nobody", 404, "There is no such student."},
		{lens + "?student=%00", 404, "There is no such student."},
		{lens + "?student=" + strings.Repeat("a", 5000), 404, "There is no such student."},
		{"/courses/nope/boundary", 404, "There is no such course."},
		{"/courses/%00/boundary?student=ada", 404, "There is no such course."},
		{"/students/nobody/boundary", 404, "There is no such student."},
		{"/students/ada/boundary?course=nope", 404, "There is no such course."},
		{"/students/ada/boundary?course=..%2Fadmin", 404, "There is no such course."},
		{"/students/ada/boundary?course=a&course=b", 400, "The address has course in it more than once"},
		{lens + "?student=&by=", 200, "You would get seat 16 of 16."},
		{lens + "?find=" + strings.Repeat("x", 5000), 200, "You would get seat 16 of 16."},
	}
	for _, tt := range tests {
		got := ada.get(tt.path)
		assert.Equal(t, tt.status, got.status, "%.60s", tt.path)
		assert.Contains(t, got.text(), tt.says, "%.60s", tt.path)
	}
}

func TestTheLensAsksWhoseSubscriptionItIs(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	nobody := app.visitor()
	const lens = "/courses/compilers/boundary"
	require.Contains(t, nobody.get("/courses/compilers").body, `href="`+lens+`"`)
	page := nobody.get(lens)
	assert.Contains(t, page.text(), "whose subscription is it?")
	assert.Contains(t, page.body, `<option value="kofi">Kofi</option>`)
	assert.NotContains(t, page.body, `<option value="wanda"`, "of thirty students the first twenty-five")
	assert.Contains(t, nobody.get(lens+"?find=wand").body, `<option value="wanda">Wanda</option>`)
	assert.Contains(t, nobody.get(lens+"?find=zzz").text(), "Nobody has “zzz” in their name or id.")

	kofi := nobody.get(lens + "?student=kofi&by=stream")
	assert.Contains(t, kofi.text(), "Kofi would get seat 16 of 16.")
	assert.Contains(t, kofi.text(), "Missed: Kofi’s append would go through")
	assert.NotContains(t, kofi.body, `action="/courses/compilers/subscriptions"`, "Kofi has to ask for it himself")
	assert.Contains(t, kofi.body, `<option value="kofi" selected>Kofi</option>`)
	assert.Contains(t, kofi.body, `<input type="hidden" name="by" value="stream">`, "the choice of a student keeps the drawing")
	assert.Contains(t, nobody.get(lens+"?student=wanda").body, `<option value="wanda" selected>Wanda</option>`)

	acted := nobody.post("/session", "student", "kofi", "from", lens)
	require.Equal(t, lens, acted.location, "it leads back to the page with the question")
	assert.Contains(t, nobody.get(acted.location).text(), "You would get seat 16 of 16.")
}

func TestTheLensAsksWhichCourseItIs(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	nobody := app.visitor()
	const lens = "/students/kofi/boundary"
	require.Contains(t, nobody.get("/students/kofi").body, `href="`+lens+`"`)
	page := nobody.get(lens)
	assert.Contains(t, page.text(), "The student is Kofi ; which course is it?")
	assert.Contains(t, page.body, `<option value="compilers">Compilers</option>`)
	assert.NotContains(t, page.text(), "Find a course", "there are twelve")
	assert.Contains(t, nobody.get(lens+"?find=typo").body, `<option value="typography-for-engineers">`)
	assert.NotContains(t, nobody.get(lens+"?find=typo").body, `<option value="compilers">`)
	assert.Contains(t, nobody.get(lens+"?find=zzz").text(), "No course has “zzz” in its title or id.")

	chosen := nobody.get(lens + "?course=compilers")
	require.Equal(t, http.StatusSeeOther, chosen.status)
	require.Equal(t, "/courses/compilers/boundary?student=kofi", chosen.location)
	assert.Contains(t, nobody.get(chosen.location).text(), "Kofi would get seat 16 of 16.")
}

// A rehearsal must not trigger the traces that record decisions or hold them up.
func TestLookingIsNotADecision(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	app.meanwhile = func(int) { t.Error("a decision was taken") }
	require.Equal(t, http.StatusOK, ada.get("/courses/compilers/boundary").status)
}

const compilersLens = "/courses/compilers/boundary"

func TestTheLensCountsOverTheSampleTerm(t *testing.T) {
	t.Parallel()
	ada := newApp(t).as("ada")
	require.Contains(t, ada.get(compilersLens).text(), "No decision to subscribe has left a receipt yet.")
	// In the sample term, renames and waitlists come between the seats.
	require.Equal(t, []string{
		"nothing to count",
		"By type and tag , as drawn above 59 0 0 By tag only 64 5 0 One stream per course 60 1 0",
		"By type and tag , as drawn above 113 0 0 By tag only 116 3 0 One stream per course 111 2 4",
		"By type and tag , as drawn above 63 0 0 By tag only 63 0 0 One stream per course 59 0 4",
	}, ada.get(compilersLens).tallies(t))
}

// The test knows the events between the read and the append of each decision, and so what each
// drawing makes of them.
func TestTheLensCountsOverTheRealLog(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	const here = "history-of-computing"
	ada.subscribes("kofi", here)
	ada.subscribes("noor", here, courses.RenameCourse{Course: here, NewTitle: "History"})                       // a false conflict by tag, and in a stream
	ada.subscribes("mei", here, courses.RenameStudent{Student: "mei", NewName: "Mei Chen"})                     // a false conflict by tag
	ada.subscribes("ivo", here, courses.SubscribeStudent{Student: "yuki", Course: here})                        // a conflict under each drawing
	ada.subscribes("lena", here, courses.SubscribeStudent{Student: "lena", Course: "typography-for-engineers"}) // missed in a stream
	ada.subscribes("omar", here, courses.SubscribeStudent{Student: "zola", Course: "type-theory"})              // a conflict under no drawing
	page := ada.get(compilersLens)
	// Six decisions sent eight appends, because two of them met a conflict.
	const eight = "8 appends of decisions to subscribe, sent while these events were stored"
	assert.Equal(t, "By type and tag , as drawn above 2 0 0 By tag only 4 2 0 One stream per course 2 1 1", page.tallies(t)[0])
	assert.Contains(t, page.text(), eight)
	assert.Contains(t, page.text(), "Looked at: the last 196 events of the log up to 196")

	again := ada.send(http.MethodGet, compilersLens, nil, http.Header{"Hx-Request": {"true"}})
	assert.Equal(t, http.StatusOK, again.status)
	assert.Contains(t, again.text(), "20 events are inside the boundary, of 196 in the log.")
	assert.NotContains(t, again.text(), "Looked at:", "a page that is fetched for its areas leaves the counts out")

	require.Equal(t, http.StatusConflict, ada.post("/courses/formal-methods/subscriptions").status)
	assert.Contains(t, ada.get(compilersLens).text(), eight, "a refusal sends no append")
}

// tallies returns the tables of the counts on a page.
func (a answer) tallies(t *testing.T) (tables []string) {
	t.Helper()
	for _, part := range strings.Split(a.body, `<section class="tally stack"`)[1:] {
		table := answer{body: "<" + part}
		if strings.Contains(part, "<tbody>") {
			tables = append(tables, table.part(t, "<tbody>", "</tbody>"))
		} else {
			tables = append(tables, "nothing to count")
		}
	}
	return tables
}

// subscribes sends a subscription. Other commands are carried out before its first append.
func (v visitor) subscribes(student, course string, others ...command) {
	v.app.t.Helper()
	v.app.meanwhile = func(attempt int) {
		if attempt == 1 {
			for _, cmd := range others {
				v.app.carryOut(cmd)
			}
		}
	}
	sent := v.post("/courses/"+course+"/subscriptions", "student", student)
	v.app.meanwhile = nil
	require.Equal(v.app.t, http.StatusSeeOther, sent.status, sent.text())
}
