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

func (d *discarded) Header() http.Header { return d.header }

func (d *discarded) Write(b []byte) (int, error) { return len(b), nil }

func (d *discarded) WriteHeader(status int) { d.status = status }
