package web

import (
	"net/http"

	"go-crablet/domain/courses"
)

// A route is an address, who may use it, and what it does.
type route struct {
	pattern string // as http.ServeMux has it
	may     access
	do      handler
}

// A handler answers a request, or returns the error that keeps it from doing so.
type handler = func(http.ResponseWriter, *http.Request) error

// routes is everything that can be asked for, and by whom.
func (s *server) routes() []route {
	return []route{
		{"GET /{$}", anyone, s.catalogue},
		{"GET /courses/{course}", anyone, s.course},
		{"GET /courses/{course}/boundary", anyone, s.lens},
		{"GET /students", anyone, s.students},
		{"GET /students/{student}", anyone, s.student},
		{"GET /students/{student}/boundary", anyone, s.lensOfStudent},
		{"GET /decisions", anyone, s.decisions},
		{"GET /decisions/{decision}", anyone, s.decision},
		{"GET /log", anyone, s.log},
		{"GET /log/{position}", anyone, s.event},
		{"GET /decisions/{decision}/attempts/{attempt}/test", anyone, s.scenario},
		{"GET /define-course", onlyTheRegistrar, s.defineCourseForm},
		{"GET /register-student", anyone, s.registerStudentForm},
		{"GET /registrar", anyone, s.registrar},
		{"GET /session/gap", anyone, s.gap},
		{"GET /held/{held}", anyone, s.held},
		{"GET /race", anyone, s.races},
		{"GET /race/strategies", anyone, s.strategies},
		{"GET /race/strategies/{comparison}", anyone, s.comparison},
		{"GET /race/{race}", anyone, s.race},
		{"GET /source/{path...}", anyone, s.sourceFile},

		{"POST /session", anyone, s.actAs},
		{"POST /session/type", anyone, s.setType},
		{"POST /session/gap", anyone, s.chooseGap},
		{"POST /tour", anyone, s.tour},
		{"POST /held/{held}/continue", anyone, s.letGoOn}, // whoever holds it
		{"POST /held/{held}/cancel", anyone, s.neverMind}, // the same
		{"POST /registrar", anyone, s.takeRole},
		{"POST /registrar/delete", anyone, s.leaveRole},
		{"POST /courses", onlyTheRegistrar, s.defineCourse},
		{"POST /courses/{course}/title", onlyTheRegistrar, s.renameCourse},
		{"POST /courses/{course}/capacity", onlyTheRegistrar, s.changeCapacity},
		{"POST /courses/{course}/archive", onlyTheRegistrar, s.archiveCourse},
		{"POST /students", anyone, s.registerStudent},
		{"POST /students/{student}/name", onlyThemselves, s.renameStudent},
		{"POST /students/{student}/forget", onlyTheRegistrar, s.forgetStudent},
		{"POST /courses/{course}/subscriptions", onlyThemselves, s.subscribe},
		{"POST /courses/{course}/subscriptions/{student}/delete", onlyThemselves, s.unsubscribe},
		{"POST /courses/{course}/waitlist", onlyThemselves, s.joinWaitlist},
		{"POST /courses/{course}/waitlist/{student}/delete", onlyThemselves, s.leaveWaitlist},
		{"POST /decisions/{decision}/pin", onlyTheRegistrar, s.pinReceipt},
		{"POST /runs/{run}/pin", onlyTheRegistrar, s.pinRun},
		{"POST /race", onlyTheRegistrar, s.startRace},
		{"POST /race/strategies", onlyTheRegistrar, s.startComparison},

		{"GET /live", anyone, s.live},
		{"GET " + healthPath, anyone, s.health},
		{"GET /assets/{file}", anyone, s.asset},

		// Where a form that was not accepted leaves the address bar.
		{"GET /session", anyone, to("/")},
		{"GET /session/type", anyone, to("/")},
		{"GET /tour", anyone, to("/")},
		{"GET /held/{held}/continue", anyone, s.toHeld},
		{"GET /held/{held}/cancel", anyone, s.toHeld},
		{"GET /registrar/delete", anyone, to("/registrar")},
		{"GET /decisions/{decision}/pin", anyone, s.toReceipt},
		{"GET /runs/{run}/pin", anyone, to("/race")},
		{"GET /courses", anyone, to("/")},
		{"GET /courses/{course}/title", anyone, s.toCourse},
		{"GET /courses/{course}/capacity", anyone, s.toCourse},
		{"GET /courses/{course}/archive", anyone, s.toCourse},
		{"GET /courses/{course}/subscriptions", anyone, s.toCourse},
		{"GET /courses/{course}/subscriptions/{student}/delete", anyone, s.toCourse},
		{"GET /courses/{course}/waitlist", anyone, s.toCourse},
		{"GET /courses/{course}/waitlist/{student}/delete", anyone, s.toCourse},
		{"GET /students/{student}/name", anyone, s.toStudent},
		{"GET /students/{student}/forget", anyone, s.toStudent},
	}
}

// to leads to another address.
func to(address string) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		http.Redirect(w, r, address, http.StatusSeeOther)
		return nil
	}
}

// toCourse leads to the page of a course.
func (s *server) toCourse(w http.ResponseWriter, r *http.Request) error {
	id := courses.CourseID(r.PathValue("course"))
	if !id.Valid() { // what is no id could lead anywhere
		return courses.ErrNoSuchCourse
	}
	return to(courseURL(id))(w, r)
}

// toStudent leads to the page of a student.
func (s *server) toStudent(w http.ResponseWriter, r *http.Request) error {
	id := courses.StudentID(r.PathValue("student"))
	if !id.Valid() {
		return courses.ErrNoSuchStudent
	}
	return to(studentURL(id))(w, r)
}

// mux serves the routes: each to those who may use it, with its form read, and no
// faster than is good for the others.
func (s *server) mux() http.Handler {
	mux := http.NewServeMux()
	for _, route := range s.routes() {
		mux.Handle(route.pattern, s.handle(func(w http.ResponseWriter, r *http.Request) error {
			r = remember(r)
			if err := checkQuery(r); err != nil {
				return err
			}
			if r.Method == http.MethodPost {
				if wait := s.tooSoon(r); wait > 0 {
					return s.askToWait(w, r, wait)
				}
				if err := parseForm(r); err != nil {
					return err
				}
				if meant, err := s.isMeant(w, r); !meant || err != nil {
					return err
				}
			}
			if err := route.may(s, r); err != nil {
				return err
			}
			if isCostly(route.pattern, r) {
				return s.inTurn(w, r, route.do)
			}
			return route.do(w, r)
		}))
	}
	return s.withProblems(mux)
}

// withProblems answers what no route takes with a page of ours.
func (s *server) withProblems(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		// The handler knows whether there are other methods, and which.
		answer := discarded{header: http.Header{}}
		h.ServeHTTP(&answer, r)
		if allowed := answer.header.Get("Allow"); answer.status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", allowed)
			s.problem(w, r, problem{answer.status, "Not that way", "This address takes only " + allowed + "."})
			return
		}
		_ = s.noSuchPage(w, r)
	})
}

// discarded takes an answer without sending it.
type discarded struct {
	header http.Header
	status int
}

func (d *discarded) Header() http.Header         { return d.header }
func (d *discarded) Write(b []byte) (int, error) { return len(b), nil }
func (d *discarded) WriteHeader(status int)      { d.status = status }
