package web_test

import (
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
	"go-crablet/internal/effort"
	"go-crablet/receipt"
	"go-crablet/web"
)

// named finds any of the names of the student who is to be forgotten.
var named = regexp.MustCompile(`(?i)quetzal|yvers`)

// A student gets a name, two others, a seat, another one after a conflict, a place on a
// waitlist and from there a seat; all of that is given back. The name is only in the read
// model, and nowhere at all once the student is forgotten.
func TestAStudentIsForgotten(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	app := newApp(t)
	somebody := app.visitor()
	id := app.isRegisteredAs(somebody, "Quetzalina Xylander")
	page := "/students/" + string(id)
	app.changesNames(somebody, id)
	app.takesSeatsAndGivesThemBack(somebody, id)

	app.analyse()
	require.Equal(t, map[string]int{"read_student": 3}, app.tablesWith(named), "the name, its form for the search, and the one that is compared")
	require.Positive(t, len(named.FindAllString(app.dump(), -1)), "the dump has the name")
	require.Contains(t, somebody.get(page).text(), "Quetzalina Zorro", "the page has it")
	require.Contains(t, somebody.get("/students?find=quetzal").body, page)
	before := app.events()

	gone := somebody.posts(303, page+"/forget")
	require.Equal(t, page, gone.location)
	require.Contains(t, somebody.get(page).told(t), "Forgotten: nobody can read any more what the student "+string(id)+" was called.")

	require.Empty(t, app.tablesWith(named))
	require.Empty(t, named.FindAllString(app.dump(), -1))
	app.analyse()
	require.Empty(t, app.tablesWith(named))
	require.Equal(t, before, app.events()[:len(before)], "the log is as it was")

	somebody.requireForgotten(id)
	app.everyPage(somebody, id)
	require.Empty(t, app.tablesWith(regexp.MustCompile(`(?i)quetzal|somebody else`)), "what was typed for nothing is nowhere either")
}

// isRegisteredAs registers a student, whom the visitor then acts as.
func (a *app) isRegisteredAs(v visitor, name string) courses.StudentID {
	a.t.Helper()
	page := v.posts(303, "/students", "name", name).location
	id := courses.StudentID(strings.TrimPrefix(page, "/students/"))
	require.Regexp(a.t, `^student-[a-z2-7]{8}$`, id)
	v.posts(303, "/session", "student", string(id))
	return id
}

// changesNames gives the student other names, one of them after a conflict.
func (a *app) changesNames(v visitor, id courses.StudentID) {
	a.t.Helper()
	path := "/students/" + string(id) + "/name"
	v.posts(303, path, "name", `Quetzalina "Q" <Yvers>`)
	v.posts(409, path, "name", `Quetzalina "Q" <Yvers>`)
	between(a, func() { // the student's form conflicts, and is decided again
		text, err := courses.SealName(a.t.Context(), a.keys(), id, "Quetzalina Meanwhile")
		require.NoError(a.t, err)
		a.carryOut(courses.RenameStudent{Student: id, NewName: text})
	})
	v.posts(303, path, "name", "Quetzalina Zorro")
	conflicts := slices.ContainsFunc(a.receipts(), func(r receipt.Receipt) bool { return r.Conflicts() > 0 && r.Command == "RenameStudent" })
	require.True(a.t, conflicts)
}

// takesSeatsAndGivesThemBack takes one seat after a conflict, and one from the waitlist. While
// the student has seats, they can't be forgotten.
func (a *app) takesSeatsAndGivesThemBack(v visitor, id courses.StudentID) {
	a.t.Helper()
	between(a, func() { a.carryOut(courses.SubscribeStudent{Student: "dmitri", Course: "type-theory"}) })
	v.posts(303, "/courses/type-theory/subscriptions", "student", string(id))
	v.posts(303, "/courses/cryptography/waitlist", "student", string(id))
	for _, leaves := range []string{"wanda", "jonas", "amara", "pavel"} {
		v.post("/courses/cryptography/subscriptions/" + leaves + "/delete") // until it is the student's turn
	}
	v.posts(409, "/students/"+string(id)+"/forget")
	for _, course := range []string{"type-theory", "cryptography"} {
		v.posts(303, "/courses/"+course+"/subscriptions/"+string(id)+"/delete")
	}
}

// requireForgotten requires that pages show the student without a name, and that no form is
// accepted for the student any more.
func (v visitor) requireForgotten(id courses.StudentID) {
	t, page := v.app.t, "/students/"+string(id)
	t.Helper()
	shown := v.get(page)
	require.Contains(t, shown.text(), "Forgotten student")
	require.Contains(t, shown.text(), string(id))
	require.NotContains(t, shown.body, "/forget")
	require.NotContains(t, v.get("/students?find=quetzal").body, page)
	require.Contains(t, v.get("/students?find="+string(id)).text(), "Forgotten student "+string(id))

	v.posts(404, page+"/name", "name", "Quetzalina Again")
	v.posts(404, "/session", "student", string(id))
	v.posts(404, "/courses/compilers/subscriptions", "student", string(id))
	v.posts(409, page+"/forget")
	v.posts(409, "/students", "student", string(id), "name", "Somebody else")
}

func TestWhoIsNamedInPlainTextIsNotForgotten(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	somebody := app.visitor()
	assert.Contains(t, somebody.get("/students/mei").text(), "This name is in the log in plain text, and stays there.")
	require.Equal(t, http.StatusSeeOther, somebody.post("/students/mei/name", "name", "Mei Lin").status)
	got := somebody.post("/students/mei/forget")
	require.Equal(t, http.StatusConflict, got.status)
	assert.Contains(t, got.text(), "Refused: a name of the student stands in the log in plain text, where it stays: it can't be forgotten.")
	assert.Contains(t, got.text(), "Mei Lin")
	assert.Equal(t, http.StatusConflict, somebody.post("/students/mei/name", "name", "Mei Lin").status, "names are compared")
	assert.Equal(t, http.StatusNotFound, somebody.post("/students/nobody/forget").status)
	assert.Equal(t, http.StatusNotFound, somebody.post("/students/%20/forget").status)
}

// Pages show a sealed name as it was typed.
func TestASealedNameIsEscapedWhereItIsShown(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	const name = `Ada "\<b>` + "`"
	somebody := app.visitor()
	page := somebody.post("/students", "name", name).location
	event := somebody.get(fmt.Sprintf("/log/%d", app.head()))
	assert.Contains(t, event.body, `Ada &#34;\&lt;b&gt;`+"` was registered")
	assert.Contains(t, event.body, `&#34;name&#34;: &#34;Ada \&#34;\\&lt;b&gt;`+"`&#34;", "as JSON")
	assert.Contains(t, event.text(), "The name is encrypted in the log")
	assert.NotContains(t, event.body, "{sealed:")
	assert.NotContains(t, somebody.get(page+"?as_of="+fmt.Sprint(app.head())).body, "{sealed:")
	assert.NotContains(t, somebody.get("/log/1").text(), "sealed")

	record := app.receipts()[0]
	test := somebody.get("/decisions/" + record.ID + "/attempts/1/test").body
	assert.Contains(t, test, `// Ada \"\\<b>`+"` registers\n")
	assert.Contains(t, test, fmt.Sprintf(`Name: sealedAs(%q, "name 1")`, strings.TrimPrefix(page, "/students/")))
	assert.Equal(t, 2, strings.Count(test, `"name 1"`), "in the command, and in its fact:\n%s", test)
}

// analyse brings the planner's statistics up to date.
func (a *app) analyse() {
	a.t.Helper()
	_, err := a.pool.Exec(a.t.Context(), `analyze`)
	require.NoError(a.t, err)
}

// tablesWith counts the matches of text by table, in all tables and in the planner's statistics.
func (a *app) tablesWith(text *regexp.Regexp) map[string]int {
	a.t.Helper()
	const tables = `
		select quote_ident(nspname) || '.' || quote_ident(relname)
		from pg_class join pg_namespace as schema on schema.oid = relnamespace
		where relkind in ('r', 'p', 'm') and nspname not in ('pg_catalog', 'information_schema')
		union all
		select 'pg_stats'`
	rows, _ := a.pool.Query(a.t.Context(), tables)
	names, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(a.t, err)
	require.Greater(a.t, len(names), 12)
	found := map[string]int{}
	for _, name := range names {
		var all string
		require.NoError(a.t, a.pool.QueryRow(a.t.Context(), `select coalesce(string_agg(row::text, ' '), '') from `+name+` as row`).Scan(&all))
		if n := len(text.FindAllString(all, -1)); n > 0 {
			found[strings.TrimPrefix(name, "public.")] = n
		}
	}
	return found
}

// dump returns what pg_dump writes.
func (a *app) dump() string {
	a.t.Helper()
	var programs string
	require.NoError(a.t, a.pool.QueryRow(a.t.Context(), `select setting from pg_config where name = 'BINDIR'`).Scan(&programs))
	output, err := exec.CommandContext(a.t.Context(), filepath.Join(programs, "pg_dump"), "--dbname="+a.pool.Config().ConnString()).Output()
	require.NoError(a.t, err)
	require.Contains(a.t, string(output), "dcb_subject_key")
	return string(output)
}

// events returns the events of the log, each as one text.
func (a *app) events() []string {
	a.t.Helper()
	rows, _ := a.pool.Query(a.t.Context(), `select event::text from dcb_event as event order by position`)
	events, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(a.t, err)
	return events
}

// everyPage requires that every page answers 200 and shows neither a name nor anything sealed.
// It looks at all routes, with all events, decisions and attempts since the student was
// registered, and at some pages as of every position since then.
func (a *app) everyPage(v visitor, id courses.StudentID) {
	a.t.Helper()
	there, attempts := a.thereIs(id)
	looked := map[string]int{}
	look := func(route, address string) {
		a.t.Helper()
		got := v.get(address)
		if got.status == http.StatusSeeOther {
			return // it leads to a page
		}
		require.Equal(a.t, http.StatusOK, got.status, "%s: %s", address, got)
		require.Empty(a.t, named.FindAllString(got.body, -1), address)
		require.NotContains(a.t, got.body, "{sealed:", address)
		looked[route]++
	}
	for _, route := range web.Routes() {
		for _, address := range addressesOf(route, there, attempts) {
			look(route, address)
		}
	}
	for _, position := range there["{position}"] {
		for _, address := range []string{"/students/" + string(id) + "?", "/students?find=zorro&", "/log?", "/courses/type-theory?"} {
			look("as of", address+"as_of="+position)
		}
	}
	require.Equal(a.t, 4*len(there["{position}"]), looked["as of"])
	require.Equal(a.t, len(there["{position}"]), looked["GET /log/{position}"])
	require.Equal(a.t, len(attempts), looked["GET /decisions/{decision}/attempts/{attempt}/test"])
	require.Greater(a.t, len(looked), 18, "%v", looked)
}

// thereIs returns the values of each parameter of routes that have to do with a student, and
// the addresses of the tests of all attempts.
func (a *app) thereIs(id courses.StudentID) (values map[string][]string, attempts []string) {
	a.t.Helper()
	imported := a.visitor().imports("students", "Quetzalina Again,"+string(id))
	values = map[string][]string{
		"{room}":   {a.visitor().opensARoom()},
		"{import}": {strings.TrimPrefix(imported, "/imports/")},
		"":         {""}, "{$}": {""}, "{course}": {"type-theory", "cryptography"}, "{student}": {string(id)},
		"{path...}": {"domain/courses/forget_student.go"}, "{file}": {"app.css"},
	}
	for _, r := range a.receipts() {
		values["{decision}"] = append(values["{decision}"], r.ID)
		for i := range r.Attempts {
			attempts = append(attempts, fmt.Sprintf("/decisions/%s/attempts/%d/test", r.ID, i+1))
		}
	}
	since := int64(a.counts(`select registered_at from read_student where id = $1`, string(id)))
	for position := since; position <= a.head(); position++ {
		values["{position}"] = append(values["{position}"], fmt.Sprint(position))
	}
	return values, attempts
}

// addressesOf returns the addresses of a route's pages that can show something of a student.
func addressesOf(route string, values map[string][]string, attempts []string) (addresses []string) {
	pattern, isPage := strings.CutPrefix(route, "GET ")
	switch {
	case !isPage || pattern == "/live" || regexp.MustCompile(`\{(held|race|comparison)\}`).MatchString(pattern):
		return nil
	case strings.Contains(pattern, "{attempt}"):
		return attempts
	}
	parameter := regexp.MustCompile(`\{[^}]+\}`).FindString(pattern)
	for _, value := range values[parameter] {
		addresses = append(addresses, strings.Replace(pattern, parameter, value, 1))
	}
	return addresses
}

// The commit fails after the append: nothing is forgotten, and no receipt says otherwise.
func TestAStudentWhoCannotBeForgottenIsNotSaidToBe(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	app.register("sela", "Sela")
	_, err := app.pool.Exec(t.Context(), `
		create function refuse() returns trigger language plpgsql as $$ begin raise exception 'no'; end $$;
		create constraint trigger refuse after update on dcb_subject_key deferrable initially deferred for each row execute function refuse()`)
	require.NoError(t, err)
	before := app.events()
	require.Equal(t, http.StatusInternalServerError, app.visitor().post("/students/sela/forget").status)
	require.Equal(t, before, app.events())
	require.Empty(t, app.receipts())
	require.Contains(t, app.visitor().get("/students/sela").text(), "Sela was registered")
}
