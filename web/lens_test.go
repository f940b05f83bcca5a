package web_test

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
)

// part returns the text of what lies between two marks in a page.
func (a answer) part(t *testing.T, from, to string) string {
	t.Helper()
	_, after, found := strings.Cut(a.body, from)
	require.True(t, found, from)
	inside, _, found := strings.Cut(after, to)
	require.True(t, found, to)
	return answer{body: inside}.text()
}

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

func TestTheLensUnderEachDrawing(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	const (
		kofiTakes = "Kofi takes a seat in Compilers"
		lenaLeave = "Lena leaves Compilers"
		adaTakes  = "Ada takes a seat in Type Theory"
		adaLeaves = "Ada leaves Distributed Systems"
		seats     = "The registrar gives Compilers 17 seats"
		archives  = "The registrar archives Compilers"
		stranger  = "Kofi takes a seat in Type Theory"
		title     = "The registrar gives Compilers another title"
		name      = "Ada gets another name"
		elsewhere = "The registrar archives Type Theory"
	)
	tests := []struct {
		by, inside, items string
		conflicts, passes []string
		says              []string
	}{
		{
			by: "", inside: "20 events are inside the boundary, of 185 in the log.", items: "The query, 4 items",
			conflicts: []string{kofiTakes, lenaLeave, adaTakes, adaLeaves, seats, archives},
			passes:    []string{stranger, title, name, elsewhere},
			says: []string{
				"Compilers: definition, archiving, capacity changes, seats taken and seats given back",
				"Inside: the boundary looks at seats taken of Compilers.",
				"Inside: the boundary looks at seats taken of Ada.",
				"Outside: the boundary looks at Compilers, and not at its title changes.",
				"Outside: the boundary does not look at Kofi or Type Theory.",
				"Exact: whatever changes an answer is inside, and nothing else.",
			},
		},
		{
			by: "tag", inside: "20 events are inside the boundary, of 185 in the log.", items: "The query, 3 items",
			conflicts: []string{kofiTakes, lenaLeave, adaTakes, adaLeaves, seats, archives, title, name},
			passes:    []string{stranger, elsewhere},
			says: []string{
				"Compilers: every event", "Ada: every event",
				"Inside: the boundary looks at whatever happens to Ada.",
				"Too large: nothing is missed, and a new title is a conflict.",
			},
		},
		{
			by: "stream", inside: "16 events are inside the boundary, of 185 in the log.", items: "The query, 1 item",
			conflicts: []string{kofiTakes, lenaLeave, seats, archives, title},
			passes:    []string{adaTakes, adaLeaves, stranger, name, elsewhere},
			says: []string{
				"Compilers: every event",
				"Outside: the boundary does not look at Ada or Type Theory.",
				"the limit of 10 courses can be broken",
			},
		},
	}
	for _, tt := range tests {
		t.Run("drawn "+tt.by, func(t *testing.T) {
			path := "/courses/compilers/boundary"
			if tt.by != "" {
				path += "?by=" + tt.by
			}
			page := ada.get(path)
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
			assert.Contains(t, text, "You would conflict with", "whatever is drawn, what is said is the same")
			wrong := map[string][2]int{"": {0, 0}, "tag": {2, 0}, "stream": {1, 2}}[tt.by]
			assert.Equal(t, wrong, [2]int{strings.Count(text, "A false conflict: "), strings.Count(text, "Missed: your append")})
			assert.Equal(t, 1, strings.Count(page.body, `aria-current="true"`), "one drawing is the current one")
		})
	}
	assert.Equal(t, int64(185), app.head(), "nothing was appended")
	assert.Contains(t, ada.get("/decisions").text(), "Nothing was decided yet.", "and no receipt is kept")
}

// The boundary that the page shows is that of the decision which its form then sends, to
// the last item, the key of the request included.
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
		assert.Contains(t, page.body, `action="/courses/`+tt.course+`/subscriptions"`, "who is refused may ask all the same, and has a receipt")
		assert.Equal(t, refused, strings.Contains(page.text(), "Would get inside"), tt.says)
	}
}

func TestTheLensRefusesWhatItIsNotAsked(t *testing.T) {
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
	assert.Contains(t, kofi.body, `<input type="hidden" name="by" value="stream">`, "another student, the same drawing")
	assert.Contains(t, nobody.get(lens+"?student=wanda").body, `<option value="wanda" selected>Wanda</option>`)

	acted := nobody.post("/session", "student", "kofi", "from", lens)
	require.Equal(t, lens, acted.location, "and back to where it was asked")
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

// Whoever looks takes no decision: what watches those, or holds them up, is not asked.
func TestLookingIsNoDecision(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	app.meanwhile = func(int) { t.Error("a decision was taken") }
	require.Equal(t, http.StatusOK, ada.get("/courses/compilers/boundary").status)
}

// Decisions whose gaps are known to the event, and what each drawing makes of them.
func TestTheLensCountsOverTheRealLog(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	tables := func() []string {
		page := ada.get("/courses/compilers/boundary")
		var tables []string
		for _, part := range strings.Split(page.body, `<section class="tally stack"`)[1:] {
			table := answer{body: "<" + part}
			if strings.Contains(part, "<tbody>") {
				tables = append(tables, table.part(t, "<tbody>", "</tbody>"))
			} else {
				tables = append(tables, "nothing to count")
			}
		}
		return tables
	}
	require.Contains(t, ada.get("/courses/compilers/boundary").text(), "No decision to subscribe has left a receipt yet.")
	// Of the sample term, where students sit down one after the other.
	require.Equal(t, []string{
		"nothing to count",
		"By type and tag , as drawn above 117 0 0 By tag only 117 0 0 One stream per course 117 0 0",
		"By type and tag , as drawn above 122 0 0 By tag only 122 0 0 One stream per course 117 0 5",
		"By type and tag , as drawn above 71 0 0 By tag only 71 0 0 One stream per course 65 0 6",
	}, tables())

	// between sends a subscription, and lets commands be carried out before its append.
	between := func(student, course string, commands ...command) {
		app.meanwhile = func(attempt int) {
			if attempt == 1 {
				for _, cmd := range commands {
					app.carryOut(cmd)
				}
			}
		}
		sent := ada.post("/courses/"+course+"/subscriptions", "student", student)
		app.meanwhile = nil
		require.Equal(t, http.StatusSeeOther, sent.status, sent.text())
	}
	const here = "history-of-computing"
	between("kofi", here)
	between("noor", here, courses.RenameCourse{Course: here, NewTitle: "History"})                       // false by tag, and in a stream
	between("mei", here, courses.RenameStudent{Student: "mei", NewName: "Mei Chen"})                     // false by tag
	between("ivo", here, courses.SubscribeStudent{Student: "yuki", Course: here})                        // a conflict under each
	between("lena", here, courses.SubscribeStudent{Student: "lena", Course: "typography-for-engineers"}) // missed in a stream
	between("omar", here, courses.SubscribeStudent{Student: "zola", Course: "type-theory"})              // a stranger
	counted := tables()[0]
	// Six decisions sent eight appends: two met a conflict, and were sent again.
	assert.Equal(t, "By type and tag , as drawn above 2 0 0 By tag only 4 2 0 One stream per course 2 1 1", counted)
	assert.Contains(t, ada.get("/courses/compilers/boundary").text(), "8 appends of decisions to subscribe, sent while these events were stored")

	assert.Contains(t, ada.get("/courses/compilers/boundary").text(), "Looked at: the last 196 events of the log up to 196")
	again := ada.send(http.MethodGet, "/courses/compilers/boundary", nil, http.Header{"Hx-Request": {"true"}})
	assert.Equal(t, http.StatusOK, again.status)
	assert.Contains(t, again.text(), "20 events are inside the boundary, of 196 in the log.")
	assert.NotContains(t, again.text(), "Looked at:", "what changes while one looks is fetched without it")

	// A refusal sends none.
	require.Equal(t, http.StatusConflict, ada.post("/courses/formal-methods/subscriptions").status)
	assert.Contains(t, ada.get("/courses/compilers/boundary").text(), "8 appends of decisions to subscribe, sent while these events were stored")
}

// A command is one of package courses.
type command interface {
	Decide(ctx context.Context, log dcb.Log) error
}
