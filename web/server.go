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
	Log         *dcb.Store
	Receipts    *receipt.Store
	Ping        func(context.Context) error // reports whether the database answers
	IsOutage    func(error) bool            // reports whether an error is the database's being away
	Database    string                      // what it is, for the foot of every page: "PostgreSQL 18.1"
	SessionKeys [][]byte                    // the first signs session cookies, and all of them are honoured; 32 random bytes each
	Passcode    string                      // of the registrar; without one everybody is the registrar, and this machine alone is served
	Logger      *slog.Logger
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
		sessions:  newSessions(config.SessionKeys),
	}
	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.SetDenyHandler(s.handle(s.denyCrossOrigin))

	// From the outside in.
	return chain(s.mux(),
		s.identify,
		s.logRequests,
		s.recoverPanics,
		securityHeaders,
		bounds,
		crossOrigin.Handler,
	)
}

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
