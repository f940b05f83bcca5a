package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/internal/effort"
	"go-crablet/web"
)

// An access is who gets which answer on a route, or with a form of that route.
type access struct {
	route string
	path  string
	form  []string
	want  statuses
}

// statuses are the answers to visitors in four roles.
type statuses struct{ nobody, ada, kofi, registrar int }

func everybody(status int) statuses { return statuses{status, status, status, status} }

func (s statuses) byRole() map[string]int {
	return map[string]int{"nobody": s.nobody, "ada": s.ada, "kofi": s.kofi, "registrar": s.registrar}
}

// The rules of the domain allow what these forms ask for, so every 403 is about who asks.
// The requests are about Ada; Kofi is another student; the registrar acts as nobody.
var accesses = []access{
	{"GET /{$}", "/", nil, everybody(200)},
	{"GET /stage", "/stage", nil, everybody(200)},
	{"GET /courses/{course}", "/courses/compilers", nil, everybody(200)},
	{"GET /courses/{course}/class", "/courses/compilers/class", nil, statuses{403, 403, 403, 200}},
	{"GET /courses/{course}/class.csv", "/courses/compilers/class.csv", nil, statuses{403, 403, 403, 200}},
	{"GET /courses/{course}/boundary", "/courses/compilers/boundary", nil, everybody(200)},
	{"GET /students", "/students", nil, everybody(200)},
	{"GET /students/{student}", "/students/ada", nil, everybody(200)},
	{"GET /students/{student}/boundary", "/students/ada/boundary", nil, everybody(200)},
	{"GET /decisions", "/decisions", nil, everybody(200)},
	{"GET /decisions/{decision}", "/decisions/none", nil, everybody(404)},
	{"GET /log", "/log", nil, everybody(200)},
	{"GET /log/{position}", "/log/1", nil, everybody(200)},
	{"GET /decisions/{decision}/attempts/{attempt}/test", "/decisions/none/attempts/1/test", nil, everybody(404)},
	{"GET /define-course", "/define-course", nil, statuses{403, 403, 403, 200}},
	{"GET /register-student", "/register-student", nil, everybody(200)},
	{"GET /imports", "/imports", nil, statuses{403, 403, 403, 200}},
	{"GET /imports/{import}", "/imports/none", nil, statuses{403, 403, 403, 404}},
	{"GET /imports/{import}/result", "/imports/none/result", nil, statuses{403, 403, 403, 404}},
	{"GET /registrar", "/registrar", nil, everybody(200)},
	{"GET /operator", "/operator", nil, statuses{403, 403, 403, 200}},
	{"GET /status", "/status", nil, everybody(200)},
	{"GET /session/gap", "/session/gap", nil, everybody(200)},
	{"GET /held/{held}", "/held/none", nil, everybody(404)},
	{"GET /race", "/race", nil, everybody(200)},
	{"GET /race/strategies", "/race/strategies", nil, everybody(200)},
	{"GET /race/strategies/{comparison}", "/race/strategies/none", nil, everybody(404)},
	{"GET /race/{race}", "/race/none", nil, everybody(404)},
	{"GET /workshop", "/workshop", nil, everybody(200)},
	{"GET /workshop/rooms/{room}", "/workshop/rooms/none", nil, statuses{403, 403, 403, 404}},
	{"GET /source/{path...}", "/source/dcb/decide.go", nil, everybody(200)},

	{"POST /session", "/session", []string{"student", "ada"}, everybody(303)},
	{"POST /session/mode", "/session/mode", []string{"mode", "stage"}, everybody(303)},
	{"POST /session/gap", "/session/gap", []string{"gap", "hold"}, everybody(303)},
	{"POST /tour", "/tour", []string{"tour", "start"}, everybody(303)},
	{"POST /held/{held}/continue", "/held/none/continue", []string{"stop", "1"}, everybody(404)},
	{"POST /held/{held}/cancel", "/held/none/cancel", []string{"stop", "1"}, everybody(404)},
	{"POST /held/{held}/rivals", "/held/none/rivals", []string{"who", "inside", "rival", "kofi"}, everybody(404)},
	{"POST /courses/{course}/boundary/rivals", "/courses/compilers/boundary/rivals", []string{"student", "ada", "who", "inside", "rival", "kofi"}, statuses{403, 303, 403, 303}},
	{"POST /held/{held}/longer", "/held/none/longer", []string{"stop", "1", "for", "minute"}, everybody(404)},
	{"POST /registrar", "/registrar", []string{"passcode", passcode}, everybody(303)},
	{"POST /registrar/delete", "/registrar/delete", nil, everybody(303)},
	{"POST /courses", "/courses", []string{"title", "Knots", "capacity", "3"}, statuses{403, 403, 403, 303}},
	{"POST /courses/{course}/capacity", "/courses/compilers/capacity", []string{"capacity", "3"}, statuses{403, 403, 403, 303}},
	{"POST /courses/{course}/title", "/courses/compilers/title", []string{"title", "Knots"}, statuses{403, 403, 403, 303}},
	{"POST /courses/{course}/archive", "/courses/compilers/archive", nil, statuses{403, 403, 403, 303}},
	{"POST /students", "/students", []string{"name", "Zoë"}, everybody(303)},
	{"POST /students/{student}/name", "/students/ada/name", []string{"name", "Zoë"}, statuses{403, 303, 403, 303}},
	{"POST /students/{student}/leave", "/students/ada/leave", nil, statuses{403, 303, 403, 303}},
	{"POST /students/{student}/leave-archived", "/students/ada/leave-archived", nil, statuses{403, 409, 403, 409}}, // she has no such seat
	{"POST /students/{student}/forget", "/students/sela/forget", nil, statuses{403, 403, 403, 303}},
	{"POST /courses/{course}/subscriptions", "/courses/compilers/subscriptions", []string{"student", "ada"}, statuses{403, 303, 403, 303}},
	{"POST /courses/{course}/subscriptions/{student}/delete", "/courses/distributed-systems/subscriptions/ada/delete", nil, statuses{403, 303, 403, 303}},
	{"POST /courses/{course}/swaps", "/courses/compilers/swaps", []string{"student", "ada", "give", "cryptography"}, statuses{403, 303, 403, 303}},
	{"POST /courses/{course}/waitlist", "/courses/formal-methods/waitlist", []string{"student", "ada"}, statuses{403, 303, 403, 303}},
	{"POST /courses/{course}/waitlist/{student}/delete", "/courses/formal-methods/waitlist/ada/delete", nil, statuses{403, 409, 403, 409}}, // she does not wait

	{"POST /imports", "/imports", []string{"kind", "students", "lines", "Zoë"}, statuses{403, 403, 403, 303}},
	{"POST /imports/{import}/start", "/imports/none/start", nil, statuses{403, 403, 403, 404}},
	{"POST /imports/{import}/cancel", "/imports/none/cancel", nil, statuses{403, 403, 403, 404}},
	{"POST /decisions/{decision}/pin", "/decisions/none/pin", []string{"pin", "yes"}, statuses{403, 403, 403, 404}},
	{"POST /runs/{run}/pin", "/runs/none/pin", []string{"pin", "yes"}, statuses{403, 403, 403, 404}},
	{"POST /race", "/race", []string{"contenders", "2", "seats", "1", "courses", "1", "think", "0", "spread", "0"}, statuses{403, 403, 403, 303}},
	{"POST /race/strategies", "/race/strategies", nil, statuses{403, 403, 403, 303}},

	{"POST /workshop/rooms", "/workshop/rooms", []string{"minutes", "60"}, statuses{403, 403, 403, 303}},
	{"POST /workshop/rooms/{room}/stop", "/workshop/rooms/none/stop", nil, statuses{403, 403, 403, 404}},
	{"POST /workshop/rooms/{room}/progress", "/workshop/rooms/none/progress", toldBy("Ada"), everybody(404)},

	{"GET /live", "/live", nil, everybody(400)}, // the address names no topic
	{"GET /robots.txt", "/robots.txt", nil, everybody(200)},
	{"GET /healthz", "/healthz", nil, everybody(200)},
	{"GET /assets/{file}", "/assets/app.css", nil, everybody(200)},

	{"GET /workshop/rooms", "/workshop/rooms", nil, everybody(303)},
	{"GET /workshop/rooms/{room}/stop", "/workshop/rooms/none/stop", nil, everybody(303)},
	{"GET /workshop/rooms/{room}/progress", "/workshop/rooms/none/progress", nil, everybody(303)},
	{"GET /session", "/session", nil, everybody(303)},
	{"GET /session/mode", "/session/mode", nil, everybody(303)},
	{"GET /tour", "/tour", nil, everybody(303)},
	{"GET /tour/lens", "/tour/lens", nil, everybody(303)},
	{"GET /held/{held}/continue", "/held/none/continue", nil, everybody(303)},
	{"GET /held/{held}/cancel", "/held/none/cancel", nil, everybody(303)},
	{"GET /held/{held}/rivals", "/held/none/rivals", nil, everybody(303)},
	{"GET /courses/{course}/boundary/rivals", "/courses/compilers/boundary/rivals", nil, everybody(303)},
	{"GET /held/{held}/longer", "/held/none/longer", nil, everybody(303)},
	{"GET /registrar/delete", "/registrar/delete", nil, everybody(303)},
	{"GET /decisions/{decision}/pin", "/decisions/none/pin", nil, everybody(303)},
	{"GET /runs/{run}/pin", "/runs/none/pin", nil, everybody(303)},
	{"GET /imports/{import}/start", "/imports/none/start", nil, everybody(303)},
	{"GET /imports/{import}/cancel", "/imports/none/cancel", nil, everybody(303)},
	{"GET /courses", "/courses", nil, everybody(303)},
	{"GET /courses/{course}/capacity", "/courses/compilers/capacity", nil, everybody(303)},
	{"GET /courses/{course}/title", "/courses/compilers/title", nil, everybody(303)},
	{"GET /courses/{course}/archive", "/courses/compilers/archive", nil, everybody(303)},
	{"GET /courses/{course}/subscriptions", "/courses/compilers/subscriptions", nil, everybody(303)},
	{"GET /courses/{course}/subscriptions/{student}/delete", "/courses/compilers/subscriptions/ada/delete", nil, everybody(303)},
	{"GET /courses/{course}/swaps", "/courses/compilers/swaps", nil, everybody(303)},
	{"GET /courses/{course}/waitlist", "/courses/compilers/waitlist", nil, everybody(303)},
	{"GET /courses/{course}/waitlist/{student}/delete", "/courses/compilers/waitlist/ada/delete", nil, everybody(303)},
	{"GET /students/{student}/name", "/students/ada/name", nil, everybody(303)},
	{"GET /students/{student}/leave", "/students/ada/leave", nil, everybody(303)},
	{"GET /students/{student}/leave-archived", "/students/ada/leave-archived", nil, everybody(303)},
	{"GET /students/{student}/forget", "/students/ada/forget", nil, everybody(303)},
}

func TestWhoMayUseWhichRoute(t *testing.T) {
	t.Parallel()
	requireAnAccessForEachRoute(t)
	looking := map[string]visitor{} // looking changes nothing, so all rows share these
	for role := range everybody(200).byRole() {
		looking[role] = newApp(t, guarded).in(role)
	}
	for _, test := range accesses {
		t.Run(strings.ReplaceAll(test.route, "/", "∕"), func(t *testing.T) {
			t.Parallel()
			if strings.HasPrefix(test.route, "GET ") {
				for role, want := range test.want.byRole() {
					require.Equal(t, want, looking[role].get(test.path).status, role)
				}
				return
			}
			test.requirePosts(t)
		})
	}
}

func requireAnAccessForEachRoute(t *testing.T) {
	t.Helper()
	tested := map[string]bool{}
	for _, test := range accesses {
		tested[test.route] = true
		require.Contains(t, web.Routes(), test.route, "this row is about a route that does not exist")
	}
	for _, route := range web.Routes() {
		require.True(t, tested[route], "say in this table who may use %s", route)
	}
}

// requirePosts sends the form in each role. A form that everybody may send, or that is refused, does
// not get in the way of the same form in another role, so those are sent to one application; each of
// the others has an application of its own.
func (test access) requirePosts(t *testing.T) {
	t.Helper()
	var shared *app
	for role, want := range test.want.byRole() {
		if want < http.StatusBadRequest && test.want != everybody(want) {
			test.requirePost(newGuardedApp(t).in(role), role, want)
			continue
		}
		if shared == nil {
			shared = newGuardedApp(t)
		}
		test.requirePost(shared.in(role), role, want)
	}
}

func newGuardedApp(t *testing.T) *app {
	t.Helper()
	app := newApp(t, guarded)
	app.register("sela", "Sela")
	return app
}

func (test access) requirePost(v visitor, role string, want int) {
	t := v.app.t
	t.Helper()
	before := v.app.head()
	got := v.post(test.path, test.form...)
	require.Equal(t, want, got.status, "%s: %s", role, got)
	if want == http.StatusForbidden {
		assert.Equal(t, before, v.app.head(), "nothing was appended for %s", role)
		assert.Regexp(t, `class="button" href="/(registrar|students)"`, got.body, "the page says what %s can do about it", role)
	}
}

// Everybody has the registrar's role there, so requests without a session are accepted, too.
func TestInTheOpenDemoEverybodyIsTheRegistrar(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	nobody := app.visitor()
	assert.Equal(t, http.StatusSeeOther, nobody.post("/courses", "course", "knots", "title", "Knots", "capacity", "3").status)
	assert.Equal(t, http.StatusSeeOther, nobody.post("/courses/knots/capacity", "capacity", "4").status)
	assert.Equal(t, http.StatusSeeOther, nobody.post("/courses/knots/subscriptions", "student", "ada").status)
	assert.Equal(t, http.StatusSeeOther, app.as("kofi").post("/courses/knots/subscriptions/ada/delete").status)
	assert.Contains(t, nobody.get("/").text(), "Open demo: everybody is the registrar")
	assert.Contains(t, nobody.get("/registrar").text(), "there is no passcode, so everybody who opens it is the registrar")
	assert.Equal(t, "/registrar", nobody.post("/registrar", "passcode", "whatever").location)
}

func TestAStudentWhoIsNotNamedIsTheOneActing(t *testing.T) {
	t.Parallel()
	app := newApp(t, guarded)
	for _, form := range [][]string{nil, {"student", ""}, {"student", " ada "}} {
		ada := app.as("ada")
		require.Equal(t, http.StatusSeeOther, ada.post("/courses/compilers/subscriptions", form...).status, form)
		require.Equal(t, http.StatusSeeOther, ada.post("/courses/compilers/subscriptions/ada/delete").status, form)
	}
	got := app.visitor().post("/courses/compilers/subscriptions")
	assert.Equal(t, http.StatusForbidden, got.status)
	assert.Contains(t, got.text(), "First choose a student to act as.")
	got = app.in("registrar").post("/courses/compilers/subscriptions")
	assert.Equal(t, http.StatusUnprocessableEntity, got.status, "the registrar has to name somebody")
}

// offered are links and forms that pages show in a role.
var offered = map[string][]string{
	"nobody": {"/registrar", "/register-student", "POST /session", "POST /registrar", "POST /students"},
	"ada": {
		"/registrar", "/register-student", "POST /session", "POST /registrar", "POST /students",
		"POST /courses/compilers/subscriptions", "POST /courses/distributed-systems/subscriptions/ada/delete",
		"POST /courses/formal-methods/waitlist", "POST /students/ada/name",
	},
	"registrar": {
		"/registrar", "/operator", "/register-student", "/define-course", "/imports?kind=students", "/imports?kind=courses", "POST /imports",
		"POST /session", "POST /registrar/delete", "POST /students", "POST /courses",
		"POST /courses/compilers/capacity", "POST /courses/compilers/subscriptions", "POST /courses/distributed-systems/subscriptions/ada/delete",
		"POST /courses/compilers/title", "POST /courses/compilers/archive", "POST /students/kofi/name", "POST /students/sela/forget",
		"POST /courses/formal-methods/waitlist", "POST /courses/formal-methods/waitlist/ines/delete", "POST /workshop/rooms",
	},
}

var offeredToTheRegistrarAlone = []string{
	"/define-course",
	"/operator",
	"/imports?kind=students",
	"POST /imports",
	"POST /courses/compilers/capacity",
	"POST /courses/compilers/title",
	"POST /courses/compilers/archive",
	"POST /students/kofi/name",
	"POST /students/sela/forget",
	"POST /courses/formal-methods/waitlist/ines/delete",
	"POST /courses/distributed-systems/subscriptions/kofi/delete",
	"POST /workshop/rooms",
}

// A page offers its visitor what they may do, and nothing else. So the test follows every
// link of every page, and sends every form in the role that it was shown to.
func TestNoPageOffersWhatIsDenied(t *testing.T) {
	t.Parallel()
	effort.OnlyAll(t, "seconds of computing")
	for role, offers := range offered {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			app := newApp(t, guarded)
			app.register("sela", "Sela")
			seen := map[string]bool{}
			app.in(role).walk(func(path string, page answer) {
				seen[path] = true
				for _, form := range formsIn(page.body) {
					if !seen["POST "+form.action] {
						seen["POST "+form.action] = true
						got := app.in(role).post(form.action, form.fields...)
						// The walk has started a race, and nobody may change what a running race uses.
						racing := strings.Contains(got.body, "A race is under way")
						require.False(t, got.status == http.StatusForbidden && !racing, "the form to %s on %s", form.action, path)
					}
				}
			})
			for _, offer := range offers {
				assert.True(t, seen[offer], "%s is offered", offer)
			}
			for _, offer := range offeredToTheRegistrarAlone {
				assert.Equal(t, role == "registrar", seen[offer], "%s is offered to %s", offer, role)
			}
		})
	}
}
