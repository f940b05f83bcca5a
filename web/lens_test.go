package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
)

var aPossibleEvent = regexp.MustCompile(`(?s)<button class="put".*?<span class="put__does">([^<]*)</span>.*?<span class="state[^>]*>.*?<span>([^<]*)</span>`)

// possible returns what others could do, and what that does to the decision.
func (a answer) possible() (all []string) {
	for _, m := range aPossibleEvent.FindAllStringSubmatch(a.body, -1) {
		all = append(all, m[1]+": "+m[2])
	}
	return all
}

// put names the possible event on the strip, or is "".
func (a answer) put() string {
	_, after, _ := strings.Cut(a.body, `class="put" id="put-`)
	for button := range strings.SplitSeq(after, `class="put" id="put-`) {
		if name, rest, _ := strings.Cut(button, `"`); strings.Contains(strings.SplitN(rest, ">", 2)[0], `aria-pressed="true"`) {
			return name
		}
	}
	return ""
}

// Commands that the lens names while Ada looks at the boundary of a seat in Compilers.
const (
	kofiSubscribes     = "Kofi takes a seat in Compilers"
	lenaLeaves         = "Lena leaves Compilers"
	adaSubscribes      = "Ada takes a seat in Type Theory"
	adaLeaves          = "Ada leaves Distributed Systems"
	moreSeats          = "Compilers gets 17 seats"
	compilersArchived  = "Compilers is archived"
	kofiElsewhere      = "Kofi takes a seat in Type Theory"
	anotherTitle       = "Compilers gets another title"
	anotherName        = "Ada gets another name"
	typeTheoryArchived = "Type Theory is archived"
)

// A drawing is one way to draw the boundary, and what the page says about it.
type drawing struct {
	by, inside, items, size string
	possible                []string
}

var drawings = []drawing{
	{
		by: "", inside: "20 of 185 inside", items: "The query, 3 items", size: "Exact: what the rules need.",
		possible: []string{
			kofiSubscribes + ": conflict", lenaLeaves + ": conflict", adaSubscribes + ": conflict", adaLeaves + ": conflict", moreSeats + ": conflict",
			compilersArchived + ": conflict", kofiElsewhere + ": outside", anotherTitle + ": outside", anotherName + ": outside", typeTheoryArchived + ": outside",
		},
	},
	{
		by: "tag", inside: "20 of 185 inside", items: "The query, 3 items", size: "Too large: it has false conflicts.",
		possible: []string{
			kofiSubscribes + ": conflict", lenaLeaves + ": conflict", adaSubscribes + ": conflict", adaLeaves + ": conflict", moreSeats + ": conflict",
			compilersArchived + ": conflict", kofiElsewhere + ": outside", anotherTitle + ": false conflict", anotherName + ": false conflict", typeTheoryArchived + ": outside",
		},
	},
	{
		by: "stream", inside: "16 of 185 inside", items: "The query, 1 item", size: "Too large and too small.",
		possible: []string{
			kofiSubscribes + ": conflict", lenaLeaves + ": conflict", adaSubscribes + ": missed", adaLeaves + ": missed", moreSeats + ": conflict",
			compilersArchived + ": conflict", kofiElsewhere + ": outside", anotherTitle + ": false conflict", anotherName + ": outside", typeTheoryArchived + ": outside",
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
	path := compilersLens
	if tt.by != "" {
		path += "?by=" + tt.by
	}
	page := v.get(path)
	require.Equal(t, http.StatusOK, page.status)
	text := page.text()
	for _, says := range []string{tt.inside, tt.items, tt.size, "Not appended yet: Ada took a seat in Compilers", "You would get seat 16 of 16. Stored, unless something gets inside after 185."} {
		assert.Contains(t, text, says)
	}
	assert.Equal(t, tt.possible, page.possible())
	assert.Equal(t, 1, strings.Count(page.body, `aria-current="true"`), "one drawing is the current one")
	assert.Empty(t, page.put())
}

// A boundary is drawn by hand, switch by switch.
func TestTheLensDrawsABoundaryByHand(t *testing.T) {
	t.Parallel()
	ada := newApp(t).as("ada")
	const (
		title  = "course_id:compilers/CourseRenamed"
		seats  = "course_id:compilers/StudentSubscribedToCourse"
		atAdas = "student_id:ada/StudentSubscribedToCourse"
	)
	tests := []struct {
		draw   string
		says   []string
		others map[string]string // what becomes of what others could do
	}{
		{title, []string{"20 of 185 inside", "Too large: it has false conflicts.", "The query, 3 items"}, map[string]string{anotherTitle: "false conflict", anotherName: "outside"}},
		{seats, []string{"5 of 185 inside", "Too small: it misses conflicts.", "70: Dmitri took a seat in Compilers, outside the boundary"}, map[string]string{kofiSubscribes: "missed", lenaLeaves: "conflict"}},
		{seats + "," + title, []string{"Too large and too small."}, map[string]string{kofiSubscribes: "missed", anotherTitle: "false conflict"}},
		{atAdas, []string{"17 of 185 inside", "85: Ada took a seat in Databases as Logs, outside the boundary", "You would get seat 16 of 16."}, map[string]string{adaSubscribes: "missed", kofiSubscribes: "conflict"}},
		{title + "," + title, []string{"Exact: what the rules need."}, map[string]string{anotherTitle: "outside"}},
		{"student_id:kofi/StudentRenamed", []string{"Exact: what the rules need."}, nil}, // Kofi is not asked about
	}
	for _, tt := range tests {
		page := ada.get(compilersLens + "?" + url.Values{"draw": {tt.draw}}.Encode())
		require.Equal(t, http.StatusOK, page.status)
		for _, says := range tt.says {
			assert.Contains(t, page.text(), says, tt.draw)
		}
		for does, outcome := range tt.others {
			assert.Contains(t, page.possible(), does+": "+outcome, tt.draw)
		}
	}
	byHand := ada.get(compilersLens + "?by=stream&draw=" + url.QueryEscape(title)) // a stream without the titles
	assert.Contains(t, byHand.text(), "Too small: it misses conflicts.")
	assert.Equal(t, 0, strings.Count(byHand.body, `aria-current="true"`), "no drawing is the current one")
	assert.Contains(t, ada.get(compilersLens+"?draw="+url.QueryEscape(title)).body, `<input type="hidden" name="draw" value="`+title+`">`, "the choice of a student keeps the drawing")
}

// What comes first is put on the strip, and the verdict says what it does to the decision.
func TestTheLensPutsAPossibleEventOnTheStrip(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	ada := app.as("ada")
	tests := []struct{ query, put, tile, verdict string }{
		{"", "", "", "You would get seat 16 of 16. Stored, unless something gets inside after 185."},
		{"put=newcomer-comes", "newcomer-comes", "Put here: Kofi took a seat in Compilers, conflict", "Conflict. Kofi takes a seat in Compilers first. The boundary looks at seats taken of Compilers. So your append is turned away, and the decision is taken again."},
		{"put=course-renamed", "course-renamed", "Put here: The course compilers was given the title Compilers II, outside", "No conflict. Compilers gets another title first. The boundary looks at Compilers, and not at its title changes. So your append is stored."},
		{"put=course-renamed&by=tag", "course-renamed", ", false conflict", "False conflict. Compilers gets another title first. The boundary looks at whatever happens to Compilers. No rule looks at that: your append is turned away for nothing."},
		{"put=student-comes-elsewhere&by=stream", "student-comes-elsewhere", "Put here: Ada took a seat in Type Theory, missed", "Missed. Ada takes a seat in Type Theory first. The boundary does not look at Ada or Type Theory. A rule looks at that: your append is stored, although what it rests on is no longer true."},
		{"put=student-leaves-elsewhere&student=kofi&by=stream", "student-leaves-elsewhere", "Put here: Kofi left Distributed Systems, missed", "Kofi’s append is stored, although what it rests on is no longer true."},
		{"put=newcomer-waits", "", "", "You would get seat 16 of 16."}, // there is no line for a free seat
		{"put=", "", "", "You would get seat 16 of 16."},
	}
	for _, tt := range tests {
		page := ada.get(compilersLens + "?" + tt.query)
		require.Equal(t, http.StatusOK, page.status)
		assert.Equal(t, tt.put, page.put(), tt.query)
		assert.Contains(t, page.text(), tt.tile, tt.query)
		assert.Contains(t, page.text(), tt.verdict, tt.query)
		assert.Equal(t, tt.put != "", strings.Contains(page.text(), "Put here: "), tt.query)
	}
	refused := ada.get("/courses/formal-methods/boundary?student=kofi&put=member-leaves")
	assert.Contains(t, refused.text(), "Put here: Sofía left Formal Methods, inside")
	assert.Contains(t, refused.text(), "Refused: every seat in this course is taken. Sofía leaves Formal Methods first: that is inside.")
	assert.NotContains(t, strings.Join(refused.possible(), " "), "conflict", "nothing conflicts with what appends nothing")
	assert.Equal(t, int64(185), app.head(), "nothing was appended")
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
	send := page.formTo(t, "/courses/compilers/subscriptions")
	require.Contains(t, before, "request:"+send.fields[1])

	sent := ada.post(send.action, send.fields...)
	require.Equal(t, http.StatusSeeOther, sent.status, sent)
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
		assert.Equal(t, refused, strings.Contains(page.text(), "Nothing would be appended."), tt.says)
		assert.Contains(t, page.body, `action="/courses/`+tt.course+`/subscriptions"`, "the form can be sent although it would be refused, and leaves a receipt then")
		assert.Equal(t, refused, strings.Contains(strings.Join(page.possible(), " "), ": inside"), tt.says)
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
		{lens + "?draw=titles", 400, "There is no switch “titles”. The address names each switch by tags and a type, such as course_id:compilers/CourseRenamed"},
		{lens + "?draw=course_id:compilers/CoursePainted", 400, "There is no switch"},
		{lens + "?draw=a&draw=b", 400, "The address has draw in it more than once"},
		{lens + "?put=lightning", 400, "There is no such event to put on the log. There are newcomer-comes, member-leaves,"},
		{lens + "?put=course-renamed&put=course-renamed", 400, "The address has put in it more than once"},
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
	assert.Contains(t, kofi.text(), "Kofi leaves Distributed Systems")
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

// The page says little before anything is opened. The picture is not counted, nor what only a
// screen reader says.
func TestTheLensSaysLittle(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	for path, most := range map[string]int{compilersLens + "?student=kofi": 245, compilersLens + "?by=tag": 242, swapLens: 215} {
		assert.LessOrEqual(t, app.as("ada").get(path).words(), most, path)
	}
}

var notSaid = regexp.MustCompile(`(?s)<ol class="strip__log.*?</ol>|</summary>.*?</details>|<select.*?</select>|<span class="visually-hidden">.*?</span>|<span class="tile__[^>]*>|<[^>]*>`)

// words counts the words in the main part of a page that are seen before anything is opened.
func (a answer) words() int {
	_, main, _ := strings.Cut(a.body, `<main`)
	main, _, _ = strings.Cut(main, "</main>")
	return len(strings.Fields(notSaid.ReplaceAllString(main, " ")))
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
	// In the sample term, renames and waitlists come between the seats.
	require.Equal(t, []string{
		"Boundary 1 event earlier of 120 10 events earlier of 120 100 events earlier of 63",
		"By type and tag 59 113 63",
		"By tag only 64 5 false 116 3 false 63",
		"One stream per course 60 1 false 111 2 false 4 missed 59 4 missed",
	}, ada.get(compilersLens).tally())
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
	const eight = "As it was of 8"
	require.Len(t, page.tally(), 4)
	assert.Contains(t, page.tally()[0], eight)
	assert.Contains(t, page.tally()[1], "By type and tag 2 ")
	assert.Contains(t, page.tally()[2], "By tag only 4 2 false ")
	assert.Contains(t, page.tally()[3], "One stream per course 2 1 false 1 missed ")
	assert.Contains(t, page.text(), "Counted over the last 196 events")

	again := ada.send(http.MethodGet, compilersLens, nil, http.Header{"Hx-Request": {"true"}})
	assert.Equal(t, http.StatusOK, again.status)
	assert.Contains(t, again.text(), "20 of 196 inside")
	assert.NotContains(t, again.text(), "Counted over", "a page that is fetched for its areas leaves the counts out")

	require.Equal(t, http.StatusConflict, ada.post("/courses/formal-methods/subscriptions").status)
	assert.Contains(t, ada.get(compilersLens).text(), eight, "a refusal sends no append")
}

// tally returns the rows of the counts on a page.
func (a answer) tally() (rows []string) {
	_, table, _ := strings.Cut(a.body, `<section class="tally stack"`)
	table, _, _ = strings.Cut(table, "</table>")
	for _, row := range strings.Split(table, "<tr>")[1:] {
		rows = append(rows, answer{body: row}.text())
	}
	return rows
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
	require.Equal(v.app.t, http.StatusSeeOther, sent.status, sent)
}
