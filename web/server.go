package web

import (
	"context"
	"embed"
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
	mux.Handle("GET /assets/{file}", assets())
	mux.Handle("/", s.handle(s.noSuchPage))
	return mux
}

//go:embed assets
var assetFiles embed.FS

// assets serves the embedded files. They change with the program only, so their
// address carries a hash of their content and they may be kept for good.
func assets() http.Handler {
	files := http.FileServerFS(assetFiles)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
		files.ServeHTTP(w, r)
	})
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
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return s.Ping(ctx) == nil
}
