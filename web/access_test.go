package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"go-crablet/web"
)

const passcode = "correct horse battery"

// guarded makes it known who the registrar is.
func guarded(config *web.Config) { config.Passcode, config.Hosts = passcode, testHosts }

// testHosts are the hosts that httptest asks for.
var testHosts = []string{"example.com"}

// in returns a visitor in a role: "nobody", "registrar", or the id of a student.
func (a *app) in(role string) visitor {
	switch role {
	case "nobody":
		return a.visitor()
	case "registrar":
		v := a.visitor()
		require.Equal(a.t, http.StatusSeeOther, v.post("/registrar", "passcode", passcode).status)
		return v
	default:
		return a.as(role)
	}
}

// Who gets which answer, route by route. What the forms ask for is allowed by the
// rules of the domain, so every 403 is about who asks. Ada is the student whom
// the requests are about, and Kofi is another; the registrar acts as nobody.
func TestWhoMayUseWhichRoute(t *testing.T) {
	t.Parallel()
	type statuses struct{ nobody, ada, kofi, registrar int }
	everybody := func(status int) statuses { return statuses{status, status, status, status} }
	tests := []struct {
		route string
		path  string
		form  []string
		want  statuses
	}{
		{"GET /{$}", "/", nil, everybody(200)},
		{"GET /courses/{course}", "/courses/compilers", nil, everybody(200)},
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
		{"GET /registrar", "/registrar", nil, everybody(200)},
		{"GET /session/gap", "/session/gap", nil, everybody(200)},
		{"GET /held/{held}", "/held/none", nil, everybody(404)},
		{"GET /race", "/race", nil, everybody(200)},
		{"GET /race/strategies", "/race/strategies", nil, everybody(200)},
		{"GET /race/strategies/{comparison}", "/race/strategies/none", nil, everybody(404)},
		{"GET /race/{race}", "/race/none", nil, everybody(404)},
		{"GET /source/{path...}", "/source/dcb/decide.go", nil, everybody(200)},

		{"POST /session", "/session", []string{"student", "ada"}, everybody(303)},
		{"POST /session/type", "/session/type", []string{"size", "large"}, everybody(303)},
		{"POST /session/gap", "/session/gap", []string{"gap", "hold"}, everybody(303)},
		{"POST /tour", "/tour", []string{"tour", "start"}, everybody(303)},
		{"POST /held/{held}/continue", "/held/none/continue", []string{"stop", "1"}, everybody(404)},
		{"POST /held/{held}/cancel", "/held/none/cancel", []string{"stop", "1"}, everybody(404)},
		{"POST /registrar", "/registrar", []string{"passcode", passcode}, everybody(303)},
		{"POST /registrar/delete", "/registrar/delete", nil, everybody(303)},
		{"POST /courses", "/courses", []string{"title", "Knots", "capacity", "3"}, statuses{403, 403, 403, 303}},
		{"POST /courses/{course}/capacity", "/courses/compilers/capacity", []string{"capacity", "3"}, statuses{403, 403, 403, 303}},
		{"POST /courses/{course}/title", "/courses/compilers/title", []string{"title", "Knots"}, statuses{403, 403, 403, 303}},
		{"POST /courses/{course}/archive", "/courses/compilers/archive", nil, statuses{403, 403, 403, 303}},
		{"POST /students", "/students", []string{"name", "Zoë"}, everybody(303)},
		{"POST /students/{student}/name", "/students/ada/name", []string{"name", "Zoë"}, statuses{403, 303, 403, 303}},
		{"POST /students/{student}/forget", "/students/sela/forget", nil, statuses{403, 403, 403, 303}},
		{"POST /courses/{course}/subscriptions", "/courses/compilers/subscriptions", []string{"student", "ada"}, statuses{403, 303, 403, 303}},
		{"POST /courses/{course}/subscriptions/{student}/delete", "/courses/distributed-systems/subscriptions/ada/delete", nil, statuses{403, 303, 403, 303}},
		{"POST /courses/{course}/waitlist", "/courses/formal-methods/waitlist", []string{"student", "ada"}, statuses{403, 303, 403, 303}},
		{"POST /courses/{course}/waitlist/{student}/delete", "/courses/formal-methods/waitlist/ada/delete", nil, statuses{403, 409, 403, 409}}, // she does not wait

		{"POST /decisions/{decision}/pin", "/decisions/none/pin", []string{"pin", "yes"}, statuses{403, 403, 403, 404}},
		{"POST /runs/{run}/pin", "/runs/none/pin", []string{"pin", "yes"}, statuses{403, 403, 403, 404}},
		{"POST /race", "/race", []string{"contenders", "2", "seats", "1", "courses", "1", "think", "0", "spread", "0"}, statuses{403, 403, 403, 303}},
		{"POST /race/strategies", "/race/strategies", nil, statuses{403, 403, 403, 303}},

		{"GET /live", "/live", nil, everybody(400)}, // of which anybody may name a topic
		{"GET /healthz", "/healthz", nil, everybody(200)},
		{"GET /assets/{file}", "/assets/app.css", nil, everybody(200)},

		{"GET /session", "/session", nil, everybody(303)},
		{"GET /session/type", "/session/type", nil, everybody(303)},
		{"GET /tour", "/tour", nil, everybody(303)},
		{"GET /held/{held}/continue", "/held/none/continue", nil, everybody(303)},
		{"GET /held/{held}/cancel", "/held/none/cancel", nil, everybody(303)},
		{"GET /registrar/delete", "/registrar/delete", nil, everybody(303)},
		{"GET /decisions/{decision}/pin", "/decisions/none/pin", nil, everybody(303)},
		{"GET /runs/{run}/pin", "/runs/none/pin", nil, everybody(303)},
		{"GET /courses", "/courses", nil, everybody(303)},
		{"GET /courses/{course}/capacity", "/courses/compilers/capacity", nil, everybody(303)},
		{"GET /courses/{course}/title", "/courses/compilers/title", nil, everybody(303)},
		{"GET /courses/{course}/archive", "/courses/compilers/archive", nil, everybody(303)},
		{"GET /courses/{course}/subscriptions", "/courses/compilers/subscriptions", nil, everybody(303)},
		{"GET /courses/{course}/subscriptions/{student}/delete", "/courses/compilers/subscriptions/ada/delete", nil, everybody(303)},
		{"GET /courses/{course}/waitlist", "/courses/compilers/waitlist", nil, everybody(303)},
		{"GET /courses/{course}/waitlist/{student}/delete", "/courses/compilers/waitlist/ada/delete", nil, everybody(303)},
		{"GET /students/{student}/name", "/students/ada/name", nil, everybody(303)},
		{"GET /students/{student}/forget", "/students/ada/forget", nil, everybody(303)},
	}

	tested := map[string]bool{}
	for _, test := range tests {
		tested[test.route] = true
		require.Contains(t, web.Routes(), test.route, "a row about a route that there is not")
	}
	for _, route := range web.Routes() {
		require.True(t, tested[route], "say in this table who may use %s", route)
	}

	looking := map[string]visitor{} // nothing changes for who only looks
	for _, role := range []string{"nobody", "ada", "kofi", "registrar"} {
		looking[role] = newApp(t, guarded).in(role)
	}
	for _, test := range tests {
		t.Run(strings.ReplaceAll(test.route, "/", "∕"), func(t *testing.T) {
			t.Parallel()
			method, _, _ := strings.Cut(test.route, " ")
			for role, want := range map[string]int{
				"nobody": test.want.nobody, "ada": test.want.ada, "kofi": test.want.kofi, "registrar": test.want.registrar,
			} {
				if method == http.MethodGet {
					require.Equal(t, want, looking[role].get(test.path).status, role)
					continue
				}
				app := newApp(t, guarded)
				app.register("sela", "Sela")
				visitor := app.in(role)
				before := app.head()
				got := visitor.post(test.path, test.form...)
				require.Equal(t, want, got.status, "%s: %s", role, got.text())
				if want == http.StatusForbidden {
					assert.Equal(t, before, app.head(), "nothing was appended for %s", role)
					assert.Regexp(t, `class="button" href="/(registrar|students)"`, got.body, "what %s can do about it", role)
				}
			}
		})
	}
}

// In the open demo everybody has the registrar's role, so what scripts do without
// a session goes through.
func TestInTheOpenDemoEverybodyIsTheRegistrar(t *testing.T) {
	t.Parallel()
	app := newApp(t)
	nobody := app.visitor()
	assert.Equal(t, http.StatusSeeOther, nobody.post("/courses", "course", "knots", "title", "Knots", "capacity", "3").status)
	assert.Equal(t, http.StatusSeeOther, nobody.post("/courses/knots/capacity", "capacity", "4").status)
	assert.Equal(t, http.StatusSeeOther, nobody.post("/courses/knots/subscriptions", "student", "ada").status)
	assert.Equal(t, http.StatusSeeOther, app.as("kofi").post("/courses/knots/subscriptions/ada/delete").status)
	assert.Contains(t, nobody.get("/").text(), "Open demo: everybody is the registrar")
	assert.Contains(t, nobody.get("/registrar").text(), "no passcode is configured")
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
	assert.Contains(t, got.text(), "Choose first whom you act as.")
	got = app.in("registrar").post("/courses/compilers/subscriptions")
	assert.Equal(t, http.StatusUnprocessableEntity, got.status, "the registrar has to name somebody")
}

// A page shows what its visitor may do, and nothing else: every link of every page is
// followed and every form sent, as the one it was shown to.
func TestNoPageOffersWhatIsDenied(t *testing.T) {
	t.Parallel()
	for role, offers := range map[string][]string{
		"nobody": {"/registrar", "/register-student", "POST /session", "POST /registrar", "POST /students"},
		"ada": {
			"/registrar", "/register-student", "POST /session", "POST /registrar", "POST /students",
			"POST /courses/compilers/subscriptions", "POST /courses/distributed-systems/subscriptions/ada/delete",
			"POST /courses/formal-methods/waitlist", "POST /students/ada/name",
		},
		"registrar": {
			"/registrar", "/register-student", "/define-course",
			"POST /session", "POST /registrar/delete", "POST /students", "POST /courses",
			"POST /courses/compilers/capacity", "POST /courses/compilers/subscriptions", "POST /courses/distributed-systems/subscriptions/ada/delete",
			"POST /courses/compilers/title", "POST /courses/compilers/archive", "POST /students/kofi/name", "POST /students/sela/forget",
			"POST /courses/formal-methods/waitlist", "POST /courses/formal-methods/waitlist/ines/delete",
		},
	} {
		t.Run(role, func(t *testing.T) {
			t.Parallel()
			app := newApp(t, guarded)
			app.register("sela", "Sela")
			offered := map[string]bool{}
			app.in(role).walk(func(path string, page answer) {
				offered[path] = true
				for _, form := range formsIn(page.body) {
					if !offered["POST "+form.action] {
						offered["POST "+form.action] = true
						got := app.in(role).post(form.action, form.fields...)
						// The walk has started a race, and may meet those who are in it: they are nobody's to change.
						racing := strings.Contains(got.body, "A race is under way")
						require.False(t, got.status == http.StatusForbidden && !racing, "the form to %s on %s", form.action, path)
					}
				}
			})
			for _, offer := range offers {
				assert.True(t, offered[offer], "%s is offered", offer)
			}
			assert.Equal(t, role == "registrar", offered["/define-course"])
			assert.Equal(t, role == "registrar", offered["POST /courses/compilers/capacity"])
			assert.Equal(t, role == "registrar", offered["POST /courses/compilers/title"])
			assert.Equal(t, role == "registrar", offered["POST /courses/compilers/archive"])
			assert.Equal(t, role == "registrar", offered["POST /students/kofi/name"])
			assert.Equal(t, role == "registrar", offered["POST /students/sela/forget"])
			assert.Equal(t, role == "registrar", offered["POST /courses/formal-methods/waitlist/ines/delete"])
			assert.Equal(t, role == "registrar", offered["POST /courses/distributed-systems/subscriptions/kofi/delete"])
		})
	}
}
