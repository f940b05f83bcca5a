package web_test

import (
	"fmt"
	"net/http"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/domain/courses"
	"go-crablet/receipt"
	"go-crablet/web"
)

// named finds any of the names of the student who is to be forgotten.
var named = regexp.MustCompile(`(?i)quetzal|yvers`)

// A student gets a name, two others, a seat, another one after a conflict, a place on a
// waitlist and from there a seat; all of that is given back. The name is nowhere but in the
// read model; and once the student is forgotten, nowhere at all.
func TestAStudentIsForgotten(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	somebody := app.visitor()
	post := func(status int, path string, form ...string) answer {
		t.Helper()
		got := somebody.post(path, form...)
		require.Equal(t, status, got.status, got.text())
		return got
	}
	page := post(303, "/students", "name", "Quetzalina Xylander").location
	id := courses.StudentID(strings.TrimPrefix(page, "/students/"))
	require.Regexp(t, `^student-[a-z2-7]{8}$`, id)
	post(303, "/session", "student", string(id))
	post(303, page+"/name", "name", `Quetzalina "Q" <Yvers>`)
	post(409, page+"/name", "name", `Quetzalina "Q" <Yvers>`)
	between(app, func() { // a conflict, which the student wins
		text, err := courses.SealName(t.Context(), app.keys(), id, "Quetzalina Meanwhile")
		require.NoError(t, err)
		app.carryOut(courses.RenameStudent{Student: id, NewName: text})
	})
	post(303, page+"/name", "name", "Quetzalina Zorro")
	between(app, func() { app.carryOut(courses.SubscribeStudent{Student: "dmitri", Course: "type-theory"}) })
	post(303, "/courses/type-theory/subscriptions", "student", string(id))
	post(303, "/courses/cryptography/waitlist", "student", string(id))
	for _, leaves := range []string{"wanda", "jonas", "amara", "pavel"} {
		somebody.post("/courses/cryptography/subscriptions/" + leaves + "/delete") // until it is their turn
	}
	post(409, page+"/forget")
	for _, course := range []string{"type-theory", "cryptography"} {
		post(303, "/courses/"+course+"/subscriptions/"+string(id)+"/delete")
	}
	conflicts := slices.ContainsFunc(app.receipts(), func(r receipt.Receipt) bool { return r.Conflicts() > 0 && r.Command == "RenameStudent" })
	require.True(t, conflicts)

	app.analyse()
	require.Equal(t, map[string]int{"read_student": 2}, app.tablesWith(named), "the name and what search compares")
	require.Positive(t, len(named.FindAllString(app.dump(), -1)), "the dump would tell")
	require.Contains(t, somebody.get(page).text(), "Quetzalina Zorro", "the page does")
	require.Contains(t, somebody.get("/students?find=quetzal").body, page)
	before := app.events()

	gone := post(303, page+"/forget")
	require.Equal(t, page, gone.location)
	require.Contains(t, somebody.get(page).told(t), "Forgotten: nobody can read any more what the student "+string(id)+" was called.")

	require.Empty(t, app.tablesWith(named))
	require.Empty(t, named.FindAllString(app.dump(), -1))
	app.analyse()
	require.Empty(t, app.tablesWith(named))
	require.Equal(t, before, app.events()[:len(before)], "the log is as it was")

	shown := somebody.get(page)
	require.Contains(t, shown.text(), "Forgotten student")
	require.Contains(t, shown.text(), string(id))
	require.NotContains(t, shown.body, "/forget")
	require.NotContains(t, somebody.get("/students?find=quetzal").body, page)
	require.Contains(t, somebody.get("/students?find="+string(id)).text(), "Forgotten student "+string(id))

	post(404, page+"/name", "name", "Quetzalina Again")
	post(404, "/session", "student", string(id))
	post(404, "/courses/compilers/subscriptions", "student", string(id))
	post(409, page+"/forget")
	post(409, "/students", "student", string(id), "name", "Somebody else")
	app.everyPage(somebody, id)
	require.Empty(t, app.tablesWith(regexp.MustCompile(`(?i)quetzal|somebody else`)), "and what was typed for nothing is nowhere either")
}

func TestWhoIsNamedInPlainTextIsNotForgotten(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	somebody := app.visitor()
	assert.Contains(t, somebody.get("/students/mei").text(), "This name stands in the log in plain text, where it stays.")
	require.Equal(t, http.StatusSeeOther, somebody.post("/students/mei/name", "name", "Mei Lin").status)
	got := somebody.post("/students/mei/forget")
	require.Equal(t, http.StatusConflict, got.status)
	assert.Contains(t, got.text(), "Refused: a name of the student stands in the log in plain text, where it stays: it can't be forgotten.")
	assert.Contains(t, got.text(), "Mei Lin")
	assert.Equal(t, http.StatusConflict, somebody.post("/students/mei/name", "name", "Mei Lin").status, "names are compared")
	assert.Equal(t, http.StatusNotFound, somebody.post("/students/nobody/forget").status)
	assert.Equal(t, http.StatusNotFound, somebody.post("/students/%20/forget").status)
}

// What is sealed is shown as it was typed, wherever it stands.
func TestASealedNameIsEscapedWhereItIsShown(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	const name = `Ada "\<b>` + "`"
	somebody := app.visitor()
	page := somebody.post("/students", "name", name).location
	event := somebody.get(fmt.Sprintf("/log/%d", app.head()))
	assert.Contains(t, event.body, `Ada &#34;\&lt;b&gt;`+"` was registered")
	assert.Contains(t, event.body, `&#34;name&#34;: &#34;Ada \&#34;\\&lt;b&gt;`+"`&#34;", "as JSON")
	assert.Contains(t, event.text(), "The name is sealed in the log")
	assert.NotContains(t, event.body, "{sealed:")
	assert.NotContains(t, somebody.get(page+"?as_of="+fmt.Sprint(app.head())).body, "{sealed:")
	assert.NotContains(t, somebody.get("/log/1").text(), "sealed")

	record := app.receipts()[0]
	test := somebody.get("/decisions/" + record.ID + "/attempts/1/test").body
	assert.Contains(t, test, `// Ada \"\\<b>`+"` registers\n")
	assert.Contains(t, test, fmt.Sprintf(`Name: sealedAs(%q, "name 1")`, strings.TrimPrefix(page, "/students/")))
	assert.Equal(t, 2, strings.Count(test, `"name 1"`), "what was asked for, and what came of it:\n%s", test)
}

// between calls do once, when the next decision has decided and not appended yet.
func between(app *app, do func()) {
	var once sync.Once
	app.meanwhile = func(int) { once.Do(do) }
}

// analyse lets the planner look at all rows.
func (a *app) analyse() {
	a.t.Helper()
	_, err := a.pool.Exec(a.t.Context(), `analyze`)
	require.NoError(a.t, err)
}

// tablesWith counts what is found in all tables, and in what the planner keeps of them.
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

// dump is what pg_dump writes.
func (a *app) dump() string {
	a.t.Helper()
	var programs string
	require.NoError(a.t, a.pool.QueryRow(a.t.Context(), `select setting from pg_config where name = 'BINDIR'`).Scan(&programs))
	output, err := exec.CommandContext(a.t.Context(), filepath.Join(programs, "pg_dump"), "--dbname="+a.pool.Config().ConnString()).Output()
	require.NoError(a.t, err)
	require.Contains(a.t, string(output), "dcb_subject_key")
	return string(output)
}

// events are the events of the log, each in one text.
func (a *app) events() []string {
	a.t.Helper()
	rows, _ := a.pool.Query(a.t.Context(), `select event::text from dcb_event as event order by position`)
	events, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(a.t, err)
	return events
}

// everyPage looks at every page of the route table, with whatever there is to see of a
// student: all events, all decisions with their attempts, now and as of every position.
// Each answers 200, and nothing sealed is left in it.
func (a *app) everyPage(v visitor, id courses.StudentID) {
	a.t.Helper()
	there := map[string][]string{
		"{$}": {""}, "{course}": {"type-theory", "cryptography"}, "{student}": {string(id)}, "{path...}": {"domain/courses/forget_student.go"}, "{file}": {"app.css"},
	}
	var attempts []string
	for _, r := range a.receipts() {
		there["{decision}"] = append(there["{decision}"], r.ID)
		for i := range r.Attempts {
			attempts = append(attempts, fmt.Sprintf("/decisions/%s/attempts/%d/test", r.ID, i+1))
		}
	}
	since := int64(a.counts(`select registered_at from read_student where id = $1`, string(id)))
	for position := since; position <= a.head(); position++ {
		there["{position}"] = append(there["{position}"], fmt.Sprint(position))
	}
	looked := map[string]int{}
	look := func(route, address string) {
		a.t.Helper()
		got := v.get(address)
		if got.status == http.StatusSeeOther {
			return // it leads to a page
		}
		require.Equal(a.t, http.StatusOK, got.status, "%s: %s", address, got.text())
		require.Empty(a.t, named.FindAllString(got.body, -1), address)
		require.NotContains(a.t, got.body, "{sealed:", address)
		looked[route]++
	}
	parameter := regexp.MustCompile(`\{[^}]+\}`)
	for _, route := range web.Routes() {
		pattern, isPage := strings.CutPrefix(route, "GET ")
		name := parameter.FindString(pattern)
		values := there[name]
		switch {
		case !isPage || pattern == "/live" || strings.Contains(pattern, "{held}") || strings.Contains(pattern, "{race}") || strings.Contains(pattern, "{comparison}"):
			continue // these show nothing of a student
		case strings.Contains(pattern, "{attempt}"):
			for _, address := range attempts {
				look(route, address)
			}
			continue
		case name == "":
			values = []string{""}
		}
		for _, value := range values {
			look(route, strings.Replace(pattern, name, value, 1))
		}
	}
	for _, position := range there["{position}"] {
		for _, path := range []string{"/students/" + string(id), "/students?find=zorro", "/log", "/courses/type-theory"} {
			mark := "?"
			if strings.Contains(path, "?") {
				mark = "&"
			}
			look("as of", path+mark+"as_of="+position)
		}
	}
	require.Equal(a.t, 4*len(there["{position}"]), looked["as of"])
	require.Equal(a.t, len(there["{position}"]), looked["GET /log/{position}"])
	require.Equal(a.t, len(attempts), looked["GET /decisions/{decision}/attempts/{attempt}/test"])
	require.Greater(a.t, len(looked), 18, "%v", looked)
}

// The commit fails behind the append: nothing is forgotten, and no receipt says so.
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
