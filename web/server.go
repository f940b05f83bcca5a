package web

import (
	"context"
	"embed"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/gorilla/sessions"

	"go-crablet/dcb"
	"go-crablet/domain/courses"
	"go-crablet/receipt"
)

// A Config is what the application cannot live without.
type Config struct {
	Log        *dcb.Store
	Receipts   *receipt.Store
	Ping       func(context.Context) error // reports whether the database answers
	IsOutage   func(error) bool            // reports whether an error is the database's being away
	Database   string                      // what it is, for the foot of every page: "PostgreSQL 18.1"
	SessionKey []byte                      // signs the session cookie; 32 or 64 random bytes
	Logger     *slog.Logger
}

type server struct {
	Config

	directory *courses.Directory
	sessions  *sessions.CookieStore
}

// New returns the whole web application.
func New(config Config) http.Handler {
	s := &server{
		Config:    config,
		directory: courses.NewDirectory(config.Log),
		sessions:  newSessions(config.SessionKey),
	}
	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.SetDenyHandler(s.handle(s.denyCrossOrigin))

	// From the outside in.
	return chain(s.routes(),
		s.identify,
		s.logRequests,
		s.recoverPanics,
		securityHeaders,
		bounds,
		crossOrigin.Handler,
	)
}

// routes is everything that can be asked for.
func (s *server) routes() http.Handler {
	mux := http.NewServeMux()

	mux.Handle("GET /{$}", s.handle(s.catalogue))
	mux.Handle("GET /courses/{course}", s.handle(s.course))
	mux.Handle("GET /students", s.handle(s.students))
	mux.Handle("GET /students/{student}", s.handle(s.student))
	mux.Handle("GET /decisions", s.handle(s.decisions))
	mux.Handle("GET /decisions/{decision}", s.handle(s.decision))
	mux.Handle("GET /define-course", s.handle(s.defineCourseForm))
	mux.Handle("GET /register-student", s.handle(s.registerStudentForm))

	mux.Handle("POST /session", s.handle(s.actAs))
	mux.Handle("POST /courses", s.handle(s.defineCourse))
	mux.Handle("POST /courses/{course}/capacity", s.handle(s.changeCapacity))
	mux.Handle("POST /students", s.handle(s.registerStudent))
	mux.Handle("POST /courses/{course}/subscriptions", s.handle(s.subscribe))
	mux.Handle("POST /courses/{course}/subscriptions/{student}/delete", s.handle(s.unsubscribe))

	mux.Handle("GET /healthz", s.handle(s.health))
	mux.Handle("GET /assets/{file}", s.handle(s.asset))

	// Where a form that was not accepted leaves the address bar.
	mux.Handle("GET /courses", http.RedirectHandler("/", http.StatusSeeOther))
	mux.Handle("GET /courses/{course}/capacity", s.handle(s.toCourse))
	mux.Handle("GET /courses/{course}/subscriptions", s.handle(s.toCourse))
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

//go:embed assets
var assetFiles embed.FS

// asset serves an embedded file. They change with the program only, so their
// address carries a hash of their content and they may be kept for good.
func (s *server) asset(w http.ResponseWriter, r *http.Request) error {
	path := "assets/" + r.PathValue("file")
	if _, err := fs.Stat(assetFiles, path); err != nil {
		return s.noSuchPage(w, r)
	}
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeFileFS(w, r, assetFiles, path)
	return nil
}

// health answers whether requests can be served, which takes a database.
func (s *server) health(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if !s.databaseAnswers(r.Context()) {
		w.WriteHeader(http.StatusServiceUnavailable)
		_, err := w.Write([]byte("the database does not answer\n"))
		return err
	}
	_, err := w.Write([]byte("ok\n"))
	return err
}

func (s *server) databaseAnswers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Second)
	defer cancel()
	return s.Ping(ctx) == nil
}
